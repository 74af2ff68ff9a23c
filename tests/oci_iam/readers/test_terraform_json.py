"""Policies of Terraform's JSON: `show -json` of a plan or a state, and a state file."""

from __future__ import annotations

import json
from typing import Any

import pytest

from oci_iam.readers.terraform_json import of_terraform
from tests.oci_iam.conftest import Run, Write, verdicts
from tests.oci_iam.statements import BROAD, OK, OTHER


def change(address: str, after: Any, **more: Any) -> dict[str, Any]:
    """One resource's change in a plan."""
    kind, _, name = address.rpartition(".")[0].rpartition(".")[2], "", address
    return {"address": name, "mode": "managed", "type": kind, "change": {"after": after, **more}}


def marked(after: Any, **marks: Any) -> dict[str, Any]:
    """A plan of one policy with these statements, parts of which are unknown or sensitive."""
    return plan(change(P, {"statements": after}, **{key: {"statements": one} for key, one in marks.items()}))


def plan(*changes: Any, **more: Any) -> dict[str, Any]:
    """A plan of these changes."""
    return {"format_version": "1.2", "resource_changes": list(changes), **more}


P = "oci_identity_policy.p"


@pytest.mark.parametrize(
    ("document", "expected"),
    [
        (plan(change(P, {"statements": [OK, BROAD]})), ["ok", "over-broad"]),
        (plan(change(f"module.a.module.b.{P}", {"statements": [BROAD]})), ["over-broad"]),
        (plan(change(P, None)), []),
        (plan(change(P, {}, after_unknown={"statements": True})), ["unjudgeable"]),
        (marked([None, OK], after_unknown=[True, False]), ["unjudgeable", "ok"]),
        (marked([OK], after_unknown=[False, True]), ["ok", "unjudgeable"]),
        (marked([OK], after_sensitive=True), ["unjudgeable"]),
        (marked([OK, OK], after_sensitive=[False, True]), ["ok", "unjudgeable"]),
        (plan(change(P, {"statements": [OK]}, after_sensitive=False, after_unknown={})), ["ok"]),
        (plan(change(P, {"statements": "x"})), ["unjudgeable"]),
        (plan(change(P, {"statements": [3]})), ["unjudgeable"]),
        (plan(change(P, {})), ["unjudgeable"]),
        (plan(change("oci_identity_new_policy.p", {"statements": [BROAD]})), ["over-broad"]),
        (plan(change("oci_limits_quota.p", {"statements": ["set x quota"]})), []),
        (plan(change("oci_zpr_zpr_policy.p", {"statements": ["in x allow y"]})), []),
        (plan(change("aws_iam_policy.p", {"statements": [BROAD]})), []),
        (plan(change(P, {"statements": [BROAD]}) | {"mode": "data"}), []),
        (plan({}, 3, None, {"change": 3}), []),
    ],
)  # fmt: skip
def test_plan(run: Run, write: Write, document: Any, expected: list[str]) -> None:
    """What there is after the plan is judged; what is unknown, sensitive or no string cannot be."""
    assert verdicts(run, write("plan.json", document)) == expected


def test_planned_values_of_child_modules(run: Run, write: Write) -> None:
    """Every module's resources are found, each once, by its address."""
    inner = {"address": f"module.a.{P}", "type": "oci_identity_policy", "values": {"statements": [BROAD]}}
    outer = {"address": P, "type": "oci_identity_policy", "values": {"statements": [OK]}}
    root = {"resources": [outer], "child_modules": [{"child_modules": [{"resources": [inner]}]}]}
    document = plan(change(P, {"statements": [OK]}), planned_values={"root_module": root})

    rows = json.loads(run("judge", write("plan.json", document), "--format", "json")[1])

    assert {(row["place"]["address"], row["verdict"]) for row in rows} == {
        (P, "ok"),
        (f"module.a.{P}", "over-broad"),
    }
    assert len(rows) == 2


def test_state_file_names_instances(run: Run, write: Write) -> None:
    """A state file, as Terraform or Oracle Resource Manager keeps it: each instance with its key."""
    instances = [
        {"index_key": "a", "attributes": {"statements": [BROAD]}},
        {"index_key": 0, "attributes": {"statements": [OK]}},
        {
            "attributes": {"statements": [OK]},
            "sensitive_attributes": [[{"type": "get_attr", "value": "statements"}]],
        },
    ]
    policy = {"module": "module.m", "mode": "managed", "type": "oci_identity_policy", "name": "p"}
    document = {"version": 4, "resources": [policy | {"instances": instances}, {"instances": 3}]}

    rows = json.loads(run("judge", write("state.json", document), "--format", "json")[1])

    assert [(row["place"]["address"], row["verdict"]) for row in rows] == [
        (f'module.m.{P}["a"]', "over-broad"),
        (f"module.m.{P}[0]", "ok"),
        (f"module.m.{P}", "unjudgeable"),
    ]


def test_a_sensitive_statement_is_not_shown(run: Run, write: Write) -> None:
    """What its author marked sensitive stands in no answer."""
    document = plan(change(P, {"statements": [BROAD]}, after_sensitive={"statements": [True]}))

    out = run("judge", write("plan.json", document), "--format", "json")[1]

    assert json.loads(out)[0]["statement"] is None
    assert "functions-family" not in out


def test_dynamic_groups_are_known_to_questions_about_sets() -> None:
    """A matching rule is found beside the policies."""
    rule = change("oci_identity_dynamic_group.g", {"name": "g", "matching_rule": "ALL {resource.id = 'x'}"})
    document = plan(rule, change(P, {"statements": [OTHER], "compartment_id": "ocid1.compartment.oc1..a"}))

    found = of_terraform(document, json.dumps(document), "plan.json")

    assert found is not None
    assert [(group.name, group.matching_rule) for group in found.dynamic_groups] == [
        ("g", "ALL {resource.id = 'x'}")
    ]
    assert [policy.compartment_id for policy in found.policies] == ["ocid1.compartment.oc1..a"]
