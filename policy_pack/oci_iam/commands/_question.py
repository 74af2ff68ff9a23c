"""The arguments that `can` and `who-can` share, and the question they ask. Quick to load."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from oci_iam.question_input import Question

__all__ = ["add_question_arguments", "asked"]


def add_question_arguments(parser: argparse.ArgumentParser) -> None:
    """PERMISSION, TARGET, FILES and the options of both commands."""
    parser.add_argument(
        "permission", metavar="PERMISSION", help="a permission, an operation, or 'VERB RESOURCE-TYPE'"
    )
    parser.add_argument(
        "words",
        nargs="+",
        metavar="TARGET FILE",
        help="compartment=NAME|OCID|tenancy and any variable=value; then files with policies, - is stdin",
    )
    parser.add_argument(
        "--directory", metavar="FILE", help="a tenancy file or a `pulumi stack export`: who and what exists"
    )
    parser.add_argument(
        "--attached-to",
        metavar="COMPARTMENT",
        default="tenancy",
        help="where the policies of files that do not say so are attached (default: the tenancy)",
    )
    parser.add_argument("--format", choices=("text", "json"), default="text", help="output format")


def asked(arguments: argparse.Namespace) -> Question:
    """The question that these arguments ask. Raises Unusable."""
    # imported here: the command must not wait for what only a question needs
    from oci_iam.question_input import question

    return question(
        arguments.permission,
        arguments.words,
        directory=arguments.directory,
        attached_to=arguments.attached_to,
        configuration=arguments.configuration,
    )
