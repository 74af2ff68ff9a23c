"""What inputs are refused because of the facts about their type."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from sandbox.facts import TypeFacts
from sandbox.services.bridge_base import UNKNOWN
from sandbox.services.schema_refusals import Refusals


def refused(facts: TypeFacts, inputs: dict[str, Any]) -> list[str]:
    return [f'"{each.property}": {each.reason}' for each in Refusals(facts).of_schema(inputs)]


ENUMS = TypeFacts(enums={"kind": ("ONE", "TWO"), "steps.kind": ("A", "B")}, exact=frozenset({"steps.kind"}))


class TestEnumerations:
    def test_a_value_that_is_none_is_refused_with_those_that_are(self) -> None:
        """Also inside of lists, with the index."""
        assert refused(ENUMS, {"kind": "THREE", "steps": [{"kind": "A"}, {"kind": "a"}]}) in (
            [
                "\"kind\": expected one of ONE, TWO, found 'THREE'",
                "\"steps[1].kind\": expected one of A, B, found 'a'",
            ],
            [
                "\"steps[1].kind\": expected one of A, B, found 'a'",
                "\"kind\": expected one of ONE, TWO, found 'THREE'",
            ],
        )

    def test_letter_case_counts_only_where_it_is_said(self) -> None:
        """And what is not known yet passes."""
        assert refused(ENUMS, {"kind": "two", "steps": [{"kind": UNKNOWN}, UNKNOWN]}) == []


class TestConflicts:
    facts = TypeFacts(conflicts=(("one", "nested.other"),))

    def test_both_of_a_pair_are_refused(self) -> None:
        """Whatever their values."""
        assert refused(self.facts, {"one": "", "nested": {"other": False}}) == [
            '"one": conflicts with "nested.other"'
        ]

    @pytest.mark.parametrize("other", [None, [], UNKNOWN])
    def test_one_alone_passes(self, other: Any) -> None:
        """An empty list is nothing, and what is not known may be nothing."""
        assert refused(self.facts, {"one": "a", "nested": {"other": other}}) == []


class TestRanges:
    @pytest.mark.parametrize(
        ("what", "passes", "text", "value"),
        [
            ("30..", 30, "expected at least 30, found 29", 29),
            ("24..168", "168", "expected 24 to 168, found 169", "169"),
            ("0..5 items", ["x"] * 5, "expected 0 to 5 items, found 6 items", ["x"] * 6),
            ("1.. items", ["x"], "expected at least 1 items, found 0 items", []),
            ("not empty", "x", "expected a string that is not empty, found ''", ""),
            ("text true or false", "TRUE", "expected one of true, false, found 'yes'", "yes"),
            ("true only", True, "expected true, found False", False),
            ("JSON text", "", "contains an invalid JSON", "{"),
            ("keys in lower case", {"a": "A"}, "expected keys in lower case, found Key", {"Key": "v"}),
            ("path of an existing file", str(Path(__file__)), "expected the path of a file that", "/no/file"),
            ("fully qualified domain name: …", "a.example.com.", "expected a fully qualified domain", "a b"),
        ],
    )
    def test_what_is_outside_is_refused(self, what: str, passes: Any, text: str, value: Any) -> None:
        """With what would pass."""
        facts = TypeFacts(ranges={"place": what})

        assert refused(facts, {"place": passes}) == []
        assert refused(facts, {"place": UNKNOWN}) == []
        assert refused(facts, {"place": value})[0].startswith(f'"place": {text}')

    def test_a_number_given_as_a_string_is_one(self) -> None:
        """Of 64 bits."""
        facts = TypeFacts(compared={"size": "number"})

        assert refused(facts, {"size": "-12"}) == []
        assert refused(facts, {"size": "12GB"}) == ["\"size\": expected a 64-bit integer, found '12GB'"]


def test_what_only_the_service_sets_is_no_input() -> None:
    """Though the SDK takes it."""
    facts = TypeFacts(refused=frozenset({"locks.timeCreated"}))

    assert refused(facts, {"locks": [{"type": "FULL", "timeCreated": "now"}]}) == [
        '"locks[0].timeCreated": is computed by the service, and cannot be set'
    ]


def test_the_service_refuses_what_the_plan_passes() -> None:
    """In any letter case; inside of maps nothing is looked at."""
    refusals = Refusals(TypeFacts(service_enums={"tier": ("Standard", "Archive")}))

    assert list(refusals.of_schema({"tier": "Cold"})) == []
    assert [each.reason for each in refusals.of_service({"tier": "Cold"})] == [
        "expected one of Standard, Archive, found 'Cold'"
    ]
    assert list(refusals.of_service({"tier": "archive", "tags": {"tier": "Cold"}})) == []
