"""The sections of the config: everything `Pulumi.<stack>.yaml` may say.

A section inherits the options of its component, each with its default, its meaning and its check, adds the
sections within it, and makes the component's arguments of itself and of the stack's context.

Not for: defaults of OCI, which stay OCI's, or for values that need a look-up.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence, Set
from graphlib import TopologicalSorter
from pathlib import Path
from typing import Annotated, Any, Literal

import pulumi
import pulumi_oci as oci
from pydantic import SecretStr, model_validator

from components.config.arguments import Context
from components.config.destinations import (
    BucketConfig,
    Created,
    NamedQueue,
    NamedStream,
    TopicConfig,
)
from components.config.function_section import FunctionConfig
from components.config.section import Name, section
from components.edge_protection import EdgeOptions, EdgeProtectionArgs
from components.event_access import EventPrincipal
from components.event_bucket import EventBucket
from components.function_image import Registry
from components.functions_application import (
    ApplicationOptions,
    FunctionsApplicationArgs,
)
from components.queue import Queue
from components.stream import Stream
from components.topic import Topic
from components.values import limits
from components.values.option import Option, options_of
from components.values.sec_rule import SecRule, check_template

# What the handler reads to refuse events of other compartments; a rule also sees those of child compartments.
_COMPARTMENTS = "ALLOWED_COMPARTMENT_IDS"


@section
class ApplicationConfig(ApplicationOptions):
    """The application all functions of the stack live in."""

    name: Annotated[str, Option("Begins, with the stack's name, every physical name in OCI", limits.name)] = (
        "ai-functions"
    )

    def args(self, context: Context) -> FunctionsApplicationArgs:
        """The application."""
        return FunctionsApplicationArgs(
            **options_of(self, ApplicationOptions),
            compartment_id=context.compartment_id,
            display_name=context.prefix,
            subnet_ids=context.subnet_ids,
            config_path=context.path("application"),
        )


@section
class EdgeRuleConfig:
    """A custom protection rule: `rules`, or a `template` written by hand."""

    rules: Annotated[Sequence[SecRule], Option("The rules, in order")] = ()
    template: Annotated[str | None, Option("The whole template, with OCI's placeholders", check_template)] = (
        None
    )

    @model_validator(mode="after")
    def _is_one_template(self) -> EdgeRuleConfig:
        if bool(self.rules) == (self.template is not None):
            raise ValueError("give either rules or template")
        return self

    def content(self) -> Sequence[SecRule] | str:
        """The rule as the component takes it."""
        return self.template if self.template is not None else self.rules


def _some(values: Mapping[str, object]) -> None:
    if not values:
        raise ValueError("is empty")


@section
class EdgeConfig(EdgeOptions):
    """An edge WAF policy before a public origin; it does not protect a function's own endpoint."""

    rules: Annotated[Mapping[Name, EdgeRuleConfig], Option("Custom protection rules by name", _some)]

    def args(self, context: Context) -> EdgeProtectionArgs:
        """The edge WAF policy."""
        return EdgeProtectionArgs(
            **options_of(self, EdgeOptions),
            compartment_id=context.compartment_id,
            prefix=f"{context.prefix}-edge",
            rules={name: rule.content() for name, rule in self.rules.items()},
            config_path=context.path("edge"),
        )


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
        Sequence[str],
        Option("OCIDs of one to three subnets; changing them replaces the application", limits.subnets),
    ]
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
    edge: Annotated[EdgeConfig | None, Option("An edge WAF policy; left out, there is none")] = None
    registry_username: Annotated[
        SecretStr | None,
        Option("Secret. Who pushes images: <namespace>/<user>, or <namespace>/<domain>/<user>", _username),
    ] = None
    registry_auth_token: Annotated[
        SecretStr | None, Option("Secret. That user's OCI auth token", _filled)
    ] = None

    def environment(self) -> dict[str, str]:
        """What each function's environment holds by default: the one compartment whose events it takes."""
        return {} if _COMPARTMENTS in self.application.config else {_COMPARTMENTS: self.compartment_id}

    def builds(self) -> list[str]:
        """Names of the functions whose image is built."""
        return [name for name, function in self.functions.items() if function.image.reference is None]

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
        """What every connection and destination ends at and every trigger begins at, with its path."""
        for key, function in self.functions.items():
            yield from function.named_places(key)

    def buckets(self) -> list[str]:
        """Names, as the config says them, of the buckets the stack creates."""
        named = {bucket.name for _, bucket in self.named_buckets() if not bucket.existing}
        return sorted({*named, *self.keep_buckets})

    def topics(self) -> list[str]:
        """Those of the topics."""
        return sorted({*self._named(TopicConfig), *self.keep_topics})

    def queues(self) -> list[str]:
        """Those of the queues."""
        return sorted({*self._named(NamedQueue), *self.keep_queues})

    def streams(self) -> list[str]:
        """Those of the streams."""
        return sorted({*self._named(NamedStream), *self.keep_streams})

    def _named(self, kind: type[TopicConfig | NamedQueue | NamedStream]) -> set[str]:
        return {said.name for _, said in self.destinations() if isinstance(said, kind) and said.name}

    def create(self, context: Context) -> Created:
        """What connections and triggers name and the stack creates itself."""
        for name in self.buckets():
            EventBucket(name, context.bucket(name))
        return Created(
            topics={name: Topic(name, context.topic(name)) for name in self.topics()},
            queues={name: Queue(name, context.queue(name)) for name in self.queues()},
            streams={name: Stream(name, context.stream(name)) for name in self.streams()},
        )

    def context(
        self,
        *,
        stack: str,
        root: Path,
        namespace: str,
        iam: oci.Provider,
        dynamic_groups: Set[str] = frozenset(),
    ) -> Context:
        """What every component of this stack shares."""
        return Context(
            stack=stack,
            application_name=self.application.name,
            root=root,
            tenancy_id=self.tenancy_id,
            compartment_id=self.compartment_id,
            subnet_ids=self.subnet_ids,
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
        )


def _secret(value: SecretStr | None) -> pulumi.Output[str]:
    return pulumi.Output.secret(value.get_secret_value() if value else "")
