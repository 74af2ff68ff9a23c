"""A schedule that invokes a function, detached, at the times of a cron expression."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Annotated

import pulumi
import pulumi_oci as oci

from components.errors import checks_of, refuse_bad
from components.granted_policy import GrantedPolicy, GrantedPolicyArgs
from components.grants.connectors import ScheduleIdentity, allow
from components.grants.function_grants import FunctionIdentity
from components.values import cron as crons
from components.values import limits, sources
from components.values.option import Check, Option


@dataclass(frozen=True, kw_only=True)
class ScheduleOptions:
    """What a stack may say about a schedule."""

    cron: Annotated[
        str, Option("When: a UNIX cron expression, minute hour day-of-month month day-of-week", crons.cron)
    ]
    time_zone: Annotated[str, Option("The expression's time zone, by its IANA name", sources.time_zone)] = (
        "UTC"
    )
    body: Annotated[
        str | None,
        Option(
            "What the function gets, a string of JSON; left out, an object with the schedule's name",
            sources.json_text,
        ),
    ] = None
    more_than_hourly: Annotated[
        bool,
        Option("true: it may be due more than once an hour, which Oracle's pages neither show nor exclude"),
    ] = False

    def problem(self) -> str | None:
        """Why this schedule may be refused though each option is good; None when it is sound."""
        often = crons.runs_an_hour(self.cron)
        if often > 1 and not self.more_than_hourly:
            return f"cron: {self.cron} is due {often} times an hour; if meant, say more_than_hourly: true"
        return None


@dataclass(frozen=True, kw_only=True)
class ScheduleTriggerArgs(ScheduleOptions):
    """A schedule in `compartment_id` that invokes `target`; `prefix` begins every physical name."""

    target: FunctionIdentity
    compartment_id: Annotated[str, Check(limits.compartment)]
    prefix: str
    enabled: bool = True
    iam_provider: oci.Provider | None = None
    config_path: str = ""

    def __post_init__(self) -> None:
        refuse_bad(self.config_path, checks_of(self))
        refuse_bad(self.config_path, {"cron": (self._sound, self.cron)})

    def _sound(self, _: str) -> None:
        if problem := self.problem():
            raise ValueError(problem.removeprefix("cron: "))


class ScheduleTrigger(pulumi.ComponentResource):
    """A schedule and its permission to invoke exactly one function.

    The grant names the schedule, so it comes after it: a run that is due within these seconds is refused.

    Not for: synchronous invocations. Resource Scheduler starts a function detached, and nobody hears of a
    failure unless the function has a failure destination.
    """

    source_id: pulumi.Output[str]

    def __init__(
        self, name: str, args: ScheduleTriggerArgs, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        super().__init__("aifunctions:index:ScheduleTrigger", name, {}, opts)
        schedule = oci.resourcescheduler.Schedule(
            f"{name}-schedule",
            compartment_id=args.compartment_id,
            display_name=args.prefix,
            description=f"Invokes the function of {args.prefix}",
            # START passes the provider's checks, and the service refuses it.
            action="START_RESOURCE",
            recurrence_type="CRON",
            recurrence_details=args.cron,
            local_time_zone=args.time_zone,
            resources=[
                oci.resourcescheduler.ScheduleResourceArgs(
                    id=args.target.function.id,
                    parameters=[
                        oci.resourcescheduler.ScheduleResourceParameterArgs(
                            parameter_type="BODY", value=args.body or json.dumps({"schedule": args.prefix})
                        )
                    ],
                )
            ],
            state="ACTIVE" if args.enabled else "INACTIVE",
            opts=pulumi.ResourceOptions(parent=self),
        )
        GrantedPolicy(
            f"{name}-grants",
            GrantedPolicyArgs(
                compartment_id=args.target.compartment_id,
                policy_name=f"{args.prefix}-schedule",
                description=f"What the schedule {args.prefix} may invoke",
                grants=[allow(ScheduleIdentity(schedule=schedule)).to_invoke(args.target)],
                iam_provider=args.iam_provider,
                config_path=args.config_path,
            ),
            pulumi.ResourceOptions(parent=self),
        )
        self.source_id = schedule.id
        self.register_outputs({"source_id": self.source_id})
