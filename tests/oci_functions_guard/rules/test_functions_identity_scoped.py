"""What `functions-identity-scoped` refuses, lets pass, and leaves for later."""

from __future__ import annotations

from typing import Any

import pytest

DYNAMIC_GROUP = "oci:Identity/dynamicGroup:DynamicGroup"


UNKNOWN = "04da6b54-80e4-46f7-96ec-b56ff0331ba9"


C = "ocid1.compartment.oc1..aaaaaaaacompartment"


F = "ocid1.fnfunc.oc1.phx.aaaaaaaafunction"


class TestIdentityScoped:
    NAME = "functions-identity-scoped"

    @pytest.mark.parametrize(
        "rule",
        [
            f"ALL {{resource.type = 'fnfunc', resource.id = '{F}'}}",
            f"resource.id = '{F}'",
            "instance.compartment.id = 'ocid1.compartment.oc1..aaaaaaaaother'",
        ],
    )
    def test_named_functions_and_other_resources_pass(self, pack: Any, rule: str) -> None:
        """A rule that takes in named functions, or no function, passes."""
        assert pack.analyze(DYNAMIC_GROUP, {"matchingRule": rule}).of(self.NAME) == []

    @pytest.mark.parametrize(
        "rule",
        [
            "resource.type = 'fnfunc'",
            f"ALL {{resource.type = 'fnfunc', resource.compartment.id = '{C}'}}",
            f"ANY {{resource.type = 'fnfunc', resource.id = '{F}'}}",
            f"resource.id != '{F}'",
            "this is no rule",
            "",
            None,
            7,
        ],
    )
    @pytest.mark.parametrize(
        "token", [DYNAMIC_GROUP, "oci:Identity/domainsDynamicResourceGroup:DomainsDynamicResourceGroup"]
    )
    def test_functions_nobody_named(self, pack: Any, token: str, rule: Any) -> None:
        """A rule that includes functions that it does not name, or cannot be read, is a finding in both kinds
        of group.
        """
        findings = pack.analyze(token, {"matchingRule": rule}).of(self.NAME)

        assert findings
        assert all(text.startswith("matchingRule: ") for text in findings)

    def test_unknown_is_judged_later(self, pack: Any) -> None:
        """An unknown rule does not apply yet at preview, and is refused at deploy."""
        at_preview = pack.analyze(DYNAMIC_GROUP, {"matchingRule": UNKNOWN})
        pack.deploy()
        at_deploy = pack.analyze(DYNAMIC_GROUP, {"matchingRule": UNKNOWN})

        assert at_preview.of(self.NAME) == []
        assert at_preview.not_applicable[self.NAME] == "matchingRule is unknown"
        assert at_deploy.of(self.NAME) == ["matchingRule is unknown, and a value must be known at deploy"]

    def test_a_secret_rule_is_not_shown(self, pack: Any, sample: Any) -> None:
        """Nothing of a rule that is marked as secret is repeated."""
        answer = pack.analyze(DYNAMIC_GROUP, {"matchingRule": sample.secret("tag.hidden.place.value")})

        assert answer.of(self.NAME)
        assert "hidden" not in answer.text
