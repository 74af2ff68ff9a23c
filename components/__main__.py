"""`python -m components STACK…`: checks stack files before an engine runs; used by `make`."""

import sys
from importlib.metadata import version
from pathlib import Path

from components.config.loading import check_file
from components.errors import ConfigError

ROOT = Path(__file__).resolve().parents[1]


def main(stacks: list[str]) -> int:
    """Check each stack's file; 1 and a line a problem if there is one."""
    if stacks == ["--version"]:
        print(f"oci-ai-functions {version('oci-functions-guard')}")
        return 0
    status = 0
    for stack in stacks:
        try:
            _check(stack)
        except ConfigError as error:
            print(error, file=sys.stderr)
            status = 1
    return status


def _check(stack: str) -> None:
    stacks = (path.name.removeprefix("Pulumi.").removesuffix(".yaml") for path in ROOT.glob("Pulumi.*.yaml"))
    shipped = sorted(stacks)
    if stack not in shipped:
        shown = stack if stack.isprintable() else repr(stack)[1:-1]  # a line break in it stays one line
        raise ConfigError(
            f"Pulumi.{shown}.yaml: no such stack file; there are: {', '.join(shipped)} "
            "(`make stack STACK=…` writes one)"
        )
    check_file(ROOT / f"Pulumi.{stack}.yaml")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
