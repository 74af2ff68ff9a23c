"""What the function's interpreter runs: the FDK's own entry point.

    python start.py <file> <handler>

Runs with the interpreter of the image, 3.8 or newer, and sees nothing of the project.
"""

import sys


def _tell_own_status() -> None:
    """Send along the status that the function itself gave its response.

    Without the intent `httprequest` the kit drops it, as the platform's callers find; the trace shows it.
    """
    from fdk import context

    plain = context.InvokeContext.SetResponseHeaders

    def told(self, headers, status_code):  # type: ignore[no-untyped-def]  # the kit's own signature
        plain(self, headers, status_code)
        self.GetResponseHeaders()["sandbox-own-status"] = str(status_code)

    context.InvokeContext.SetResponseHeaders = told


def main() -> None:
    """Becomes `fdk <file> <handler>`."""
    del sys.path[0]  # the folder of this file, which is no part of the image
    from fdk.scripts import fdk

    _tell_own_status()
    sys.argv[0] = "fdk"
    fdk.main()


if __name__ == "__main__":
    main()
