"""Serves the rules to the engine, over the analyzer protocol itself.

The SDK's own analyzer reads all properties of a resource again for every policy, drops the marks of secret
values, does not pass on what the engine says about the stage, and stops at the first unknown value. Nothing
of it is needed to answer the engine's calls; `policies` has the rules as policies of the SDK.

The rules are loaded while the engine already starts the program. Whatever fails in that, or outside every
rule, is an error to the engine, which then refuses the deploy.
"""

from __future__ import annotations

import contextlib
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from concurrent import futures
from typing import TYPE_CHECKING, Any, Final

import grpc
from google.protobuf import empty_pb2, json_format, message_factory

from oci_functions_guard.catalogue import CATALOGUE, RuleInfo
from oci_functions_guard.deadline import seconds_from_environment
from oci_functions_guard.failure import describe
from oci_functions_guard.protocol import analyzer_pb2, plugin_pb2
from oci_functions_guard.resource import Resource, Stage
from oci_functions_guard.values import read_wire
from oci_functions_guard.version import VERSION

if TYPE_CHECKING:
    from oci_functions_guard.examiner import Examiner
    from oci_functions_guard.rule import Outcome

__all__ = ["NAME", "GuardServicer", "serve"]

NAME: Final = "oci-functions-guard"

_THREADS: Final = 4
_LONGEST_MESSAGE: Final = 400 * 1024 * 1024  # as the SDK has it: a whole stack comes in one
_A_DAY: Final = 24 * 60 * 60


class GuardServicer:
    """Answers the engine for the rules of one `Examiner`, which `load` returns, waits for, or fails to load.

    The methods named like calls of the protocol take a message and gRPC's context, and return a message.
    There is none for `Remediate`: no rule rewrites a resource, and the engine takes a call that is not
    offered for just that.
    """

    def __init__(self, load: Callable[[], Examiner]) -> None:
        self._load = load
        self._stage: Stage | None = None
        self._levels: Mapping[str, str] = {}
        self._settings: Mapping[str, Mapping[str, Any]] = {}

    def Handshake(self, _request: Any, _context: Any) -> Any:
        """Nothing to exchange: the engine's own service is not called."""
        return analyzer_pb2.AnalyzerHandshakeResponse()

    def GetPluginInfo(self, _request: Any, _context: Any) -> Any:
        return plugin_pb2.PluginInfo(version=VERSION)

    def GetAnalyzerInfo(self, _request: Any, _context: Any) -> Any:
        """The pack and its rules, with the schema of each rule's settings."""
        return analyzer_pb2.AnalyzerInfo(
            name=NAME, version=VERSION, supportsConfig=True, policies=map(_described, CATALOGUE)
        )

    def Configure(self, request: Any, _context: Any) -> Any:
        """Takes the level and the settings of each rule."""
        given = request.policyConfig
        name_of = analyzer_pb2.EnforcementLevel.Name
        self._levels = {name: name_of(given[name].enforcementLevel).lower() for name in given}
        self._settings = {name: json_format.MessageToDict(given[name].properties) for name in given}
        return empty_pb2.Empty()

    def ConfigureStack(self, request: Any, _context: Any) -> Any:
        """Takes whether this is a preview."""
        self._stage = Stage.PREVIEW if request.dry_run else Stage.DEPLOY
        return analyzer_pb2.AnalyzerStackConfigureResponse()

    def Analyze(self, request: Any, context: Any) -> Any:
        """What the rules say about one resource."""
        with _failing(context):
            return self._analyze(request)

    def AnalyzeStack(self, _request: Any, context: Any) -> Any:
        """Nothing: every rule is asked before a resource is created. Fails if the rules cannot be asked."""
        with _failing(context):
            self._load()
        return analyzer_pb2.AnalyzeResponse()

    def Cancel(self, _request: Any, _context: Any) -> Any:
        """Nothing: an answer takes no time that is worth cutting short."""
        return empty_pb2.Empty()

    def _analyze(self, request: Any) -> Any:
        examiner = self._load()
        resource = _read(request)
        examiner.see(resource)
        response = analyzer_pb2.AnalyzeResponse()
        if not request.properties.fields:
            # `--target` leaves it out, and it does not exist yet: the engine asks all the same, without any
            # input. The provider would refuse to create such a thing.
            for rule in examiner.rules:
                _not_applicable(
                    response, rule.info, "the resource has no inputs: it is not created in this operation"
                )
            return response
        asked = [rule for rule in examiner.rules if self._level(rule.info) != "disabled"]
        outcomes = examiner.examine(
            resource, [(rule, self._settings.get(rule.info.name, {})) for rule in asked], self._stage
        )
        for rule, outcome in zip(asked, outcomes, strict=True):
            if outcome is None:
                _not_applicable(response, rule.info, "the rule does not apply to resources of this type")
                continue
            response.diagnostics.extend(self._diagnostics(rule.info, outcome))
            if outcome.later and not (outcome.violations or outcome.refusals):
                _not_applicable(response, rule.info, "; ".join(outcome.later))
        return response

    def _level(self, info: RuleInfo) -> str:
        """The level in force: the configured one, else the rule's own. Nothing here remediates, so that means
        mandatory, as it does in the SDK."""
        level = self._levels.get(info.name, info.level)
        return "mandatory" if level == "remediate" else level

    def _diagnostics(self, info: RuleInfo, outcome: Outcome) -> Iterator[Any]:
        for text in outcome.refusals:
            yield _diagnostic(info, text, "mandatory")
        for text in outcome.violations:
            yield _diagnostic(info, text, self._level(info))
        for text in outcome.notices:
            yield _diagnostic(info, text, "advisory")


@contextlib.contextmanager
def _failing(context: Any) -> Iterator[None]:
    """Whatever breaks inside ends the call with an error that shows no value."""
    try:
        yield
    except Exception as error:
        context.abort(grpc.StatusCode.INTERNAL, f"the policy pack failed: {describe(error)}")
        raise


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


def _described(info: RuleInfo) -> Any:
    """A rule as the engine is told of it."""
    described = analyzer_pb2.PolicyInfo(
        name=info.name,
        displayName=info.title,
        description=info.title,
        enforcementLevel=_level_number(info.level),
        severity=_severity_number(info),
        policy_type=analyzer_pb2.POLICY_TYPE_RESOURCE,
        tags=info.tags,
        remediation_steps=info.remediation,
        url=info.url,
    )
    described.configSchema.properties.update(info.properties)
    if info.framework is not None:
        described.framework.name = info.framework.name
        described.framework.version = info.framework.version
        described.framework.reference = info.framework.reference
        described.framework.specification = info.framework.specification
    return described


def _diagnostic(info: RuleInfo, text: str, level: str) -> Any:
    return analyzer_pb2.AnalyzeDiagnostic(
        policyName=info.name,
        policyPackName=NAME,
        policyPackVersion=VERSION,
        message=f"{info.title}\n{text}",
        description=info.title,
        enforcementLevel=_level_number(level),
        severity=_severity_number(info),
    )


def _level_number(level: str) -> Any:
    return analyzer_pb2.EnforcementLevel.Value(level.upper())


def _severity_number(info: RuleInfo) -> Any:
    return analyzer_pb2.PolicySeverity.Value(f"POLICY_SEVERITY_{info.severity.upper()}")


def _not_applicable(response: Any, info: RuleInfo, reason: str) -> None:
    response.not_applicable.append(analyzer_pb2.PolicyNotApplicable(policy_name=info.name, reason=reason))


def _handlers(servicer: GuardServicer) -> Any:
    """The servicer's methods, as the calls of the protocol that are offered."""
    offered = {}
    for call in analyzer_pb2.DESCRIPTOR.services_by_name["Analyzer"].methods:
        method = getattr(servicer, call.name, None)
        if method is not None:
            offered[call.name] = grpc.unary_unary_rpc_method_handler(
                method,
                request_deserializer=message_factory.GetMessageClass(call.input_type).FromString,
                response_serializer=message_factory.GetMessageClass(call.output_type).SerializeToString,
            )
    return grpc.method_handlers_generic_handler("pulumirpc.Analyzer", offered)


def _load_rules(seconds: float) -> Examiner:
    from oci_functions_guard.examiner import Examiner

    return Examiner(seconds=seconds)


def serve() -> None:
    """Serves the pack until the engine ends it. Prints the port first, as the engine expects of a plugin."""
    try:
        seconds = seconds_from_environment()
    except ValueError as error:
        sys.exit(f"{NAME}: {error}")
    loading = futures.ThreadPoolExecutor(1).submit(_load_rules, seconds)
    server = grpc.server(
        futures.ThreadPoolExecutor(_THREADS), options=[("grpc.max_receive_message_length", _LONGEST_MESSAGE)]
    )
    server.add_generic_rpc_handlers((_handlers(GuardServicer(loading.result)),))
    port = server.add_insecure_port("127.0.0.1:0")
    server.start()
    print(port, flush=True)
    try:
        while True:
            time.sleep(_A_DAY)
    except KeyboardInterrupt:
        server.stop(0)
