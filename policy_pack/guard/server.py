"""Serves the pack to the engine: the SDK's analyzer, but it reads each resource once and loses nothing.

The SDK's own `Analyze` reads all properties of a resource again for every policy, drops the marks of secret
values, and does not pass on what `ConfigureStack` says about the stage; its `Remediate` reads them once more
for nothing. These three calls are overridden; the rest of the protocol (info, config, enforcement levels)
stays the SDK's.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from concurrent import futures
from typing import Any, Final

import grpc
from pulumi.runtime.proto import analyzer_pb2, analyzer_pb2_grpc
from pulumi_policy import EnforcementLevel
from pulumi_policy.policy import _GRPC_CHANNEL_OPTIONS, _PolicyAnalyzerServicer

from guard.failure import describe
from guard.guard import Guard
from guard.policies import GuardPolicy, guard_policies
from guard.resource import Resource
from guard.rule import Outcome
from guard.values import read_wire

__all__ = ["NAME", "VERSION", "GuardServicer", "serve"]

NAME: Final = "oci-functions-guard"
VERSION: Final = "0.1.0"  # the engine shows PulumiPolicy.yaml's; a test keeps the two the same

_THREADS: Final = 4
_A_DAY: Final = 24 * 60 * 60


class GuardServicer(_PolicyAnalyzerServicer):
    """Answers the engine for the rules of one `Guard`."""

    def __init__(self, guard: Guard) -> None:
        self._guard = guard
        self._policies = guard_policies(guard)
        super().__init__(NAME, VERSION, list(self._policies), EnforcementLevel.ADVISORY)

    def ConfigureStack(self, request: Any, context: Any) -> Any:
        self._guard.tell_stage(dry_run=request.dry_run)
        return super().ConfigureStack(request, context)

    def Analyze(self, request: Any, context: Any) -> Any:
        try:
            return self._analyze(request)
        except Exception as error:
            context.abort(grpc.StatusCode.INTERNAL, f"the policy pack failed: {describe(error)}")
            raise

    def Remediate(self, _request: Any, _context: Any) -> Any:
        """Nothing: no rule rewrites a resource. The SDK would read every resource to find that out."""
        return analyzer_pb2.RemediateResponse()

    def _analyze(self, request: Any) -> Any:
        response = analyzer_pb2.AnalyzeResponse()
        resource = _read(request)
        self._guard.see(resource)
        asked = [policy for policy in self._enabled() if self._applies(policy, resource, response)]
        outcomes = self._guard.examine(
            resource, [(policy.rule, self._get_policy_config(policy.name) or {}) for policy in asked]
        )
        for policy, outcome in zip(asked, outcomes, strict=True):
            response.diagnostics.extend(self._diagnostics(policy, outcome))
            if outcome.later and not (outcome.violations or outcome.refusals):
                _not_applicable(response, policy, "; ".join(outcome.later))
        return response

    def _enabled(self) -> Iterator[GuardPolicy]:
        for policy in self._policies:
            if self._get_enforcement_level(policy) is not EnforcementLevel.DISABLED:
                yield policy

    def _applies(self, policy: GuardPolicy, resource: Resource, response: Any) -> bool:
        """Whether the rule is to be asked. What breaks here is a violation like any other failure."""
        try:
            if policy.rule.applies(resource):
                return True
            _not_applicable(response, policy, "the rule is not about resources of this type")
        except Exception as error:  # noqa: BLE001 - a rule that throws is a finding
            text = f"the rule failed, so this is not allowed: {describe(error)}"
            response.diagnostics.extend(self._diagnostics(policy, Outcome(violations=(text,))))
        return False

    def _diagnostics(self, policy: GuardPolicy, outcome: Outcome) -> Iterator[Any]:
        level = self._get_enforcement_level(policy)
        if level is EnforcementLevel.REMEDIATE:
            level = EnforcementLevel.MANDATORY  # nothing here remediates; the SDK reads it the same way
        for text in outcome.refusals:
            yield self._diagnostic(policy, text, EnforcementLevel.MANDATORY)
        for text in outcome.violations:
            yield self._diagnostic(policy, text, level)
        for text in outcome.notices:
            yield self._diagnostic(policy, text, EnforcementLevel.ADVISORY)

    def _diagnostic(self, policy: GuardPolicy, text: str, level: EnforcementLevel) -> Any:
        return analyzer_pb2.AnalyzeDiagnostic(
            policyName=policy.name,
            policyPackName=NAME,
            policyPackVersion=VERSION,
            message=f"{policy.description}\n{text}",
            description=policy.description,
            enforcementLevel=self._map_enforcement_level(level),
            severity=self._map_severity(policy.severity),
        )


def _read(request: Any) -> Resource:
    provider = read_wire(request.provider.properties) if request.HasField("provider") else {}
    return Resource(
        urn=request.urn,
        type=request.type,
        name=request.name,
        props=read_wire(request.properties),
        parent=request.options.parent or None,
        provider=provider,
    )


def _not_applicable(response: Any, policy: GuardPolicy, reason: str) -> None:
    response.not_applicable.append(analyzer_pb2.PolicyNotApplicable(policy_name=policy.name, reason=reason))


def serve() -> None:
    """Serves the pack until the engine ends it. Prints the port first, as the engine expects of a plugin."""
    server = grpc.server(futures.ThreadPoolExecutor(max_workers=_THREADS), options=_GRPC_CHANNEL_OPTIONS)
    analyzer_pb2_grpc.add_AnalyzerServicer_to_server(GuardServicer(Guard()), server)
    port = server.add_insecure_port("127.0.0.1:0")
    server.start()
    print(port, flush=True)
    try:
        while True:
            time.sleep(_A_DAY)
    except KeyboardInterrupt:
        server.stop(0)
