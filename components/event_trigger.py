"""Events that invoke a function: a rule with a typed filter, its bucket, and the permissions it needs."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Annotated, get_args

import pulumi
import pulumi_oci as oci

from components.errors import BadArguments, checks_of, place, refuse_bad
from components.event_access import EventAccess, EventPrincipal, events_as
from components.granted_policy import GrantedPolicy, GrantedPolicyArgs, grant_where_needed
from components.grants.connectors import allow
from components.grants.function_grants import FunctionIdentity
from components.grants.grant import Grant
from components.grants.targets import BucketTarget
from components.lookup import ask
from components.values import limits
from components.values.event_filter import READABLE, EventFilter
from components.values.event_types import event_type
from components.values.option import Check, Option


@dataclass(frozen=True, kw_only=True)
class WatchedBucket:
    """A bucket whose objects cause events, in the rule's compartment.

    An `existing` one, which is no `EventBucket` of this program, must have object events on already (OCI's
    default is off); that is looked up, since without them the rule never fires.
    """

    name: Annotated[str, Check(limits.bucket)]
    namespace: str
    existing: bool = False


@dataclass(frozen=True, kw_only=True)
class TriggerOptions:
    """What a stack may say about a trigger, apart from its filter and its bucket."""

    enabled: Annotated[bool, Option("false: it exists and invokes nothing")] = True
    allow_loop: Annotated[
        str | None,
        Option(
            "Why the function may write what this trigger watches, for the one who reads the rule; without a "
            "reason that is refused",
            limits.reason,
        ),
    ] = None


@dataclass(frozen=True, kw_only=True)
class EventTriggerArgs(TriggerOptions):
    """A rule in `compartment_id` that invokes `target`; `prefix` begins every physical name.

    `event_principal` says as whom Events invokes; each form reaches this one function only. With `access` it
    may invoke already, and no statement says so again.
    """

    target: FunctionIdentity
    compartment_id: Annotated[str, Check(limits.compartment)]
    prefix: str
    filter: EventFilter
    event_principal: Annotated[EventPrincipal, Check(_event_principal)]
    bucket: WatchedBucket | None = None
    access: EventAccess | None = None
    iam_provider: oci.Provider | None = None
    config_path: str = ""

    def __post_init__(self) -> None:
        checks = checks_of(self)
        checks["filter"] = (self._filter, self.filter)
        if self.bucket is not None:
            checks["bucket"] = checks_of(self.bucket)["name"]
        refuse_bad(self.config_path, checks)

    def _filter(self, value: EventFilter) -> None:
        for each in value.event_types:
            event_type(each)
        if problem := value.problem(self.bucket.name if self.bucket else None):
            raise ValueError(problem)


class EventTrigger(pulumi.ComponentResource):
    """An Events rule and the permission to invoke exactly one function; with a bucket, also the function's
    permission to read that bucket.

    Not for: alarms (they reach a function through a topic), or retries: what Events does with a failed
    delivery is not documented, and shows in the metric DeliveryFailedEvents.
    """

    rule: oci.events.Rule
    rule_id: pulumi.Output[str]
    bucket_name: str | None
    compartment_id: str

    def __init__(self, name: str, args: EventTriggerArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        _require_object_events(args)
        super().__init__("aifunctions:index:EventTrigger", name, {}, opts)
        self.bucket_name = args.bucket.name if args.bucket else None
        self.compartment_id = args.compartment_id
        granted = self._granted(name, args)
        self.rule = self._rule(name, args, granted)
        self.rule_id = self.rule.id
        self.register_outputs({"rule_id": self.rule_id, "bucket_name": self.bucket_name})

    def _granted(self, name: str, args: EventTriggerArgs) -> list[GrantedPolicy]:
        """The policies that let an event have its effect."""
        common = [args.access.granted] if args.access else []
        grants = list(_grants(args))
        if not grants:
            return common
        own = grant_where_needed(
            f"{name}-grants",
            GrantedPolicyArgs(
                compartment_id=args.target.compartment_id,
                policy_name=f"{args.prefix}-events",
                description=f"What the rule {args.prefix} and the function it invokes may do",
                grants=grants,
                iam_provider=args.iam_provider,
                config_path=args.config_path,
            ),
            self,
            # After the one in common: what that grants from now on must not be missing meanwhile.
            depends_on=common,
        )
        return [*common, *own]

    def _rule(self, name: str, args: EventTriggerArgs, granted: list[GrantedPolicy]) -> oci.events.Rule:
        return oci.events.Rule(
            f"{name}-rule",
            compartment_id=args.compartment_id,
            display_name=args.prefix,
            description=_description(args),
            is_enabled=args.enabled,
            # As a string: with condition_details the provider does not notice a changed condition.
            condition=args.filter.condition(self.bucket_name),
            actions=oci.events.RuleActionsArgs(
                action=[
                    oci.events.RuleActionsActionArgs(
                        action_type="FAAS", is_enabled=True, function_id=args.target.function.id
                    )
                ]
            ),
            # First the permission, then what uses it: else the first events would be refused.
            opts=pulumi.ResourceOptions(parent=self, depends_on=granted),
        )


def _description(args: EventTriggerArgs) -> str:
    reason = f", which may cause its events: {args.allow_loop}" if args.allow_loop else ""
    return f"Invokes the function of {args.prefix}{reason}"


def _require_object_events(args: EventTriggerArgs) -> None:
    """An existing bucket must say what happens in it, or the rule would never fire."""
    bucket = args.bucket
    if bucket is None or not bucket.existing:
        return
    where = place(args.config_path, "bucket")
    found = ask(
        f"the bucket {bucket.name} ({where})",
        lambda: oci.objectstorage.get_bucket(name=bucket.name, namespace=bucket.namespace),
    )
    if not found.object_events_enabled:
        raise BadArguments(f"{where}: object events of {bucket.name} are off, so the rule would never fire")


def _grants(args: EventTriggerArgs) -> Iterator[Grant]:
    if args.access is None:
        for events in events_as(args.event_principal, args.compartment_id):
            yield events.to_invoke(args.target)
    if args.bucket is not None and READABLE.intersection(args.filter.event_types):
        yield reading(args.target, args.bucket.name, args.compartment_id)


def reading(target: FunctionIdentity, bucket: str, compartment_id: str) -> Grant:
    """The right of a function to what its trigger tells it of."""
    return allow(target).to_read(BucketTarget(name=bucket, compartment_id=compartment_id))


def _event_principal(value: str) -> None:
    limits.one_of(value, get_args(EventPrincipal))
