from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings

from oci_iam import Context, decide, judge
from oci_iam.counterexample import Counterexample, counterexample, workload_counterexample
from oci_iam.workload import judge_workload
from tests.oci_iam.oracle import ACCOUNT, Grant, allows, promised
from tests.oci_iam.test_soundness import EVERY_CALL, GRANTS

HERE = Path(__file__).parent
SHARED = HERE.parents[2] / "shared" / "corpus"
FN, APP = "ocid1.fnfunc.oc1.iad.aaaa", "ocid1.fnapp.oc1.iad.aaaa"
PLACE = "ocid1.compartment.oc1..aaaa"


def statements(*files: Path) -> list[str]:
    """The over-broad statements of JSON Lines files, each once."""
    rows = [json.loads(line) for file in files for line in file.read_text("utf-8").splitlines()]
    return [
        text
        for text in dict.fromkeys(row["statement"] for row in rows)
        if judge(text).verdict == "over-broad"
    ]


def is_allowed(found: Counterexample) -> bool:
    """Whether the statement alone allows the call."""
    assert len(found.policy.statements) == 1
    return decide(found.request, [found.policy], found.directory).allowed


USER = "user ocid1.user.oc1..another"
FUNCTION, ELSEWHERE = "ocid1.fnfunc.oc1.iad.another", "ocid1.compartment.oc1..elsewhere"
NO_PLACE = "though the statement names neither this {} nor a compartment."


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        (
            "Allow group A to use fn-invocation in tenancy",
            f"{USER}, a member of 'A', invokes function {FUNCTION} in compartment {ELSEWHERE}, "
            + NO_PLACE.format("function"),
        ),
        (
            "Allow any-user to use fn-invocation in compartment X:Y where request.principal.type='eventrule'",
            "eventrule ocid1.eventrule.oc1.iad.another in ocid1.compartment.oc1..another invokes function"
            f" {FUNCTION} in compartment Y, though the statement does not name this principal.",
        ),
        (
            f"Allow dynamic-group D to manage functions-family in compartment id {PLACE}",
            f"fnfunc {FUNCTION} in ocid1.compartment.oc1..another, a member of 'D', invokes function"
            f" {FUNCTION} in compartment {PLACE}, though the statement names a whole family and not this"
            " function.",
        ),
        (
            "Allow service cloudEvents to {FN_APP_DELETE} in tenancy",
            "service cloudEvents deletes application ocid1.fnapp.oc1.iad.another in compartment"
            f" {ELSEWHERE}, {NO_PLACE.format('application')}",
        ),
        (
            "Endorse group A to manage fn-function in tenancy T where request.operation = 'CreateFunction'",
            f"{USER}, a member of 'A', creates a function in compartment {ELSEWHERE} across tenancies,"
            " though the statement crosses tenancies and names no function.",
        ),
        (
            "Allow resource abc to use fn-invocation in compartment X",
            f"{USER} invokes function {FUNCTION} in compartment X, though the statement does not name this"
            " principal.",
        ),
        (
            "Allow group A to use fn-invocation in compartment root where !target.function.id",
            f"{USER}, a member of 'A', invokes a function in compartment {ELSEWHERE}, "
            + NO_PLACE.format("function"),
        ),
    ],
)
def test_sentence(text: str, sentence: str) -> None:
    """A whole call in one sentence: who, what, where, and what the statement does not say."""
    found = counterexample(text)

    assert found is not None
    assert sentence == found.sentence
    assert is_allowed(found)


@pytest.mark.parametrize(
    "condition",
    [
        f"any {{target.function.id = '{FN}', request.region = 'iad'}}",
        f"any {{target.function.id = '{FN}', target.function.id != '{FN}'}}",
        f"target.function.id in ('{FN}', '*')",
        f"target.function.id in ('{FN}', '{APP}')",
        "target.function.id = /ocid1*/",
        "target.function.id = 'your function'",
        "target.function.id = request.principal.id",
        "target.compartment.name = /*dev/",
        f"target.compartment.id != '{PLACE}'",
        "request.networkSource.name = 'corp'",
        "request.utc-timestamp before '2030-01-01T00:00Z'",
        "request.utc-timestamp.time-of-day between '08:00:00Z' and '18:00:00Z'",
        "all {request.utc-timestamp after '2026-01-01T00:00Z', request.user.name = /*@example.com/}",
        "any {!request.x, request.region = 'iad'}",
        "sets-equal(request.x, ('a', 'b'))",
        "target.resource.tag.ns.key = request.principal.group.tag.ns.key",
        "all {request.groups.id = 'ocid1.group.oc1..one', request.groups.id = 'ocid1.group.oc1..two'}",
        "request.groups.name != 'Contractors'",
        "request.operation = 'InvokeFunction'",
    ],
)
def test_condition_that_confines_nothing_is_met(condition: str) -> None:
    """Values are found for patterns, negations, times, absent variables, sets and variables on both sides."""
    found = counterexample(f"Allow group A to use fn-invocation in tenancy where {condition}")

    assert found is not None
    assert is_allowed(found)


@pytest.mark.parametrize(
    "text",
    [
        f"Allow group A to use fn-invocation in compartment X where target.function.id = '{FN}'",
        "Allow group A to read buckets in tenancy",
        "Allow group A to use fn-invocation in Apps",
        "Allow group A to use fn-invocations in compartment X",
        "Deny group A to manage functions-family in tenancy",
        "Define tenancy T as ocid1.tenancy.oc1..t",
    ],
)
def test_none_where_nothing_is_too_broad(text: str) -> None:
    """What is ok, unrelated or unjudgeable has none."""
    assert counterexample(text) is None


def test_the_context_counts() -> None:
    """An alias of the tenancy is the tenancy; the tenancy's OCID is that of the directory."""
    text = "Allow group A to use fn-invocation in compartment Everything"
    context = Context("ocid1.tenancy.oc1..mine", {"everything": "ocid1.tenancy.oc1..mine"})
    found = counterexample(text, context)

    assert counterexample(text) is None
    assert found is not None
    assert found.directory.tenancy_id == "ocid1.tenancy.oc1..mine"
    assert is_allowed(found)


HOLDS_FOR_NOBODY = (
    "!request.principal.type",
    "not request.principal.type",
    "request.principal.type != 'user'",  # of a group, which holds users
    "request.permission!='FN_INVOCATION'",
    "request.permission not in ('FN_INVOCATION','FN_FUNCTION_CREATE'",
    "target.function.id before",
    "target.function.id after",
    "target.function.id between",
    "functions5qk2 where request.resource.compartment.id = ",  # of a group
    "request.region='iad'}, any {target.app.id=",  # two regions at once, or the target named
    "all {request.principal.type = 'eventrule', request.instance.compartment.id",
)
"""Parts of conditions that no request meets; `judge` does not look that closely."""


def test_every_over_broad_statement_of_the_corpora_has_one() -> None:
    """Each over-broad statement has a call that it allows, unless its condition holds for nobody."""
    texts = statements(HERE / "conformance.jsonl", HERE / "adversarial.jsonl")
    found = {text: counterexample(text) for text in texts}
    without = [text for text, one in found.items() if one is None]

    assert len(texts) > 500
    assert all(one is None or is_allowed(one) for one in found.values())
    assert not [text for text in without if not any(part in text for part in HOLDS_FOR_NOBODY)]
    assert len(without) < 15


@pytest.mark.skipif(not SHARED.is_dir(), reason=f"PUBLIC STATEMENTS NOT FOUND: {SHARED} is missing")
def test_every_public_over_broad_statement_has_one() -> None:
    """The same for public statements; their conditions can all hold."""
    found = [
        counterexample(text) for text in statements(SHARED / "statements.jsonl", SHARED / "labelled.jsonl")
    ]

    assert len(found) > 100
    assert all(one is not None and is_allowed(one) for one in found)


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        (
            "Allow dynamic-group D to read objects in compartment X",
            "uses OBJECT_READ in compartment X, though the statement does not name the target.",
        ),
        (
            "Allow any-user to read objects in compartment X where target.bucket.name = 'b'",
            "uses OBJECT_READ on target.bucket.name b in compartment X, though the statement does not name"
            " this principal.",
        ),
        (
            "Allow dynamic-group D to manage object-family in compartment X",
            " in compartment X, though a task that needs BUCKET_CREATE seldom needs all of `object-family`.",
        ),
        (
            "Allow dynamic-group D to read objects in tenancy where any {target.bucket.name='b', !a}",
            f"in compartment {ELSEWHERE}, though the statement names neither the target nor a compartment.",
        ),
    ],
)
def test_what_a_workload_may_do(text: str, sentence: str) -> None:
    """The same for what only the workload judge refuses, by a function of its own."""
    found = workload_counterexample(text)

    assert counterexample(text) is None
    assert found is not None
    assert found.sentence.endswith(sentence)
    assert is_allowed(found)


@pytest.mark.parametrize(
    "text",
    [
        "Allow dynamic-group D to read objects in compartment X where target.bucket.name = 'b'",
        "Allow group A to manage objects in tenancy",
        "Allow dynamic-group D to use some-unknown-type in tenancy",
        "Allow dynamic-group D objects",
    ],
)
def test_none_for_a_workload(text: str) -> None:
    """What is narrow, of no workload, unreadable, or of a type without known permissions has none."""
    assert workload_counterexample(text) is None


@pytest.mark.skipif(not SHARED.is_dir(), reason=f"PUBLIC STATEMENTS NOT FOUND: {SHARED} is missing")
def test_public_statements_about_workloads() -> None:
    """Each that is over-broad or unscoped with a permission the catalogue knows has a call it allows."""
    rows = (json.loads(line) for line in (SHARED / "workload_labelled.jsonl").read_text("utf-8").splitlines())
    verdicts = {row["statement"]: judge_workload(row["statement"]) for row in rows}
    refused = [text for text, one in verdicts.items() if one.verdict in ("over-broad", "unscoped")]
    found = {text: workload_counterexample(text) for text in refused if verdicts[text].permissions}

    assert len(found) > 100
    assert [text for text, one in found.items() if one is None or not is_allowed(one)] == []


# --- generated -------------------------------------------------------------------------------------------

WANTED = {
    "target.function.id": "ocid1.fnfunc.",
    "target.app.id": "ocid1.fnapp.",
    "request.user.id": "ocid1.user.",
    "request.groups.id": "ocid1.group.",
    "request.principal.compartment.id": "ocid1.compartment.",
}
NO_PRINCIPALS = ("ocid1.group.", "ocid1.compartment.", "ocid1.tenancy.", "ocid1.dynamicgroup.")


def stands(grant: Grant, variable: str, value: str | None) -> bool:
    """Whether a value names something and is a literal that the grant compares the variable with."""
    names = value is not None and value.startswith(WANTED.get(variable, "")) and "your" not in value
    if variable == "request.principal.id":
        names = value is not None and value.startswith("ocid1.") and not value.startswith(NO_PRINCIPALS)
    return bool(names and value is not None and value.casefold() in grant.literals(variable))


def is_permitted(grant: Grant, found: Counterexample) -> bool:
    """The promise of soundness.md for one call, worked out from the grant as data."""
    request, who = found.request, found.request.principal
    target = any(
        stands(grant, name, request.target.get(name)) for name in ("target.function.id", "target.app.id")
    )
    of_type = bool(who.type) and who.type.casefold() in grant.literals("request.principal.type")
    is_resource = who.type not in ("user", "service")
    places = ["request.principal.compartment.id", "request.resource.compartment.id"]
    places += ["request.instance.compartment.id"] * (who.type == "instance")
    lies_in = is_resource and any(
        (who.compartment_id or "").startswith("ocid1.compartment.")
        and (who.compartment_id or "").casefold() in grant.literals(name)
        for name in places
    )
    resource = (who.type != "user" and stands(grant, "request.principal.id", who.id)) or (of_type and lies_in)
    caller = (
        resource
        or stands(grant, "request.principal.id", who.id)
        or (who.type == "user" and stands(grant, "request.user.id", who.id))
        or any(stands(grant, "request.groups.id", one) for one in found.directory.groups_of(who))
        or (of_type and all(request.variables.get(name) in grant.literals(name) for name in ACCOUNT))
    )
    scoped = target or not grant.place.startswith("ocid1.tenancy.")
    known = caller or grant.subject[0] not in ("any-user", "any-group")
    is_family = isinstance(grant.action, tuple) and grant.action[1] in ("functions-family", "all-resources")
    service_form = grant.action == ("use", "functions-family") and resource
    return scoped and known and (not is_family or target or service_form)


@settings(max_examples=500, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(GRANTS)
def test_generated_statements(grant: Grant) -> None:
    """What is over-broad has a call that `decide` allows and the promise forbids; nothing else has one.

    Where none is found the second opinion knows of none either.
    """
    text = str(grant)
    found = counterexample(text)

    if judge(text).verdict != "over-broad":
        assert found is None
    elif found is not None:
        assert is_allowed(found), text
        assert not is_permitted(grant, found), (text, found.sentence)
    else:
        excesses = [call for call in EVERY_CALL if allows(grant, call) and not promised(grant, call)]
        assert not excesses, text
