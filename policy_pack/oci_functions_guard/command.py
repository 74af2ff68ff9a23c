"""The command `oci-iam` as the distribution installs it: that of `oci_iam`, and what knows the pack."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from importlib.util import find_spec

from oci_functions_guard.config_check import check_config
from oci_iam import cli
from oci_iam.commands import Subparsers
from oci_iam.fingerprint import fingerprint
from oci_iam.inputs import Unusable
from oci_iam.items import Source
from oci_iam.readers import TERRAFORM_IS_MISSING
from oci_iam.reports.text import one_line

__all__ = ["main"]


def main(argv: Sequence[str] | None = None) -> int:
    """Runs the command and returns its exit status."""
    return cli.main(argv, (_add_check_config, _add_fingerprint), _terraform)


def _terraform(files: Sequence[tuple[str, str]]) -> list[Source]:
    """Reads Terraform configuration, where the package that parses it is installed. Raises Unusable."""
    if find_spec("hcl2") is None:
        raise Unusable(f"{files[0][0]}: {TERRAFORM_IS_MISSING}")
    from oci_functions_guard.terraform.reading import read_configuration

    return read_configuration(files)


def _add_check_config(commands: Subparsers) -> None:
    parser = commands.add_parser("check-config", help="check configs of the policy pack", allow_abbrev=False)
    parser.add_argument("files", nargs="+", metavar="FILE")
    parser.set_defaults(run=_check_config)


def _check_config(arguments: argparse.Namespace) -> int:
    remarks = [remark for path in arguments.files for remark in check_config(path)]
    for remark in remarks:
        print(f"{remark.place}: {'warning: ' * remark.is_warning}{one_line(remark.text)}", file=sys.stderr)
    return 1 if any(not remark.is_warning for remark in remarks) else 0


def _add_fingerprint(commands: Subparsers) -> None:
    parser = commands.add_parser(
        "fingerprint",
        help="print the fingerprint by which an exemption names a statement",
        allow_abbrev=False,
    )
    parser.add_argument(
        "statements", nargs="+", metavar="STATEMENT", help="exactly as the policy contains it"
    )
    parser.set_defaults(run=_fingerprint)


def _fingerprint(arguments: argparse.Namespace) -> int:
    for statement in arguments.statements:
        print(fingerprint(statement))
    return 0
