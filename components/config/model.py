"""The sections of the config: everything `Pulumi.<stack>.yaml` may say.

A section inherits the options of its component, each with its default, its meaning and its check, adds the
sections within it, and makes the component's arguments of itself and of the stack's context.

Not for: defaults of OCI, which stay OCI's, or for values that need a look-up.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence, Set
from dataclasses import field
from graphlib import TopologicalSorter
from pathlib import Path
from typing import Annotated, Any, Literal

import pulumi
import pulumi_oci as oci
from pydantic import SecretStr

from components.config import given_subnets
from components.config.alarms_section import AlarmsConfig
from components.config.api_section import ApiConfig
from components.config.arguments import Context
from components.config.data_section import (
    BucketDataConfig,
    QueueDataConfig,
    StreamDataConfig,
    TopicDataConfig,
)
from components.config.destinations import (
    BucketConfig,
    Created,
    NamedQueue,
    NamedStream,
    TopicConfig,
)
from components.config.edge_section import EdgeConfig
from components.config.function_section import COMPARTMENTS, FunctionConfig
from components.config.network_section import NetworkConfig
from components.config.section import BucketName, Name, section
from components.config.tags_section import TagsConfig
from components.event_access import EventPrincipal
from components.event_bucket import EventBucket
from components.function_alarms import FunctionAlarms
from components.function_archive import FunctionArchive
from components.function_image import FunctionImage, Registry
from components.function_network import FunctionNetwork
from components.functions_application import (
    ApplicationOptions,
    FunctionsApplication,
    FunctionsApplicationArgs,
)
from components.queue import Queue
from components.stream import Stream
from components.topic import Topic
from components.values import limits
from components.values.addresses import Load
from components.values.option import Option, options_of


@section
class ApplicationConfig(ApplicationOptions):
    """The application all functions of the stack live in."""

    name: Annotated[str, Option("Begins, with the stack's name, every physical name in OCI", limits.name)] = (
        "ai-functions"
    )
    allow_replacement: Annotated[
        bool,
        Option(
            "true: a deployed application may be replaced by one in another network, where subnet_ids and "
            "network take each other's place or network.cidr changes; every function gets a new OCID and "
            "invoke endpoint"
        ),
    ] = False

    def args(self, context: Context, created: Created) -> FunctionsApplicationArgs:
        """The application, in the network of the stack or in the subnets it is given."""
        return FunctionsApplicationArgs(
            **options_of(self, ApplicationOptions),
            compartment_id=context.compartment_id,
            display_name=context.prefix,
            subnet_ids=context.subnet_ids,
            network=created.network,
            config_path=context.path("application"),
        )


def _some(values: Mapping[str, object]) -> None:
    if not values:
        raise ValueError("is empty")


def _buckets(values: Sequence[str]) -> None:
    for value in values:
        limits.bucket(value)


def _username(value: SecretStr) -> None:
    limits.registry_username(value.get_secret_value())


def _filled(value: SecretStr) -> None:
    if not value.get_secret_value():
        raise ValueError("is empty")


@section
class StackConfig:
    """Everything a stack of this project can set."""

    region: Annotated[
        str,
        Option("oci:region, where everything but IAM is created, e.g. eu-frankfurt-1", limits.region),
    ]
    home_region: Annotated[
        str | None,
        Option("The tenancy's home region, where IAM is written; left out, it is looked up", limits.region),
    ] = None
    tenancy_id: Annotated[str, Option("OCID of the tenancy", limits.tenancy)]
    compartment_id: Annotated[
        str,
        Option("OCID of the compartment that everything but groups is created in", limits.compartment),
    ]
    subnet_ids: Annotated[
        Sequence[str] | None,
        Option(
            "OCIDs of one to three subnets, unless network is given; changing them replaces the application",
            limits.subnets,
        ),
    ] = None
    network: Annotated[
        NetworkConfig | None, Option("A network that the stack creates, in place of subnet_ids")
    ] = None
    application: Annotated[ApplicationConfig, Option("The application")] = ApplicationConfig()
    functions: Annotated[Mapping[Name, FunctionConfig], Option("The functions by name", _some)]
    primary: Annotated[
        Name | None,
        Option(
            "The function that the outputs function_id and invoke_endpoint are about; needed with two or "
            "more functions"
        ),
    ] = None
    event_principal: Annotated[
        EventPrincipal,
        Option(
            "As whom Events invokes: a resource principal, the service cloudEvents, or both (Oracle's pages "
            "do not settle it)"
        ),
    ] = "both"
    event_statements: Annotated[
        Literal["auto", "function", "application"],
        Option(
            "What Events is granted: to invoke each function that has a trigger, or once all of the "
            "application; auto: as it is deployed, and each until there would be more than 500 statements"
        ),
    ] = "auto"
    buckets: Annotated[
        Mapping[BucketName, BucketDataConfig],
        Option("Options of buckets that the stack creates, by their names"),
    ] = field(default_factory=dict)
    topics: Annotated[
        Mapping[Name, TopicDataConfig], Option("Options of topics that the stack creates, by their names")
    ] = field(default_factory=dict)
    queues: Annotated[
        Mapping[Name, QueueDataConfig], Option("Options of queues that the stack creates, by their names")
    ] = field(default_factory=dict)
    streams: Annotated[
        Mapping[Name, StreamDataConfig], Option("Options of streams that the stack creates, by their names")
    ] = field(default_factory=dict)
    tags: Annotated[TagsConfig, Option("Tags of every resource that can carry them")] = TagsConfig()
    keep_buckets: Annotated[
        Sequence[str],
        Option("Names of buckets of this stack that stay though nothing in it names them", _buckets),
    ] = ()
    keep_topics: Annotated[
        Sequence[Name], Option("Names of topics of this stack that stay though no connection names them")
    ] = ()
    keep_queues: Annotated[
        Sequence[Name], Option("Names of queues of this stack that stay though no connection names them")
    ] = ()
    keep_streams: Annotated[
        Sequence[Name], Option("Names of streams of this stack that stay though no connection names them")
    ] = ()
    alarms: Annotated[
        AlarmsConfig | None, Option("Alarms on every function and trigger; left out, there are none")
    ] = None
    api: Annotated[ApiConfig | None, Option("The front door: an API gateway; left out, there is none")] = None
    edge: Annotated[EdgeConfig | None, Option("An edge WAF policy; left out, there is none")] = None
    registry_username: Annotated[
        SecretStr | None,
        Option("Secret. Who pushes images: <namespace>/<user>, or <namespace>/<domain>/<user>", _username),
    ] = None
    registry_auth_token: Annotated[
        SecretStr | None, Option("Secret. That user's OCI auth token", _filled)
    ] = None

    def load(self) -> Load:
        """What the functions use at one time: the concurrency that is provisioned, or one execution."""
        return Load.of((each.memory_in_mbs, each.provisioned_concurrency) for each in self.functions.values())

    def environment(self) -> dict[str, str]:
        """What each function's environment holds by default: the compartment whose events it takes."""
        return {} if COMPARTMENTS in self.application.config else {COMPARTMENTS: self.compartment_id}

    def builds(self) -> list[str]:
        """Names of the functions whose image is built."""
        return [name for name, function in self.functions.items() if function.is_built]

    def code(
        self, context: Context, application: FunctionsApplication
    ) -> dict[str, FunctionImage | FunctionArchive]:
        """What each function runs, by the functions' keys."""
        own = {
            key: each.code(context, each.place(key), application)
            for key, each in self.functions.items()
            if each.image.of is None
        }
        return own | {key: own[each.image.of] for key, each in self.functions.items() if each.image.of}

    def is_shipped(self, key: str) -> bool:
        """Whether a function runs this project's own handler."""
        return self.functions[self.functions[key].image.of or key].is_shipped

    def primary_function(self) -> str:
        """The key of the function the stack's own outputs are about."""
        return self.primary or next(iter(self.functions))

    def order(self) -> list[str]:
        """The functions' keys: by name, but each after those that it invokes. Raises `CycleError`."""
        waiting = TopologicalSorter({key: each.invokes() for key, each in self.functions.items()})
        waiting.prepare()
        found: list[str] = []
        while ready := sorted(waiting.get_ready()):
            found += ready
            waiting.done(*ready)
        return found

    def named_buckets(self) -> Iterator[tuple[str, BucketConfig]]:
        """Every bucket that a function names, with its path."""
        for key, function in self.functions.items():
            yield from function.buckets(key)

    def destinations(self) -> Iterator[tuple[str, Any]]:
        """What every connection and destination ends at, every trigger begins at, and where alarms are told,
        with its path."""
        if self.alarms is not None:
            yield "alarms.topic", self.alarms.topic
        for key, function in self.functions.items():
            yield from function.named_places(key)

    def created_buckets(self) -> list[str]:
        """Names, as the config says them, of the buckets the stack creates."""
        named = {bucket.name for _, bucket in self.named_buckets() if not bucket.existing}
        return sorted({*named, *self.keep_buckets})

    def created_topics(self) -> list[str]:
        """Those of the topics."""
        return sorted({*self._named(TopicConfig), *self.keep_topics})

    def created_queues(self) -> list[str]:
        """Those of the queues."""
        return sorted({*self._named(NamedQueue), *self.keep_queues})

    def created_streams(self) -> list[str]:
        """Those of the streams."""
        return sorted({*self._named(NamedStream), *self.keep_streams})

    def _named(self, kind: type[TopicConfig | NamedQueue | NamedStream]) -> set[str]:
        return {said.name for _, said in self.destinations() if isinstance(said, kind) and said.name}

    def create(self, context: Context) -> Created:
        """What everything else is in, or names, and the stack creates itself."""
        network = self._network(context)
        for name in self.created_buckets():
            EventBucket(name, context.bucket(name, self.buckets.get(name, BucketDataConfig())))
        return Created(
            topics={
                name: Topic(name, context.topic(name, self.topics.get(name, TopicDataConfig())))
                for name in self.created_topics()
            },
            queues={
                name: Queue(name, context.queue(name, self.queues.get(name, QueueDataConfig())))
                for name in self.created_queues()
            },
            streams={
                name: Stream(name, context.stream(name, self.streams.get(name, StreamDataConfig())))
                for name in self.created_streams()
            },
            network=network,
        )

    def watch(self, context: Context, created: Created) -> None:
        """The alarms on what has been created, if there are to be any."""
        if self.alarms is not None:
            FunctionAlarms("alarms", self.alarms.args(context, self.functions, created))

    def _network(self, context: Context) -> FunctionNetwork | None:
        """The stack's own; given subnets are looked at before anything is registered."""
        if self.network is None:
            given_subnets.check(context, self.application.network_security_group_ids, self.load())
            return None
        public = self.api is not None and self.api.is_in_public_subnet
        return self.network.create(context, self.load(), public=public)

    def context(
        self,
        *,
        stack: str,
        root: Path,
        namespace: str,
        iam: oci.Provider,
        dynamic_groups: Set[str] = frozenset(),
        buckets: Mapping[str, Mapping[str, Any]] | None = None,
    ) -> Context:
        """What every component of this stack shares."""
        return Context(
            stack=stack,
            application_name=self.application.name,
            root=root,
            tenancy_id=self.tenancy_id,
            compartment_id=self.compartment_id,
            subnet_ids=self.subnet_ids or (),
            namespace=namespace,
            registry=Registry(
                region=self.region,
                namespace=namespace,
                username=_secret(self.registry_username),
                auth_token=_secret(self.registry_auth_token),
            ),
            environment=self.environment(),
            event_principal=self.event_principal,
            iam=iam,
            dynamic_groups=dynamic_groups,
            buckets=buckets or {},
        )


def _secret(value: SecretStr | None) -> pulumi.Output[str]:
    return pulumi.Output.secret(value.get_secret_value() if value else "")
