"""How the Pulumi provider treats an Events rule."""

from __future__ import annotations

from typing import Any

import pytest

from sandbox.services.bridge_base import UNKNOWN
from sandbox.services.events import RULE
from tests.sandbox.conftest import Client, Failed
from tests.sandbox.services.events.conftest import action, rule


class TestRules:
    @pytest.mark.parametrize(
        ("more", "text"),
        [
            ({"condition": "{"}, '"condition": contains an invalid JSON'),
            ({"conditionDetails": {"eventTypes": ["a"]}}, '"condition": conflicts with "conditionDetails"'),
            (
                {"actions": {"actions": [action(actionType="MAIL")]}},
                '"actions.actions[0].actionType": expected one of FAAS',
            ),
            ({"actions": {"actions": [action()], "action": [action()]}}, 'conflicts with "actions.actions"'),
            ({"condition": {"eventType": "x"}}, '"condition" must be a string, not an object'),
            ({"condition": "eventType = x"}, '"condition": contains an invalid JSON'),
            ({"actions": [action()]}, '"actions" must be an object, not a list'),
            ({"actions": {"actions": [{"action_type": "FAAS"}]}}, 'did you mean "actionType"?'),
        ],
    )
    def test_what_the_provider_refuses(self, oci: Client, more: dict[str, Any], text: str) -> None:
        """Already at preview."""
        with pytest.raises(Failed) as failed:
            oci.preview(RULE, "r", rule(**more))

        assert text in str(failed.value)

    def test_unknown_values_pass_a_preview(self, oci: Client) -> None:
        """The function's id usually isn't known yet."""
        shown = oci.preview(
            RULE, "r", rule(condition=UNKNOWN, actions={"actions": [action(functionId=UNKNOWN), UNKNOWN]})
        )

        assert shown["condition"] is UNKNOWN

    def test_a_condition_spaced_differently_is_no_change(self, oci: Client) -> None:
        """JSON is compared as JSON."""
        made = oci.create(RULE, "r", rule(condition='{"a": 1, "b": 2}'))

        assert oci.changed(made, rule(condition='{"b":2,"a":1}')) == {}
        assert oci.changed(made, rule(condition='{"b":2,"a":2}')) == {"condition": "UPDATE"}
