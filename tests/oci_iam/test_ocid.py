from __future__ import annotations

import pytest

from oci_iam.ocid import ocid_type


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("ocid1.fnfunc.oc1.iad.aaaaaexample", "fnfunc"),
        ("ocid1.fnfunc.oc1.us-ashburn-1.aaaa1234", "fnfunc"),
        ("OCID1.FnFunc.OC1.IAD.AAAA", "fnfunc"),
        ("ocid1.compartment.oc1..aaaaaexample", "compartment"),
        ("ocid1.tenancy.oc19..aaaa", "tenancy"),
        ("ocid1.fnfunc.oc1.iad.future.aaaa", "fnfunc"),
        ("ocid1.fnfunc.oc1.iad." + "replaceme" * 7, "fnfunc"),
        ("ocid1.fnfunc.oc1.iad." + "x" * 41, "fnfunc"),
    ],
)
def test_well_formed(text: str, expected: str) -> None:
    """Type, realm, optional region and a unique part; without case."""
    assert expected == ocid_type(text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "ocid1",
        "ocid1.fnfunc",
        "ocid1.fnfunc.oc1..",
        "ocid1.fnfunc.oc1......ocid",
        "ocid1.fnfunc.iad.aaaa",
        "*",
        "ocid1.fnfunc.oc1.iad.<unique_ID>",
        "<function-ocid>",
        "ocid1.fnfunc.oc1.iad.*",
        " ocid1.fnfunc.oc1.iad.a",
        "ocid1.fnfunc.oc1.iad.a ",
        "ocid1.fnfunc.oc1.iad.a\n",
        "ocid1.fnfunc.oc1..xxxx",
        "ocid1.fnfunc.oc1.iad." + "x" * 40,
        "ocid1.fnfunc.oc1..aaaaxxxx",
        "ocid1.fnfunc.oc1..your-function",
        "ocid1.fnfunc.oc1..placeholder",
        "ocid1.fnfunc.oc1.iad.REPLACE_ME",
        "ocid2.fnfunc.oc1.iad.aaaa",
        "ocid1..oc1.iad.aaaa",
        "ocid1.fnfunc.oc1.iad.aaa...bbb",
        "${fn.id}",
    ],
)
def test_malformed(text: str) -> None:
    """Placeholders, patterns and fragments have no type."""
    assert ocid_type(text) is None
