"""`python -m components STACK…`: checks stack files before an engine runs; used by `make`."""

import sys
from pathlib import Path

from components.config.loading import check_file
from components.errors import ConfigError

ROOT = Path(__file__).resolve().parents[1]


def main(stacks: list[str]) -> int:
    """Check each stack's file; 1 and a line a problem if there is one."""
    status = 0
    for stack in stacks:
        try:
            check_file(ROOT / f"Pulumi.{stack}.yaml")
        except ConfigError as error:
            print(error, file=sys.stderr)
            status = 1
    return status


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
