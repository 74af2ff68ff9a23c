"""The sections of what invokes a function beside Events, and of what is told how a detached invocation ended.

See `components.config.model` for what a section is. Each source makes its component of itself and of the
`Wiring` that all triggers of a stack share.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated, Any, Protocol, cast

import pulumi
from pydantic import model_validator

from components.ai_function import ReportTarget
from components.alarm_trigger import AlarmOptions, AlarmTrigger, AlarmTriggerArgs
from components.config.arguments import Context
from components.config.connection_section import Choice
from components.config.destinations import (
    Created,
    Elsewhere,
    NamedQueue,
    NamedStream,
    TopicConfig,
)
from components.config.section import section
from components.connector_trigger import (
    BatchOptions,
    ConnectorTrigger,
    ConnectorTriggerArgs,
    LogPlace,
    LogSource,
    QueueSource,
    Source,
    StreamSource,
)
from components.event_trigger import EventTrigger
from components.function_connections import Connection
from components.grants.function_grants import FunctionIdentity
from components.rotation_trigger import NewSecret, RotationOptions, RotationTrigger, RotationTriggerArgs
from components.schedule_trigger import ScheduleOptions, ScheduleTrigger, ScheduleTriggerArgs
from components.topic_trigger import TopicTrigger, TopicTriggerArgs
from components.values import destination, sources
from components.values.option import Option, options_of
from components.values.sources import log_condition


@dataclass(frozen=True, kw_only=True)
class Wiring:
    """One trigger of one function: `name` is that of its component, `prefix` begins its names in OCI."""

    context: Context
    created: Created
    target: FunctionIdentity
    name: str
    prefix: str
    enabled: bool
    config_path: str
    allow_loop: str | None = None

    @property
    def common(self) -> dict[str, Any]:
        """What the arguments of all of them have."""
        return {
            "target": self.target,
            "compartment_id": self.context.compartment_id,
            "config_path": self.config_path,
        }

    @property
    def with_names(self) -> dict[str, Any]:
        """What the arguments of those have that create something with a name of its own."""
        return {**self.common, "prefix": self.prefix, "enabled": self.enabled}

    @property
    def with_grants(self) -> dict[str, Any]:
        """What the arguments of those have that also need a policy."""
        return {**self.with_names, "iam_provider": self.context.iam}


class Trigger(Protocol):
    """What every trigger beside that of Events has."""

    @property
    def source_id(self) -> pulumi.Output[str]: ...


class SourceConfig(Protocol):
    """What every section of a source can do."""

    def create(self, wiring: Wiring) -> Trigger: ...


def exported(triggers: Mapping[str, EventTrigger | Trigger]) -> dict[str, Any]:
    """What a stack exports of a function's triggers: rules and buckets of Events, the OCIDs of all others."""
    rules = {name: each for name, each in triggers.items() if isinstance(each, EventTrigger)}
    others = {name: each.source_id for name, each in triggers.items() if not isinstance(each, EventTrigger)}
    return {
        "rules": {name: each.rule_id for name, each in rules.items()},
        "buckets": {name: each.bucket_name for name, each in rules.items() if each.bucket_name},
        **({"sources": others} if others else {}),
    }


def _sound(options: ScheduleOptions | BatchOptions) -> None:
    if problem := options.problem():
        raise ValueError(problem)


@section
class ScheduleConfig(ScheduleOptions):
    """Times at which the function is invoked, detached."""

    @model_validator(mode="after")
    def _may_run(self) -> ScheduleConfig:
        _sound(self)
        return self

    def create(self, wiring: Wiring) -> Trigger:
        """The schedule."""
        options = options_of(self, ScheduleOptions)
        return ScheduleTrigger(wiring.name, ScheduleTriggerArgs(**options, **wiring.with_grants))


@section
class AlarmConfig(AlarmOptions):
    """An alarm whose messages invoke the function."""

    def create(self, wiring: Wiring) -> Trigger:
        """The alarm, with its topic."""
        options = options_of(self, AlarmOptions)
        return AlarmTrigger(wiring.name, AlarmTriggerArgs(**options, **wiring.with_names))


@section
class TopicSourceConfig(TopicConfig):
    """A topic whose messages invoke the function."""

    def create(self, wiring: Wiring) -> Trigger:
        """The subscription, which lies where its topic does."""
        topic = self.target(wiring.context, wiring.created)
        here = {**wiring.common, "compartment_id": topic.compartment_id}
        return TopicTrigger(wiring.name, TopicTriggerArgs(**here, topic=topic.id))


@section
class _Batched(BatchOptions):
    """A source that a connector reads."""

    @model_validator(mode="after")
    def _has_one_size(self) -> _Batched:
        _sound(self)
        return self

    def connector(self, wiring: Wiring, source: Source) -> Trigger:
        """The connector."""
        options = options_of(self, BatchOptions)
        args = ConnectorTriggerArgs(
            **options, **wiring.with_grants, source=source, allow_loop=wiring.allow_loop
        )
        return ConnectorTrigger(wiring.name, args)


@section
class StreamSourceConfig(NamedStream, _Batched):
    """A stream whose messages invoke the function."""

    cursor: Annotated[
        str,
        Option("LATEST: messages from now on; TRIM_HORIZON: also those that the stream has", sources.cursor),
    ] = "LATEST"

    def create(self, wiring: Wiring) -> Trigger:
        """The connector that reads it."""
        stream = self.target(wiring.context, wiring.created)
        return self.connector(wiring, StreamSource(stream=stream, cursor=self.cursor))


@section
class QueueSourceConfig(NamedQueue, _Batched):
    """A queue whose messages invoke the function."""

    def create(self, wiring: Wiring) -> Trigger:
        """The connector that reads it."""
        return self.connector(wiring, QueueSource(queue=self.target(wiring.context, wiring.created)))


@section
class LogPlaceConfig(Elsewhere):
    """A log, or all of a log group."""

    group_id: Annotated[
        str,
        Option(
            "OCID of a log group that exists; _Audit for the audit log of the compartment, "
            "_Audit_Include_Subcompartment for those below it too",
            destination.watched_logs,
        ),
    ]
    log_id: Annotated[
        str | None, Option("OCID of one of its logs; left out, all of them", destination.log)
    ] = None

    @model_validator(mode="after")
    def _is_one_place(self) -> LogPlaceConfig:
        if self.log_id is not None and self.group_id in destination.AUDIT:
            raise ValueError(f"log_id belongs to a log group; {self.group_id} is a log by itself")
        return self

    def place(self, context: Context) -> LogPlace:
        """The logs."""
        return LogPlace(compartment_id=self.scope(context), group_id=self.group_id, log_id=self.log_id)


def _some(values: Sequence[object]) -> None:
    if not values:
        raise ValueError("needs at least one log")


@section
class LogsSourceConfig(_Batched):
    """Logs whose entries invoke the function."""

    sources: Annotated[Sequence[LogPlaceConfig], Option("The logs", _some)]
    condition: Annotated[
        str | None,
        Option(
            "Which entries, in Logging's query language, e.g. data.level = 'error'; left out, all",
            log_condition,
        ),
    ] = None

    def create(self, wiring: Wiring) -> Trigger:
        """The connector that reads them."""
        places = [each.place(wiring.context) for each in self.sources]
        return self.connector(wiring, LogSource(logs=places, condition=self.condition))


@section
class RotationConfig(RotationOptions, Elsewhere):
    """A secret that the function rotates: one that is created, or one that exists."""

    existing_id: Annotated[
        str | None,
        Option(
            "OCID of a secret that exists; only what its rotation takes is granted, its owner sets the "
            "function as its target",
            destination.secret,
        ),
    ] = None
    name: Annotated[
        str | None,
        Option("Name of a secret that is created; with vault_id and key_id", destination.resource_name),
    ] = None
    vault_id: Annotated[str | None, Option("OCID of its vault", sources.vault)] = None
    key_id: Annotated[str | None, Option("OCID of the key that encrypts it", destination.key)] = None

    @model_validator(mode="after")
    def _is_one_secret(self) -> RotationConfig:
        new = [self.name, self.vault_id, self.key_id]
        if None in new and (self.existing_id is None or new != [None] * 3):
            raise ValueError("give either existing_id, or name, vault_id and key_id")
        if self.name is not None and (self.existing_id is not None or self.compartment_id is not None):
            raise ValueError("existing_id and compartment_id are those of one that exists; give no name")
        return self

    def create(self, wiring: Wiring) -> Trigger:
        """The rotation."""
        here = {**wiring.with_grants, "compartment_id": self.scope(wiring.context)}
        options = options_of(self, RotationOptions)
        args = RotationTriggerArgs(
            **options, **here, secret=self._secret(wiring), tenancy_id=wiring.context.tenancy_id
        )
        return RotationTrigger(wiring.name, args)

    def _secret(self, wiring: Wiring) -> NewSecret | str:
        if self.existing_id is not None:
            return self.existing_id
        return NewSecret(
            name=wiring.context.named(cast(str, self.name)),
            vault_id=cast(str, self.vault_id),
            key_id=cast(str, self.key_id),
        )


@section
class SourcesConfig:
    """What may stand in a trigger instead of Events; at most one."""

    schedule: Annotated[ScheduleConfig | None, Option("Times, by a cron expression")] = None
    alarm: Annotated[AlarmConfig | None, Option("An alarm of Monitoring")] = None
    topic: Annotated[TopicSourceConfig | None, Option("Messages of a topic, one by one")] = None
    stream: Annotated[StreamSourceConfig | None, Option("Messages of a stream, in batches")] = None
    queue: Annotated[QueueSourceConfig | None, Option("Messages of a queue, in batches")] = None
    logs: Annotated[LogsSourceConfig | None, Option("Entries of logs, in batches")] = None
    secret_rotation: Annotated[RotationConfig | None, Option("The rotation of a Vault secret")] = None

    @property
    def source(self) -> tuple[str, SourceConfig] | None:
        """Its key and what it says; None for Events."""
        return next(iter(self.sources_given()), None)

    @property
    def longest_ending(self) -> str:
        """What ends the longest name in OCI that the trigger has."""
        endings = {"": "-events", "schedule": "-schedule", "secret_rotation": "-rotation"}
        return endings.get(self.source[0] if self.source else "", "-connector")

    @property
    def can_be_off(self) -> bool:
        """Whether what it creates can be there and invoke nothing: a subscription cannot, and the rotation of
        a secret that exists is its owner's."""
        theirs = self.secret_rotation is not None and self.secret_rotation.existing_id is not None
        return self.topic is None and not theirs

    def sources_given(self) -> list[tuple[str, Any]]:
        """All that are given, of which one may be."""
        given = [(key, getattr(self, key)) for key in SOURCES]
        return [(key, value) for key, value in given if value is not None]

    def named_places(self) -> Iterator[tuple[str, Any]]:
        """The sections that name something by name or OCID, with their paths."""
        for key, value in self.sources_given():
            yield key, value
            if isinstance(value, LogsSourceConfig):
                yield from ((f"{key}.sources[{index}]", each) for index, each in enumerate(value.sources))


SOURCES = ("schedule", "alarm", "topic", "stream", "queue", "logs", "secret_rotation")


@section
class ReportConfig(Choice):
    """Where the record of a detached invocation goes."""

    topic: Annotated[TopicConfig | None, Option("A topic")] = None
    queue: Annotated[NamedQueue | None, Option("A queue")] = None
    stream: Annotated[NamedStream | None, Option("A stream")] = None

    def target(self, context: Context, created: Created) -> ReportTarget:
        """The topic, queue or stream."""
        found: ReportTarget = self.chosen[1].target(context, created)
        return found

    def connection(self, context: Context, created: Created) -> Connection:
        """What the function, which sends the record as itself, does with it."""
        return Connection("publish" if self.topic else "push", self.target(context, created))


@section
class ReportsConfig:
    """Who is told how detached invocations end."""

    success: Annotated[ReportConfig | None, Option("Told of each that succeeded")] = None
    failure: Annotated[ReportConfig | None, Option("Told of each that failed")] = None

    def given(self) -> dict[str, ReportConfig]:
        """Those that are said, by key."""
        both = {"success": self.success, "failure": self.failure}
        return {key: value for key, value in both.items() if value is not None}
