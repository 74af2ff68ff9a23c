"""Config is checked, never ignored; exemptions are shown, expire, and cover nothing but findings."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from oci_functions_guard import catalogue

OVERBROAD = "functions-grant-overbroad"
SCOPED = "functions-grant-scoped"
CONFIG = Path(__file__).parents[2] / "policy_pack" / "config"

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


class TestWrongConfig:
    @pytest.mark.parametrize(
        ("changes", "problem"),
        [
            ({"reason": ""}, "exemptions[0].reason must not be empty"),
            ({"reason": "  "}, "exemptions[0].reason must not be empty"),
            ({"owner": 7}, "exemptions[0].owner must be a text"),
            ({"expires": "soon"}, "exemptions[0].expires must match"),
            ({"expires": "2026-02-30"}, "exemptions[0].expires is no date"),
            ({"resource": "*"}, "exemptions[0].resource names every resource"),
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

    def test_an_unknown_setting_blocks(self, pack_of: Any, sample: Any) -> None:
        """A misspelt setting is not ignored."""
        pack = pack_of()
        pack.configure({OVERBROAD: {"exemption": []}})

        assert {OVERBROAD} == pack.policy(sample.narrow).blocking

    def test_a_wrong_setting_of_an_advisory_rule_blocks_too(self, pack_of: Any, sample: Any) -> None:
        """What the rule would have been told is unknown, so its level is not asked."""
        pack = pack_of()
        pack.configure({SCOPED: {"enforcementLevel": "advisory", "exemptions": "none"}})

        assert {SCOPED} == pack.policy(sample.narrow).blocking


class TestLevels:
    def test_the_cli_can_lower_a_level(self, pack: Any, sample: Any) -> None:
        """Advisory is advisory where the config says so."""
        pack.configure({OVERBROAD: "advisory"})

        answer = pack.policy(sample.broad)

        assert set() == answer.blocking
        assert answer.of(OVERBROAD)

    def test_a_disabled_rule_is_not_asked(self, pack: Any, sample: Any) -> None:
        """A disabled rule says nothing."""
        pack.configure({OVERBROAD: "disabled"})

        assert pack.policy(sample.broad).of(OVERBROAD) == []

    def test_remediate_counts_as_mandatory(self, pack: Any, sample: Any) -> None:
        """No rule remediates, so this level must not let anything through."""
        pack.configure({OVERBROAD: "remediate"})

        assert {OVERBROAD} == pack.policy(sample.broad).blocking


class TestConfigProblems:
    @pytest.mark.parametrize("name", ["dev.json", "prod.json"])
    def test_the_configs_of_the_pack_have_none(self, name: str) -> None:
        """The configs beside the pack are right, and say something about every rule."""
        config = json.loads((CONFIG / name).read_text(encoding="utf-8"))

        assert catalogue.config_problems(config) == ()
        assert set(config) == {info.name for info in catalogue.CATALOGUE}

    def test_production_leaves_nothing_advisory(self) -> None:
        """In production every rule is mandatory, the one about unknown statements included."""
        config = json.loads((CONFIG / "prod.json").read_text(encoding="utf-8"))

        assert {"mandatory"} == set(config.values())

    def test_no_config_lowers_what_is_mandatory_by_itself(self) -> None:
        """Neither config weakens the two rules that block without any."""
        for path in CONFIG.glob("*.json"):
            config = json.loads(path.read_text(encoding="utf-8"))

            assert {"mandatory"} == {config[i.name] for i in catalogue.CATALOGUE if i.level == "mandatory"}

    @pytest.mark.parametrize(
        ("config", "problem"),
        [
            ([], "the config must be an object"),
            ({"functions-grant-overbraod": "mandatory"}, "functions-grant-overbraod: no rule of this name"),
            ({OVERBROAD: "required"}, f"{OVERBROAD}: enforcementLevel must be one of advisory, mandatory"),
            ({OVERBROAD: None}, f"{OVERBROAD}: must be an enforcementLevel or an object"),
            ({OVERBROAD: {"exemptions": [{}]}}, f"{OVERBROAD}: exemptions[0].resource is missing"),
            ({"all": {"exemptions": []}}, "all: exemptions is not known"),
            ({"policy-statement-budget": {"limit": 0}}, "policy-statement-budget: limit must be at least 1"),
            ({"policy-statement-budget": {"limit": 1.5}}, "policy-statement-budget: limit must be a whole"),
            (
                {"policy-statement-budget": {"compartments": {"a": 1}}},
                "policy-statement-budget: compartments.a must be a text",
            ),
        ],
    )
    def test_each_mistake_is_named(self, config: Any, problem: str) -> None:
        """A misspelt rule, level or setting is found with its path."""
        (found, *_) = catalogue.config_problems(config)

        assert found.startswith(problem)

    def test_all_is_a_name(self) -> None:
        """`all` sets the level of every rule."""
        assert catalogue.config_problems({"all": "mandatory"}) == ()
        assert catalogue.config_problems({"all": {"enforcementLevel": "advisory"}}) == ()
