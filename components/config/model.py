"""The sections of the config: everything `Pulumi.<stack>.yaml` may say.

A section inherits the options of its component, each with its default, its meaning and its check, adds the
sections within it, and makes the component's arguments of itself and of the stack's context.

Not for: defaults of OCI, which stay OCI's, or for values that need a look-up.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import field
from pathlib import Path
from typing import Annotated

import pulumi
import pulumi_oci as oci
from pydantic import SecretStr, model_validator

from components.ai_function import AiFunction, AiFunctionArgs, FunctionOptions
from components.config.arguments import Context
from components.config.section import section
from components.edge_protection import EdgeOptions, EdgeProtectionArgs
from components.event_trigger import EventTriggerArgs, TriggerOptions, WatchedBucket
from components.function_access import FunctionAccess, FunctionAccessArgs
from components.function_image import BuiltImage, FunctionImage, FunctionImageArgs, GivenImage, Registry
from components.functions_application import (
    ApplicationOptions,
    FunctionsApplication,
    FunctionsApplicationArgs,
)
from components.values import limits
from components.values.event_filter import EventFilter
from components.values.group import GroupArgs
from components.values.option import Check, Option, options_of
from components.values.sec_rule import SecRule, check_template

# What the handler reads to refuse events of other compartments; a rule also sees those of child compartments.
_COMPARTMENTS = "ALLOWED_COMPARTMENT_IDS"

Name = Annotated[str, Check(limits.name)]


@section
class GroupConfig(GroupArgs):
    """A group of people for one function."""

    @model_validator(mode="after")
    def _is_one_group(self) -> GroupConfig:
        if problem := self.problem():
            raise ValueError(problem)
        return self


@section
class AccessConfig:
    """Who may do what with one function. A group that is left out does not exist."""

    invokers: Annotated[GroupConfig | None, Option("People who may invoke this function, nothing else")] = (
        None
    )
    developers: Annotated[
        GroupConfig | None,
        Option("People who may change this function and its application, without invoking"),
    ] = None
    auditors: Annotated[
        GroupConfig | None, Option("People who may read functions and applications of the compartment")
    ] = None

    def args(
        self, context: Context, name: str, application: FunctionsApplication, function: AiFunction
    ) -> FunctionAccessArgs:
        """Who may do what with the function of this name."""
        return FunctionAccessArgs(
            function=function,
            application=application,
            tenancy_id=context.tenancy_id,
            prefix=f"{context.prefix}-{name}",
            invokers=self.invokers,
            developers=self.developers,
            auditors=self.auditors,
            iam_provider=context.iam,
            config_path=context.path(f"functions.{name}.access"),
        )


@section
class BucketConfig:
    """A bucket whose objects invoke the function."""

    name: Annotated[
        str,
        Option("Name of the bucket; a bucket that is created gets the stack's name appended", limits.bucket),
    ]
    existing: Annotated[
        bool, Option("true: the bucket exists, in this compartment, with object events switched on")
    ] = False

    def watched(self, context: Context) -> WatchedBucket:
        """The bucket as the component takes it."""
        name = self.name if self.existing else f"{self.name}-{context.stack}"
        return WatchedBucket(name=name, namespace=context.namespace, existing=self.existing)


@section
class TriggerConfig(TriggerOptions, EventFilter):
    """Events that invoke the function."""

    bucket: Annotated[
        BucketConfig | None, Option("The bucket to watch; needed for, and only for, events of objects")
    ] = None

    @model_validator(mode="after")
    def _can_match(self) -> TriggerConfig:
        if problem := self.problem(self.bucket.name if self.bucket else None):
            raise ValueError(problem)
        return self

    def args(self, context: Context, function: str, name: str, access: FunctionAccess) -> EventTriggerArgs:
        """The rule of this name that invokes the function."""
        return EventTriggerArgs(
            **options_of(self, TriggerOptions),
            target=access.identity,
            compartment_id=context.compartment_id,
            prefix=f"{context.prefix}-{function}-{name}",
            filter=EventFilter(**options_of(self, EventFilter)),
            bucket=self.bucket.watched(context) if self.bucket else None,
            iam_provider=context.iam,
            config_path=context.path(f"functions.{function}.triggers.{name}"),
        )


@section
class ImageConfig:
    """The image: built from `context`, or given by `reference` and `digest`."""

    context: Annotated[
        str | None,
        Option("Folder with the Dockerfile, relative to the program; left out, function_src"),
    ] = None
    reference: Annotated[
        str | None,
        Option(
            "An image that exists in the region's registry, with its tag; nothing is built then",
            limits.image_reference,
        ),
    ] = None
    digest: Annotated[
        str | None, Option("sha256 digest of that image; it decides what runs", limits.digest)
    ] = None

    @model_validator(mode="after")
    def _is_one_image(self) -> ImageConfig:
        if (self.reference is None) != (self.digest is None):
            raise ValueError("reference and digest belong together; give both, or neither to build the image")
        if self.reference is not None and self.context is not None:
            raise ValueError("an image is either built (context) or given (reference, digest)")
        return self

    def args(self, context: Context, name: str, application: FunctionsApplication) -> FunctionImageArgs:
        """The image of the function of this name."""
        return FunctionImageArgs(
            source=self._source(context, name),
            shape=application.shape,
            config_path=context.path(f"functions.{name}.image"),
        )

    def _source(self, context: Context, name: str) -> BuiltImage | GivenImage:
        if self.reference is not None and self.digest is not None:
            return GivenImage(reference=self.reference, digest=self.digest)
        return BuiltImage(
            context=context.root / (self.context or "function_src"),
            compartment_id=context.compartment_id,
            repository=f"{context.prefix}/{name}".lower(),
            tag=context.stack,
            registry=context.registry,
        )


@section
class FunctionConfig(FunctionOptions):
    """One function."""

    image: Annotated[ImageConfig, Option("Where the code comes from")] = ImageConfig()
    access: Annotated[AccessConfig, Option("Who may invoke, change and read it")] = AccessConfig()
    triggers: Annotated[Mapping[Name, TriggerConfig], Option("What invokes it, by name")] = field(
        default_factory=dict
    )

    @model_validator(mode="after")
    def _concurrency_fits_memory(self) -> FunctionConfig:
        try:
            self.concurrency_fits_memory()
        except ValueError as error:
            raise ValueError(f"provisioned_concurrency: {error}") from None
        return self

    def args(
        self, context: Context, name: str, application: FunctionsApplication, image: FunctionImage
    ) -> AiFunctionArgs:
        """The function of this name."""
        options = options_of(self, FunctionOptions)
        return AiFunctionArgs(
            **options | {"config": {**context.environment, **self.config}},
            compartment_id=context.compartment_id,
            application_id=application.application_id,
            display_name=name,
            image=image.reference,
            image_digest=image.digest,
            tracing=application.tracing,
            config_path=context.path(f"functions.{name}"),
        )


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

    def context(self, *, stack: str, root: Path, namespace: str, iam: oci.Provider) -> Context:
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
            iam=iam,
        )


def _secret(value: SecretStr | None) -> pulumi.Output[str]:
    return pulumi.Output.secret(value.get_secret_value() if value else "")
