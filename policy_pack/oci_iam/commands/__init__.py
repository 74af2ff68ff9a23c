"""The subcommands of `oci-iam`, one module each, and what they share: exit statuses and printing of lines.

Each module has `add`, which gives the parser its subcommand and sets `run` to what takes the arguments and
returns the exit status.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Iterable
from typing import TypeAlias

__all__ = ["OK", "REFUSED", "UNUSABLE", "AddCommand", "Subparsers", "print_lines", "version"]

Subparsers: TypeAlias = "argparse._SubParsersAction[argparse.ArgumentParser]"
AddCommand: TypeAlias = Callable[[Subparsers], None]

OK, REFUSED, UNUSABLE = 0, 1, 2
"""Nothing to refuse; something to refuse, or new access; an input that cannot be used."""


def print_lines(lines: Iterable[str]) -> None:
    """Writes each line to standard output."""
    for line in lines:
        sys.stdout.write(line + "\n")


def version() -> str:
    """The distribution's version, looked up when it is asked for: judging must not wait for it."""
    from importlib.metadata import PackageNotFoundError
    from importlib.metadata import version as installed

    try:
        return installed("oci-functions-guard")
    except PackageNotFoundError:  # run from its sources, without the distribution
        return "(not installed)"
