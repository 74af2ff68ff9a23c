"""`oci-iam who-can`: everybody who may do something, by which statement and under which conditions."""

from __future__ import annotations

import argparse

from oci_iam.commands import OK, REFUSED, Subparsers, print_lines
from oci_iam.commands._question import add_question_arguments, asked

__all__ = ["add"]


def add(commands: Subparsers) -> None:
    """Adds the subcommand."""
    parser = commands.add_parser("who-can", help="list everybody who may do something", allow_abbrev=False)
    add_question_arguments(parser)
    parser.set_defaults(run=_who_can)


def _who_can(arguments: argparse.Namespace) -> int:
    # imported here: the command must not wait for what only a question needs
    from oci_iam.reports.answers import who_can_as_json, who_can_as_text
    from oci_iam.who_can import who_can

    question = asked(arguments)
    directory = question.known.directory
    found = [
        who_can(permission, question.target, question.policies, directory, is_placed=question.is_placed)
        for permission in question.wish.permissions
    ]
    granted = frozenset(one.permission for one in found if one.abilities or one.doubts)
    somebody = question.wish.is_met_by(granted)
    print_lines(who_can_as_json(found, somebody) if arguments.format == "json" else who_can_as_text(found))
    return OK if somebody else REFUSED
