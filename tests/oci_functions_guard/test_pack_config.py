"""Config is checked, never ignored."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from oci_functions_guard import catalogue
from oci_functions_guard.pack_config import config_problems

OVERBROAD = "functions-grant-overbroad"


SCOPED = "functions-grant-scoped"


CONFIG = Path(__file__).parents[2] / "policy_pack" / "config"


class TestConfigProblems:
    @pytest.mark.parametrize("name", ["dev.json", "prod.json"])
    def test_the_configs_of_the_pack_have_none(self, name: str) -> None:
        """The configs beside the pack are right, and say something about every rule."""
        config = json.loads((CONFIG / name).read_text(encoding="utf-8"))

        assert config_problems(config) == ()
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
            ({"functions-grant-overbraod": "mandatory"}, "functions-grant-overbraod: unknown rule"),
            ({OVERBROAD: "required"}, f"{OVERBROAD}: enforcementLevel must be one of advisory, mandatory"),
            ({OVERBROAD: None}, f"{OVERBROAD}: must be an enforcementLevel or an object"),
            ({OVERBROAD: {"exemptions": [{}]}}, f"{OVERBROAD}: exemptions[0].resource is missing"),
            ({"all": {"exemptions": []}}, "all: exemptions is not known"),
            ({"policy-statement-budget": {"limit": 0}}, "policy-statement-budget: limit must be at least 1"),
            (
                {"policy-statement-budget": {"limit": 1.5}},
                "policy-statement-budget: limit must be an integer",
            ),
            (
                {"policy-statement-budget": {"compartments": {"a": 1}}},
                "policy-statement-budget: compartments.a must be a string",
            ),
        ],
    )
    def test_each_mistake_is_named(self, config: Any, problem: str) -> None:
        """A misspelt rule, level or setting is found with its path."""
        (found, *_) = config_problems(config)

        assert found.startswith(problem)

    def test_all_is_a_name(self) -> None:
        """`all` sets the level of every rule."""
        assert config_problems({"all": "mandatory"}) == ()
        assert config_problems({"all": {"enforcementLevel": "advisory"}}) == ()


class TestSettings:
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
