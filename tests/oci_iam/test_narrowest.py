"""The narrowest statements for an operation."""

from __future__ import annotations

import re

import pytest

from oci_iam import Unparsable, judge, parse
from oci_iam.catalogue.operations import Operation, named, operations
from oci_iam.catalogue.permissions import permissions_of
from oci_iam.catalogue.types import is_guarded
from oci_iam.narrowest import narrowest

VALUES = {
    "<dynamic-group>": "workers",
    "<compartment-ocid>": "ocid1.compartment.oc1..example",
    "<function-ocid>": "ocid1.fnfunc.oc1.iad.example",
    "<app-ocid>": "ocid1.fnapp.oc1.iad.example",
}
STATEMENTS = sorted({text for row in operations() for text in narrowest(row).statements})


def filled(statement: str) -> str:
    """The statement with something in place of what is missing."""
    return re.sub("<[a-z-]+>", lambda found: VALUES.get(found[0], "example"), statement)


@pytest.mark.parametrize("statement", STATEMENTS)
def test_each_statement_passes(statement: str) -> None:
    """Once filled in, it is a statement that the judge has nothing against."""
    verdict = judge(filled(statement))

    assert verdict.verdict in ("ok", "unrelated")
    assert not verdict.findings


@pytest.mark.parametrize("row", operations(), ids=lambda row: f"{row.service}-{row.name}-{row.when}")
def test_together_they_give_what_is_needed(row: Operation) -> None:
    """Every permission is given, and where permissions are known no other guarded one."""
    answer = narrowest(row)
    given: set[str] = set()
    for text in answer.statements:
        statement = parse(filled(text))
        assert not isinstance(statement, Unparsable)
        given.update(statement.permissions)
        given |= permissions_of(statement.verb or "", statement.resource or "")

    assert set(row.permissions) <= given
    if answer.mark != "UNCONFIRMED":
        assert not [name for name in given.difference(row.permissions) if is_guarded(name)]


@pytest.mark.parametrize(
    ("operation", "expected"),
    [
        (
            "InvokeFunction",
            "use fn-invocation in <place> where target.function.id = '<function-ocid>'",
        ),
        (
            "GetObject",
            "read objects in <place> where target.bucket.name = '<bucket-name>'",
        ),
        (
            "DeleteObject",
            "{OBJECT_DELETE} in <place> where target.bucket.name = '<bucket-name>'",
        ),
        (
            "GetSecretBundle",
            "read secret-bundles in <place> where target.secret.id = '<secret-ocid>'",
        ),
        ("PublishMessage", "{ONS_TOPIC_PUBLISH} in <place>"),
        ("PostMetricData", "use metrics in <place>"),
        ("AnalyzeImage", "use ai-service-vision-family in <place>"),
        ("ListUsers", "inspect users in tenancy"),
    ],
)
def test_narrowest(operation: str, expected: str) -> None:
    """A verb where it gives nothing more that is guarded, a list where it would, a family where there is no
    type; confined to the target where the call carries a variable for it."""
    (statement,) = narrowest(named(operation)[0]).statements

    place = "compartment id <compartment-ocid>"
    assert statement.startswith(
        f"Allow dynamic-group <dynamic-group> to {expected.replace('<place>', place)}"
    )


def test_what_is_missing_is_named_once() -> None:
    """In the order in which it stands."""
    missing = narrowest(named("CreateSecret")[0]).missing

    assert missing == ("<dynamic-group>", "<compartment-ocid>", "<vault-ocid>", "<key-ocid>")


def test_no_permission_needs_no_statement() -> None:
    """Everybody may ask for the namespace."""
    assert narrowest(named("GetNamespace")[0]).statements == ()
