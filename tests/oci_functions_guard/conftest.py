"""Drives the policy pack as the engine does: in this process (protobuf in and out), or in one of its own."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import grpc
import pytest
from google.protobuf import struct_pb2
from pulumi.runtime.proto import analyzer_pb2 as pb
from pulumi.runtime.proto import analyzer_pb2_grpc as rpc

from oci_functions_guard.examiner import Examiner
from oci_functions_guard.rule import Rule
from oci_functions_guard.server import GuardServicer

PACK = Path(__file__).parents[2] / "policy_pack"

_SIGNATURE = "4dabf18193072939515e22adb298388d"
_SECRET = "1b47061264138c4ac30d75fd1eb44270"
_LEVELS = {pb.ADVISORY: "advisory", pb.MANDATORY: "mandatory", pb.REMEDIATE: "remediate"}

UNKNOWN = "04da6b54-80e4-46f7-96ec-b56ff0331ba9"
POLICY = "oci:Identity/policy:Policy"
COMPARTMENT = "ocid1.compartment.oc1..aaaaaaaacompartment"
FUNCTION = "ocid1.fnfunc.oc1.phx.aaaaaaaafunction"
NARROW = (
    f"Allow group invokers to use fn-invocation in compartment id {COMPARTMENT} "
    f"where target.function.id = '{FUNCTION}'"
)
BROAD = "Allow group everybody to manage functions-family in tenancy"
UNREADABLE = "Allow group everybody to manage functions-family in tenancy # only for now"


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


@dataclass(frozen=True)
class Diagnostic:
    """One line the engine would print."""

    rule: str
    level: str
    text: str


@dataclass(frozen=True)
class Answer:
    """What the pack says about one resource."""

    diagnostics: tuple[Diagnostic, ...]
    not_applicable: Mapping[str, str]

    def of(self, rule: str) -> list[str]:
        """What this rule says, without the rule's description."""
        return [one.text for one in self.diagnostics if one.rule == rule]

    @property
    def rules(self) -> list[str]:
        return [one.rule for one in self.diagnostics]

    @property
    def blocking(self) -> set[str]:
        """The rules that would stop the resource from being created (`all` is none: see test_server)."""
        return {one.rule for one in self.diagnostics if one.level == "mandatory"} - {"all"}

    @property
    def text(self) -> str:
        return "\n".join(one.text for one in self.diagnostics)


def unwrapped(message: str) -> str:
    """What a finding says under its title, with the lines put together again that were wrapped."""
    return re.sub(r"\n {4,}(?=\S)", " ", message.partition("\n")[2])


class Pack:
    """The pack as one engine operation sees it."""

    def __init__(self, examiner: Examiner) -> None:
        self.examiner = examiner
        self.servicer = GuardServicer(lambda: examiner, today=examiner.today)
        self.preview()

    def preview(self) -> None:
        self.servicer.ConfigureStack(pb.AnalyzerStackConfigureRequest(dry_run=True), None)

    def deploy(self) -> None:
        self.servicer.ConfigureStack(pb.AnalyzerStackConfigureRequest(dry_run=False), None)

    def configure(self, config: Mapping[str, str | Mapping[str, Any]]) -> None:
        """Hands over a config as the CLI does after it has filled in the levels."""
        whole = _level(config.get("all"))
        levels = {rule.info.name: whole or rule.info.level for rule in self.examiner.rules}
        entries = {}
        for name in (*levels, *(name for name in config if name not in levels)):
            given = config.get(name, {})
            fields = {} if isinstance(given, str) else dict(given)
            fields.pop("enforcementLevel", None)
            level = _level(given) or levels.get(name, "advisory")
            entries[name] = pb.PolicyConfig(
                enforcementLevel=pb.EnforcementLevel.Value(level.upper()), properties=struct(fields)
            )
        self.servicer.Configure(pb.ConfigureAnalyzerRequest(policyConfig=entries), None)

    def end(self, *resources: pb.AnalyzerResource) -> Answer:
        """What the pack says at the end of the operation, in which these resources were registered."""
        return _read(self.servicer.AnalyzeStack(pb.AnalyzeStackRequest(resources=resources), None))

    def analyze(
        self, type_: str, props: Mapping[str, Any], name: str = "it", *, parent: str = "", urn: str = ""
    ) -> Answer:
        return self.answer(request_for(type_, props, name, parent=parent, urn=urn))

    def answer(self, request: pb.AnalyzeRequest) -> Answer:
        return _read(self.servicer.Analyze(request, None))

    def policy(self, *statements: Any, name: str = "it", parent: str = "", **props: Any) -> Answer:
        """Analyses a policy with these statements."""
        fields = {"compartmentId": COMPARTMENT, "statements": list(statements)} | props
        return self.analyze(POLICY, fields, name, parent=parent)


def _level(given: str | Mapping[str, Any] | None) -> str:
    """The level that an entry of a config file gives, if any."""
    return given if isinstance(given, str) else (given or {}).get("enforcementLevel", "")


def _read(response: pb.AnalyzeResponse) -> Answer:
    return Answer(
        tuple(
            Diagnostic(one.policyName, _LEVELS[one.enforcementLevel], unwrapped(one.message))
            for one in response.diagnostics
        ),
        {one.policy_name: one.reason for one in response.not_applicable},
    )


def urn_of(type_: str, name: str) -> str:
    return f"urn:pulumi:dev::project::{type_}::{name}"


def request_for(
    type_: str, props: Mapping[str, Any], name: str = "it", *, parent: str = "", urn: str = ""
) -> pb.AnalyzeRequest:
    """The engine's question about one resource."""
    return pb.AnalyzeRequest(
        urn=urn or urn_of(type_, name),
        type=type_,
        name=name,
        properties=struct(props),
        options=pb.AnalyzerResourceOptions(parent=parent),
    )


def resource_of(
    type_: str, props: Mapping[str, Any], name: str = "it", **uses: list[str]
) -> pb.AnalyzerResource:
    """A resource as the engine hands over a whole stack; `uses` has URNs by input."""
    return pb.AnalyzerResource(
        urn=urn_of(type_, name),
        type=type_,
        name=name,
        properties=struct(props),
        propertyDependencies={key: pb.AnalyzerPropertyDependencies(urns=urns) for key, urns in uses.items()},
    )


def struct(fields: Mapping[str, Any]) -> struct_pb2.Struct:
    """A protobuf Struct, as the engine sends properties."""
    message = struct_pb2.Struct()
    message.update(dict(fields))
    return message


def mark_secret(value: Any) -> dict[str, Any]:
    """The value with the mark the engine puts on secrets."""
    return {_SIGNATURE: _SECRET, "value": value}


@pytest.fixture(name="pack")
def _pack() -> Pack:
    return Pack(Examiner())


@pytest.fixture(name="pack_of")
def _pack_of() -> Callable[..., Pack]:
    """Builds a pack with rules of a test's own, a deadline of its own, a day of its own."""

    def build(*rules: Rule, seconds: float = 5, today: date = date(2026, 6, 1)) -> Pack:
        return Pack(Examiner(rules or None, seconds=seconds, today=lambda: today))

    return build


@pytest.fixture(name="sample")
def _sample() -> Any:
    """Values many tests use, by attribute."""
    return _Sample()


class _Sample:
    unknown = UNKNOWN
    policy = POLICY
    compartment = COMPARTMENT
    function = FUNCTION
    narrow = NARROW
    broad = BROAD
    unreadable = UNREADABLE
    secret = staticmethod(mark_secret)
    request = staticmethod(request_for)
    resource = staticmethod(resource_of)
    urn = staticmethod(urn_of)
    struct = staticmethod(struct)
