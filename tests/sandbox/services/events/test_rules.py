"""What Events refuses and fills in."""

from __future__ import annotations

import json
from typing import Any

import pytest

from sandbox.services.events import RULE
from tests.sandbox.conftest import APPLICATION, FUNCTION, Client, application, function, refused
from tests.sandbox.services.events.conftest import action, rule


class TestRules:
    @pytest.mark.parametrize(
        ("more", "text"),
        [
            ({"condition": None}, "one of condition or condition_details must be specified"),
            ({"condition": None, "conditionDetails": {}}, "one of condition or condition_details must be"),
            ({"condition": "[]"}, "condition must be a JSON object"),
            ({"condition": '{"eventType": 7}'}, "eventType in the condition must be a string or a list"),
            ({"condition": '{"eventType": []}'}, "eventType in the condition must be a string or a list"),
            ({"actions": {"actions": []}}, "a rule has 1 to 10 actions, not 0"),
            ({"actions": {"actions": [action()] * 11}}, "a rule has 1 to 10 actions, not 11"),
            (
                {"actions": {"actions": [action(functionId=None)]}},
                "action 1 of type FAAS requires functionId",
            ),
            (
                {"actions": {"actions": [action(topicId="ocid1.onstopic.oc1.iad.a")]}},
                "action 1 of type FAAS accepts functionId, not topicId",
            ),
            (
                {"actions": {"actions": [action(functionId="ocid1.fnapp.oc1.iad.a")]}},
                "actions.actions[0].functionId must be the OCID of a fnfunc, not of a fnapp",
            ),
        ],
    )
    def test_what_the_service_refuses(self, oci: Client, more: dict[str, Any], text: str) -> None:
        """At create; a preview is fine."""
        oci.preview(RULE, "r", rule(**more))
        refused(oci, RULE, rule(**more), text)

    def test_the_function_must_exist(self, oci: Client) -> None:
        """A deleted one doesn't."""
        app = oci.create(APPLICATION, "app", application())
        fn = oci.create(FUNCTION, "fn", function(app.id))
        inputs = rule(actions={"actions": [action(functionId=fn.id)]})
        oci.delete(oci.create(RULE, "r", inputs))
        oci.delete(fn)

        refused(oci, RULE, inputs, "404-NotAuthorizedOrNotFound")

    def test_there_are_at_most_fifty(self, oci: Client) -> None:
        """In the tenancy."""
        for number in range(50):
            oci.create(RULE, f"r{number}", rule())

        refused(oci, RULE, rule(), "400-LimitExceeded, the tenancy's limit of 50 rules")

    def test_actions_get_an_id_and_a_state(self, oci: Client) -> None:
        """In whichever list the program wrote them; both stay over an update."""
        made = oci.create(RULE, "r", rule(actions={"action": [action()]}))
        changed = oci.update(made, rule(displayName="s", isEnabled=False, actions={"action": [action()]}))
        first, second = made.outputs["actions"]["action"][0], changed.outputs["actions"]["action"][0]

        assert first["id"].startswith("ocid1.eventaction.")
        assert (second["id"], second["state"]) == (first["id"], "ACTIVE")
        assert changed.outputs["state"] == "INACTIVE"
        assert oci.read(changed) == changed

    def test_details_become_a_condition(self, oci: Client) -> None:
        """Which the outputs show."""
        inputs = rule(conditionDetails={"eventTypes": ["a"], "data": '{"resourceName": "x"}'})
        del inputs["condition"]
        made = oci.create(RULE, "r", inputs)

        assert json.loads(made.outputs["condition"]) == {"eventType": ["a"], "data": {"resourceName": "x"}}
        assert oci.read(made) == made
