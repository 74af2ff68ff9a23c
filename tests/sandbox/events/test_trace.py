"""The trace as text: what is shortened, and what is not."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sandbox.events.dispatch import dispatch
from sandbox.events.envelope import completed
from sandbox.events.trace import Access, Delivery, RuleTrace, Trace, as_json, as_text, short_forms

ONE = "ocid1.compartment.oc1..aaaaaaaasandboxdevelopmentsample00000000000000000000000b"
OTHER = "ocid1.compartment.oc1..aaaaaaaasomewhereelsesample0000000000000000000000000000b"


def test_two_compartments_that_end_alike_are_told_apart(dev: Any) -> None:
    """In the very sentence that says they differ."""
    event = completed({"eventType": "x", "data": {"compartmentId": OTHER}})[0]
    lines = as_text(dispatch(event, dev.deployment())).splitlines()
    (why, *_) = [line for line in lines if "the event is in" in line]
    here, there = why.split("the event is in ")[1].removesuffix(" or below").split(", not in the rule's ")

    assert here != there
    assert (here.startswith("ocid1.compartment.…"), there.startswith("ocid1.compartment.…")) == (True, True)
    assert (OTHER.endswith(here.split("…")[1]), ONE.endswith(there.split("…")[1])) == (True, True)


def test_an_ocid_is_short_where_nothing_is_like_it() -> None:
    """Its type and six letters; of another type the same letters do not count."""
    user = ONE.replace("compartment", "user")

    assert short_forms(f"{ONE} {user}") == {
        ONE: "ocid1.compartment.…00000b",
        user: "ocid1.user.…00000b",
    }


def test_statements_to_copy_and_json_are_whole() -> None:
    """A short OCID in them would be useless."""
    access = Access(
        principal=f"user {ONE}", permission="P", allowed=False, because=f"not {ONE}", missing=f"in {ONE}"
    )
    trace = Trace(rules=[RuleTrace(name="r", id="i", stack="s", matched=True, why="w")])
    trace.rules[0].deliveries = [Delivery(target=ONE, access=[access])]

    assert f"missing   in {ONE}" in as_text(trace)
    assert as_text(trace).count(ONE) == 1
    assert as_json(trace).count(ONE) == 4


_letters = st.text(alphabet="ab0.-", min_size=1, max_size=40)


@given(st.lists(st.tuples(st.sampled_from(["user", "group"]), _letters), min_size=2, max_size=8))
def test_no_two_look_alike(parts: list[tuple[str, str]]) -> None:
    """Whatever OCIDs a trace holds: their forms, short or whole, are as many as they are."""
    ocids = {f"ocid1.{kind}.oc1..{unique.strip('.-')}x" for kind, unique in parts}
    forms = short_forms(" ".join(ocids))

    assert len({forms.get(ocid, ocid) for ocid in ocids}) == len(ocids)


@pytest.mark.parametrize("text", ["", "ocid1.user.oc1..short", "no OCID", "ocid1.user."])
def test_what_is_no_longer_than_its_short_form_stays(text: str) -> None:
    """Nothing to gain."""
    assert short_forms(text) == {}
