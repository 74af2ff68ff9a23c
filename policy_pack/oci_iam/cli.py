"""The command `oci-iam`: judges, explains and compares policy statements, and says what operations need.

Exit status: 0 nothing to refuse, 1 something to refuse (or, for `diff`, new access), 2 unusable input.
"""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Iterable, Sequence

from oci_iam.commands import UNUSABLE, AddCommand, diff, explain, judge, needs
from oci_iam.inputs import Unusable
from oci_iam.reports.text import one_line

__all__ = ["main"]


def main(argv: Sequence[str] | None = None, more: Iterable[AddCommand] = ()) -> int:
    """Runs the command and returns its exit status. Prints no traceback for anything an input can cause.

    ``more`` adds subcommands that need what this package does not know: each gets the subparsers, and sets
    ``run`` to what takes the arguments and returns the exit status.
    """
    try:
        arguments = _parser(more).parse_args(argv)
        if sys.stdout is None:  # it was closed before this program began
            print("oci-iam: no standard output to write to", file=sys.stderr)
            return UNUSABLE
        status: int = arguments.run(arguments)
        sys.stdout.flush()
    except Unusable as problem:
        print(f"oci-iam: {one_line(str(problem))}", file=sys.stderr)
        return UNUSABLE
    except BrokenPipeError:  # whoever read the answer has read enough; the interpreter must not try once more
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return UNUSABLE
    except OSError as error:  # the disk is full, say; what is read has its own message
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        print(f"oci-iam: cannot write the output: {error.strerror or error}", file=sys.stderr)
        return UNUSABLE
    except KeyboardInterrupt:
        return 130
    return status


class _ShowVersion(argparse.Action):
    """Looks the version up when it is asked for: judging must not wait for it."""

    def __call__(self, parser: argparse.ArgumentParser, *_: object) -> None:
        from importlib.metadata import PackageNotFoundError, version

        try:
            found = version("oci-functions-guard")
        except PackageNotFoundError:  # run from its sources, without the distribution
            found = "(not installed)"
        print(f"oci-iam {found}", flush=True)
        parser.exit()


def _parser(more: Iterable[AddCommand]) -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="oci-iam", description=__doc__, allow_abbrev=False)
    parser.add_argument("--version", action=_ShowVersion, nargs=0, help="print the version and exit")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    for add in (judge.add, explain.add, diff.add, needs.add, *more):
        add(commands)
    return parser
