"""Serves the rules to the engine, over the analyzer protocol itself.

The SDK's own analyzer reads all properties of a resource again for every policy, drops the marks of secret
values, does not pass on what the engine says about the stage, and stops at the first unknown value. Nothing
of it is needed to answer the engine's calls; `policies` has the rules as policies of the SDK.

The rules are loaded while the engine already starts the program. Whatever fails in that, or outside every
rule, is an error to the engine, which then refuses the deploy.
"""

from __future__ import annotations

import contextlib
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent import futures
from datetime import date
from typing import TYPE_CHECKING, Any, Final

import grpc
from google.protobuf import empty_pb2, json_format, message_factory

from oci_functions_guard.catalogue import CATALOGUE, RuleInfo
from oci_functions_guard.deadline import DeadlinePassed
from oci_functions_guard.exemptions import today
from oci_functions_guard.failure import describe
from oci_functions_guard.layout import shorten, wrapped
from oci_functions_guard.loading import SHORTEST_SECONDS, Loading
from oci_functions_guard.pack_config import PackConfig, WrongConfig
from oci_functions_guard.protocol import analyzer_pb2, plugin_pb2
from oci_functions_guard.resource import Resource, Stage
from oci_functions_guard.values import read_wire
from oci_functions_guard.version import VERSION
from oci_functions_guard.watch import Watch

if TYPE_CHECKING:
    from oci_functions_guard.examiner import Examiner
    from oci_functions_guard.rule import Outcome, Rule

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

    def __init__(
        self,
        load: Callable[[], Examiner],
        *,
        done: Callable[[], None] = lambda: None,
        today: Callable[[], date] = today,
    ) -> None:
        self._load = load
        self._done = done
        self._today = today
        self._stage: Stage | None = None
        self._config = PackConfig()
        self._wrong_config: WrongConfig | None = None
        self._announced = threading.Lock()  # taken once, by the first resource

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

    def Configure(self, request: Any, context: Any) -> Any:
        """Takes the level and the settings of each rule. A config that cannot be followed ends the operation
        before anything is asked.
        """
        given = request.policyConfig
        name_of = analyzer_pb2.EnforcementLevel.Name
        with _failing(context):
            try:
                self._config = PackConfig.of(
                    {name: name_of(given[name].enforcementLevel).lower() for name in given},
                    {name: json_format.MessageToDict(given[name].properties) for name in given},
                    self._today(),
                )
            except WrongConfig as wrong:
                self._wrong_config = wrong  # an engine that went on regardless is told so again
                raise
        return empty_pb2.Empty()

    def ConfigureStack(self, request: Any, _context: Any) -> Any:
        """Takes whether this is a preview."""
        self._stage = Stage.PREVIEW if request.dry_run else Stage.DEPLOY
        return analyzer_pb2.AnalyzerStackConfigureResponse()

    def Analyze(self, request: Any, context: Any) -> Any:
        """What the rules say about one resource."""
        with _failing(context):
            return self._analyze(request)

    def AnalyzeStack(self, request: Any, context: Any) -> Any:
        """At the end of an operation: what the rules about the whole program say, and which exemptions
        covered nothing. Every other rule is asked before a resource is created. Fails if the rules cannot be
        asked.
        """
        response = analyzer_pb2.AnalyzeResponse()
        with _failing(context):
            examiner = self._load()
            self._analyze_whole(examiner, request, response)
            for info in CATALOGUE:
                for exemption, why in examiner.unused(info, self._config.exemptions(info)):
                    text = f"the exemption of {shorten(exemption.resource)} {why}"
                    response.diagnostics.append(_diagnostic(info, text, "advisory"))
        return response

    def Cancel(self, _request: Any, _context: Any) -> Any:
        """The operation is over, or was cancelled. An answer takes no time that is worth cutting short."""
        self._done()
        return empty_pb2.Empty()

    def _analyze_whole(self, examiner: Examiner, request: Any, response: Any) -> None:
        examiner.memory.whole = tuple(map(_read, request.resources))
        for resource in examiner.memory.whole:
            said = analyzer_pb2.AnalyzeResponse()
            self._ask(examiner, resource, said, at_end=True)
            for one in said.diagnostics:
                one.urn = resource.urn
            response.diagnostics.extend(said.diagnostics)

    def _analyze(self, request: Any) -> Any:
        if self._wrong_config is not None:
            raise self._wrong_config
        examiner = self._load()
        resource = _read(request)
        examiner.see(resource)
        response = analyzer_pb2.AnalyzeResponse()
        response.diagnostics.extend(self._announcements())
        if not request.properties.fields:
            # `--target` leaves it out, and it does not exist yet: the engine asks all the same, without any
            # input. The provider would refuse to create such a thing.
            for rule in examiner.rules:
                _not_applicable(
                    response, rule.info, "the resource has no inputs: it is not created in this operation"
                )
            return response
        self._ask(examiner, resource, response, at_end=False)
        return response

    def _ask(self, examiner: Examiner, resource: Resource, response: Any, *, at_end: bool) -> None:
        asked = [
            rule
            for rule in examiner.rules
            if rule.info.at_end is at_end and self._config.level(rule.info) != "disabled"
        ]
        settings = self._config.settings
        outcomes = examiner.examine(
            resource, [(rule, settings.get(rule.info.name, {})) for rule in asked], self._stage
        )
        refused = self._refused_statements(asked, outcomes)
        for rule, outcome in zip(asked, outcomes, strict=True):
            if outcome is None:
                _not_applicable(response, rule.info, "the rule does not apply to resources of this type")
                continue
            response.diagnostics.extend(self._diagnostics(rule.info, outcome, refused))
            if outcome.later and not (outcome.violations or outcome.refusals):
                _not_applicable(response, rule.info, "; ".join(outcome.later))

    def _announcements(self) -> Iterator[Any]:
        """With the first resource: which rules the config lowers that are mandatory without one."""
        if self._announced.acquire(blocking=False):
            for info, level in self._config.lowered():
                weaker = (
                    "it checks nothing" if level == "disabled" else "what it finds does not block a deploy"
                )
                yield _diagnostic(info, f"{level} by the pack's config: {weaker}", "advisory")

    def _refused_statements(
        self, asked: Sequence[Rule], outcomes: Sequence[Outcome | None]
    ) -> frozenset[str]:
        """The fingerprints of the statements that this answer refuses under a rule mandatory by default."""
        return frozenset(
            statement
            for rule, outcome in zip(asked, outcomes, strict=True)
            if outcome is not None and rule.info.strict and self._config.level(rule.info) == "mandatory"
            for violation in outcome.violations
            for statement in violation.statements
        )

    def _diagnostics(self, info: RuleInfo, outcome: Outcome, refused: frozenset[str]) -> Iterator[Any]:
        level = self._config.level(info)
        for text in outcome.refusals:
            yield _diagnostic(info, text, "mandatory")
        for violation in outcome.violations:
            follows = violation.statements and refused.issuperset(violation.statements)
            if info.strict or not follows:  # what refused statements add up to is no fault of its own
                yield _diagnostic(info, violation.text, level)
        for text in outcome.notices:
            yield _diagnostic(info, text, "advisory")
        if info.strict and level == "mandatory" and outcome.violations and self._stage is not Stage.PREVIEW:
            yield _not_excepted(info)


@contextlib.contextmanager
def _failing(context: Any) -> Iterator[None]:
    """Whatever breaks inside ends the call with an error that shows no value. SystemExit and
    KeyboardInterrupt too: they would end only the thread that answers, and the engine would wait for ever.
    """
    try:
        yield
    except BaseException as error:
        if isinstance(error, WrongConfig):
            _abort(context, grpc.StatusCode.INVALID_ARGUMENT, str(error))
        elif isinstance(error, DeadlinePassed) and str(error):
            _abort(context, grpc.StatusCode.INTERNAL, f"the policy pack failed: {error}")
        else:
            _abort(context, grpc.StatusCode.INTERNAL, f"the policy pack failed: {describe(error)}")
        raise


def _abort(context: Any, code: Any, details: str) -> None:
    if context is not None:
        context.abort(code, details)


def _read(request: Any) -> Resource:
    provider = read_wire(request.provider.properties) if request.HasField("provider") else {}
    return Resource(
        urn=request.urn,
        type=request.type,
        name=request.name,
        props=read_wire(request.properties),
        parent=request.options.parent or None,
        provider=provider,
        uses=_uses(request),
    )


def _uses(request: Any) -> dict[str, frozenset[str]]:
    """Which resources each input was made of; said of a whole stack only."""
    found = getattr(request, "propertyDependencies", {})
    return {name: frozenset(found[name].urns) for name in found}


def _described(info: RuleInfo) -> Any:
    """A rule as the engine is told of it."""
    described = analyzer_pb2.PolicyInfo(
        name=info.name,
        displayName=info.title,
        description=info.title,
        enforcementLevel=_level_number(info.level),
        severity=_severity_number(info),
        policy_type=analyzer_pb2.POLICY_TYPE_STACK if info.at_end else analyzer_pb2.POLICY_TYPE_RESOURCE,
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
        message=wrapped(f"{info.title}\n{text}"),
        description=info.title,
        enforcementLevel=_level_number(level),
        severity=_severity_number(info),
    )


def _not_excepted(info: RuleInfo) -> Any:
    """A second refusal, under the one name that an exception of the CLI (3.27 and later) cannot hold.

    Such an exception lets a mandatory finding through without a last day and without being shown. At preview
    there is nothing to let through yet.
    """
    return analyzer_pb2.AnalyzeDiagnostic(
        policyName="all",
        policyPackName=NAME,
        policyPackVersion=VERSION,
        message=wrapped(
            f"{info.name} is not excepted\nThe CLI's policy exceptions do not cover it. "
            "An exemption in the pack's config does."
        ),
        enforcementLevel=_level_number("mandatory"),
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


def serve(seconds: float, watch: Watch, began: Callable[[], None] = lambda: None) -> None:
    """Serves the pack until the engine ends it. Prints the port first, as the engine expects of a plugin.

    `seconds` is the deadline of a rule. The watcher is told when the engine is through. `began` is called
    when the port is printed.
    """
    loading = Loading(lambda: _load_rules(seconds), max(seconds, SHORTEST_SECONDS))
    server = grpc.server(
        futures.ThreadPoolExecutor(_THREADS), options=[("grpc.max_receive_message_length", _LONGEST_MESSAGE)]
    )
    server.add_generic_rpc_handlers((_handlers(GuardServicer(loading.result, done=watch.done)),))
    port = server.add_insecure_port("127.0.0.1:0")
    server.start()
    print(port, flush=True)
    began()
    try:
        while True:
            time.sleep(_A_DAY)
    except KeyboardInterrupt:
        watch.done()
        server.stop(0)
