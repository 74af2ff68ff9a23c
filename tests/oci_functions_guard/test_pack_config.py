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
        """The configs beside the pack are right, so that each name in them is a rule's."""
        assert config_problems(read(name)) == ()

    def test_production_leaves_nothing_advisory(self) -> None:
        """In production every rule is mandatory, one that joins later included."""
        assert {"mandatory"} == set(levels("prod.json").values())

    def test_the_sandbox_makes_three_more_rules_mandatory(self) -> None:
        """`dev.json` names what differs from the catalogue, and lowers nothing."""
        raised = {
            "functions-identity-scoped": "mandatory",
            "functions-config-no-secrets": "mandatory",
            "waf-template-valid": "mandatory",
        }

        assert {info.name: info.level for info in catalogue.CATALOGUE} | raised == levels("dev.json")

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


def read(name: str) -> Any:
    """A config beside the pack."""
    return json.loads((CONFIG / name).read_text(encoding="utf-8"))


def levels(name: str) -> dict[str, str]:
    """The level that each rule has under one of them: `all` counts where the rule is not named."""
    config = read(name)
    return {info.name: config.get(info.name, config.get("all", info.level)) for info in catalogue.CATALOGUE}


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
