"""An alarm that invokes a function, by way of a topic of its own."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

import pulumi
import pulumi_oci as oci

from components.errors import checks_of, refuse_bad
from components.grants.function_grants import FunctionIdentity
from components.topic import Topic, TopicArgs
from components.topic_trigger import TopicTrigger, TopicTriggerArgs
from components.values import limits, sources
from components.values.option import Check, Option


@dataclass(frozen=True, kw_only=True)
class AlarmOptions:
    """What a stack may say about an alarm."""

    namespace: Annotated[
        str, Option("Namespace of the metrics, e.g. oci_datascience_jobrun", sources.namespace)
    ]
    query: Annotated[
        str,
        Option(
            "Monitoring query with a threshold or absence, e.g. CpuUtilization[1m].mean() > 80",
            sources.alarm_query,
        ),
    ]
    severity: Annotated[str, Option("CRITICAL, ERROR, WARNING or INFO", sources.severity)] = "CRITICAL"
    pending_duration: Annotated[
        str, Option("How long the query must hold before it fires, PT1M to PT1H", sources.pending_duration)
    ] = "PT1M"
    body: Annotated[
        str | None,
        Option("What the message says beside the metrics; left out, whose alarm it is", sources.alarm_body),
    ] = None
    metric_compartment_id: Annotated[
        str | None,
        Option("OCID of the compartment of the metrics, where that is not the stack's", limits.compartment),
    ] = None
    each_dimension: Annotated[
        bool, Option("true: one message for each metric stream that fires, not one for all")
    ] = False


@dataclass(frozen=True, kw_only=True)
class AlarmTriggerArgs(AlarmOptions):
    """An alarm in `compartment_id` that invokes `target`; `prefix` is the name of alarm and topic."""

    target: FunctionIdentity
    compartment_id: Annotated[str, Check(limits.compartment)]
    prefix: str
    enabled: bool = True
    config_path: str = ""

    def __post_init__(self) -> None:
        refuse_bad(self.config_path, checks_of(self))


class AlarmTrigger(pulumi.ComponentResource):
    """An alarm, its topic, and the function's subscription to it, which is there before the alarm can fire.

    Not for: people who are told of an alarm. Whoever may publish to topics of the compartment can invoke the
    function with a message that looks like an alarm's.
    """

    source_id: pulumi.Output[str]

    def __init__(self, name: str, args: AlarmTriggerArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("aifunctions:index:AlarmTrigger", name, {}, opts)
        mine = pulumi.ResourceOptions(parent=self)
        topic = Topic(
            name,
            TopicArgs(
                compartment_id=args.compartment_id, topic_name=args.prefix, config_path=args.config_path
            ),
            mine,
        ).topic
        subscribed = TopicTrigger(
            name,
            TopicTriggerArgs(
                target=args.target,
                compartment_id=args.compartment_id,
                topic=topic,
                config_path=args.config_path,
            ),
            mine,
        )
        alarm = oci.monitoring.Alarm(
            f"{name}-alarm",
            compartment_id=args.compartment_id,
            display_name=args.prefix,
            is_enabled=args.enabled,
            metric_compartment_id=args.metric_compartment_id or args.compartment_id,
            namespace=args.namespace,
            query=args.query,
            severity=args.severity,
            pending_duration=args.pending_duration,
            body=args.body or f"Invokes the function of {args.prefix}",
            is_notifications_per_metric_dimension_enabled=args.each_dimension,
            message_format="RAW",
            destinations=[topic.id],
            opts=pulumi.ResourceOptions(parent=self, depends_on=[subscribed.subscription]),
        )
        self.source_id = alarm.id
        self.register_outputs({"source_id": self.source_id})
