"""How a refused statement is told."""

from __future__ import annotations

import oci_iam
from components.grants.refusal import refusal, secret_refusal

BAD = "Allow any-user to manage functions-family in tenancy"


def test_a_refusal_is_one_line() -> None:
    """Where, every code, the first finding's words, the statement, and what to write instead."""
    verdict = oci_iam.judge(BAD)

    line = refusal("policy p", BAD, verdict)

    assert line.startswith("policy p: refused (")
    assert all(finding.code in line for finding in verdict.findings)
    assert f"Found: {BAD} Instead: {verdict.findings[0].remediation}" in line
    assert "\n" not in line


def test_a_secret_statement_is_not_shown() -> None:
    """Only the codes are, since a finding's words quote the statement."""
    line = secret_refusal("policy p", oci_iam.judge(BAD))

    assert "any-user" not in line
    assert line.endswith("The statement is a secret, so it is not shown")
