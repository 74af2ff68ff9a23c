"""The arguments that `can` and `who-can` share. Reads nothing, so that the command starts quickly."""

from __future__ import annotations

import argparse

__all__ = ["add_question_arguments"]


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
