"""Every connection the config can say: what it grants, and how its variables are called."""

from __future__ import annotations

from typing import Any, get_args

from hypothesis import given
from hypothesis import strategies as st

import oci_iam
from components.function_connections import Connection, Intent, environment
from components.grants.function_grants import FunctionGrants, FunctionIdentity
from components.grants.targets import (
    BucketTarget,
    DatabaseTarget,
    FunctionTarget,
    KeyTarget,
    LogTarget,
    MetricsTarget,
    QueueTarget,
    SecretTarget,
    Service,
    ServiceTarget,
    StreamTarget,
    TableTarget,
    Target,
    TopicTarget,
)
from components.values import limits
from oci_iam.workload import judge_workload
from tests.components.arguments import COMPARTMENT

ELSEWHERE = "ocid1.compartment.oc1..aaaaaaaasecurity"


def ids(kind: str) -> st.SearchStrategy[str]:
    """OCIDs of a type."""
    return st.text("abcdefgh234567", min_size=1, max_size=60).map(
        lambda unique: f"ocid1.{kind}.oc1.eu-frankfurt-1.{unique}"
    )


WHERE = st.sampled_from([COMPARTMENT, ELSEWHERE])
ADDRESS = st.just("https://cell-1.example.com")
NAMES = st.from_regex(r"[A-Za-z0-9._-]{1,40}", fullmatch=True).filter(lambda name: name not in (".", ".."))
PREFIXES = st.one_of(st.just(""), st.from_regex(r"[A-Za-z0-9._-][A-Za-z0-9._/-]{0,199}", fullmatch=True))
BUCKETS = st.builds(BucketTarget, name=NAMES, compartment_id=WHERE, prefix=PREFIXES)
WHOLE = st.builds(BucketTarget, name=NAMES, compartment_id=WHERE)
TABLES = st.builds(
    TableTarget,
    name=st.from_regex(r"[A-Za-z][A-Za-z0-9_.:-]{0,254}", fullmatch=True),
    compartment_id=WHERE,
)
QUEUES = st.builds(QueueTarget, id=ids("queue"), endpoint=ADDRESS, compartment_id=WHERE)
STREAMS = st.builds(StreamTarget, id=ids("stream"), endpoint=ADDRESS, compartment_id=WHERE)
KEYS = st.builds(KeyTarget, id=ids("key"), endpoint=ADDRESS, compartment_id=WHERE)
TARGETS: dict[Intent, st.SearchStrategy[Target]] = {
    "read": st.one_of(
        BUCKETS,
        TABLES,
        st.builds(SecretTarget, id=ids("vaultsecret"), compartment_id=WHERE),
        st.builds(DatabaseTarget, id=ids("autonomousdatabase"), by_id=st.booleans(), compartment_id=WHERE),
    ),
    "list": WHOLE,
    "write": st.one_of(BUCKETS, TABLES),
    "push": st.one_of(
        QUEUES,
        STREAMS,
        st.builds(LogTarget, id=ids("log"), group_id=ids("loggroup"), compartment_id=WHERE),
    ),
    "pull": st.one_of(QUEUES, STREAMS),
    "publish": st.builds(TopicTarget, id=ids("onstopic"), compartment_id=WHERE),
    "encrypt": KEYS,
    "decrypt": KEYS,
    "post": st.builds(
        MetricsTarget,
        namespace=st.from_regex(r"a[A-Za-z0-9_]{0,254}", fullmatch=True),
        compartment_id=WHERE,
    ),
    "invoke": st.builds(FunctionTarget, function=ids("fnfunc"), endpoint=ADDRESS, compartment_id=WHERE),
    "use": st.builds(ServiceTarget, service=st.sampled_from(get_args(Service)), compartment_id=WHERE),
}


def test_every_connector_of_a_function_is_an_intent() -> None:
    """No method is out of the config's reach, and no intent without its method."""
    methods = {name.removeprefix("to_") for name in vars(FunctionGrants) if name.startswith("to_")}

    assert methods == set(get_args(Intent)) == set(TARGETS)


@st.composite
def connections(draw: st.DrawFn) -> Connection:
    """Any connection the config can say."""
    intent = draw(st.sampled_from(list(TARGETS)))
    return Connection(intent, draw(TARGETS[intent]))


@given(connection=connections(), function=ids("fnfunc"), group=st.one_of(st.none(), ids("dynamicgroup")))
def test_no_connection_grants_too_much(connection: Connection, function: str, group: str | None) -> None:
    """Whatever the config says: each statement passes both judges at their strictest, names one principal and
    one compartment, and yields what a function's role allows."""
    known: Any = {"function": function, "dynamic_group": group}
    source = FunctionIdentity(**known, compartment_id=COMPARTMENT)

    for grant in connection.grants(source):
        text = grant.judged_text()
        assert text == grant.statement()
        verdict, as_workload = oci_iam.judge(text), judge_workload(text)
        assert verdict.verdict in ("ok", "unrelated")
        assert as_workload.verdict in ("ok", "none")
        assert verdict.notes == as_workload.notes == ()
        assert f"in compartment id {connection.target.compartment_id}" in text
        assert (group or function) in text
        assert verdict.permissions & {"FN_INVOCATION", "FN_FUNCTION_UPDATE"} <= (
            {"FN_INVOCATION"} if connection.intent == "invoke" else set()
        )


@given(st.dictionaries(st.from_regex(limits._NAME, fullmatch=True), connections(), max_size=6))
def test_variables_never_collide(said: dict[str, Connection]) -> None:
    """Each variable is of one connection, with a name that Functions takes; the values are strings."""
    variables = environment(said)

    assert len(variables) == sum(len(each.target.environment) for each in said.values())
    for name, value in variables.items():
        assert name.startswith("CONNECTION_")
        assert name.isupper()
        assert isinstance(value, str)
        limits.function_config({name: "x"})
