"""The rules as policies of the SDK."""

from __future__ import annotations

from typing import Any

import pytest
from pulumi.runtime.proto import analyzer_pb2 as pb
from pulumi_policy import EnforcementLevel
from pulumi_policy.policy import _PolicyAnalyzerServicer

from oci_functions_guard.examiner import Examiner
from oci_functions_guard.policies import guard_policies


class TestPoliciesOfTheSdk:
    """The same rules in a plain PolicyPack, through the SDK's own reading of properties."""

    @pytest.fixture(name="ask")
    def _ask(self, sample: Any, monkeypatch: pytest.MonkeyPatch) -> Any:
        monkeypatch.setenv("PULUMI_DRY_RUN", "true")
        servicer: Any = _PolicyAnalyzerServicer(
            "mine", "1", list(guard_policies(Examiner())), EnforcementLevel.ADVISORY
        )

        def ask(props: dict[str, Any]) -> dict[str, list[str]]:
            response = servicer.Analyze(sample.request(sample.policy, props), None)
            said: dict[str, list[str]] = {}
            for one in response.diagnostics:
                said.setdefault(one.policyName, []).append(one.message)
            return said

        return ask

    def test_unknown_values_hide_nothing(self, ask: Any, sample: Any) -> None:
        """The SDK's proxies are read past: nothing raises, and every statement is judged in its place."""
        said = ask({"statements": [sample.unknown, sample.broad, sample.unreadable, None]})

        assert {
            "functions-grant-overbroad",
            "functions-grant-unjudgeable",
            "functions-grant-unknown-at-preview",
        } <= set(said)
        assert "statements[0]: unknown at preview" in said["functions-grant-unknown-at-preview"][0]
        assert not any("can't run policy" in text for texts in said.values() for text in texts)

    def test_a_list_unknown_as_a_whole(self, ask: Any, sample: Any) -> None:
        """The unknown list is a notice here too."""
        assert list(ask({"statements": sample.unknown})) == ["functions-grant-unknown-at-preview"]

    def test_a_rule_about_the_whole_program_is_asked_at_its_end(self, sample: Any) -> None:
        """It is a stack policy there, and says which resource it means."""
        servicer: Any = _PolicyAnalyzerServicer(
            "mine", "1", list(guard_policies(Examiner())), EnforcementLevel.ADVISORY
        )
        application = sample.resource("oci:Functions/application:Application", {"id": "ocid1.fnapp.oc1..a"})
        source = {"service": "functions", "category": "invoke", "resource": "ocid1.fnapp.oc1..a"}
        log = sample.resource(
            "oci:Logging/log:Log",
            {"isEnabled": True, "configuration": {"source": source}},
            "log",
            configuration=[application.urn],
        )

        def said(*resources: Any) -> list[tuple[str, str]]:
            request = pb.AnalyzeStackRequest(resources=resources)
            return [(one.policyName, one.urn) for one in servicer.AnalyzeStack(request, None).diagnostics]

        assert said(application) == [("functions-logging-enabled", application.urn)]
        assert said(application, log) == []
