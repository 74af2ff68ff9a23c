"""The section `alarms`: alarms on every function and on what invokes it, and who is told."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Annotated, get_args

from pydantic import model_validator

from components.config.arguments import Context
from components.config.destinations import Created, TopicConfig
from components.config.function_section import FunctionConfig
from components.config.section import section
from components.connector_trigger import ConnectorTrigger
from components.event_trigger import EventTrigger
from components.function_alarms import (
    AlarmOptions,
    AlarmsOptions,
    DurationAlarmOptions,
    FunctionAlarmsArgs,
    Kind,
    SubscriberOptions,
    WatchedFunction,
)
from components.values.option import Option, options_of


@section
class AlarmConfig(AlarmOptions):
    """The alarms of one kind."""


@section
class DurationAlarmConfig(DurationAlarmOptions):
    """The alarms on slow functions."""


@section
class SubscriberConfig(SubscriberOptions):
    """Who is told."""

    @model_validator(mode="after")
    def _can_be_reached(self) -> SubscriberConfig:
        self.check()
        return self


def _each_once(values: Sequence[SubscriberConfig]) -> None:
    if len({(each.protocol, each.endpoint) for each in values}) != len(values):
        raise ValueError("names a subscriber twice")


@section
class AlarmsConfig(AlarmsOptions):
    """Alarms on every function and on what invokes it."""

    topic: Annotated[TopicConfig, Option("Where they are told: a topic that is created, or one that exists")]
    subscribers: Annotated[
        Sequence[SubscriberConfig], Option("Who is told, beside whom the topic has already", _each_once)
    ] = ()
    errors: Annotated[AlarmConfig, Option("A function answered with an error")] = AlarmConfig()
    throttles: Annotated[AlarmConfig, Option("A function was called too often at once")] = AlarmConfig()
    detached_failures: Annotated[
        AlarmConfig, Option("The record of a detached call did not arrive, or the call failed")
    ] = AlarmConfig()
    duration: Annotated[
        DurationAlarmConfig, Option("A call took nearly as long as the function's longest timeout")
    ] = DurationAlarmConfig()
    delivery_failures: Annotated[AlarmConfig, Option("A rule could not deliver an event")] = AlarmConfig()
    connector_errors: Annotated[AlarmConfig, Option("A connector could not move what it read")] = (
        AlarmConfig()
    )

    def args(
        self, context: Context, functions: Mapping[str, FunctionConfig], created: Created
    ) -> FunctionAlarmsArgs:
        """The alarms on what the stack has created."""
        topic = self.topic.target(context, created)
        invoking = _by_name(functions, created.triggers)
        rules = {name: each for name, each in invoking.items() if isinstance(each, EventTrigger)}
        return FunctionAlarmsArgs(
            **options_of(self, AlarmsOptions),
            compartment_id=context.compartment_id,
            prefix=context.prefix,
            topic_id=topic.id if isinstance(topic.id, str) else topic.id.id,
            topic_compartment_id=topic.compartment_id,
            subscribers=self.subscribers,
            functions={
                said.place(key).name: WatchedFunction(
                    id=created.functions[key].function_id,
                    timeout_in_seconds=max(said.timeout_in_seconds, said.detached_timeout),
                )
                for key, said in functions.items()
            },
            rules={name: each.rule_id for name, each in rules.items()},
            rules_elsewhere={
                name: each.compartment_id
                for name, each in rules.items()
                if each.compartment_id != context.compartment_id
            },
            connectors={
                name: each.source_id for name, each in invoking.items() if isinstance(each, ConnectorTrigger)
            },
            kinds={kind: getattr(self, kind) for kind in get_args(Kind)},
            config_path=context.path("alarms"),
        )


def _by_name(
    functions: Mapping[str, FunctionConfig], triggers: Mapping[str, Mapping[str, object]]
) -> dict[str, object]:
    """What invokes functions, by its name in OCI without the stack's."""
    found: dict[str, object] = {}
    for key, each in triggers.items():
        here = functions[key].place(key)
        for name, trigger in each.items():
            found[f"{here.name}-{functions[key].triggers[name].place(here, name).name}"] = trigger
    return found
