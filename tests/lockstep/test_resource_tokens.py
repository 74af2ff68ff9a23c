"""The table of OCID types and the installed SDK: every token the table names exists there."""

from __future__ import annotations

import importlib.util
import re
from pathlib import Path

import pytest

from oci_iam.resource_tokens import MATCHING_RULE_TOKENS, OCID_TYPES, POLICY

TOKEN = re.compile(r"super\(\w+, __self__\)\.__init__\(\s*'(oci:[^']+)'")


@pytest.fixture(scope="module")
def installed() -> frozenset[str]:
    """The tokens of all resource classes of pulumi_oci, read from its source."""
    spec = importlib.util.find_spec("pulumi_oci")
    if spec is None or spec.origin is None:
        pytest.skip("pulumi_oci is not installed")
    texts = (
        path.read_text(encoding="utf-8")
        for path in Path(spec.origin).parent.glob("*/*.py")
        if not path.name.startswith(("get_", "_", "outputs"))
    )
    return frozenset(token for text in texts for token in TOKEN.findall(text))


def test_every_token_exists(installed: frozenset[str]) -> None:
    """A row for a type that the SDK does not have would never be used."""
    assert len(installed) > 900

    assert set() == {POLICY, *MATCHING_RULE_TOKENS, *OCID_TYPES} - installed
