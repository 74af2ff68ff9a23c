"""What `events-rule-scoped` refuses, lets pass, and leaves for later."""

from __future__ import annotations

import json
from typing import Any

import pytest

RULE = "oci:Events/rule:Rule"


UNKNOWN = "04da6b54-80e4-46f7-96ec-b56ff0331ba9"


class TestEventsRuleScoped:
    NAME = "events-rule-scoped"
    CREATED = "com.oraclecloud.objectstorage.createobject"

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
