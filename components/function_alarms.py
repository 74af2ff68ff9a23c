"""Alarms on a stack's functions and on what invokes them, and who is told."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Annotated, Final, Literal, get_args

import pulumi
import pulumi_oci as oci

from components.errors import checks_of, refuse_bad
from components.values import alarm, limits
from components.values.option import Check, Option

Severity = Literal["CRITICAL", "ERROR", "WARNING", "INFO"]
Kind = Literal[
    "errors",
    "throttles",
    "detached_failures",
    "duration",
    "delivery_failures",
    "connector_errors",
]
Protocol = Literal["EMAIL", "SMS", "CUSTOM_HTTPS", "PAGERDUTY", "SLACK"]


@dataclass(frozen=True, kw_only=True)
class AlarmOptions:
    """What a stack may say about the alarms of one kind, which count failures."""

    enabled: Annotated[bool, Option("false: the alarms exist and are silent")] = True
    threshold: Annotated[
        int, Option("It fires above so many in five minutes, 0 to 1000000", alarm.threshold)
    ] = 0
    severity: Annotated[Severity | None, Option("Left out, as the page on alarms says", _severity)] = None
    pending_minutes: Annotated[
        int, Option("Minutes it must last before it is told, 1 to 60", alarm.pending)
    ] = 1


@dataclass(frozen=True, kw_only=True)
class DurationAlarmOptions:
    """What a stack may say about the alarms on slow functions."""

    enabled: Annotated[bool, Option("false: the alarms exist and are silent")] = True
    percent_of_timeout: Annotated[
        int,
        Option("It fires when a call took longer than this share of the timeout, 1 to 99", alarm.percent),
    ] = 80
    severity: Annotated[Severity | None, Option("Left out, as the page on alarms says", _severity)] = None
    pending_minutes: Annotated[
        int, Option("Minutes it must last before it is told, 1 to 60", alarm.pending)
    ] = 1


@dataclass(frozen=True, kw_only=True)
class SubscriberOptions:
    """Someone who is told of an alarm, or something."""

    protocol: Annotated[
        Protocol,
        Option("How; who gets it must confirm before anything is sent", _protocol),
    ]
    endpoint: Annotated[
        str,
        Option(
            "Where: an address, a telephone number (+…), or an https URL, which for PAGERDUTY and SLACK is "
            "as good as a password"
        ),
    ]

    def check(self, _: object = None) -> None:
        """Raise ValueError unless the endpoint is one of its protocol."""
        alarm.endpoint(self.protocol, self.endpoint)


@dataclass(frozen=True, kw_only=True)
class AlarmsOptions:
    """What a stack may say about all its alarms."""

    enabled: Annotated[bool, Option("false: every alarm exists and is silent")] = True
    repeat_minutes: Annotated[
        int, Option("While it fires, it is told again after so many minutes, 1 to 43200", alarm.repeat)
    ] = 240


@dataclass(frozen=True, kw_only=True)
class WatchedFunction:
    """A function: `timeout_in_seconds` is the longest that a call of it may take."""

    id: pulumi.Input[str]
    timeout_in_seconds: int


@dataclass(frozen=True, kw_only=True)
class FunctionAlarmsArgs(AlarmsOptions):
    """Alarms on `functions`, event `rules` and `connectors`, each by name; `prefix` begins every name in OCI.

    `kinds` says how; a kind that it leaves out has the defaults. The topic may be in another compartment, and
    so may rules: `rules_elsewhere` has the compartment of each such one.
    """

    compartment_id: Annotated[str, Check(limits.compartment)]
    prefix: str
    topic_id: pulumi.Input[str]
    topic_compartment_id: Annotated[str, Check(limits.compartment)]
    subscribers: Sequence[SubscriberOptions] = ()
    functions: Mapping[str, WatchedFunction] = field(default_factory=dict)
    rules: Mapping[str, pulumi.Input[str]] = field(default_factory=dict)
    rules_elsewhere: Mapping[str, str] = field(default_factory=dict)
    connectors: Mapping[str, pulumi.Input[str]] = field(default_factory=dict)
    kinds: Mapping[Kind, AlarmOptions | DurationAlarmOptions] = field(default_factory=dict)
    config_path: str = ""

    def __post_init__(self) -> None:
        checks = checks_of(self)
        for index, each in enumerate(self.subscribers):
            checks[f"subscribers[{index}]"] = (each.check, None)
        for kind, options in self.kinds.items():
            checks |= {f"{kind}.{name}": check for name, check in checks_of(options).items()}
        refuse_bad(self.config_path, checks)


@dataclass(frozen=True)
class _Watch:
    """What is counted of a kind: `selects` narrows the metric, `says` is for who is told."""

    namespace: str
    metric: str
    severity: Severity
    says: str
    dimension: str = "resourceId"
    selects: str = ""


# Sources: Oracle's pages "Function Metrics", "Events Metrics" and "Connector Hub Metrics".
_OF_FUNCTIONS: Final[Mapping[Kind, _Watch]] = {
    "errors": _Watch(
        "oci_faas",
        "FunctionResponseCount",
        "ERROR",
        "answered with an error. Look into its invoke log.",
        selects=', responseType = "Error"',
    ),
    "throttles": _Watch(
        "oci_faas",
        "FunctionResponseCount",
        "WARNING",
        "was called more often than its concurrency allows; callers got 429.",
        selects=', responseType = "Throttled"',
    ),
    "detached_failures": _Watch(
        "oci_faas",
        "FunctionDetachedDeliveries",
        "ERROR",
        "did not bring the record of a detached call to its destination, or the call failed.",
        selects=', responseType != "Success"',
    ),
    "duration": _Watch(
        "oci_faas", "FunctionExecutionDuration", "WARNING", "took nearly as long as its timeout allows."
    ),
}
_OF_RULES: Final = _Watch(
    "oci_cloudevents",
    "DeliveryFailedEvents",
    "CRITICAL",
    "lost an event: it could not invoke its function. Look whether it may.",
)
_OF_CONNECTORS: Final = _Watch(
    "oci_service_connector_hub",
    "ServiceConnectorHubErrors",
    "CRITICAL",
    "moves nothing, or not all. Look at its status.",
    dimension="connectorId",
)


class FunctionAlarms(pulumi.ComponentResource):
    """An alarm for each way in which a function or what invokes it can fail, and the topic's subscriptions.

    A call's duration is compared with the longest timeout of its function, since not every realm tells
    detached calls apart.

    Not for: what the function itself finds wrong. It publishes that where a connection says.
    """

    def __init__(
        self, name: str, args: FunctionAlarmsArgs, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        super().__init__("aifunctions:index:FunctionAlarms", name, {}, opts)
        self._args = args
        for each in args.subscribers:
            self._subscription(name, each)
        for kind, watch, watched, id_, threshold in _watched(args):
            own = f"{name}-{watched}-{kind.replace('_', '-')}"
            elsewhere = args.rules_elsewhere.get(watched) if kind == "delivery_failures" else None
            self._alarm(own, kind, watch, f"{args.prefix}-{watched}", id_, threshold, elsewhere)
        self.register_outputs({})

    def _alarm(
        self,
        name: str,
        kind: Kind,
        watch: _Watch,
        watched: str,
        id_: pulumi.Input[str],
        threshold: int,
        elsewhere: str | None,
    ) -> None:
        args, options = self._args, self._args.kinds.get(kind, _default(kind))
        oci.monitoring.Alarm(
            name,
            compartment_id=args.compartment_id,
            metric_compartment_id=elsewhere or args.compartment_id,
            display_name=f"{watched}-{kind.replace('_', '-')}",
            body=f"{watched} {watch.says}",
            namespace=watch.namespace,
            query=pulumi.Output.format(
                '{0}[5m]{{{1} = "{2}"{3}}}.grouping().{4}() > {5}',
                watch.metric,
                watch.dimension,
                id_,
                watch.selects,
                "max" if kind == "duration" else "sum",
                threshold,
            ),
            severity=options.severity or watch.severity,
            pending_duration=f"PT{options.pending_minutes}M",
            repeat_notification_duration=f"PT{args.repeat_minutes}M",
            destinations=[args.topic_id],
            is_enabled=args.enabled and options.enabled,
            message_format="ONS_OPTIMIZED",
            opts=pulumi.ResourceOptions(parent=self),
        )

    def _subscription(self, name: str, subscriber: SubscriberOptions) -> None:
        # Named by whom it tells: one more or less leaves the others, who have confirmed, alone.
        told = f"{subscriber.protocol.lower()}-{sha256(subscriber.endpoint.encode()).hexdigest()[:8]}"
        oci.ons.Subscription(
            f"{name}-{told}",
            compartment_id=self._args.topic_compartment_id,
            topic_id=self._args.topic_id,
            protocol=subscriber.protocol,
            endpoint=subscriber.endpoint,
            opts=pulumi.ResourceOptions(parent=self),
        )


def _watched(args: FunctionAlarmsArgs) -> Iterator[tuple[Kind, _Watch, str, pulumi.Input[str], int]]:
    """Each alarm: its kind, what it counts, of whom, and the value it fires above."""
    for name, function in sorted(args.functions.items()):
        for kind, watch in _OF_FUNCTIONS.items():
            yield kind, watch, name, function.id, _threshold(args, kind, function)
    for name, id_ in sorted(args.rules.items()):
        yield "delivery_failures", _OF_RULES, name, id_, _threshold(args, "delivery_failures")
    for name, id_ in sorted(args.connectors.items()):
        yield "connector_errors", _OF_CONNECTORS, name, id_, _threshold(args, "connector_errors")


def _default(kind: Kind) -> AlarmOptions | DurationAlarmOptions:
    return DurationAlarmOptions() if kind == "duration" else AlarmOptions()


def _threshold(args: FunctionAlarmsArgs, kind: Kind, function: WatchedFunction | None = None) -> int:
    options = args.kinds.get(kind, _default(kind))
    if isinstance(options, AlarmOptions):
        return options.threshold
    seconds = function.timeout_in_seconds if function is not None else 0
    return seconds * 1000 * options.percent_of_timeout // 100  # the metric is in milliseconds


def _severity(value: str) -> None:
    limits.one_of(value, get_args(Severity))


def _protocol(value: str) -> None:
    limits.one_of(value, get_args(Protocol))
