"""The pack as the engine talks to it: a process of its own, messages in and out."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import grpc
import pytest
from google.protobuf import empty_pb2
from pulumi.runtime.proto import analyzer_pb2 as pb

from oci_functions_guard.catalogue import CATALOGUE
from oci_functions_guard.examiner import Examiner
from oci_functions_guard.server import GuardServicer
from tests.oci_functions_guard.pack_process import run


class TestProcess:
    def test_it_says_which_rules_it_has(self, stub: Any) -> None:
        """The engine is told name, level, severity, remediation, tags, page and settings of every rule."""
        info = stub.GetAnalyzerInfo(empty_pb2.Empty())

        assert [rule.name for rule in CATALOGUE] == [policy.name for policy in info.policies]
        at_the_end = {each.name for each in info.policies if each.policy_type == pb.POLICY_TYPE_STACK}
        assert at_the_end == {"functions-logging-enabled"}
        assert len(at_the_end) + sum(
            each.policy_type == pb.POLICY_TYPE_RESOURCE for each in info.policies
        ) == len(info.policies)
        assert all(policy.remediation_steps and policy.url and policy.tags for policy in info.policies)
        assert all(policy.severity != pb.POLICY_SEVERITY_UNSPECIFIED for policy in info.policies)
        assert all("exemptions" in policy.configSchema.properties.fields for policy in info.policies)
        assert "CIS Oracle" in info.policies[0].framework.name

    def test_it_answers_about_a_resource(self, stub: Any, sample: Any) -> None:
        """A broad statement is refused over the wire."""
        stub.ConfigureStack(pb.AnalyzerStackConfigureRequest(dry_run=False))

        response = stub.Analyze(sample.request(sample.policy, {"statements": [sample.broad, sample.unknown]}))

        assert {
            ("functions-grant-overbroad", pb.MANDATORY),
            ("functions-grant-unjudgeable", pb.MANDATORY),
        } <= {(one.policyName, one.enforcementLevel) for one in response.diagnostics}

    def test_a_failure_outside_every_rule_is_an_error_to_the_engine(
        self, pack: Any, monkeypatch: Any
    ) -> None:
        """What breaks before any rule is asked ends the call with an error that shows no value."""
        said: list[tuple[Any, str]] = []

        class Context:
            def abort(self, code: Any, details: str) -> None:
                said.append((code, details))

        def see(_resource: Any) -> None:
            raise KeyError("hunter2")

        monkeypatch.setattr(pack.examiner, "see", see)

        with pytest.raises(KeyError):
            pack.servicer.Analyze(pb.AnalyzeRequest(), Context())
        ((code, details),) = said
        assert code == grpc.StatusCode.INTERNAL
        assert details.startswith("the policy pack failed: KeyError at oci_functions_guard/")
        assert "hunter2" not in details

    def test_no_resource_is_rewritten(self, stub: Any, sample: Any) -> None:
        """There is nothing to ask for a remediation, which the engine takes for "none"."""
        request = sample.request(sample.policy, {"statements": [sample.broad]})

        with pytest.raises(grpc.RpcError) as caught:
            stub.Remediate(request)

        assert caught.value.code() == grpc.StatusCode.UNIMPLEMENTED

    def test_to_remediate_means_to_refuse(self, pack: Any, sample: Any) -> None:
        """A rule that is set to remediate blocks: it rewrites nothing."""
        pack.configure({"functions-grant-overbroad": "remediate"})

        assert "functions-grant-overbroad" in pack.policy(sample.broad).blocking

    def test_what_can_not_be_loaded_stops_the_deploy(self, pack: Any) -> None:
        """Rules that fail to load are an error to the engine, also where no resource is asked about."""
        said: list[str] = []

        class Context:
            def abort(self, _code: Any, details: str) -> None:
                said.append(details)

        def load() -> Examiner:
            raise ImportError("hunter2")

        servicer = GuardServicer(load)
        for ask, request in (
            (servicer.Analyze, pb.AnalyzeRequest()),
            (servicer.AnalyzeStack, pb.AnalyzeStackRequest()),
        ):
            with pytest.raises(ImportError):
                ask(request, Context())

        assert all(text.startswith("the policy pack failed: ImportError") for text in said)
        assert len(said) == 2
        assert "hunter2" not in "".join(said)

    def test_a_level_the_protocol_does_not_have_is_refused(self, pack: Any) -> None:
        """A config from an engine that means something else by a level is not taken."""
        level: Any = 77
        config = {"functions-grant-overbroad": pb.PolicyConfig(enforcementLevel=level)}

        with pytest.raises(ValueError, match="77"):
            pack.servicer.Configure(pb.ConfigureAnalyzerRequest(policyConfig=config), None)

    def test_a_number_that_json_cannot_hold_is_no_text(self, pack: Any) -> None:
        """A value the SDK's own reading would break on is refused like any other that is no statement."""
        answer = pack.policy(float("nan"), float("inf"))

        assert answer.of("functions-grant-unjudgeable") == [
            "statements[0]: expected a string, found a number",
            "statements[1]: expected a string, found a number",
        ]

    def test_what_is_left_out_by_target_is_not_judged(self, pack: Any, sample: Any) -> None:
        """The engine asks about a resource it will not create now, without any input."""
        left_out = pack.analyze(sample.policy, {})
        without_statements = pack.analyze(sample.policy, {"compartmentId": sample.compartment})

        assert left_out.diagnostics == ()
        assert len(left_out.not_applicable) == len(CATALOGUE)
        assert "functions-grant-unjudgeable" in without_statements.blocking

    def test_it_starts_without_the_sdk(self, tmp_path: Path) -> None:
        """The messages are read where the SDK keeps them; none of it runs, which would take longer."""
        code = """
            import sys, oci_functions_guard.server
            heavy = {"pulumi", "pulumi_policy", "oci_iam", "oci_functions_guard.examiner"}
            print(sorted(heavy & set(sys.modules)))
        """

        assert run(code, tmp_path).stdout == "[]\n"


OVERBROAD = "functions-grant-overbroad"
SCOPED = "functions-grant-scoped"


class TestLevels:
    def test_the_cli_can_lower_a_level(self, pack: Any, sample: Any) -> None:
        """Advisory is advisory where the config says so."""
        pack.configure({OVERBROAD: "advisory"})

        answer = pack.policy(sample.broad)

        assert set() == answer.blocking
        assert answer.of(OVERBROAD)

    def test_a_disabled_rule_is_not_asked(self, pack: Any, sample: Any) -> None:
        """A disabled rule finds nothing."""
        pack.configure({SCOPED: "disabled"})

        assert (
            pack.policy(f"Allow group a to use fn-invocation in compartment id {sample.compartment}").of(
                SCOPED
            )
            == []
        )

    @pytest.mark.parametrize(
        ("config", "said"),
        [
            ({OVERBROAD: "disabled"}, "disabled by the pack's config: it checks nothing"),
            ({"all": "advisory"}, "advisory by the pack's config: what it finds does not block a deploy"),
        ],
    )
    def test_lowering_a_rule_that_is_mandatory_by_itself_is_said(
        self, pack: Any, sample: Any, config: Any, said: str
    ) -> None:
        """With the first resource of every operation, and only with that."""
        pack.configure(config)

        first = pack.analyze("pulumi:pulumi:Stack", {}, "project-dev")
        second = pack.policy(sample.narrow)

        assert first.of(OVERBROAD) == [said]
        assert second.of(OVERBROAD) == []
        assert set() == first.blocking

    def test_a_config_that_lowers_nothing_is_not_spoken_of(self, pack: Any) -> None:
        """Raising a level is nothing to announce."""
        pack.configure({"all": "mandatory"})

        assert pack.analyze("pulumi:pulumi:Stack", {}, "project-dev").diagnostics == ()

    def test_no_exception_of_the_cli_covers_a_rule_that_is_mandatory_by_itself(
        self, pack: Any, sample: Any
    ) -> None:
        """At deploy there is a second refusal, under the one name an exception of the CLI cannot hold."""
        at_preview = pack.policy(sample.broad)
        pack.deploy()
        at_deploy = pack.policy(sample.broad)

        assert at_preview.of("all") == []
        assert ("all", "mandatory") in {(one.rule, one.level) for one in at_deploy.diagnostics}
        assert pack.policy(sample.narrow).rules == []

    def test_remediate_counts_as_mandatory(self, pack: Any, sample: Any) -> None:
        """No rule remediates, so this level must not let anything through."""
        pack.configure({OVERBROAD: "remediate"})

        assert {OVERBROAD} == pack.policy(sample.broad).blocking
