"""The statement that would let one refused request through: enough for it, and for nobody else's."""

from __future__ import annotations

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from oci_iam import Directory, Policy, Principal, Request, decide, judge
from oci_iam.answering.suggestion import suggestion
from oci_iam.statement import Member
from tests.oci_iam.oracle import GROUPS, TENANCY, Call
from tests.oci_iam.test_soundness import EVERY_CALL, GRANTS
from tests.oci_iam.test_who_can import WORLD, request_of

FUNCTION = "ocid1.fnfunc.oc1.iad.resize"
APPS = "ocid1.compartment.oc1..apps"


@settings(max_examples=150, suppress_health_check=[HealthCheck.too_slow])
@given(st.sampled_from(EVERY_CALL), st.lists(GRANTS, max_size=2))
def test_it_lets_the_request_through_and_no_stranger(call: Call, grants: list[object]) -> None:
    """Whoever it lets in besides shares the caller's group, and asks for the same permission and target."""
    policies = [Policy(TENANCY, tuple(map(str, grants)))]
    request = request_of(call)
    found = suggestion(request, policies, WORLD, None)
    if call.caller.id is None and call.caller.service is None:  # a workload has no OCID to be named by
        return
    assert found is not None
    alone = [Policy(TENANCY, (found.statement,))]
    let_in = [other for other in EVERY_CALL if decide(request_of(other), alone, WORLD).allowed]

    assert decide(request, alone, WORLD).allowed
    for other in let_in:
        same_group = other.caller == call.caller or GROUPS.get(other.caller.id or "") is not None
        assert (other.permission, same_group) == (call.permission, True)
        assert set(request.target.items()) <= set(request_of(other).target.items())


def ask(principal: Principal, member: Member | None = None, **target: str) -> str:
    """The statement suggested for a call in Apps."""
    request = Request(
        principal, "FN_INVOCATION", APPS, target={f"target.{k}.id": v for k, v in target.items()}
    )
    found = suggestion(request, [], Directory("ocid1.tenancy.oc1..t"), member)
    return found.statement if found else ""


def test_the_principal_is_named_as_a_statement_would() -> None:
    """A service by name, a resource by its OCID, a user of no group by an OCID too."""
    assert ask(Principal("service", service="cloudEvents"), function=FUNCTION) == (
        f"Allow service cloudEvents to use fn-invocation in compartment id {APPS}"
        f" where target.function.id = '{FUNCTION}'"
    )
    assert ask(Principal("eventrule", "ocid1.eventrule.oc1.iad.a")) == (
        f"Allow any-user to use fn-invocation in compartment id {APPS}"
        " where request.principal.id = 'ocid1.eventrule.oc1.iad.a'"
    )
    assert "request.user.id = 'ocid1.user.oc1..a'" in ask(Principal("user", "ocid1.user.oc1..a"))


def test_what_the_judge_would_refuse_is_said() -> None:
    """The whole tenancy without a target is over-broad, whoever asks."""
    tenancy = "ocid1.tenancy.oc1..t"
    request = Request(Principal("service", service="faas"), "FN_INVOCATION", tenancy)
    found = suggestion(request, [], Directory(tenancy), None)

    assert found is not None
    assert judge(found.statement).findings[0].message == found.refused
    assert "every compartment of the tenancy" in found.refused


def test_nothing_is_suggested_where_nothing_helps() -> None:
    """A deny outweighs every statement, and some values stand in no statement."""
    tenancy = Directory("ocid1.tenancy.oc1..t", deny_enabled=True)
    deny = [Policy("ocid1.tenancy.oc1..t", ("Deny any-user to manage functions-family in tenancy",))]
    everything = [Policy("ocid1.tenancy.oc1..t", ("Deny any-user to inspect functions-family in tenancy",))]
    request = Request(Principal("service", service="faas"), "FN_INVOCATION", APPS)
    quoted = Request(Principal("service", service="faas"), "FN_INVOCATION", APPS, target={"target.x": "it's"})

    assert suggestion(request, deny, tenancy, None) is not None
    assert suggestion(request, everything, tenancy, None) is None
    assert suggestion(quoted, [], tenancy, None) is None
