"""`oci-iam diff`: what access the statements after grant that those before did not."""

from __future__ import annotations

import argparse

from oci_iam._stack_export import read_stack_export
from oci_iam._statement_files import read_items
from oci_iam.commands import OK, REFUSED, Subparsers, print_lines
from oci_iam.comparison import compare
from oci_iam.inputs import Unusable
from oci_iam.policy import Policy
from oci_iam.reports.text import one_line

__all__ = ["add"]


def add(commands: Subparsers) -> None:
    """Adds the subcommand."""
    parser = commands.add_parser("diff", help="list what access is new", allow_abbrev=False)
    parser.add_argument("old", metavar="OLD", help="statements before; a stack export is accepted too")
    parser.add_argument("new", metavar="NEW", help="statements after")
    parser.set_defaults(run=_diff)


def _diff(arguments: argparse.Namespace) -> int:
    before, after = _policies(arguments.old, "before"), _policies(arguments.new, "after")
    new = compare(before, after)
    print_lines(one_line(str(access)) for access in new)
    return REFUSED if new else OK


def _policies(path: str, side: str) -> tuple[Policy, ...]:
    """The policies of a stack export, or the statements of a file as those of one policy. A hidden statement
    stands for itself: it is never taken for one that was hidden before."""
    try:
        export = read_stack_export(path) if path != "-" else None
    except Unusable:
        export = None
    if export is not None:
        hidden = tuple(
            Policy("", (f"{side}: {item.place}: {item.problem}",)) for item in export.items if item.problem
        )
        return (*export.policies, *hidden)
    return (Policy("", tuple(item.text for item in read_items(path))),)
