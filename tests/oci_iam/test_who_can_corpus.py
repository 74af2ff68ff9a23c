"""Who may do something, by each public statement alone: whom `decide` allows in a small tenancy."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

import oci_iam
from oci_iam.assumed_directory import assumed_directory
from oci_iam.decision import Trial
from oci_iam.inputs import Unusable
from oci_iam.questions import Target
from oci_iam.who_can import who_can
from tests.oci_iam.test_who_can import lists, names

CORPUS = Path(__file__).resolve().parents[3] / "shared" / "corpus"
TENANCY = "ocid1.tenancy.oc1..own"
ADA, BOB = "ocid1.user.oc1..ada", "ocid1.user.oc1..bob"
PERMISSIONS = ("FN_INVOCATION", "FN_FUNCTION_UPDATE", "OBJECT_READ", "SECRET_BUNDLE_READ")


def statements() -> Iterator[str]:
    """Every text of the corpus, each once."""
    lines = (line for file in sorted(CORPUS.glob("*.jsonl")) for line in file.read_text("utf-8").splitlines())
    rows = map(json.loads, lines)
    texts = (row.get("statement") or row.get("text") for row in rows)
    return iter(dict.fromkeys(text for text in texts if isinstance(text, str)))


def tenancy(text: str, policies: list[oci_iam.Policy]) -> oci_iam.Directory:
    """A tenancy with the compartments and groups that a statement names; only ada is in the groups."""
    known = assumed_directory(policies)
    read = oci_iam.parse(text)
    members = read.subject.members if isinstance(read, oci_iam.Statement) else ()
    return oci_iam.Directory(
        known.tenancy_id,
        known.compartments,
        {
            one.id or f"ocid1.group.oc1..g{at}": oci_iam.Group(one.name or "g", frozenset({ADA}), one.domain)
            for at, one in enumerate(members)
            if one.kind == "group"
        },
        {
            one.id or f"ocid1.dynamicgroup.oc1..d{at}": oci_iam.DynamicGroup(
                one.name or "d", "resource.type = 'fnfunc'", one.domain
            )
            for at, one in enumerate(members)
            if one.kind == "dynamic-group"
        },
        users={ADA: "ada", BOB: "bob"},
    )


def principals(place: str) -> tuple[oci_iam.Principal, ...]:
    """Users, resources and a service."""
    return (
        oci_iam.Principal("user", ADA, name="ada"),
        oci_iam.Principal("user", BOB, name="bob"),
        oci_iam.Principal("fnfunc", "ocid1.fnfunc.oc1.iad.one", place),
        oci_iam.Principal("ApiGateway", "ocid1.apigateway.oc1.iad.front", place),
        oci_iam.Principal("service", service="cloudEvents"),
    )


@pytest.mark.skipif(not CORPUS.is_dir(), reason=f"PUBLIC STATEMENTS NOT FOUND: {CORPUS} is missing")
def test_public_statements_are_answered_as_they_are_decided() -> None:
    """Each alone, for the tenancy and the compartment it names."""
    asked = allowed = 0
    for text in statements():
        policies = [oci_iam.Policy(TENANCY, (text,))]
        try:
            directory = tenancy(text, policies)
        except Unusable:  # it is about two tenancies as its own
            continue
        for place in {directory.tenancy_id, *list(directory.compartments)[-1:]}:
            for permission in PERMISSIONS:
                target = Target(place)
                answer = who_can(permission, target, policies, directory)
                for principal in principals(place):
                    trial = Trial(target.request(principal, permission), directory)
                    expected = oci_iam.decide(trial.request, policies, directory).allowed
                    asked, allowed = asked + 1, allowed + expected

                    assert expected == names(answer.abilities, trial), (text, principal)
                    assert not principal.is_user or expected == lists(answer.abilities, trial), (
                        text,
                        principal,
                    )

    assert asked > 100_000
    assert allowed > 500
