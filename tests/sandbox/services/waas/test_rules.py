"""What the edge firewall refuses and fills in."""

from __future__ import annotations

from typing import Any

import pytest

from sandbox.services.waas import CUSTOM_RULE
from sandbox.services.waas import POLICY as WAAS
from tests.sandbox.conftest import COMPARTMENT, Client, refused

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
            ({"policyConfig": {"isHttpsEnabled": True}}, "policyConfig.certificateId is required"),
            (
                {"wafConfig": {"origin": "primary", "customProtectionRules": [{"action": "BLOCK"}]}},
                "requires the id of a rule",
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
