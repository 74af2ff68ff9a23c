"""`oci-iam can`: whether one principal may do something, by which statement, or what is missing."""

from __future__ import annotations

import argparse

from oci_iam.commands import OK, REFUSED, Subparsers, print_lines
from oci_iam.commands._question import add_question_arguments, asked

__all__ = ["add"]


def add(commands: Subparsers) -> None:
    """Adds the subcommand."""
    parser = commands.add_parser(
        "can", help="tell whether a principal may do something, and by which statement", allow_abbrev=False
    )
    parser.add_argument(
        "principal",
        metavar="PRINCIPAL",
        help="user:NAME, group:NAME, dynamic-group:NAME, service:NAME, TYPE:OCID or an OCID",
    )
    add_question_arguments(parser)
    parser.add_argument(
        "--principal-compartment", metavar="COMPARTMENT", help="where the resource that asks lies"
    )
    parser.set_defaults(run=_can)


def _can(arguments: argparse.Namespace) -> int:
    # imported here: the command must not wait for what only a question needs
    from oci_iam.asked.place import compartment
    from oci_iam.asked.principal import asker
    from oci_iam.questions import can
    from oci_iam.reports.answers import can_as_json, can_as_text

    question = asked(arguments)
    known, place = question.known, None
    if arguments.principal_compartment is not None:
        directory, place = compartment(arguments.principal_compartment, known, "--principal-compartment")
        known = known._replace(directory=directory)
    who = asker(arguments.principal, known, place)
    answers = can(
        who.principal,
        question.wish.permissions,
        question.target,
        question.policies,
        who.directory,
        who.member,
    )
    granted = frozenset(answer.permission for answer in answers if answer.decision.allowed)
    allowed = question.wish.is_met_by(granted)
    write = {"json": can_as_json, "text": can_as_text}[arguments.format]
    print_lines(write(answers, allowed))
    return OK if allowed else REFUSED
