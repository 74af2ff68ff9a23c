"""Messages of a stream or a queue, or entries of logs, that a connector hands to a function in batches."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Annotated, Literal, get_args

import pulumi
import pulumi_oci as oci

from components.errors import checks_of, refuse_bad
from components.granted_policy import GrantedPolicyArgs, grant_where_needed
from components.grants.connectors import ConnectorIdentity, allow
from components.grants.function_grants import FunctionIdentity
from components.grants.grant import Grant, Ref
from components.grants.targets import QueueTarget, StreamTarget, id_of
from components.values import limits, sources
from components.values.option import Check, Option

GrantForm = Literal["narrow", "documented"]


@dataclass(frozen=True, kw_only=True)
class BatchOptions:
    """What a stack may say about a connector's batches. A batch goes when one of its limits is reached."""

    batch_size_in_kbs: Annotated[
        int | None, Option("Largest batch, 1 to 5000 KB; left out, 5000", sources.batch_kbs)
    ] = None
    batch_size_in_num: Annotated[
        int | None,
        Option(
            "Or the most messages of a batch; the other limit cannot stand beside it", sources.batch_messages
        ),
    ] = None
    batch_time_in_sec: Annotated[
        int, Option("Longest time a batch waits to be full, 1 to 3600 seconds", sources.batch_seconds)
    ] = 60
    grant: Annotated[
        GrantForm,
        Option(
            "narrow: the statements name this connector, a form that no page of Oracle shows; documented: "
            "every connector of the compartment, and fn-function too, as Oracle's samples have it"
        ),
    ] = "narrow"

    def problem(self) -> str | None:
        """Why OCI would refuse these options together; None when they are sound."""
        if self.batch_size_in_kbs is not None and self.batch_size_in_num is not None:
            return "give batch_size_in_kbs or batch_size_in_num, not both"
        return None


@dataclass(frozen=True, kw_only=True)
class StreamSource:
    """Messages of one stream, from the newest on or from the oldest that is kept."""

    stream: StreamTarget
    cursor: str = "LATEST"


@dataclass(frozen=True, kw_only=True)
class QueueSource:
    """Messages of one queue, which are deleted there once the connector has them."""

    queue: QueueTarget


@dataclass(frozen=True, kw_only=True)
class LogPlace:
    """One log, or all of a log group."""

    compartment_id: str
    group_id: Ref
    log_id: Ref | None = None


@dataclass(frozen=True, kw_only=True)
class LogSource:
    """Entries of logs; with a `condition`, those of which it holds."""

    logs: Sequence[LogPlace]
    condition: str | None = None


Source = StreamSource | QueueSource | LogSource


@dataclass(frozen=True, kw_only=True)
class ConnectorTriggerArgs(BatchOptions):
    """A connector in `compartment_id` from `source` to `target`; `prefix` begins every physical name.

    `allow_loop` says why the function may write to the source, for the one who reads the connector.
    """

    target: FunctionIdentity
    source: Source
    compartment_id: Annotated[str, Check(limits.compartment)]
    prefix: str
    enabled: bool = True
    allow_loop: Annotated[str | None, Check(limits.reason)] = None
    iam_provider: oci.Provider | None = None
    config_path: str = ""

    def __post_init__(self) -> None:
        checks = checks_of(self)
        checks["grant"] = (_grant_form, self.grant)
        checks["batch_size_in_num"] = (self._sound, self.batch_size_in_num)
        refuse_bad(self.config_path, checks)

    def _sound(self, value: int | None) -> None:
        if value is not None:
            sources.batch_messages(value)
        if problem := self.problem():
            raise ValueError(problem)

    @property
    def kind(self) -> str:
        """What tells this connector from another that could take its place. A connector of another kind is
        another connector: the provider keeps what an updated one no longer says of its source."""
        match self.source:
            case StreamSource():
                kind = "stream"
            case QueueSource():
                kind = "queue"
            case LogSource(condition=None):
                kind = "logs"
            case LogSource():
                kind = "filtered-logs"
        return f"{kind}-counted" if self.batch_size_in_num is not None else kind


def _grant_form(value: str) -> None:
    limits.one_of(value, get_args(GrantForm))


class ConnectorTrigger(pulumi.ComponentResource):
    """A connector to a function, and its permissions: to invoke that function, and to read its source.

    The grants name the connector, so they come after it. What it reads meanwhile it keeps, and hands over
    once it may.

    Not for: changing what is read on its way (a connector's function task), or other targets.
    """

    source_id: pulumi.Output[str]

    def __init__(
        self, name: str, args: ConnectorTriggerArgs, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        super().__init__("aifunctions:index:ConnectorTrigger", name, {}, opts)
        condition = args.source.condition if isinstance(args.source, LogSource) else None
        connector = oci.sch.Connector(
            f"{name}-{args.kind}",
            compartment_id=args.compartment_id,
            display_name=args.prefix,
            description=_description(args),
            source=_source(args.source),
            tasks=[oci.sch.ConnectorTaskArgs(kind="logRule", condition=condition)] if condition else [],
            target=_target(args),
            state="ACTIVE" if args.enabled else "INACTIVE",
            opts=pulumi.ResourceOptions(parent=self),
        )
        grant_where_needed(
            f"{name}-grants",
            GrantedPolicyArgs(
                compartment_id=args.target.compartment_id,
                policy_name=f"{args.prefix}-connector",
                description=f"What the connector {args.prefix} may do",
                grants=list(_grants(args, connector)),
                iam_provider=args.iam_provider,
                config_path=args.config_path,
            ),
            self,
        )
        self.source_id = connector.id
        self.register_outputs({"source_id": self.source_id})


def _description(args: ConnectorTriggerArgs) -> str:
    reason = f", which may write what it reads: {args.allow_loop}" if args.allow_loop else ""
    return f"Invokes the function of {args.prefix}{reason}"


def _grants(args: ConnectorTriggerArgs, connector: oci.sch.Connector) -> Iterator[Grant]:
    named = connector if args.grant == "narrow" else None
    begun = allow(ConnectorIdentity(compartment_id=args.compartment_id, connector=named))
    yield begun.to_invoke(args.target)
    if named is None:
        yield begun.to_see(args.target)
    match args.source:
        case StreamSource(stream=stream):
            yield begun.to_pull(stream)
        case QueueSource(queue=queue):
            yield begun.to_pull(queue)


def _source(source: Source) -> oci.sch.ConnectorSourceArgs:
    match source:
        case StreamSource():
            return oci.sch.ConnectorSourceArgs(
                kind="streaming",
                stream_id=id_of(source.stream.id),
                cursor=oci.sch.ConnectorSourceCursorArgs(kind=source.cursor),
            )
        case QueueSource():
            config_map = pulumi.Output.from_input(id_of(source.queue.id)).apply(_of_queue)
            return oci.sch.ConnectorSourceArgs(
                kind="plugin", plugin_name="QueueSource", config_map=config_map
            )
        case LogSource():
            return oci.sch.ConnectorSourceArgs(
                kind="logging",
                log_sources=[
                    oci.sch.ConnectorSourceLogSourceArgs(
                        compartment_id=each.compartment_id,
                        log_group_id=id_of(each.group_id),
                        log_id=None if each.log_id is None else id_of(each.log_id),
                    )
                    for each in source.logs
                ],
            )


def _target(args: ConnectorTriggerArgs) -> oci.sch.ConnectorTargetArgs:
    counted = args.batch_size_in_num is not None
    return oci.sch.ConnectorTargetArgs(
        kind="functions",
        function_id=args.target.function.id,
        batch_size_in_num=args.batch_size_in_num,
        batch_size_in_kbs=None if counted else args.batch_size_in_kbs or sources.BATCH_KBS,
        batch_time_in_sec=args.batch_time_in_sec,
    )


def _of_queue(id_: str) -> str:
    return json.dumps({"queueId": id_})
