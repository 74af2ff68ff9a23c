"""The pack as a process of its own, as the SDK's own policies, and as a folder to publish alone."""

from __future__ import annotations

import subprocess
import sys
import textwrap
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import grpc
import pytest
from google.protobuf import empty_pb2
from pulumi.runtime.proto import analyzer_pb2 as pb
from pulumi.runtime.proto import analyzer_pb2_grpc as rpc
from pulumi_policy import EnforcementLevel
from pulumi_policy.policy import _PolicyAnalyzerServicer

from oci_functions_guard.catalogue import CATALOGUE
from oci_functions_guard.guard import Guard
from oci_functions_guard.policies import guard_policies
from oci_functions_guard.server import NAME, GuardServicer
from oci_functions_guard.version import VERSION

PACK = Path(__file__).parents[2] / "policy_pack"


@pytest.fixture(name="process", scope="module")
def _process() -> Iterator[subprocess.Popen[str]]:
    """The pack, started the way the engine's language host starts it."""
    with subprocess.Popen([sys.executable, "-u", str(PACK)], stdout=subprocess.PIPE, text=True) as process:
        yield process
        process.terminate()


@pytest.fixture(name="stub", scope="module")
def _stub(process: subprocess.Popen[str]) -> Iterator[Any]:
    assert process.stdout is not None
    port = int(process.stdout.readline())
    with grpc.insecure_channel(f"127.0.0.1:{port}") as channel:
        yield rpc.AnalyzerStub(channel)


class TestProcess:
    def test_it_says_which_rules_it_has(self, stub: Any) -> None:
        """The engine is told name, level, severity, remediation, tags, page and settings of every rule."""
        info = stub.GetAnalyzerInfo(empty_pb2.Empty())

        assert [rule.name for rule in CATALOGUE] == [policy.name for policy in info.policies]
        assert all(policy.policy_type == pb.POLICY_TYPE_RESOURCE for policy in info.policies)
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

        monkeypatch.setattr(pack.guard, "see", see)

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

        def load() -> Guard:
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
            "statements[0]: expected a text, found a number",
            "statements[1]: expected a text, found a number",
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
            heavy = {"pulumi", "pulumi_policy", "oci_iam", "oci_functions_guard.guard"}
            print(sorted(heavy & set(sys.modules)))
        """

        assert _run(code, tmp_path).stdout == "[]\n"

    def test_it_ends_at_once_with_a_rule_left_hanging(self, tmp_path: Path) -> None:
        """A rule that hangs keeps no process alive."""
        code = """
            import time
            from oci_functions_guard.deadline import Deadline
            answer = Deadline(0.1).run([lambda: time.sleep(60)])[0]
            print(type(answer.error).__name__)
        """
        began = time.monotonic()

        done = _run(code, tmp_path)

        assert done.stdout == "DeadlinePassed\n"
        assert time.monotonic() - began < 20

    def test_a_stuck_interpreter_ends_the_process(self, tmp_path: Path) -> None:
        """A regular expression that backtracks for ever holds every thread up; the process is ended, not
        silent.
        """
        code = """
            import re
            from oci_functions_guard.deadline import Deadline
            Deadline(0.3, stuck_after=1).run([lambda: re.match("(a+)+$", "a" * 64 + "b")])
            print("never")
        """

        done = _run(code, tmp_path)

        assert done.returncode == 1
        assert done.stdout == ""
        assert "Timeout" in done.stderr

    @pytest.mark.parametrize("value", ["0", "-1", "soon", "nan", "601"])
    def test_a_deadline_nobody_meant_stops_the_pack(self, tmp_path: Path, value: str) -> None:
        """A deadline that is no number of seconds in range is an error at the start, in one line."""
        done = _run(
            "from oci_functions_guard.server import serve; serve()",
            tmp_path,
            OCI_GUARD_DEADLINE_SECONDS=value,
        )

        assert done.returncode == 1
        assert done.stdout == ""
        assert done.stderr.startswith(f"{NAME}: OCI_GUARD_DEADLINE_SECONDS must be a number of seconds")
        assert len(done.stderr.splitlines()) == 1

    def test_the_deadline_can_be_set(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """The environment sets the deadline of every rule."""
        monkeypatch.setenv("OCI_GUARD_DEADLINE_SECONDS", "2.5")

        assert Guard()._deadline.seconds == 2.5


def _run(code: str, folder: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    import os

    return subprocess.run(
        [sys.executable, "-c", textwrap.dedent(code)],
        cwd=folder,
        env=os.environ | {"PYTHONPATH": str(PACK)} | environment,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


class TestPoliciesOfTheSdk:
    """The same rules in a plain PolicyPack, through the SDK's own reading of properties."""

    @pytest.fixture(name="ask")
    def _ask(self, sample: Any, monkeypatch: pytest.MonkeyPatch) -> Any:
        monkeypatch.setenv("PULUMI_DRY_RUN", "true")
        servicer: Any = _PolicyAnalyzerServicer(
            "mine", "1", list(guard_policies(Guard())), EnforcementLevel.ADVISORY
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


class TestFolder:
    def test_nothing_points_out_of_it(self) -> None:
        """The pack can be published alone: no path in its project file leaves the folder."""
        text = (PACK / "PulumiPolicy.yaml").read_text(encoding="utf-8")

        assert "runtime: python" in text
        assert ".." not in text
        assert "virtualenv" not in text

    def test_the_project_file_says_the_name_and_no_version(self) -> None:
        """The engine prefers a version written there to the one the pack says, so there is none."""
        text = (PACK / "PulumiPolicy.yaml").read_text(encoding="utf-8").splitlines()

        assert f"name: {NAME}" in text
        assert not [line for line in text if line.startswith("version")]

    def test_the_engine_is_told_the_version_of_the_distribution(self, stub: Any) -> None:
        """It shows it beside the name of the pack."""
        assert stub.GetAnalyzerInfo(empty_pb2.Empty()).version == VERSION
        assert stub.GetPluginInfo(empty_pb2.Empty()).version == VERSION

    def test_the_entry_point_is_short(self) -> None:
        """Nothing is decided in `__main__.py`."""
        assert len((PACK / "__main__.py").read_text(encoding="utf-8").splitlines()) <= 5

    def test_it_imports_no_provider_and_no_client(self, tmp_path: Path) -> None:
        """The pack runs where neither pulumi_oci nor oci is installed."""
        code = """
            import sys, oci_functions_guard.server, oci_functions_guard.guard
            oci_functions_guard.guard.load_rules()
            print(sorted({"pulumi_oci", "oci", "pydantic", "components", "sandbox"} & set(sys.modules)))
        """

        assert _run(code, tmp_path).stdout == "[]\n"

    def test_the_catalogue_needs_no_pulumi(self, tmp_path: Path) -> None:
        """Docs and check-config read the catalogue where pulumi is not installed."""
        code = """
            import sys, oci_functions_guard.catalogue, oci_functions_guard.rules_page
            oci_functions_guard.rules_page.render()
            print(sorted(name for name in sys.modules if name.partition(".")[0] in ("pulumi", "pulumi_policy",
            "grpc")))
        """

        assert _run(code, tmp_path).stdout == "[]\n"


class TestRulesPage:
    def test_it_is_fresh(self) -> None:
        """docs/rules.md is what the catalogue says now: `make docs`."""
        from oci_functions_guard.rules_page import render

        page = (PACK.parent / "docs" / "rules.md").read_text(encoding="utf-8")

        assert render() == page

    def test_it_describes_every_rule(self) -> None:
        """Each rule has a heading."""
        from oci_functions_guard.rules_page import render

        page = render()

        assert all(f"\n## {info.name}\n" in page for info in CATALOGUE)
