"""An exemption is shown, expires, and covers nothing but findings."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from oci_functions_guard import catalogue

OVERBROAD = "functions-grant-overbroad"


EXEMPTION = {"resource": "legacy-*", "reason": "moves in July", "owner": "team-a", "expires": "2026-06-30"}


def exempt(**changes: Any) -> dict[str, Any]:
    return {OVERBROAD: {"exemptions": [EXEMPTION | changes]}}


class TestExemptions:
    def test_an_exempted_finding_does_not_block_and_is_shown(self, pack_of: Any, sample: Any) -> None:
        """The finding becomes an advisory line that names reason, owner and last day."""
        pack = pack_of()
        pack.configure(exempt())

        answer = pack.policy(sample.broad, name="legacy-access")

        assert set() == answer.blocking
        assert all(
            text.startswith("exempted until 2026-06-30 by team-a (moves in July): statements[0]: ")
            for text in answer.of(OVERBROAD)
        )
        assert answer.of(OVERBROAD)

    def test_another_resource_is_not_exempted(self, pack_of: Any, sample: Any) -> None:
        """The pattern is matched against the whole name of the resource."""
        pack = pack_of()
        pack.configure(exempt())

        assert {OVERBROAD} == pack.policy(sample.broad, name="not-legacy-access").blocking

    def test_another_rule_is_not_exempted(self, pack_of: Any, sample: Any) -> None:
        """An exemption from one rule is none from another."""
        pack = pack_of()
        pack.configure(exempt())

        answer = pack.policy(sample.broad, sample.unreadable, name="legacy-access")

        assert {"functions-grant-unjudgeable"} == answer.blocking

    @pytest.mark.parametrize(
        ("today", "blocking"), [(date(2026, 6, 30), set()), (date(2026, 7, 1), {OVERBROAD})]
    )
    def test_an_expired_exemption_counts_as_absent(
        self, pack_of: Any, sample: Any, today: date, blocking: set[str]
    ) -> None:
        """It counts on its last day and not on the day after."""
        pack = pack_of(today=today)
        pack.configure(exempt())

        assert blocking == pack.policy(sample.broad, name="legacy-access").blocking

    def test_a_failure_of_the_pack_is_not_exempted(self, pack_of: Any) -> None:
        """An exception in the rule blocks, whatever the exemption says."""
        from oci_functions_guard.rule import Rule

        def check(_case: Any) -> Any:
            raise ValueError

        pack = pack_of(Rule(catalogue.find(OVERBROAD), lambda _: True, check))
        pack.configure(exempt())

        assert {OVERBROAD} == pack.policy(name="legacy-access").blocking


class TestWrongExemptions:
    @pytest.mark.parametrize(
        ("changes", "problem"),
        [
            ({"reason": ""}, "exemptions[0].reason must not be empty"),
            ({"reason": "  "}, "exemptions[0].reason must not be empty"),
            ({"owner": 7}, "exemptions[0].owner must be a string"),
            ({"expires": "soon"}, "exemptions[0].expires must match"),
            ({"expires": "2026-02-30"}, "exemptions[0].expires is not a date"),
            ({"resource": "*"}, "exemptions[0].resource matches every resource"),
            ({"until": "2026-01-01"}, "exemptions[0].until is not known"),
        ],
    )
    def test_a_wrong_exemption_blocks_and_says_why(
        self, pack_of: Any, sample: Any, changes: dict[str, Any], problem: str
    ) -> None:
        """Config that cannot be followed is a mandatory violation, and the exemptions in it do not count."""
        pack = pack_of()
        pack.configure(exempt(**changes))

        answer = pack.policy(sample.broad, name="legacy-access")

        assert {OVERBROAD} == answer.blocking
        assert any(f"the config of {OVERBROAD} is wrong: {problem}" in text for text in answer.of(OVERBROAD))
        assert any(text.startswith("statements[0]: ") for text in answer.of(OVERBROAD))

    @pytest.mark.parametrize("field", sorted(EXEMPTION))
    def test_every_field_of_an_exemption_is_needed(self, pack_of: Any, field: str) -> None:
        """An exemption without one of its four fields is wrong config."""
        pack = pack_of()
        pack.configure({OVERBROAD: {"exemptions": [{k: v for k, v in EXEMPTION.items() if k != field}]}})

        assert [f"the config of {OVERBROAD} is wrong: exemptions[0].{field} is missing"] == pack.policy().of(
            OVERBROAD
        )
