"""A function that events invoke, with everything it needs, for other languages."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated, ClassVar

import pulumi
import pulumi_oci as oci

from component_package import connection
from component_package.arguments import Later
from component_package.connection import ConnectionArgs
from component_package.flat import Flat, Granting
from components import tenancy
from components.ai_function import AiFunction, AiFunctionArgs, FunctionOptions
from components.errors import BadArguments
from components.event_access import EventPrincipal
from components.event_bucket import EventBucket, EventBucketArgs
from components.event_trigger import (
    EventTrigger,
    EventTriggerArgs,
    TriggerOptions,
    WatchedBucket,
)
from components.function_access import FunctionAccess, FunctionAccessArgs
from components.function_connections import (
    Connection,
    FunctionConnections,
    FunctionConnectionsArgs,
    environment,
)
from components.function_image import BuiltImage, FunctionImage, FunctionImageArgs, GivenImage, Registry
from components.values import limits
from components.values.event_filter import EventFilter
from components.values.group import GroupArgs
from components.values.option import Option, options_of


@dataclass(frozen=True, kw_only=True)
class EventFunctionArgs(FunctionOptions, TriggerOptions, EventFilter, Granting):
    """A function, its image, the events that invoke it, and who else may."""

    application_id: Annotated[Later, Option("OCID of its application, e.g. a FunctionApplication's")]
    shape: Annotated[str, Option("The application's shape, which the image must fit", limits.shape)] = (
        "GENERIC_X86"
    )
    image_context: Annotated[
        str | None, Option("Folder with the Dockerfile, relative to the program; builds and pushes the image")
    ] = None
    image_reference: Annotated[
        str | None,
        Option("An image that exists in the region's registry, with its tag", limits.image_reference),
    ] = None
    image_digest: Annotated[
        str | None, Option("sha256 digest of that image; it decides what runs", limits.digest)
    ] = None
    registry_username: Annotated[
        Later | None, Option("Who pushes a built image: <namespace>/<user>, or <namespace>/<domain>/<user>")
    ] = None
    registry_auth_token: Annotated[
        Later | None, Option("That user's OCI auth token; give it as a secret")
    ] = None
    bucket_name: Annotated[
        str | None, Option("The bucket to watch, for events of objects only", limits.bucket)
    ] = None
    existing_bucket: Annotated[
        bool, Option("true: that bucket exists, in this compartment, with object events on")
    ] = False
    event_principal: Annotated[
        EventPrincipal,
        Option("As whom Events invokes: eventrule, service or both (Oracle's pages do not settle it)"),
    ] = "both"
    connections: Annotated[
        Mapping[str, ConnectionArgs],
        Option("What it uses, by name; each sets variables CONNECTION_<NAME>_… for its code"),
    ] = field(default_factory=dict)
    invoker_group_id: Annotated[
        str | None, Option("OCID of a group that may invoke the function, nothing else", limits.group)
    ] = None
    auditor_group_id: Annotated[
        str | None,
        Option("OCID of a group that may read functions and applications of the compartment", limits.group),
    ] = None

    def conflict(self) -> str | None:
        """Why these cannot be used together, or None."""
        given = (self.image_reference, self.image_digest)
        if (given[0] is None) != (given[1] is None):
            return "imageReference and imageDigest belong together"
        if (given[0] is None) == (self.image_context is None):
            return "give either imageContext, or imageReference with imageDigest"
        if self.existing_bucket and self.bucket_name is None:
            return "existingBucket says something of bucketName, which is missing"
        wrong = connection.problems(self.connections, self.config)
        return self.problem(self.bucket_name) or next(wrong, None) or next(self._loops(), None)

    def _loops(self) -> Iterator[str]:
        """Connections that write what the function's own events are about."""
        for name, used in self.connections.items():
            if (
                (used.intent, used.bucket_name) == ("write", self.bucket_name)
                and self.allow_loop is None
                and self.tells_of_objects(used.object_prefix or "")
            ):
                yield (
                    f"connections.{name}: writes the bucket whose events invoke the function, without end; "
                    "exclude it (resourceNames, objectPrefix), use two buckets, or give a reason in allowLoop"
                )


class EventFunction(Flat):
    """A function, the Events rule that invokes it, and the least permissions both need."""

    arguments = EventFunctionArgs
    outputs: ClassVar[Mapping[str, str]] = {
        "function_id": "OCID of the function",
        "invoke_endpoint": "Where it is invoked, by whoever IAM lets in",
        "rule_id": "OCID of the Events rule",
        "bucket": "Name of the watched bucket",
    }
    optional_outputs = frozenset({"bucket"})

    def __init__(
        self, token: str, name: str, args: EventFunctionArgs, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        if problem := args.conflict():
            raise BadArguments(f"{name}: {problem}")
        super().__init__(token, name, args, opts)
        own = pulumi.ResourceOptions(parent=self)
        iam = args.iam_provider(name, self)
        image = self._image(name, args, own)
        uses = self._connections(args)
        function = AiFunction(
            name,
            AiFunctionArgs(
                **options_of(args, FunctionOptions),
                compartment_id=args.compartment_id,
                application_id=args.application_id,
                display_name=args.prefix,
                image=image.reference,
                image_digest=image.digest,
                environment=environment(uses),
                config_path=name,
            ),
            own,
        )
        access = self._access(name, args, function, iam)
        if uses:
            self._grant(name, args, uses, access, iam)
        trigger = self._trigger(name, args, access, iam)
        self.function_id = function.function_id
        self.invoke_endpoint = function.invoke_endpoint
        self.rule_id = trigger.rule_id
        self.bucket = args.bucket_name
        self.register_outputs(self.state())

    def _image(self, name: str, args: EventFunctionArgs, own: pulumi.ResourceOptions) -> FunctionImage:
        source: BuiltImage | GivenImage
        if args.image_reference is not None and args.image_digest is not None:
            source = GivenImage(reference=args.image_reference, digest=args.image_digest)
        else:
            namespace = tenancy.namespace(args.tenancy_id)
            source = BuiltImage(
                # The engine starts this package in the program's folder.
                context=Path(args.image_context or "").resolve(),
                compartment_id=args.compartment_id,
                repository=args.prefix.lower(),
                tag=pulumi.get_stack(),
                registry=Registry(
                    region=pulumi.Config("oci").require("region"),
                    namespace=namespace,
                    username=args.registry_username or "",
                    auth_token=args.registry_auth_token or "",
                ),
            )
        return FunctionImage(
            f"{name}-image", FunctionImageArgs(source=source, shape=args.shape, config_path=name), own
        )

    def _access(
        self, name: str, args: EventFunctionArgs, function: AiFunction, iam: oci.Provider
    ) -> FunctionAccess:
        return FunctionAccess(
            f"{name}-access",
            FunctionAccessArgs(
                function=function,
                tenancy_id=args.tenancy_id,
                prefix=args.prefix,
                invokers=_group(args.invoker_group_id),
                auditors=_group(args.auditor_group_id),
                iam_provider=iam,
                config_path=name,
            ),
            pulumi.ResourceOptions(parent=self),
        )

    def _connections(self, args: EventFunctionArgs) -> dict[str, Connection]:
        place = connection.Place(
            compartment_id=args.compartment_id,
            region=pulumi.Config("oci").require("region"),
            namespace=lambda: tenancy.namespace(args.tenancy_id),
        )
        return {name: each.connection(place) for name, each in args.connections.items()}

    def _grant(
        self,
        name: str,
        args: EventFunctionArgs,
        uses: Mapping[str, Connection],
        access: FunctionAccess,
        iam: oci.Provider,
    ) -> None:
        FunctionConnections(
            f"{name}-connections",
            FunctionConnectionsArgs(
                source=access.identity,
                connections=uses,
                prefix=args.prefix,
                iam_provider=iam,
                config_path=name,
            ),
            pulumi.ResourceOptions(parent=self),
        )

    def _trigger(
        self, name: str, args: EventFunctionArgs, access: FunctionAccess, iam: oci.Provider
    ) -> EventTrigger:
        bucket, needed = None, []
        if args.bucket_name is not None:
            namespace = tenancy.namespace(args.tenancy_id)
            bucket = WatchedBucket(name=args.bucket_name, namespace=namespace, existing=args.existing_bucket)
            if not args.existing_bucket:
                needed.append(self._bucket(args.bucket_name, namespace, args.compartment_id))
        return EventTrigger(
            f"{name}-events",
            EventTriggerArgs(
                **options_of(args, TriggerOptions),
                target=access.identity,
                compartment_id=args.compartment_id,
                prefix=args.prefix,
                filter=EventFilter(**options_of(args, EventFilter)),
                event_principal=args.event_principal,
                bucket=bucket,
                iam_provider=iam,
                config_path=name,
            ),
            pulumi.ResourceOptions(parent=self, depends_on=needed),
        )

    def _bucket(self, name: str, namespace: str, compartment_id: str) -> EventBucket:
        return EventBucket(
            name,
            EventBucketArgs(compartment_id=compartment_id, bucket_name=name, namespace=namespace),
            pulumi.ResourceOptions(parent=self),
        )


def _group(ocid: str | None) -> GroupArgs | None:
    return GroupArgs(existing_id=ocid) if ocid else None
