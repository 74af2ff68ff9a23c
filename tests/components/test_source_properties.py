"""Everything a trigger can be: what it grants, whatever its options are."""

from __future__ import annotations

import contextlib
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

import oci_iam
from components.grants.connectors import ConnectorIdentity, ScheduleIdentity, SecretIdentity, allow
from components.grants.function_grants import FunctionIdentity
from components.grants.grant import Grant
from components.grants.targets import QueueTarget, StreamTarget
from components.values.cron import cron, runs_an_hour
from oci_iam.workload import judge_workload
from tests.components.arguments import COMPARTMENT
from tests.components.test_connection_properties import WHERE, ids

STREAMS = st.builds(StreamTarget, id=ids("stream"), endpoint=st.just(""), compartment_id=WHERE)
QUEUES = st.builds(QueueTarget, id=ids("queue"), endpoint=st.just(""), compartment_id=WHERE)


@st.composite
def functions(draw: st.DrawFn) -> FunctionIdentity:
    """A function, by itself or by its dynamic group."""
    known: Any = {
        "function": draw(ids("fnfunc")),
        "dynamic_group": draw(st.one_of(st.none(), ids("dynamicgroup"))),
    }
    return FunctionIdentity(**known, compartment_id=COMPARTMENT)


@st.composite
def granted(draw: st.DrawFn) -> tuple[Grant, ...]:
    """What any one source may do, and the function where it rotates a secret."""
    target: Any = draw(functions())
    kind = draw(st.sampled_from(["schedule", "connector", "secret"]))
    if kind == "schedule":
        return (allow(ScheduleIdentity(schedule=draw(ids("resourceschedule")))).to_invoke(target),)
    if kind == "secret":
        known: Any = {
            "secret": draw(ids("vaultsecret")),
            "dynamic_group": draw(st.one_of(st.none(), ids("dynamicgroup"))),
        }
        return allow(SecretIdentity(**known, compartment_id=draw(WHERE))).to_be_rotated_by(target)
    named = draw(st.one_of(st.none(), ids("serviceconnector")))
    connector = allow(ConnectorIdentity(compartment_id=COMPARTMENT, connector=named))
    source = draw(st.one_of(STREAMS, QUEUES))
    return connector.to_invoke(target), connector.to_see(target), connector.to_pull(source)


@given(granted())
def test_no_source_is_granted_too_much(grants: tuple[Grant, ...]) -> None:
    """Each statement passes both judges at their strictest, in one compartment, and yields of the rights on
    functions the invocation at most."""
    for grant in grants:
        text = grant.judged_text()
        verdict, as_workload = oci_iam.judge(text), judge_workload(text)
        assert text == grant.statement()
        assert verdict.verdict in ("ok", "unrelated")
        assert as_workload.verdict in ("ok", "none")
        assert verdict.notes == as_workload.notes == ()
        assert f"in compartment id {grant.scope}" in text
        assert verdict.permissions & {"FN_INVOCATION", "FN_FUNCTION_UPDATE", "FN_APP_UPDATE"} <= {
            "FN_INVOCATION"
        }


@given(granted())
def test_each_statement_names_who_and_what(grants: tuple[Grant, ...]) -> None:
    """No statement is about two principals of a type or two targets of one, but for the documented form of
    a connector, which names its compartment."""
    for grant in grants:
        text = str(grant.statement())
        assert text.count("target.") == 1
        assert ("dynamic-group id" in text) != ("request.principal." in text)


@given(st.lists(st.text("0123456789*/-, ", min_size=1, max_size=8), min_size=1, max_size=6).map(" ".join))
def test_any_text_is_a_cron_expression_or_refused(text: str) -> None:
    """With a reason, and nothing else is raised; what is one is due in an hour one to sixty times."""
    with contextlib.suppress(ValueError):
        assert 1 <= runs_an_hour(cron(text)) <= 60
