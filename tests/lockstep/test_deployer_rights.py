"""The program and the rights its deployer needs: a stack's statements are narrow, enough and not spare.

The graphs are those of the mocked program, and every right is decided on the statements as IAM decides it.
"""

from __future__ import annotations

import ast
import json
import re
from collections.abc import Callable, Sequence
from typing import Any

import pulumi_oci
import pytest

from oci_iam import Directory, Group, Policy, Principal, Request, decide, judge
from oci_iam.catalogue.provider_types import ACTIONS, provider_type
from oci_iam.deployer import page, policy
from oci_iam.deployer.resources import Graph, Resource
from oci_iam.deployer.right import Right
from oci_iam.deployer.statements import subject_of
from oci_iam.workload import judge_workload
from tests.components.conftest import ROOT, deployed
from tests.components.test_program import GRAPHS

__all__ = ["deployed"]  # a fixture

TENANCY = "ocid1.tenancy.oc1..aaaaaaaasandboxtenancysample0000000000000000000000000000000a"
HOME = "ocid1.compartment.oc1..aaaaaaaahome"
GROUP, MEMBER = "ocid1.group.oc1..aaaaaaaadeployers", "ocid1.user.oc1..aaaaaaaadeployer"
PEOPLE = "ocid1.group.oc1..aaaaaaaapeople"
USER = "ocid1.user.oc1..aaaaaaaaone"
EDGE = {
    "domain": "ai.example.com",
    "origin": "203.0.114.7",
    "rules": {
        "sqli": {"rules": [{"variables": ["ARGS"], "operator": "@detectSQLi", "msg": "SQL injection"}]}
    },
}
IMAGE = {
    "reference": "ocir.eu-frankfurt-1.oci.oraclecloud.com/axsample/team/quiet:7",
    "digest": "sha256:" + "5" * 64,
}
TRIGGER = {"event_types": ["com.oraclecloud.objectstorage.createobject"], "bucket": {"name": "ai-results"}}
RICH = {
    "responder": {**GRAPHS["connected"][1]["responder"], "triggers": {"results": TRIGGER}},
    "watcher": GRAPHS["connected"][1]["watcher"],
    "quiet": {"image": IMAGE, "access": {"invokers": {"existing_id": PEOPLE, "members": [USER]}}},
}
FILES = {"first": (policy.first, policy.rights_first), "after": (policy.after, policy.rights_after)}
# What the statements of a file add up to although each is narrow: a deployer of functions is all of that. One
# that adds users to groups may do just that, and one of `identity: dynamic_group` may rewrite matching rules.
ALWAYS = {"escalation-image-push", "escalation-policies", "manage-and-invoke"}
SETS = {
    ("rich", "first"): {*ALWAYS, "escalation-groups"},
    ("rich", "after"): {*ALWAYS, "escalation-groups", "escalation-dynamic-groups"},
}

Planned = Callable[[str], tuple[Graph, list[policy.LookUp]]]


@pytest.fixture(name="planned")
def _planned(deployed: Any) -> Planned:
    """The resources and look-ups of a stack."""

    def plan(stack: str) -> tuple[Graph, list[policy.LookUp]]:
        if stack == "rich":
            functions = json.dumps(RICH)
            world = deployed("dev", functions=functions, primary="responder", edge=json.dumps(EDGE))
        else:
            world = deployed(stack)
        found = [
            Resource(each.type, world.recorder.resources[urn].id, each.inputs, each.name)
            for urn, each in world.recorder.registered.items()
            if each.type.startswith(("oci:", "docker-build:"))
        ]
        look_ups = [(token, asked) for token, asked in world.cloud.calls if token.startswith("oci:")]
        return Graph(found, TENANCY, HOME), look_ups

    return plan


def allowed(rights: Sequence[Right], statements: Sequence[str]) -> set[Right]:
    """Those of the rights that a member of the group has by these statements."""
    directory = Directory(TENANCY, groups={GROUP: Group("deployers", frozenset({MEMBER}))})
    policies = [Policy(TENANCY, tuple(statements))]
    principal = Principal(type="user", id=MEMBER)
    return {
        right
        for right in rights
        if decide(
            Request(principal, right.permission, right.compartment_id, right.operation, dict(right.target)),
            policies,
            directory,
        ).allowed
    }


@pytest.mark.parametrize("file", FILES)
@pytest.mark.parametrize("stack", ["dev", "prod", "rich"])
def test_each_statement_taken_away_takes_exactly_what_it_is_for(
    planned: Planned, stack: str, file: str
) -> None:
    """All statements together give every right; without one, exactly the rights that it is for are gone."""
    compose, needed = FILES[file]
    graph, look_ups = planned(stack)
    rights = needed(graph, look_ups)
    statements = compose(subject_of("deployers"), graph, look_ups)
    texts = [each.text for each in statements]

    assert allowed(rights, texts) == set(rights)
    for each in statements:
        left = [text for text in texts if text != each.text]
        assert set(rights) - allowed(rights, left) == set(each.rights) != set(), each.text


@pytest.mark.parametrize("who", ["deployers", "dynamic-group:deployers"])
@pytest.mark.parametrize("file", FILES)
@pytest.mark.parametrize("stack", ["dev", "prod", "rich"])
def test_no_statement_is_refused(planned: Planned, stack: str, file: str, who: str) -> None:
    """Each is read and judged narrow, for a group and for a workload; a workload's creates have no target to
    name, which is the milder finding."""
    compose, _ = FILES[file]
    statements = compose(subject_of(who), *planned(stack))
    tolerated = {"ok", "none"} | ({"unscoped"} if who.startswith("dynamic") else set())

    for each in statements:
        assert judge(each.text).verdict in ("ok", "unrelated"), each.text
        assert judge_workload(each.text).verdict in tolerated, each.text


@pytest.mark.parametrize("file", FILES)
@pytest.mark.parametrize("stack", ["dev", "prod", "rich"])
def test_what_they_add_up_to_is_exactly_what_is_said(planned: Planned, stack: str, file: str) -> None:
    """The findings that a deployer cannot be without are in the file's comments, and there is no other."""
    compose, _ = FILES[file]
    statements = compose(subject_of("deployers"), *planned(stack))

    found = page.findings([each.text for each in statements], TENANCY)
    text = page.as_text(["A head."], statements, TENANCY)

    assert set(found) == SETS.get((stack, file), ALWAYS)
    assert all(f"# {code}: " in text for code in found)


def test_the_page_lists_what_cannot_be_avoided() -> None:
    """The findings of all files stand in the table of the how-to, and no others."""
    text = (ROOT / "docs" / "how-to" / "deployer-policy.md").read_text(encoding="utf-8")

    listed = set(re.findall(r"^\| `([a-z-]+)` \|", text, re.MULTILINE))

    assert listed - {"dev-first", "dev-after"} == ALWAYS.union(*SETS.values())


def test_the_second_file_names_what_is_there(planned: Planned) -> None:
    """After the deploy nothing is created, and whatever OCI knows a target variable for is named by it."""
    graph, look_ups = planned("dev")
    statements = policy.after(subject_of("deployers"), graph, look_ups)
    (function,) = [each.id for each in graph.resources if each.token.endswith(":Function")]

    texts = [each.text for each in statements]

    assert not [text for text in texts if "_CREATE" in text]
    assert [
        text.rpartition(" where ")[2] for text in texts if "FN_FUNCTION_" in text or "FN_INV" in text
    ] == [f"target.function.id = '{function}'"] * 2
    changing = {"FN_APP_UPDATE", "BUCKET_UPDATE", "REPOSITORY_MANAGE", "POLICY_UPDATE", "GROUP_UPDATE"}
    assert {name for name in changing for text in texts if name in text and " where " in text} == changing


def _created_by_components() -> list[str]:
    """The tokens of every resource class of the SDK that the components' code calls."""
    found = set()
    for file in sorted((ROOT / "components").rglob("*.py")):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Attribute):
                module = getattr(pulumi_oci, node.value.attr, None)
                kind = getattr(module, node.attr, None)
                token = getattr(kind, "pulumi_type", "")
                if token:
                    found.add(str(token))
    return sorted(found)


@pytest.mark.parametrize("token", _created_by_components())
def test_the_catalogue_knows_what_every_component_calls(token: str) -> None:
    """Each type that a component can create has operations for all that the engine may do with it."""
    kind = provider_type(token)

    unknown = [kind.operations[action] for action in ACTIONS if kind.calls(action) is None]

    assert unknown == []


def test_the_components_are_read() -> None:
    """What is looked for in their code is found."""
    assert {"oci:Functions/function:Function", "oci:Waas/policy:Policy"} <= set(_created_by_components())


def test_a_type_nobody_knows_is_named(planned: Planned) -> None:
    """Instead of a policy that lacks something: one line for each operation that the catalogue has not."""
    graph, look_ups = planned("dev")
    strange = Resource("oci:Bastion/bastion:Bastion", "ocid1.bastion.oc1..a", {}, "b")

    with pytest.raises(policy.Unknown) as refused:
        policy.first(subject_of("d"), Graph([*graph.resources, strange], TENANCY, HOME), look_ups)

    assert refused.value.lines == (
        "oci:Bastion/bastion:Bastion: the catalogue knows no operation CreateBastion",
    )


def test_a_look_up_nobody_knows_is_named(planned: Planned) -> None:
    """So is a data source."""
    graph, _ = planned("dev")

    with pytest.raises(policy.Unknown) as refused:
        policy.first(subject_of("d"), graph, [("oci:Bastion/getBastions:getBastions", {})])

    assert refused.value.lines == (
        "oci:Bastion/getBastions:getBastions: the catalogue knows no operation of this look-up",
    )
