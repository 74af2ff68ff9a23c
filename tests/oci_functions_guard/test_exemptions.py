"""An exemption is shown, expires, and covers nothing but the finding it names."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from oci_functions_guard import catalogue
from oci_functions_guard.exemptions import LONGEST_DAYS, Exemption, exemption_problems
from oci_functions_guard.pack_config import WrongConfig
from oci_functions_guard.rule import Rule
from oci_iam.fingerprint import fingerprint

OVERBROAD = "functions-grant-overbroad"
SCOPED = "functions-grant-scoped"
TODAY = date(2026, 6, 1)
BROAD = "Allow group everybody to manage functions-family in tenancy"
UNSCOPED = "Allow group a to use fn-invocation in compartment id ocid1.compartment.oc1..aaaaaaaacompartment"

EXEMPTION = {"resource": "legacy-*", "reason": "moves in July", "owner": "team-a", "expires": "2026-06-30"}
STRICT = EXEMPTION | {"resource": "legacy-access", "statement": fingerprint(BROAD)}


def exempt(**changes: Any) -> dict[str, Any]:
    """A config with one exemption from a rule that is mandatory by default."""
    return {OVERBROAD: {"exemptions": [STRICT | changes]}}


def exempt_scoped(**changes: Any) -> dict[str, Any]:
    """A config with one exemption from a rule that the config makes mandatory."""
    return {SCOPED: {"enforcementLevel": "mandatory", "exemptions": [EXEMPTION | changes]}}


class TestExemptions:
    def test_an_exempted_finding_does_not_block_and_is_shown(self, pack_of: Any) -> None:
        """The finding becomes an advisory line that names reason, owner and last day."""
        pack = pack_of()
        pack.configure(exempt())

        answer = pack.policy(BROAD, name="legacy-access")

        (text,) = answer.of(OVERBROAD)
        assert set() == answer.blocking
        assert text.startswith("exempted until 2026-06-30 by team-a (moves in July): statements[0]: ")

    def test_another_resource_is_not_exempted(self, pack_of: Any) -> None:
        """The name is matched as a whole."""
        pack = pack_of()
        pack.configure(exempt())

        assert {OVERBROAD} == pack.policy(BROAD, name="not-legacy-access").blocking

    def test_another_statement_of_the_resource_is_not_exempted(self, pack_of: Any) -> None:
        """A fingerprint covers one statement: another one beside it, or another spelling, is refused."""
        pack = pack_of()
        pack.configure(exempt())
        other = BROAD.replace("everybody", "others")

        answer = pack.policy(BROAD, other, f"{BROAD} ", name="legacy-access")

        assert {OVERBROAD} == answer.blocking
        assert sorted(text.split(":")[0].split()[0] for text in answer.of(OVERBROAD)) == [
            "exempted",
            "statements[1]",
            "statements[2]",
        ]

    def test_another_rule_is_not_exempted(self, pack_of: Any, sample: Any) -> None:
        """An exemption from one rule is none from another."""
        pack = pack_of()
        pack.configure(exempt())

        answer = pack.policy(BROAD, sample.unreadable, name="legacy-access")

        assert {"functions-grant-unjudgeable"} == answer.blocking

    def test_a_pattern_names_several_resources(self, pack_of: Any) -> None:
        """From a rule that is not mandatory by default a pattern exempts, and covers all it finds there."""
        pack = pack_of()
        pack.configure(exempt_scoped())

        assert set() == pack.policy(UNSCOPED, name="legacy-one").blocking
        assert {SCOPED} == pack.policy(UNSCOPED, name="one").blocking

    @pytest.mark.parametrize(
        ("today", "blocking"), [(date(2026, 6, 30), set()), (date(2026, 7, 1), {OVERBROAD})]
    )
    def test_an_expired_exemption_counts_as_absent(
        self, pack_of: Any, today: date, blocking: set[str]
    ) -> None:
        """It counts on its last day and not on the day after."""
        pack = pack_of(today=today)
        pack.configure(exempt())

        assert blocking == pack.policy(BROAD, name="legacy-access").blocking

    def test_a_failure_of_the_pack_is_not_exempted(self, pack_of: Any) -> None:
        """An exception in the rule blocks, whatever the exemption says."""

        def check(_case: Any) -> Any:
            raise ValueError

        pack = pack_of(Rule(catalogue.find(SCOPED), lambda _: True, check))
        pack.configure(exempt_scoped())

        assert {SCOPED} == pack.policy(name="legacy-access").blocking

    def test_what_covered_nothing_is_said_at_the_end(self, pack_of: Any) -> None:
        """At the end of an operation each exemption that was not used is named, with the reason."""
        pack = pack_of()
        unused = [
            EXEMPTION,
            EXEMPTION | {"resource": "clean"},
            EXEMPTION | {"resource": "gone"},
            EXEMPTION | {"resource": "legacy-late", "expires": "2026-05-31"},
        ]
        pack.configure({SCOPED: {"exemptions": unused}})
        pack.policy(UNSCOPED, name="legacy-one")
        pack.policy("Allow group a to read buckets in compartment x", name="clean")

        answer = pack.end()

        assert answer.of(SCOPED) == [
            "the exemption of clean covers nothing: the rule finds no such fault in the resource",
            "the exemption of gone covers nothing: the program has no resource of this name",
            "the exemption of legacy-late expired on 2026-05-31 and is ignored",
        ]
        assert set() == answer.blocking


class TestWrongExemptions:
    @pytest.mark.parametrize(
        ("changes", "problem"),
        [
            ({"reason": ""}, "exemptions[0].reason must not be empty"),
            ({"reason": "  "}, "exemptions[0].reason must contain at least two visible"),
            ({"owner": 7}, "exemptions[0].owner must be a string"),
            ({"owner": "\u3164\u3164\u3164"}, "exemptions[0].owner must contain at least two visible"),
            ({"reason": "moves\u200b in July"}, "exemptions[0].reason must contain at least two visible"),
            ({"expires": "soon"}, "exemptions[0].expires must match"),
            (
                {"expires": "\uff12\uff10\uff12\uff16-\uff10\uff16-\uff13\uff10"},
                "exemptions[0].expires must match",
            ),
            ({"expires": "2026-02-30"}, "exemptions[0].expires is not a date"),
            ({"expires": "9999-12-31"}, "exemptions[0].expires is more than 400 days ahead"),
            ({"resource": "legacy-*"}, "exemptions[0].resource must be the literal name of one resource"),
            ({"statement": "sha256:abc"}, "exemptions[0].statement must match"),
            ({"until": "2026-01-01"}, "exemptions[0].until is not known"),
        ],
    )
    def test_a_wrong_exemption_stops_the_operation_and_says_why(
        self, pack_of: Any, changes: dict[str, Any], problem: str
    ) -> None:
        """Config that cannot be followed ends the operation before anything is asked; an engine that asks
        regardless gets no answer.
        """
        pack = pack_of()

        with pytest.raises(WrongConfig) as caught:
            pack.configure(exempt(**changes))
        with pytest.raises(WrongConfig):
            pack.policy(BROAD, name="legacy-access")

        assert f"{OVERBROAD}: {problem}" in str(caught.value)

    @pytest.mark.parametrize("field", sorted(STRICT))
    def test_every_field_of_an_exemption_is_needed(self, pack_of: Any, field: str) -> None:
        """An exemption without one of its fields is wrong config."""
        lacking = {key: value for key, value in STRICT.items() if key != field}

        with pytest.raises(WrongConfig, match=rf"{OVERBROAD}: exemptions\[0\]\.{field} is missing"):
            pack_of().configure({OVERBROAD: {"exemptions": [lacking]}})

    @pytest.mark.parametrize(
        "pattern",
        [
            "*",
            "**",
            "?*",
            "[!x]*",
            "*[a-z]*",
            "*-*",
            "*a*",
            "*[!]]*",
            "?" * 8,
            "*e*s*",
            "*_*",
            "*\u3000*",
            "* *",
            "[abc]*",
            "[!xyz]*",
            "[a-z][a-z][a-z]?*",
        ],
    )
    def test_a_pattern_that_matches_too_much_is_refused(self, pack_of: Any, pattern: str) -> None:
        """Whatever way it is written, a pattern that holds nothing of the names is no exemption."""
        with pytest.raises(WrongConfig, match=r"exemptions\[0\]\.resource"):
            pack_of().configure(exempt_scoped(resource=pattern))

    @given(st.text("ab1-_*?[]!^ é", max_size=8), st.text("ab1-_ é", max_size=8))
    def test_a_pattern_names_only_what_holds_its_literal_part(self, pattern: str, name: str) -> None:
        """By meaning: what is accepted as a pattern matches no name without three letters or digits of it in
        a row, so that no accepted pattern names everything.
        """
        item = EXEMPTION | {"resource": pattern}
        accepted = pattern and not list(exemption_problems([item], TODAY))
        literal = [part for part in pattern.replace("?", "*").split("*") if part]

        if accepted and Exemption(pattern, "", "", TODAY).names(name):
            assert pattern == name or any(
                len(run) >= 3 and run in name
                for part in literal
                for run in "".join(char if char.isalnum() else " " for char in part).split()
            )

    @pytest.mark.parametrize(("days", "accepted"), [(LONGEST_DAYS, True), (LONGEST_DAYS + 1, False)])
    def test_the_last_day_is_bounded(self, days: int, accepted: bool) -> None:
        """An exemption lasts 400 days at most from the day it is read."""
        item = EXEMPTION | {"expires": str(TODAY + timedelta(days=days))}

        assert accepted == (not list(exemption_problems([item], TODAY)))

    @given(st.text(st.characters(categories=["C", "Z", "M", "P", "S"]), min_size=1, max_size=5))
    def test_a_reason_that_nobody_can_read_is_refused(self, reason: str) -> None:
        """A string without a visible letter or digit says nothing."""
        assert list(exemption_problems([EXEMPTION | {"reason": reason}], TODAY))

    @pytest.mark.parametrize("text", ["moves in July", "迁移", "переезд", "PROJ-7", "ça"])
    def test_a_reason_may_be_in_any_script(self, text: str) -> None:
        """Letters of every script are letters."""
        assert not list(exemption_problems([EXEMPTION | {"reason": text, "owner": text}], TODAY))
