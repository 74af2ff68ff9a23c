"""What a function uses, for other languages: one flat object for each connection.

It says what the function does (`intent`) with one thing, which the one argument of that thing names. What may
be done with what, and the statement for it, are those of `components.grants.function_grants`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Annotated, Any, Final, get_args, get_type_hints

from component_package.arguments import Later, camel
from component_package.elsewhere import FUNCTION, ref
from components.function_connections import Connection, Intent, variables_of
from components.grants import targets
from components.grants.function_grants import FunctionGrants
from components.grants.targets import GENERATIVE, Service, Target
from components.values import destination, limits
from components.values.option import Option


@dataclass(frozen=True, kw_only=True)
class ConnectionArgs:
    """Something that a function uses: an intent, and exactly one thing with what belongs to it."""

    intent: Annotated[Intent, Option(f"What it does with it: {', '.join(get_args(Intent))}")]
    compartment_id: Annotated[
        str | None,
        Option("OCID of its compartment, where that is not the function's", limits.compartment),
    ] = None
    bucket_name: Annotated[str | None, Option("read, list or write: a bucket's objects", limits.bucket)] = (
        None
    )
    object_prefix: Annotated[
        str | None,
        Option("Of a bucket: only objects whose names begin so", destination.object_prefix),
    ] = None
    table_name: Annotated[str | None, Option("read or write: rows of a NoSQL table", destination.table)] = (
        None
    )
    secret_id: Annotated[Later | None, Option("read: OCID of a secret", destination.secret)] = None
    database_id: Annotated[
        Later | None,
        Option("read: OCID of an Autonomous Database, whose wallet is downloaded", destination.database),
    ] = None
    queue_id: Annotated[Later | None, Option("push or pull: OCID of a queue", destination.queue)] = None
    stream_id: Annotated[Later | None, Option("push or pull: OCID of a stream", destination.stream)] = None
    log_id: Annotated[Later | None, Option("push: OCID of a custom log", destination.log)] = None
    log_group_id: Annotated[
        Later | None,
        Option("Of a log: OCID of its log group, which the statement names", destination.log_group),
    ] = None
    topic_id: Annotated[Later | None, Option("publish: OCID of a topic", destination.topic)] = None
    key_id: Annotated[Later | None, Option("encrypt or decrypt: OCID of a key", destination.key)] = None
    metrics_namespace: Annotated[
        str | None, Option("post: a namespace of custom metrics", destination.metrics_namespace)
    ] = None
    function_id: Annotated[Later | None, Option("invoke: OCID of another function", destination.function)] = (
        None
    )
    endpoint: Annotated[
        Later | None,
        Option(
            "Of a queue or stream: where its messages go; of a key: its vault's cryptographic endpoint; of a "
            "function: its invoke endpoint",
            destination.endpoint,
        ),
    ] = None
    service: Annotated[Service | None, Option(f"use: an AI service, {', '.join(get_args(Service))}")] = None
    model_id: Annotated[
        str | None,
        Option("Of Generative AI: name or OCID of a model, for the function to know", destination.model),
    ] = None

    def problem(self) -> str | None:
        """Why these cannot be used together, or None."""
        given = [name for name in _THINGS if getattr(self, name) is not None]
        if len(given) != 1:
            return f"give exactly one of {_listed(_THINGS)}"
        (thing,) = given
        if thing not in things(self.intent):
            return f"{self.intent} takes {_listed(things(self.intent))}, not {camel(thing)}"
        return next(self._astray(thing), None)

    def _astray(self, thing: str) -> Iterator[str]:
        """What is missing beside the thing, and what is there that belongs to another."""
        for name in _THINGS[thing].needs:
            if getattr(self, name) is None:
                yield f"{camel(thing)} needs {camel(name)}"
        for name in _BESIDE:
            owners = [each for each, kind in _THINGS.items() if name in (*kind.needs, *kind.takes)]
            if getattr(self, name) is not None and thing not in owners:
                yield f"{camel(name)} belongs to {_listed(owners)}"
        if self.model_id is not None and self.service not in GENERATIVE:
            yield f"modelId belongs to {', '.join(GENERATIVE)}"

    def connection(self, place: Place) -> Connection:
        """What the function does with what, in a problem-free connection."""
        thing = next(name for name in _THINGS if getattr(self, name) is not None)
        scope = self.compartment_id or place.compartment_id
        return Connection(self.intent, _THINGS[thing].make(self, scope, place))


@dataclass(frozen=True, kw_only=True)
class Place:
    """Where the function is. The namespace is looked up where a bucket is used."""

    compartment_id: str
    region: str
    namespace: Callable[[], str]


def problems(connections: Mapping[str, ConnectionArgs], config: Mapping[str, str]) -> Iterator[str]:
    """What is wrong with connections, or with the function's own variables beside them, with its place."""
    for name, connection in connections.items():
        try:
            limits.name(name)
        except ValueError:
            yield f"connections: {name} is not a name of lower-case letters, digits and hyphens"
        if problem := connection.problem():
            yield f"connections.{name}: {problem}"
        variables = variables_of(name)
        for variable in config:
            if variable.startswith(variables):
                yield f"config.{variable}: is set by connections.{name}"


Make = Callable[[Any, str, Place], Target]
"""A target, of the arguments, a compartment, and where the function is."""


@dataclass(frozen=True)
class _Thing:
    """A kind of thing: what must and what may be given beside the one argument that names it."""

    target: type
    make: Make
    needs: tuple[str, ...] = ()
    takes: tuple[str, ...] = ()


def _bucket(args: ConnectionArgs, scope: str, place: Place) -> Target:
    name, prefix = args.bucket_name or "", args.object_prefix or ""
    return targets.BucketTarget(name=name, prefix=prefix, namespace=place.namespace(), compartment_id=scope)


def _log(args: ConnectionArgs, scope: str, _: Place) -> Target:
    return targets.LogTarget(
        id=ref(args.log_id or "", "oci:Logging/log:Log"),
        group_id=ref(args.log_group_id or "", "oci:Logging/logGroup:LogGroup"),
        compartment_id=scope,
    )


def _service(args: Any, scope: str, place: Place) -> Target:
    return targets.ServiceTarget(
        service=args.service, model_id=args.model_id or "", region=place.region, compartment_id=scope
    )


def _by_name(target: Any, argument: str, field: str) -> _Thing:
    return _Thing(
        target,
        lambda args, scope, _: target(**{field: getattr(args, argument)}, compartment_id=scope),
    )


def _by_id(target: Any, argument: str, token: str, field: str = "id") -> _Thing:
    return _Thing(
        target,
        lambda args, scope, _: target(**{field: ref(getattr(args, argument), token)}, compartment_id=scope),
    )


def _at(target: Any, argument: str, token: str, field: str = "id") -> _Thing:
    """The same of a thing with an address of its own."""
    return _Thing(
        target,
        lambda args, scope, _: target(
            **{field: ref(getattr(args, argument), token)}, endpoint=args.endpoint, compartment_id=scope
        ),
        needs=("endpoint",),
    )


_THINGS: Final[Mapping[str, _Thing]] = {
    "bucket_name": _Thing(targets.BucketTarget, _bucket, takes=("object_prefix",)),
    "table_name": _by_name(targets.TableTarget, "table_name", "name"),
    "secret_id": _by_id(targets.SecretTarget, "secret_id", "oci:Vault/secret:Secret"),
    "database_id": _by_id(
        targets.DatabaseTarget, "database_id", "oci:Database/autonomousDatabase:AutonomousDatabase"
    ),
    "queue_id": _at(targets.QueueTarget, "queue_id", "oci:Queue/queue:Queue"),
    "stream_id": _at(targets.StreamTarget, "stream_id", "oci:Streaming/stream:Stream"),
    "log_id": _Thing(targets.LogTarget, _log, needs=("log_group_id",)),
    "topic_id": _by_id(targets.TopicTarget, "topic_id", "oci:Ons/notificationTopic:NotificationTopic"),
    "key_id": _at(targets.KeyTarget, "key_id", "oci:Kms/key:Key"),
    "metrics_namespace": _by_name(targets.MetricsTarget, "metrics_namespace", "namespace"),
    "function_id": _at(targets.FunctionTarget, "function_id", FUNCTION, "function"),
    "service": _Thing(targets.ServiceTarget, _service, takes=("model_id",)),
}
_BESIDE: Final = ("object_prefix", "endpoint", "log_group_id", "model_id")


def things(intent: Intent) -> list[str]:
    """The arguments of what an intent is for: those whose targets its statements take."""
    hint = get_type_hints(getattr(FunctionGrants, f"to_{intent}"))["target"]
    accepted = get_args(hint) or (hint,)
    return [name for name, thing in _THINGS.items() if thing.target in accepted]


def _listed(names: Iterable[str]) -> str:
    *some, last = map(camel, names)
    return f"{', '.join(some)} or {last}" if some else last
