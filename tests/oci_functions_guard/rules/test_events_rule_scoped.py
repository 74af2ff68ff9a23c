"""What `events-rule-scoped` refuses, lets pass, and leaves for later."""

from __future__ import annotations

import json
from typing import Any

import pytest

RULE = "oci:Events/rule:Rule"


UNKNOWN = "04da6b54-80e4-46f7-96ec-b56ff0331ba9"


CREATED = "com.oraclecloud.objectstorage.createobject"


class TestEventsRuleScoped:
    NAME = "events-rule-scoped"

    @pytest.mark.parametrize(
        "props",
        [
            {"condition": json.dumps({"eventType": CREATED})},
            {"condition": json.dumps({"eventType": [CREATED, "com.oraclecloud.objectstorage.*"]})},
            {"condition": json.dumps({"eventType": "*createobject"})},
            {"conditionDetails": {"eventTypes": [CREATED]}, "condition": ""},
            {"condition": json.dumps({"eventType": CREATED}), "conditionDetails": {}},
        ],
    )
    def test_named_events_pass(self, pack: Any, props: dict[str, Any]) -> None:
        """A condition that names event types, also by a pattern of one service, passes."""
        assert pack.analyze(RULE, props).of(self.NAME) == []

    @pytest.mark.parametrize(
        "props",
        [
            {"displayName": "r"},
            {"condition": "{}"},
            {"condition": json.dumps({"data": {"compartmentName": "x"}})},
            {"condition": json.dumps({"eventType": []})},
            {"condition": json.dumps({"eventType": None})},
            {"condition": json.dumps({"eventType": "*"})},
            {"condition": json.dumps({"eventType": ["*.*"]})},
            {"condition": json.dumps({"eventType": "com.oraclecloud.*"})},
            {"condition": json.dumps({"eventType": "com.oracle*"})},
            {"condition": json.dumps({"eventType": [CREATED, "**"]})},
            {"condition": json.dumps({"eventType": 7})},
            {"condition": "not json"},
            {"condition": "[]"},
            {"condition": "[" * 5000},
            {"condition": 7},
            {"conditionDetails": {"data": "{}"}},
            {"conditionDetails": {"eventTypes": []}},
            {"conditionDetails": {"eventTypes": ["*"]}},
            {"conditionDetails": {"eventTypes": [CREATED]}, "condition": json.dumps({"eventType": CREATED})},
        ],
    )
    def test_every_event_and_no_condition(self, pack: Any, props: dict[str, Any]) -> None:
        """A condition that takes every event, is none, or is given twice is one finding."""
        (text,) = pack.analyze(RULE, props).of(self.NAME)

        assert "the rule failed" not in text

    @pytest.mark.parametrize(
        "props",
        [
            {"condition": UNKNOWN},
            {"conditionDetails": UNKNOWN},
            {"conditionDetails": {"eventTypes": UNKNOWN}},
            {"conditionDetails": {"eventTypes": [CREATED, UNKNOWN]}},
        ],
    )
    def test_unknown_is_judged_later(self, pack: Any, props: dict[str, Any]) -> None:
        """What is unknown is judged at deploy."""
        answer = pack.analyze(RULE, props)

        assert answer.of(self.NAME) == []
        assert "unknown" in answer.not_applicable[self.NAME]

    @pytest.mark.parametrize(
        ("field", "hint"),
        [("eventtype", "did you mean eventType?"), ("Data", "did you mean data?"), ("x", "")],
    )
    def test_a_field_no_event_has_is_said(self, pack: Any, field: str, hint: str) -> None:
        """A misspelt field makes a rule that never fires; it is not called a rule that matches everything."""
        (found,) = pack.analyze(RULE, {"condition": json.dumps({field: [CREATED]})}).of(self.NAME)

        assert found.startswith(f"condition: no event has a field `{field}`, so it matches no event")
        assert hint in found

    def test_a_field_beside_a_good_type_is_said(self, pack: Any) -> None:
        """All parts of a condition must hold, so that a right event type does not help."""
        condition = json.dumps({"eventType": [CREATED], "compartment": "x"})

        (found,) = pack.analyze(RULE, {"condition": condition}).of(self.NAME)

        assert found.startswith("condition: no event has a field `compartment`")

    @pytest.mark.parametrize(
        ("name", "why"),
        [
            (
                "com.oraclecloud.compute.launchinstance.end",
                "no service of that name is known; did you mean com.oraclecloud.computeapi.…?",
            ),
            (
                "com.oraclecloud.objectstorage.createdobject",
                f"the service sends no such event; did you mean {CREATED}?",
            ),
            (
                "com.oraclecloud.datasciencejob.*",
                "no service of that name is known; did you mean com.oraclecloud.datascience.…?",
            ),
            ("com.oraclecloud.objectstorage.*bukket", "the service sends no such event"),
            ("com.oraclecloud.objectstorage", "it names a service but none of its events"),
            ("objectstorage.createobject", "an event type begins with com.oraclecloud."),
        ],
    )
    def test_a_type_no_service_sends_is_said(self, pack: Any, name: str, why: str) -> None:
        """In both forms of a condition, beside types that are sent, with the nearest one that is."""
        text = pack.analyze(RULE, {"condition": json.dumps({"eventType": [CREATED, name]})})
        details = pack.analyze(RULE, {"conditionDetails": {"eventTypes": [name]}})

        assert text.of(self.NAME) == [f"condition.eventType: `{name}` matches no event: {why}"]
        assert details.of(self.NAME) == [f"conditionDetails.eventTypes: `{name}` matches no event: {why}"]

    @pytest.mark.parametrize(
        "name",
        [
            "com.oraclecloud.computeapi.launchinstance.end",
            "com.oraclecloud.ComputeApi.LaunchInstance.end",
            "com.oraclecloud.aiservicespeechpreprod.completedtranscriptionjob",
            "com.oraclecloud.qzxqzxqzx.new",
            "com.oraclecloud.objectstorage.*object",
            "*launchinstance*",
        ],
    )
    def test_what_may_be_sent_passes(self, pack: Any, name: str) -> None:
        """Types of services that are not listed completely, and services this pack may not know yet, pass."""
        assert pack.analyze(RULE, {"condition": json.dumps({"eventType": name})}).of(self.NAME) == []

    def test_config_knows_more(self, pack: Any) -> None:
        """A type that a service sends and the pack does not know can be named in the config."""
        name = "com.oraclecloud.objectstorage.movedobject"
        details = {"conditionDetails": {"eventTypes": [name]}}
        before = pack.analyze(RULE, details).of(self.NAME)
        pack.configure({self.NAME: {"knownTypes": ["com.oraclecloud.objectstorage.moved*"]}})

        assert len(before) == 1
        assert pack.analyze(RULE, details).of(self.NAME) == []
