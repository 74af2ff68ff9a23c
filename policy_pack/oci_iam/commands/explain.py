"""`oci-iam explain`: what one statement means, as a tree."""

from __future__ import annotations

import argparse

from oci_iam.commands import OK, REFUSED, Subparsers, print_lines
from oci_iam.explain import explain
from oci_iam.judge import judge

__all__ = ["add"]


def add(commands: Subparsers) -> None:
    """Adds the subcommand."""
    parser = commands.add_parser("explain", help="show what a statement means, as a tree", allow_abbrev=False)
    parser.add_argument("statement", metavar="STATEMENT")
    parser.set_defaults(run=_explain)


def _explain(arguments: argparse.Namespace) -> int:
    print_lines([explain(arguments.statement)])
    return REFUSED if judge(arguments.statement).refused else OK
