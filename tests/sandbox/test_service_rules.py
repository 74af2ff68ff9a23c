"""What Events, Notifications, Logging, Object Storage, the registry and the edge firewall refuse."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from sandbox.services.bridge_base import UNKNOWN

from .conftest import (
    APPLICATION,
    COMPARTMENT,
    FUNCTION,
    TENANCY,
    Client,
    Failed,
    application,
    function,
)

RULE = "oci:Events/rule:Rule"
TOPIC = "oci:Ons/notificationTopic:NotificationTopic"
SUBSCRIPTION = "oci:Ons/subscription:Subscription"
LOG_GROUP = "oci:Logging/logGroup:LogGroup"
LOG = "oci:Logging/log:Log"
BUCKET = "oci:ObjectStorage/bucket:Bucket"
REPOSITORY = "oci:Artifacts/containerRepository:ContainerRepository"
CUSTOM_RULE = "oci:Waas/customProtectionRule:CustomProtectionRule"
WAAS = "oci:Waas/policy:Policy"
FN = "ocid1.fnfunc.oc1.iad.aaaaforeign"


def action(**more: Any) -> dict[str, Any]:
    return {"actionType": "FAAS", "isEnabled": True, "functionId": FN, **more}


def rule(**more: Any) -> dict[str, Any]:
    return {
        "compartmentId": COMPARTMENT,
        "displayName": "r",
        "isEnabled": True,
        "condition": json.dumps({"eventType": "com.oraclecloud.objectstorage.createobject"}),
        "actions": {"actions": [action()]},
        **more,
    }


def refused(oci: Client, type: str, inputs: dict[str, Any], text: str) -> None:
    with pytest.raises(Failed) as failed:
        oci.create(type, "x", inputs)
    assert text in str(failed.value)


class TestEvents:
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
            ({"actions": {"actions": [action(functionId=None)]}}, "action 1 of type FAAS needs functionId"),
            (
                {"actions": {"actions": [action(topicId="ocid1.onstopic.oc1.iad.a")]}},
                "action 1 of type FAAS takes functionId, not topicId",
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

    @pytest.mark.parametrize(
        ("more", "text"),
        [
            ({"condition": "{"}, '"condition": contains an invalid JSON'),
            ({"conditionDetails": {"eventTypes": ["a"]}}, '"condition": conflicts with "conditionDetails"'),
            ({"actions": {"actions": [action(actionType="MAIL")]}}, "expected actionType to be one of FAAS"),
            ({"actions": {"actions": [action()], "action": [action()]}}, 'conflicts with "actions.actions"'),
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

    def test_a_condition_spaced_differently_is_no_change(self, oci: Client) -> None:
        """JSON is compared as JSON."""
        made = oci.create(RULE, "r", rule(condition='{"a": 1, "b": 2}'))

        assert oci.changed(made, rule(condition='{"b":2,"a":1}')) == {}
        assert oci.changed(made, rule(condition='{"b":2,"a":2}')) == {"condition": "UPDATE"}

    def test_details_become_a_condition(self, oci: Client) -> None:
        """Which the outputs show."""
        inputs = rule(conditionDetails={"eventTypes": ["a"], "data": '{"resourceName": "x"}'})
        del inputs["condition"]
        made = oci.create(RULE, "r", inputs)

        assert json.loads(made.outputs["condition"]) == {"eventType": ["a"], "data": {"resourceName": "x"}}
        assert oci.read(made) == made


class TestNotifications:
    def test_topic_names_are_unique(self, oci: Client) -> None:
        """And have no spaces."""
        made = oci.create(TOPIC, "t", {"compartmentId": COMPARTMENT, "name": "alerts"})

        assert made.outputs["topicId"] == made.id
        refused(oci, TOPIC, {"compartmentId": COMPARTMENT, "name": "alerts"}, "409-Conflict")
        refused(oci, TOPIC, {"compartmentId": COMPARTMENT, "name": "a b"}, "400-InvalidParameter, name")

    @pytest.mark.parametrize(
        ("protocol", "endpoint", "text"),
        [
            ("MAIL", "a@b.c", "protocol must be one of"),
            ("EMAIL", "nobody", "endpoint must be an e-mail address"),
            ("SLACK", "http://x", "endpoint must be an https address"),
            ("ORACLE_FUNCTIONS", "ocid1.fnapp.oc1.iad.a", "endpoint must be the OCID of a function"),
        ],
    )
    def test_an_endpoint_fits_its_protocol(
        self, oci: Client, protocol: str, endpoint: str, text: str
    ) -> None:
        """At create."""
        inputs = {
            "compartmentId": COMPARTMENT,
            "topicId": "ocid1.onstopic.oc1.iad.a",
            "protocol": protocol,
            "endpoint": endpoint,
        }
        refused(oci, SUBSCRIPTION, inputs, text)

    @pytest.mark.parametrize(
        ("protocol", "endpoint", "state"), [("EMAIL", "a@b.c", "PENDING"), ("ORACLE_FUNCTIONS", FN, "ACTIVE")]
    )
    def test_a_person_has_to_confirm(self, oci: Client, protocol: str, endpoint: str, state: str) -> None:
        """A function hasn't."""
        topic = oci.create(TOPIC, "t", {"compartmentId": COMPARTMENT})
        inputs = {
            "compartmentId": COMPARTMENT,
            "topicId": topic.id,
            "protocol": protocol,
            "endpoint": endpoint,
        }

        assert oci.create(SUBSCRIPTION, "s", inputs).outputs["state"] == state


class TestLogging:
    def log(self, group: str, **more: Any) -> dict[str, Any]:
        source = {"sourceType": "OCISERVICE", "service": "functions", "category": "invoke"}
        return {
            "displayName": "invoke",
            "logGroupId": group,
            "logType": "SERVICE",
            "configuration": {"source": {**source, "resource": "ocid1.fnapp.oc1.iad.aaaa"}},
            **more,
        }

    def test_a_log_takes_its_compartment_from_its_group(self, oci: Client) -> None:
        """The group isn't deleted while there are logs in it."""
        group = oci.create(LOG_GROUP, "g", {"compartmentId": COMPARTMENT, "displayName": "g"})
        made = oci.create(LOG, "l", self.log(group.id))

        assert made.outputs["compartmentId"] == COMPARTMENT
        assert oci.read(made) == made
        with pytest.raises(Failed, match="409-Conflict, log group 'g' still has 1 log"):
            oci.delete(group)

    @pytest.mark.parametrize(
        ("more", "text"),
        [
            ({"retentionDuration": 31}, "retentionDuration must be 30, 60"),
            ({"retentionDuration": 210}, "retentionDuration must be 30, 60"),
            ({"logType": "OTHER"}, "logType must be one of CUSTOM, SERVICE"),
            ({"configuration": None}, "configuration.source is needed"),
        ],
    )
    def test_what_is_refused(self, oci: Client, more: dict[str, Any], text: str) -> None:
        """At create."""
        refused(oci, LOG, self.log("ocid1.loggroup.oc1.iad.a", **more), text)

    def test_the_log_of_functions_belongs_to_an_application(self, oci: Client) -> None:
        """A function's OCID there is a common mistake."""
        inputs = self.log("ocid1.loggroup.oc1.iad.a")
        inputs["configuration"]["source"]["resource"] = FN

        refused(oci, LOG, inputs, "configuration.source.resource must be the OCID of an application")


class TestObjectStorage:
    def bucket(self, **more: Any) -> dict[str, Any]:
        return {"compartmentId": COMPARTMENT, "namespace": "sandboxns", "name": "data", **more}

    @pytest.mark.parametrize(
        ("more", "text"),
        [
            ({"name": "with space"}, "400-InvalidParameter, name 'with space' must have"),
            ({"name": "x" * 257}, "400-InvalidParameter, name"),
            ({"name": ".."}, "400-InvalidParameter, name '..' must have"),
            ({"namespace": "../.."}, "404-NotAuthorizedOrNotFound, namespace '../..' not found"),
            ({"accessType": "Public"}, "accessType must be one of NoPublicAccess"),
            ({"storageTier": "Cold"}, "storageTier must be one of"),
            ({"versioning": "Suspended"}, "versioning must be one of Enabled, Disabled"),
        ],
    )
    def test_what_is_refused(self, oci: Client, more: dict[str, Any], text: str) -> None:
        """At create."""
        refused(oci, BUCKET, self.bucket(**more), text)

    def test_names_are_unique_in_a_namespace(self, oci: Client) -> None:
        """Another namespace is another place."""
        oci.create(BUCKET, "b", self.bucket())
        oci.create(BUCKET, "c", self.bucket(namespace="other"))

        refused(oci, BUCKET, self.bucket(), "409-Conflict, 'data' already exists")

    def test_a_bucket_with_objects_is_not_deleted(self, oci: Client, folder: Path) -> None:
        """Not even a single one, in a folder of its name."""
        made = oci.create(BUCKET, "b", self.bucket())
        body = folder / "objects" / "sandboxns" / "data" / "results" / "a.json"
        body.parent.mkdir(parents=True)
        body.write_text("{}")
        with pytest.raises(Failed) as failed:
            oci.delete(made)
        body.unlink()
        oci.delete(made)

        assert str(failed.value).startswith("409-BucketNotEmpty, Bucket named 'data' is not empty.")

    def test_data_sources_answer_from_the_store(self, oci: Client) -> None:
        """The namespace is the sandbox's; a bucket that isn't there is not found."""
        made = oci.create(BUCKET, "b", self.bucket(objectEventsEnabled=True))
        token = "oci:ObjectStorage/getBucket:getBucket"

        assert oci.invoke("oci:ObjectStorage/getNamespace:getNamespace")["namespace"] == "sandboxns"
        assert oci.invoke(token, name="data", namespace="sandboxns")["bucketId"] == made.outputs["bucketId"]
        with pytest.raises(Failed, match="404-NotAuthorizedOrNotFound"):
            oci.invoke(token, name="none", namespace="sandboxns")


class TestRegistry:
    @pytest.mark.parametrize("name", ["Upper", "a b", "/a", "a/"])
    def test_names_are_lower_case(self, oci: Client, name: str) -> None:
        """With slashes only inside."""
        refused(oci, REPOSITORY, {"compartmentId": COMPARTMENT, "displayName": name}, "400-InvalidParameter")

    def test_a_repository_knows_its_namespace(self, oci: Client) -> None:
        """From which a program builds the image's name; and it is found by name."""
        made = oci.create(REPOSITORY, "r", {"compartmentId": COMPARTMENT, "displayName": "ai/fn"})
        found = oci.invoke(
            "oci:Artifacts/getContainerRepositories:getContainerRepositories",
            compartmentId=COMPARTMENT,
            displayName="ai/fn",
        )

        assert made.outputs["namespace"] == "sandboxns"
        assert [item["id"] for item in found["containerRepositoryCollections"][0]["items"]] == [made.id]
        refused(oci, REPOSITORY, {"compartmentId": COMPARTMENT, "displayName": "ai/fn"}, "409-Conflict")


TEMPLATE = """\
SecRule REQUEST_COOKIES "x" "phase:2, id: {{id_1}}, ctl:ruleEngine={{mode}}, deny"
SecRule ARGS "y" \\
  "phase:2, id: {{id_2}}, \\
   ctl:ruleEngine={{mode}}, deny"
"""


class TestEdgeFirewall:
    def custom(self, template: str) -> dict[str, Any]:
        return {"compartmentId": COMPARTMENT, "displayName": "c", "template": template}

    def waas(self, **more: Any) -> dict[str, Any]:
        return {
            "compartmentId": COMPARTMENT,
            "domain": "ai.example.com",
            "origins": [{"label": "primary", "uri": "gateway.example.net"}],
            "wafConfig": {"origin": "primary"},
            **more,
        }

    def test_a_good_template_gets_ids(self, oci: Client) -> None:
        """One a SecRule."""
        made = oci.create(CUSTOM_RULE, "c", self.custom(TEMPLATE))

        assert len(made.outputs["modSecurityRuleIds"]) == 2
        assert oci.read(made) == made

    @pytest.mark.parametrize(
        ("template", "text"),
        [
            ("deny", "template has no SecRule"),
            (
                TEMPLATE.replace("{{id_2}}", "{{id_1}}"),
                "SecRule 2 of the template must have exactly one id: {{id_2}}",
            ),
            (TEMPLATE.replace("{{id_1}}", "{id_1}"), "SecRule 1 of the template must have exactly one id"),
            (
                TEMPLATE.replace("ctl:ruleEngine={{mode}}, ", "", 1),
                "SecRule 1 of the template must have ctl:",
            ),
            (TEMPLATE.replace("id: {{id_1}}", "id: {{id_1}}, id: {{id_2}}"), "SecRule 1 of the template"),
        ],
    )
    def test_a_template_without_its_placeholders_is_refused(
        self, oci: Client, template: str, text: str
    ) -> None:
        """By the service; the preview is fine."""
        oci.preview(CUSTOM_RULE, "c", self.custom(template))
        refused(oci, CUSTOM_RULE, self.custom(template), text)

    @pytest.mark.parametrize(
        ("more", "text"),
        [
            ({"domain": "localhost"}, "domain must be a host name"),
            ({"origins": [{"label": "primary", "uri": "ai.example.com"}]}, "must differ from the domain"),
            ({"origins": [{"label": "primary", "uri": "a.b/path"}]}, "must be a host without a path"),
            ({"wafConfig": {"origin": "second"}}, "wafConfig.origin 'second' is not the label"),
            ({"wafConfig": {"isEnabled": True}}, "unexpected property"),
            ({"policyConfig": {"isHttpsEnabled": True}}, "policyConfig.certificateId is needed"),
            (
                {"wafConfig": {"origin": "primary", "customProtectionRules": [{"action": "BLOCK"}]}},
                "needs the id of a rule",
            ),
            (
                {
                    "wafConfig": {
                        "origin": "primary",
                        "customProtectionRules": [{"id": "ocid1.x.oc1..a", "action": "WARN"}],
                    }
                },
                "action must be one of OFF, DETECT, BLOCK",
            ),
        ],
    )
    def test_a_policy_that_does_not_fit_is_refused(
        self, oci: Client, more: dict[str, Any], text: str
    ) -> None:
        """Origins, domain, HTTPS and attached rules."""
        refused(oci, WAAS, self.waas(**more), text)

    def test_a_policy_attaches_existing_rules(self, oci: Client) -> None:
        """A deleted one is not found; another domain replaces."""
        custom = oci.create(CUSTOM_RULE, "c", self.custom(TEMPLATE))
        waf = {"origin": "primary", "customProtectionRules": [{"id": custom.id, "action": "DETECT"}]}
        made = oci.create(WAAS, "w", self.waas(wafConfig=waf))
        changed = oci.changed(made, self.waas(wafConfig=waf, domain="x.example.com"))
        oci.delete(made)
        oci.delete(custom)

        assert made.outputs["cname"].startswith("ai-example-com.")
        assert changed == {"domain": "UPDATE_REPLACE"}
        refused(oci, WAAS, self.waas(wafConfig=waf), "404-NotAuthorizedOrNotFound")


def test_the_tenancy_is_the_programs_own_where_it_names_one(oci: Client) -> None:
    """In its inputs, or in the provider's configuration."""
    made = oci.configure(tenancyOcid=TENANCY).create("oci:Identity/group:Group", "g", {"description": "d"})

    assert made.outputs["compartmentId"] == TENANCY
