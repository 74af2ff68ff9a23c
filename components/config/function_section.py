"""The section of one function: its image, who may do what with it, what invokes it and what it uses.

See `components.config.model` for what a section is.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import field, replace
from typing import Annotated, Any, cast

from pydantic import model_validator

from components.ai_function import AiFunction, AiFunctionArgs, FunctionOptions
from components.config.arguments import Context, Place
from components.config.code_section import ImageConfig, SourceConfig
from components.config.connection_section import ConnectionConfig
from components.config.destinations import BucketConfig, Created, OtherFunctionConfig
from components.config.section import Name, section
from components.config.source_section import (
    SOURCES,
    ReportsConfig,
    SourcesConfig,
    Trigger,
    Wiring,
)
from components.event_trigger import EventTrigger, EventTriggerArgs, TriggerOptions, WatchedBucket, reading
from components.function_access import FunctionAccess, FunctionAccessArgs, Identity, group_of
from components.function_archive import FunctionArchive
from components.function_connections import Connection, FunctionConnectionsArgs, environment
from components.function_image import FunctionImage
from components.functions_application import FunctionsApplication
from components.grants.function_grants import FunctionIdentity
from components.grants.grant import Grant
from components.values import limits
from components.values.event_filter import READABLE, EventFilter, EventTypes
from components.values.group import GroupArgs
from components.values.option import Option, options_of

# What the handler reads to refuse events of other compartments; a rule also sees those of child compartments.
COMPARTMENTS = "ALLOWED_COMPARTMENT_IDS"
_RENAMED = "The key it was first deployed under: it keeps that name in OCI, and with it {} OCID"


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
        self,
        context: Context,
        here: Place,
        application: FunctionsApplication,
        function: AiFunction,
        identity: Identity,
    ) -> FunctionAccessArgs:
        """Who may do what with the function, and as whom it acts."""
        return FunctionAccessArgs(
            function=function,
            application=application,
            tenancy_id=context.tenancy_id,
            identity=identity,
            prefix=f"{context.prefix}-{here.name}",
            invokers=self.invokers,
            developers=self.developers,
            auditors=self.auditors,
            iam_provider=context.iam,
            config_path=context.path(f"{here.path}.access"),
        )


@section
class TriggerConfig(TriggerOptions, EventFilter, SourcesConfig):
    """What invokes the function: Events, or exactly one of the other sources."""

    event_types: EventTypes = ()
    bucket: Annotated[
        BucketConfig | None,
        Option("The bucket to watch, for events of objects only; several triggers may watch one"),
    ] = None
    compartment_id: Annotated[
        str | None,
        Option(
            "OCID of the compartment whose events it watches, where that is not the stack's; the rule is "
            "created there, and a bucket with it exists there",
            limits.compartment,
        ),
    ] = None
    renamed_from: Annotated[Name | None, Option(_RENAMED.format("its"))] = None

    @model_validator(mode="after")
    def _is_one_source(self) -> TriggerConfig:
        if not self.sources_given():
            if problem := self.problem(self.bucket.name if self.bucket else None):
                others = f", or one of {', '.join(SOURCES)} instead" if not self.event_types else ""
                raise ValueError(f"{problem}{others}")
            return self
        of_events = {"bucket": self.bucket, **options_of(self, EventFilter)}
        of_events["compartment_id"] = self.compartment_id
        given = [key for key, _ in self.sources_given()] + [key for key, value in of_events.items() if value]
        if len(given) > 1:
            raise ValueError(f"{given[0]} stands alone in a trigger; give {', '.join(given[1:])} another one")
        if not self.enabled and not self.can_be_off:
            raise ValueError(f"enabled: this {given[0]} is never off; take the trigger out instead")
        return self

    @model_validator(mode="after")
    def _is_where_its_bucket_is(self) -> TriggerConfig:
        if self.compartment_id and self.bucket is not None and not self.bucket.existing:
            raise ValueError(
                "compartment_id: a bucket that is created is in the stack's; give bucket existing: true"
            )
        return self

    def place(self, function: Place, key: str) -> Place:
        """Where the trigger of this key is."""
        return Place(self.renamed_from or key, f"{function.path}.triggers.{key}")

    def create(
        self, context: Context, created: Created, function: Place, key: str, access: FunctionAccess
    ) -> EventTrigger | Trigger:
        """The trigger."""
        here = self.place(function, key)
        wiring = Wiring(
            context=context,
            created=created,
            target=access.identity,
            name=f"{function.name}-{here.name}",
            prefix=f"{context.prefix}-{function.name}-{here.name}",
            enabled=self.enabled,
            config_path=context.path(here.path),
            allow_loop=self.allow_loop,
        )
        if self.source is None:
            return EventTrigger(wiring.name, self._event_args(wiring))
        source, said = self.source
        return said.create(replace(wiring, config_path=f"{wiring.config_path}.{source}"))

    def _event_args(self, wiring: Wiring) -> EventTriggerArgs:
        elsewhere = self.compartment_id not in (None, wiring.context.compartment_id)
        return EventTriggerArgs(
            **wiring.with_grants | {"compartment_id": self.compartment_id or wiring.context.compartment_id},
            filter=EventFilter(**options_of(self, EventFilter)),
            event_principal=wiring.context.event_principal,
            bucket=self._watched(wiring.context),
            allow_loop=wiring.allow_loop,
            # That is about rules of the stack's own compartment.
            access=None if elsewhere else wiring.created.event_access,
        )

    def reading(self, context: Context, function: FunctionIdentity) -> Grant:
        """What the trigger lets the function read of its bucket, which it must have."""
        bucket = cast(BucketConfig, self.bucket)
        scope = self.compartment_id or context.compartment_id
        return reading(function, bucket.name_in_oci(context.stack), scope)

    def _watched(self, context: Context) -> WatchedBucket | None:
        if self.bucket is None:
            return None
        name = self.bucket.name_in_oci(context.stack)
        return WatchedBucket(name=name, namespace=context.namespace, existing=self.bucket.existing)


@section
class FunctionConfig(FunctionOptions):
    """One function."""

    image: Annotated[ImageConfig, Option("Where the code comes from: a container image")] = ImageConfig()
    source: Annotated[
        SourceConfig | None,
        Option("Where the code comes from instead of an image: an archive, which needs no registry"),
    ] = None
    access: Annotated[AccessConfig, Option("Who may invoke, change and read it")] = AccessConfig()
    triggers: Annotated[Mapping[Name, TriggerConfig], Option("What invokes it, by name")] = field(
        default_factory=dict
    )
    connections: Annotated[Mapping[Name, ConnectionConfig], Option("What it uses, by name")] = field(
        default_factory=dict
    )
    destinations: Annotated[
        ReportsConfig,
        Option("Who is told how detached invocations end, such as those by a schedule"),
    ] = ReportsConfig()
    identity: Annotated[
        Identity | None,
        Option(
            "As whom it acts: itself, by its OCID, or a dynamic group of its own; left out, as whom it was "
            "deployed, and itself when it is new"
        ),
    ] = None
    renamed_from: Annotated[
        Name | None, Option(_RENAMED.format("the function's") + ", endpoint, groups and rules")
    ] = None

    @model_validator(mode="after")
    def _is_one_source(self) -> FunctionConfig:
        if self.source is not None and self.image != ImageConfig():
            raise ValueError("the code is either an image (image) or an archive (source); give one of them")
        return self

    @model_validator(mode="after")
    def _concurrency_fits_memory(self) -> FunctionConfig:
        try:
            self.concurrency_fits_memory()
        except ValueError as error:
            raise ValueError(f"provisioned_concurrency: {error}") from None
        return self

    def place(self, key: str) -> Place:
        """Where the function of this key is."""
        return Place(self.renamed_from or key, f"functions.{key}")

    @property
    def is_built(self) -> bool:
        """Whether an image is built and pushed for it alone."""
        return self.source is None and self.image.is_built

    @property
    def is_shipped(self) -> bool:
        """Whether its code is this project's own handler, as far as its own section says."""
        return self.source.archive.is_shipped if self.source is not None else self.image.is_shipped

    def code(
        self, context: Context, here: Place, application: FunctionsApplication
    ) -> FunctionImage | FunctionArchive:
        """What the function runs."""
        if self.source is not None:
            archive = self.source.archive
            return FunctionArchive(f"{here.name}-archive", archive.args(context, here, application))
        return FunctionImage(f"{here.name}-image", self.image.args(context, here, application))

    def buckets(self, key: str) -> Iterator[tuple[str, BucketConfig]]:
        """Every bucket that it names, with its path."""
        for name, trigger in self.triggers.items():
            if trigger.bucket is not None:
                yield f"functions.{key}.triggers.{name}.bucket", trigger.bucket
        for path, said in self.named_places(key):
            if isinstance(said, BucketConfig):
                yield path, said

    def named_places(self, key: str) -> Iterator[tuple[str, Any]]:
        """What its connections and destinations end at and what its triggers begin at, with its path."""
        for name, connection in self.connections.items():
            path, said = connection.destination
            yield f"functions.{key}.connections.{name}.{path}", said
        for name, trigger in self.triggers.items():
            for path, said in trigger.named_places():
                yield f"functions.{key}.triggers.{name}.{path}", said
        for name, report in self.destinations.given().items():
            kind, said = report.chosen
            yield f"functions.{key}.destinations.{name}.{kind}", said

    def invokes(self) -> set[str]:
        """The functions of this stack that it invokes."""
        return {
            said.name
            for _, said in self.named_places("")
            if isinstance(said, OtherFunctionConfig) and said.name is not None
        }

    def connect(self, context: Context, created: Created) -> dict[str, Connection]:
        """What it does with what, by the connections' names."""
        return {name: each.connection(context, created) for name, each in self.connections.items()}

    def reports(self, context: Context, created: Created) -> dict[str, Connection]:
        """What it does with its destinations, by names that no connection can have."""
        given = self.destinations.given()
        return {f"destinations.{key}": each.connection(context, created) for key, each in given.items()}

    def watched_compartments(self) -> list[str]:
        """Those, beside the stack's own, whose events invoke it."""
        return sorted({each.compartment_id for each in self.triggers.values() if each.compartment_id})

    def variables(self, common: Mapping[str, str]) -> dict[str, str]:
        """Its environment, of what all functions have and of its own."""
        taken = {
            key: ",".join(dict.fromkeys([*value.split(","), *self.watched_compartments()]))
            for key, value in common.items()
            if key == COMPARTMENTS
        }
        return {**common, **taken, **self.config}

    def acts_as(self, context: Context, here: Place) -> Identity:
        """As whom it acts, which for a deployed function is what was deployed unless the config says."""
        grouped = group_of(f"{here.name}-access") in context.dynamic_groups
        return self.identity or ("dynamic_group" if grouped else "function")

    def args(
        self,
        context: Context,
        here: Place,
        application: FunctionsApplication,
        code: FunctionImage | FunctionArchive,
        created: Created,
    ) -> AiFunctionArgs:
        """The function."""
        options = options_of(self, FunctionOptions)
        told = {key: each.target(context, created) for key, each in self.destinations.given().items()}
        return AiFunctionArgs(
            **options | {"config": self.variables(context.environment)},
            environment=environment(self.connect(context, created)),
            success=told.get("success"),
            failure=told.get("failure"),
            compartment_id=context.compartment_id,
            application_id=application.application_id,
            display_name=here.name,
            **code.function_arguments,
            tracing=application.tracing,
            config_path=context.path(here.path),
        )

    def connection_args(
        self, context: Context, here: Place, access: FunctionAccess, created: Created
    ) -> FunctionConnectionsArgs | None:
        """What the function may use; None where it uses nothing."""
        uses = self.connect(context, created) | self.reports(context, created)
        if not uses:
            return None
        return FunctionConnectionsArgs(
            source=access.identity,
            connections=uses,
            granted=[
                each.reading(context, access.identity)
                for each in self.triggers.values()
                if each.bucket is not None and not READABLE.isdisjoint(each.event_types)
            ],
            prefix=f"{context.prefix}-{here.name}",
            iam_provider=context.iam,
            config_path=context.path(f"{here.path}.connections"),
        )
