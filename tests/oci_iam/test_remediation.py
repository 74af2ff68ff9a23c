from __future__ import annotations

import re

import pytest

from oci_iam import judge

FILLED = {
    "<OCID of the function>": "ocid1.fnfunc.oc1.iad.aaaa",
    "<OCID of the application>": "ocid1.fnapp.oc1.iad.aaaa",
    "<OCID of its compartment>": "ocid1.compartment.oc1..aaaa",
    "<OCID of the user>": "ocid1.user.oc1..aaaa",
    "<OCID of its cluster>": "ocid1.cluster.oc1.iad.aaaa",
    "<namespace>": "jobs",
    "<service account>": "runner",
    "<type>": "eventrule",
    "<name>": "Apps",
    "<alias of the tenancy>": "T",
}


def proposed(text: str) -> list[str]:
    """The statements the findings on a text propose, with their blanks filled in."""
    found = []
    for finding in judge(text).findings:
        for statement in re.findall(r"`((?:Allow|Endorse|Admit)[^`]*)`", finding.remediation):
            for blank, value in FILLED.items():
                statement = statement.replace(blank, value)
            found.append(statement)
    return found


@pytest.mark.parametrize(
    "action", ["use fn-invocation", "manage fn-app", "manage functions-family", "{FN_APP_DELETE}"]
)
@pytest.mark.parametrize(
    "subject",
    [
        "group A",
        "group 'D d'/'A', B",
        "group D/'All Domain Users', A",
        "dynamic-group A",
        "service FaaS",
        "any-user",
        "any-group",
    ],
)
@pytest.mark.parametrize(
    "place", ["in tenancy", "in compartment X:'Y z'", "in compartment id ocid1.tenancy.oc1..aaaa"]
)
def test_what_is_proposed_is_accepted(subject: str, action: str, place: str) -> None:
    """Whoever writes what the finding says, with the blanks filled, is not refused again."""
    text = f"Allow {subject} to {action} {place}"

    assert not [statement for statement in proposed(text) if judge(statement).verdict != "ok"]
    assert bool(proposed(text)) is judge(text).refused


@pytest.mark.parametrize(
    "text",
    [
        "endorse group A to use fn-invocation in any-tenancy",
        "endorse group A to manage functions-family in tenancy T",
        "endorse any-user to manage all-resources in compartment X of tenancy T",
        "admit group A of tenancy T to manage functions-family in tenancy",
        "admit any-user of any-tenancy to use fn-invocation in compartment X",
        "allow resource abc to use fn-invocation in compartment X",
        "allow group A to use function-family in tenancy",
    ],
)
def test_what_is_proposed_across_tenancies_is_accepted(text: str) -> None:
    """The same for grants across tenancies and for subjects that can't stay."""
    assert proposed(text)
    assert not [statement for statement in proposed(text) if judge(statement).verdict != "ok"]


def test_the_statements_own_words_are_kept() -> None:
    """The proposal is about the same principal and place."""
    (statement,) = proposed("ALLOW group 'My devs' to use functions-family in compartment Apps:Dev")

    assert statement.startswith("Allow group 'My devs' to use fn-invocation in compartment Apps:Dev where ")


def test_the_type_the_author_wrote_is_kept() -> None:
    """A type in the condition stands in the proposal, with the variable its page uses for the compartment."""
    text = "Allow any-user to use fn-invocation in compartment X where request.principal.type = "

    gateway = judge(text + "'ApiGateway'").findings[0].remediation
    rule = judge(text + "'eventrule'").findings[0].remediation

    assert "all {request.principal.type = 'ApiGateway', request.resource.compartment.id = '<OCID" in gateway
    assert "all {request.principal.type = 'eventrule', request.principal.compartment.id = '<OCID" in rule


def test_a_user_is_named_by_its_ocid() -> None:
    """Of a person no group and no compartment is proposed, but the person."""
    text = "Allow any-user to use fn-invocation in compartment X where request.principal.type = 'user'"
    (statement,) = proposed(text)

    assert "where all {request.user.id = 'ocid1.user.oc1..aaaa', target.function.id = " in statement
    assert "group" not in statement
    assert judge(statement).verdict == "ok"


def test_a_workload_is_named_by_its_service_account() -> None:
    """Of a Kubernetes workload cluster, namespace and service account are proposed."""
    text = "Allow any-user to use fn-invocation in compartment X where request.principal.type = 'workload'"
    (statement,) = proposed(text)

    assert "request.principal.namespace = 'jobs'" in statement
    assert judge(statement).verdict == "ok"


def test_the_target_the_author_wrote_is_kept() -> None:
    """Functions named in a loose condition stand in the proposal."""
    one, other = "ocid1.fnfunc.oc1.iad.aaaa", "ocid1.fnfunc.oc1.iad.bbbb"
    text = (
        "Allow group A to use fn-invocation in tenancy where any {request.region = 'iad', target.function.id "
    )

    (single,) = proposed(f"{text}= '{one}'}}")
    (several,) = proposed(f"{text}in ('{one}', '{other}')}}")

    assert single.endswith(f"where target.function.id = '{one}'")
    assert several.endswith(f"where target.function.id in ('{one}', '{other}')")


def test_managing_and_invoking_are_alternatives() -> None:
    """Whoever changes functions is not to invoke them as well, so the sentence says `or`."""
    remediation = judge("Allow group A to manage functions-family in compartment X").findings[0].remediation

    assert (
        "fn-invocation in compartment X where target.function.id = '<OCID of the function>'`, or, "
        in remediation
    )
    assert "manage fn-function in compartment X` with `Allow group A to manage fn-app" in remediation
