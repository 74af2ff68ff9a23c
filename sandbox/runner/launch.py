"""What the child process runs: the FDK's own entry point, tied to the life of the process that started it.

    python -P launch.py <pipe> <file> <handler>

`<pipe>` is the reading end of a pipe whose writing end only the parent holds: when the parent ends, however
it ends, the pipe closes and the whole process group ends. Runs outside the project's import path, because the
function must see its own modules and nothing of the sandbox.
"""

import os
import signal
import sys
import threading


def _end_with_parent(pipe: int) -> None:
    os.set_inheritable(pipe, False)
    os.read(pipe, 1)
    # By its own id: were it not the leader of a group, this must not end somebody else's.
    os.killpg(os.getpid(), signal.SIGKILL)


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
    """Starts the watch, then becomes `fdk <file> <handler>`."""
    pipe, file, handler = sys.argv[1:]
    threading.Thread(target=_end_with_parent, args=(int(pipe),), daemon=True).start()
    from fdk.scripts import fdk

    _tell_own_status()

    sys.argv = ["fdk", file, handler]
    fdk.main()


if __name__ == "__main__":
    main()
