"""Connectors: the grants this project needs, built from intent: source, verb, destination.

`allow(source)` begins a grant; the method names what is allowed, and its argument where.

Not for: statements in general. A `Grant` is one; a connector only knows the narrowest one for its purpose.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol, overload

import pulumi_oci as oci

from components.grants.function_grants import FunctionGrants, FunctionIdentity
from components.grants.grant import (
    Grant,
    Principal,
    Ref,
    dynamic_group,
    resource_principal,
    service,
    this_resource,
)
from components.grants.targets import BucketTarget, ObjectTarget, QueueTarget, SecretTarget, StreamTarget


class Invocable(Protocol):
    """A function in one compartment, as the target of a grant."""

    @property
    def function(self) -> oci.functions.Function: ...
    @property
    def compartment_id(self) -> str: ...


@dataclass(frozen=True, kw_only=True)
class RuleIdentity:
    """An Events rule as a principal, by the compartment it is in. Its own OCID is not used, since no page of
    Oracle says that `request.principal.id` holds it for rules."""

    compartment_id: str


@dataclass(frozen=True, kw_only=True)
class GatewayIdentity:
    """An API gateway as a principal, by its own OCID; without one, those of its compartment."""

    compartment_id: str
    gateway: Ref | None = None

    @property
    def principal(self) -> Principal:
        """The subject of its statements."""
        if self.gateway is not None:
            return this_resource("ApiGateway", self.gateway)
        return resource_principal("ApiGateway", compartment_id=self.compartment_id)


@dataclass(frozen=True, kw_only=True)
class ApplicationsIdentity:
    """The Functions applications of one compartment as a principal, which read the archives of their
    functions. As public policies name them: no page of Oracle says that `request.principal.id` holds the OCID
    of one."""

    compartment_id: str


@dataclass(frozen=True, kw_only=True)
class ObjectStorageIdentity:
    """Object Storage itself, which is another service in each region."""

    region: str


@dataclass(frozen=True)
class ObjectStorageGrants:
    """What Object Storage may do on its own account: one statement, confined to one bucket."""

    principal: Principal

    def to_delete_old(self, target: BucketTarget) -> Grant:
        """Delete the objects of this bucket and their versions, as its lifecycle rules say; read, write and
        move none. The permissions are those of Oracle's page "Using Object Lifecycle Management", without
        that to change the storage tier; that page names no bucket, public programs do."""
        permissions = (
            "BUCKET_INSPECT",
            "BUCKET_READ",
            "OBJECT_INSPECT",
            "OBJECT_DELETE",
            "OBJECT_VERSION_DELETE",
        )
        return Grant(
            principal=self.principal,
            verb="manage",
            resource="object-family",
            scope=target.compartment_id,
            confined_to={"target.bucket.name": target.name, "request.permission": permissions},
        )


@dataclass(frozen=True)
class ApplicationGrants:
    """What applications may do: one statement, confined to one object."""

    principal: Principal

    def to_read(self, target: ObjectTarget) -> Grant:
        """Read exactly this object, in each of its versions; list and change nothing."""
        return Grant(
            principal=self.principal,
            verb="read",
            resource="objects",
            scope=target.compartment_id,
            confined_to={"target.bucket.name": target.bucket, "target.object.name": target.object},
        )


@dataclass(frozen=True, kw_only=True)
class ScheduleIdentity:
    """One schedule as a principal, by its OCID, as Oracle's page "Creating Schedules" has it."""

    schedule: Ref


@dataclass(frozen=True, kw_only=True)
class ConnectorIdentity:
    """A connector as a principal: by its OCID; or by its compartment, as Oracle's samples have it, where no
    `connector` is given."""

    compartment_id: str
    connector: Ref | None = None

    @property
    def principal(self) -> Principal:
        """The subject of its statements."""
        if self.connector is None:
            return resource_principal("serviceconnector", compartment_id=self.compartment_id)
        return this_resource("serviceconnector", self.connector)


@dataclass(frozen=True, kw_only=True)
class SecretIdentity:
    """A secret that a function rotates, as a principal: by its OCID; or by the dynamic group that holds
    exactly it, as public runbooks have it."""

    secret: Ref
    compartment_id: str
    dynamic_group: oci.identity.DynamicGroup | None = None

    @property
    def principal(self) -> Principal:
        """The subject of its statement."""
        if self.dynamic_group is not None:
            return dynamic_group(self.dynamic_group)
        return this_resource("vaultsecret", self.secret)


@dataclass(frozen=True)
class InvokeGrants:
    """Who may invoke a function: one statement, confined to that function."""

    principal: Principal

    def to_invoke(self, target: Invocable) -> Grant:
        """Invoke exactly this function; neither read nor change it."""
        return Grant(
            principal=self.principal,
            verb="use",
            resource="fn-invocation",
            scope=target.compartment_id,
            confined_to={"target.function.id": target.function},
        )

    def to_invoke_all_of(self, application: oci.functions.Application, compartment_id: str) -> Grant:
        """Invoke every function of one application, those to come included; neither read nor change them."""
        return Grant(
            principal=self.principal,
            verb="use",
            resource="fn-invocation",
            scope=compartment_id,
            confined_to={"target.app.id": application},
        )


@dataclass(frozen=True)
class GatewayGrants(InvokeGrants):
    """What an API gateway may do."""

    compartment_id: str

    def to_invoke_as_documented(self, target: Invocable) -> Grant:
        """Read and invoke every function of the target's compartment, as each gateway of the source's: word
        for word what Oracle's page "Creating Policies to Control Access to API Gateway Resources" says."""
        return Grant(
            principal=resource_principal(
                "ApiGateway",
                compartment_id=self.compartment_id,
                variable="request.resource.compartment.id",
            ),
            verb="use",
            resource="functions-family",
            scope=target.compartment_id,
            accepted=frozenset({"workload-whole-family"}),
        )


@dataclass(frozen=True)
class GroupGrants(InvokeGrants):
    """What people may do: invoke, or manage without invoking, or read."""

    def to_manage_without_invoking(
        self, target: Invocable, application: oci.functions.Application
    ) -> tuple[Grant, ...]:
        """Change this function and its application, and create functions in the compartment.

        Creating cannot be confined to a function that does not exist yet, so it is a statement of its own
        that yields nothing but the right to create.
        """
        scope = target.compartment_id
        return (
            Grant(
                principal=self.principal,
                verb="manage",
                resource="fn-app",
                scope=scope,
                confined_to={"target.app.id": application},
            ),
            Grant(
                principal=self.principal,
                verb="manage",
                resource="fn-function",
                scope=scope,
                confined_to={"target.function.id": target.function},
            ),
            Grant(
                principal=self.principal,
                verb="manage",
                resource="fn-function",
                scope=scope,
                confined_to={"request.permission": "FN_FUNCTION_CREATE"},
            ),
        )

    def to_audit(self, target: Invocable) -> tuple[Grant, ...]:
        """List and read applications and functions of the compartment, config included; never invoke."""
        return tuple(
            Grant(principal=self.principal, verb="read", resource=resource, scope=target.compartment_id)
            for resource in ("fn-app", "fn-function")
        )


@dataclass(frozen=True)
class ConnectorGrants(InvokeGrants):
    """What a connector may do: invoke a function with what it reads."""

    def to_see(self, target: Invocable) -> Grant:
        """See exactly this function, as Oracle's samples add to its invocation."""
        return Grant(
            principal=self.principal,
            verb="use",
            resource="fn-function",
            scope=target.compartment_id,
            confined_to={"target.function.id": target.function},
        )

    def to_pull(self, source: StreamTarget | QueueTarget) -> Grant:
        """Receive the messages of one stream or queue; send none."""
        match source:
            case StreamTarget():
                resource, permissions = "streams", ("STREAM_READ", "STREAM_CONSUME")
                variable = "target.stream.id"
            case QueueTarget():
                resource, permissions = "queues", ("QUEUE_READ", "QUEUE_CONSUME")
                variable = "target.queue.id"
        return Grant(
            principal=self.principal,
            verb="use",
            resource=resource,
            scope=source.compartment_id,
            confined_to={variable: source.id, "request.permission": permissions},
        )


@dataclass(frozen=True)
class RotationGrants:
    """What the rotation of one secret by a function takes, on both sides."""

    secret: SecretIdentity

    def to_be_rotated_by(self, target: FunctionIdentity) -> tuple[Grant, ...]:
        """The secret invokes exactly this function, which reads the secret's versions and adds some."""
        named = SecretTarget(id=self.secret.secret, compartment_id=self.secret.compartment_id)
        return (
            InvokeGrants(self.secret.principal).to_invoke(target),
            FunctionGrants(target).to_read(named),
            Grant(
                principal=target.principal,
                verb="use",
                resource="secrets",
                scope=named.compartment_id,
                confined_to={"target.secret.id": named.id, "request.permission": "SECRET_UPDATE"},
            ),
        )


@overload
def allow(source: FunctionIdentity) -> FunctionGrants: ...
@overload
def allow(source: ConnectorIdentity) -> ConnectorGrants: ...
@overload
def allow(source: SecretIdentity) -> RotationGrants: ...
@overload
def allow(source: RuleIdentity | ScheduleIdentity) -> InvokeGrants: ...
@overload
def allow(source: ApplicationsIdentity) -> ApplicationGrants: ...
@overload
def allow(source: GatewayIdentity) -> GatewayGrants: ...
@overload
def allow(source: ObjectStorageIdentity) -> ObjectStorageGrants: ...
@overload
def allow(source: Principal) -> GroupGrants: ...
def allow(
    source: FunctionIdentity
    | RuleIdentity
    | GatewayIdentity
    | ScheduleIdentity
    | ConnectorIdentity
    | SecretIdentity
    | ApplicationsIdentity
    | ObjectStorageIdentity
    | Principal,
) -> FunctionGrants | InvokeGrants | ApplicationGrants | ObjectStorageGrants | GroupGrants | RotationGrants:
    """Begin a grant at its source: a function, what invokes one, a group or a service."""
    match source:
        case FunctionIdentity():
            return FunctionGrants(source)
        case RuleIdentity():
            return InvokeGrants(resource_principal("eventrule", compartment_id=source.compartment_id))
        case GatewayIdentity():
            return GatewayGrants(source.principal, source.compartment_id)
        case ApplicationsIdentity():
            return ApplicationGrants(resource_principal("fnapp", compartment_id=source.compartment_id))
        case ObjectStorageIdentity():
            return ObjectStorageGrants(service(f"objectstorage-{source.region}"))
        case ScheduleIdentity():
            return InvokeGrants(this_resource("resourceschedule", source.schedule))
        case ConnectorIdentity():
            return ConnectorGrants(source.principal)
        case SecretIdentity():
            return RotationGrants(source)
        case Principal():
            return GroupGrants(source)
