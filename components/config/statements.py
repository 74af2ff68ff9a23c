"""How many policy statements a stack needs, and which form keeps it within what OCI holds.

A compartment path holds 500 statements, those of other people included. Most of a stack with many functions
are Events' right to invoke each of them, which may be said once for the whole application instead.
"""

from __future__ import annotations

from typing import Literal

import pulumi

from components.config.arguments import Context
from components.config.continuity import Deployed
from components.config.function_section import FunctionConfig
from components.config.model import StackConfig
from components.event_access import EventAccess, EventAccessArgs
from components.functions_application import FunctionsApplication
from components.values.event_filter import READABLE

Form = Literal["function", "application"]

LIMIT = 500  # Oracle's page on limits of the compartment hierarchy
TELL_FROM = LIMIT // 2
_PEOPLE = {"invokers": 1, "developers": 3, "auditors": 2}
# At most, of what each source beside Events takes: to invoke, to see the function, to read the source.
_SOURCES = {"schedule": 1, "stream": 3, "queue": 3, "logs": 2, "secret_rotation": 2}
_JOBS = "document-understanding-jobs"  # the one service that takes two


def planned(config: StackConfig, form: Form) -> int:
    """How many statements the stack has at most; several connections may share one."""
    as_whom = 2 if config.event_principal == "both" else 1
    each = sum(
        _of_function(function, as_whom, each_alone=form == "function")
        for function in config.functions.values()
    )
    lifecycles = sum(options.is_asked_for for options in config.buckets.values())
    return each + lifecycles + (as_whom if form == "application" else 0)


def _of_function(function: FunctionConfig, to_invoke: int, *, each_alone: bool) -> int:
    people = sum(count for role, count in _PEOPLE.items() if getattr(function.access, role) is not None)
    uses = sum(
        2 if said.use is not None and said.use.service == _JOBS else 1
        for said in function.connections.values()
    )
    found = people + uses + len(function.destinations.given())
    for trigger in function.triggers.values():
        if trigger.source is not None:
            found += _SOURCES.get(trigger.source[0], 0)
        else:
            reads = trigger.bucket is not None and not READABLE.isdisjoint(trigger.event_types)
            # What is granted once is about rules of the stack's own compartment.
            found += reads + (to_invoke if each_alone or trigger.compartment_id else 0)
    return found


def form_of(config: StackConfig, deployed: Deployed) -> Form:
    """What the config says. Left to `auto`, a stack keeps what it has until it would hold too many."""
    if config.event_statements != "auto":
        return config.event_statements
    too_many = planned(config, "function") > LIMIT
    return "application" if too_many or deployed.grants_events_together else "function"


def event_access(
    config: StackConfig, context: Context, application: FunctionsApplication, deployed: Deployed
) -> EventAccess | None:
    """What grants Events together, where the statements are said so. Tells the plan where it matters."""
    form = form_of(config, deployed)
    count = planned(config, form)
    if form == "application" or count > TELL_FROM:
        how = "once for the application" if form == "application" else "for each function"
        pulumi.log.info(
            f"policy statements: at most {count} of the {LIMIT} that the path of {config.compartment_id} "
            f"holds; Events is granted {how} (event_statements: {config.event_statements})"
        )
    if form == "function":
        return None
    return EventAccess(
        "events",
        EventAccessArgs(
            application=application,
            compartment_id=context.compartment_id,
            policy_name=f"{context.prefix}-events",
            event_principal=context.event_principal,
            iam_provider=context.iam,
            config_path=context.path("event_statements"),
        ),
    )
