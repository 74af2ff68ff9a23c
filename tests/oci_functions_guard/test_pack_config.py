"""Config is checked, never ignored."""

from __future__ import annotations

import json
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from google.protobuf.json_format import ParseError
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from oci_functions_guard import catalogue, pack_config
from oci_functions_guard.pack_config import WrongConfig, config_problems, shown
from oci_iam.fingerprint import fingerprint

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

        assert shown(found).startswith(problem)

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

    def level(info: catalogue.RuleInfo) -> str:
        said = config.get(info.name, {})
        own = said if isinstance(said, str) else said.get("enforcementLevel")
        return str(own or config.get("all", info.level))

    return {info.name: level(info) for info in catalogue.CATALOGUE}


class TestRefused:
    @pytest.mark.parametrize(
        ("config", "problem"),
        [
            (
                {OVERBROAD: {"exemption": []}},
                f"{OVERBROAD}: exemption is not known; did you mean exemptions?",
            ),
            (
                {SCOPED: {"enforcementLevel": "advisory", "exemptions": "none"}},
                f"{SCOPED}: exemptions must be a list",
            ),
            (
                {"functions-config-no-secret": "mandatory"},
                "functions-config-no-secret: unknown rule; did you mean functions-config-no-secrets?",
            ),
            ({"functions-config-no-secret": "disabled"}, "functions-config-no-secret: unknown rule"),
            ({"all": {"exemptions": []}}, "all: exemptions is not known (only enforcementLevel is)"),
        ],
    )
    def test_the_pack_refuses_it_on_every_run(self, pack: Any, config: Any, problem: str) -> None:
        """A misspelt rule or setting ends the operation, whatever its level: what was meant does not hold."""
        with pytest.raises(WrongConfig) as caught:
            pack.configure(config)

        assert str(caught.value).startswith(f"the config of the policy pack is wrong:\n{problem}")

    def test_every_slip_is_named_at_once(self, pack: Any) -> None:
        """Nobody should have to run the engine once a slip."""
        with pytest.raises(WrongConfig) as caught:
            pack.configure(
                {"a-rule": "mandatory", "policy-statement-budget": {"limit": 0, "alreadyUsed": -1}}
            )

        assert [line.split(" must")[0].split(" (known")[0] for line in str(caught.value).split("\n")[1:]] == [
            "policy-statement-budget: limit",
            "policy-statement-budget: alreadyUsed",
            "a-rule: unknown rule",
        ]


class TestNoDoorIsLeftOpen:
    """Whatever a config says, a grant of everything is refused by the rules that are mandatory by themselves.
    What remains is an exemption that names the resource and the statement, and a level that is announced.
    """

    BROAD = "Allow group G to manage functions-family in tenancy"
    TODAY = date(2026, 6, 1)

    texts = st.one_of(
        st.sampled_from(["*", "?*", "[!x]*", "p*", "p", "P", "*p", "[p]", "p\u200b", "x", "", " ", "\u3164"]),
        st.text(max_size=4),
    )
    days = st.one_of(
        st.dates(date(2026, 5, 1), date(2028, 1, 1)).map(str),
        st.sampled_from(["9999-12-31", "2026-06-31", "", "2026-6-30", "20260630", "\uff12026-06-30"]),
    )
    statements = st.one_of(
        st.just(fingerprint(BROAD)),
        st.sampled_from([fingerprint(BROAD.upper()), "*", "", "sha256:" + "0" * 64, "sha256:*"]),
        st.just(fingerprint(BROAD).removeprefix("sha256:")),
    )
    one_exemption = st.fixed_dictionaries(
        {},
        optional={
            "resource": texts,
            "reason": texts,
            "owner": texts,
            "expires": days,
            "statement": statements,
            "rule": texts,
        },
    )
    entries = st.one_of(
        st.sampled_from(pack_config.LEVELS),
        st.fixed_dictionaries(
            {},
            optional={
                "enforcementLevel": st.sampled_from(pack_config.LEVELS),
                "exemptions": st.one_of(st.lists(one_exemption, max_size=3), texts, st.none()),
                "limit": st.integers(),
                "exemption": st.lists(one_exemption, max_size=1),
            },
        ),
    )
    names = st.sampled_from(["all", OVERBROAD, OVERBROAD, SCOPED, "functions-grant-overbraod", "*", ""])

    @given(st.dictionaries(names, entries, max_size=4))
    @settings(max_examples=400, suppress_health_check=[HealthCheck.function_scoped_fixture])
    def test_no_config_lets_it_through(self, pack_of: Any, config: dict[str, Any]) -> None:
        """Either the operation ends, or the grant is refused, or the config named it literally, or the pack
        says aloud that the rule is not mandatory.
        """
        pack = pack_of(today=self.TODAY)
        try:
            pack.configure(config)
        except (WrongConfig, ParseError):
            return
        stack = pack.analyze("pulumi:pulumi:Stack", {}, "project-dev")
        answer = pack.policy(self.BROAD, name="p")

        lowered = any("by the pack's config" in text for text in stack.of(OVERBROAD))
        assert OVERBROAD in answer.blocking or lowered or self.named(config)

    def named(self, config: dict[str, Any]) -> bool:
        """Whether the config holds a literal, hashed, unexpired exemption of this grant."""
        entry = config.get(OVERBROAD)
        listed = entry.get("exemptions", []) if isinstance(entry, dict) else []
        return any(
            item["resource"] == "p"
            and item["statement"] == fingerprint(self.BROAD)
            and self.TODAY <= date.fromisoformat(item["expires"]) <= self.TODAY + timedelta(days=400)
            for item in listed
        )

    def test_the_exemption_that_names_it_is_not_refused(self, pack_of: Any) -> None:
        """The property above is not empty: the one way that is meant works."""
        pack = pack_of(today=self.TODAY)
        item = {"resource": "p", "reason": "moves", "owner": "team", "expires": "2027-07-06"}
        pack.configure({OVERBROAD: {"exemptions": [item | {"statement": fingerprint(self.BROAD)}]}})

        assert set() == pack.policy(self.BROAD, name="p").blocking
