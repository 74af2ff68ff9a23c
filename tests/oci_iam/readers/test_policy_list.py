"""Policies as `oci iam policy list` and `get` print them."""

from __future__ import annotations

import json
from typing import Any

import pytest

from oci_iam.readers.policy_list import of_policy_list
from tests.oci_iam.conftest import Run, Write, verdicts
from tests.oci_iam.statements import BROAD, OK, OTHER


def policy(name: str, *statements: Any) -> dict[str, Any]:
    """One policy of the answer."""
    return {
        "compartment-id": "ocid1.compartment.oc1..a",
        "id": f"ocid1.policy.oc1..{name}",
        "name": name,
        "statements": list(statements),
        "version-date": None,
    }


def test_each_policy_has_its_own_aliases(run: Run, write: Write) -> None:
    """A `define` holds for its policy, and a statement is named by the policy."""
    top = "Define compartment Top as ocid1.tenancy.oc1..a"
    use = "Allow group A to manage fn-function in compartment Top"
    path = write("a.json", {"data": [policy("one", top, use), policy("two", use)]})

    rows = json.loads(run("judge", path, "--format", "json")[1])

    assert [(row["place"]["address"], row["verdict"]) for row in rows] == [
        ("one", "unrelated"),
        ("one", "over-broad"),
        ("two", "ok"),
    ]
    assert {row["policy"] for row in rows} == {"one", "two"}


@pytest.mark.parametrize(
    ("document", "expected"),
    [
        ({"data": [policy("p", 3, OK)]}, ["unjudgeable", "ok"]),
        ({"data": [policy("p") | {"statements": BROAD}]}, ["unjudgeable"]),
        ({"data": {"items": [policy("p", BROAD)]}}, ["over-broad"]),
        (policy("p", BROAD), ["over-broad"]),
        ([policy("p", OTHER), policy("q", BROAD)], ["unrelated", "over-broad"]),
    ],
)
def test_forms(run: Run, write: Write, document: Any, expected: list[str]) -> None:
    """A statement that is no string is never skipped; `--query` may have taken the envelope off."""
    assert verdicts(run, write("a.json", document)) == expected


def test_where_a_policy_is_attached_is_kept() -> None:
    """What a policy grants depends on its compartment."""
    document = {"data": [policy("p", OTHER)]}

    found = of_policy_list(document, json.dumps(document), "a.json")

    assert found is not None
    assert [one.compartment_id for one in found.policies] == ["ocid1.compartment.oc1..a"]


def test_a_list_of_anything_else_is_no_list_of_policies() -> None:
    """Other answers of the command line interface are not taken for one without policies."""
    for document in ({"data": [{"name": "x"}]}, {"data": {"name": "x"}}, [{"statement": OK}], [], [OK]):
        assert of_policy_list(document, json.dumps(document), "a.json") is None
