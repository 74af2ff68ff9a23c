"""One delivery tried once: allowed, handed over, and what came of it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import NoReturn

from sandbox.api.platform import FunctionAnswer
from sandbox.cloud.store import Store
from sandbox.delivery.principals import principals_of
from sandbox.events.access import Need, may
from sandbox.events.snapshot import Deployment

RunFunction = Callable[[str, bytes, Mapping[str, str], bool], FunctionAnswer]
"""Runs a function: its OCID, the body, headers, and whether the call is detached."""


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """What became of an attempt. A failure that is `final` is never tried again."""

    arrived: bool
    note: str = ""
    final: bool = False
    status: int = 0
    """What Functions answered; 0 where nothing was invoked."""
    answer: bytes = b""


@dataclass(frozen=True)
class World:
    """What an attempt may use."""

    store: Store
    deployment: Deployment
    run: RunFunction
    now: float
    """The cloud's time."""


def nothing_runs(*_: object) -> NoReturn:
    """For a world in which only is looked what is due."""
    raise AssertionError("looking runs no function")


def arrived(note: str = "") -> Outcome:
    """It is there."""
    return Outcome(arrived=True, note=note)


def dropped(reason: str) -> Outcome:
    """It can never arrive."""
    return Outcome(arrived=False, note=reason, final=True)


def refusal(source: tuple[str, str], need: Need, world: World) -> Outcome | None:
    """Why the source may not do this; None where it may, or where nobody's right is asked for."""
    principals = principals_of(*source, world.store)
    if principals is None:
        return dropped(f"the {source[0]} it comes from was deleted")
    answers = [may(principal, need, world.deployment) for principal in principals]
    if not answers or any(answer.allowed for answer in answers):
        return None
    who = " nor ".join(answer.principal for answer in answers)
    has = f"{who} does not have" if len(answers) == 1 else f"neither {who} has"
    return Outcome(
        arrived=False,
        note=f"denied: {has} {need.permission}; missing: {answers[0].missing}",
        # A connector keeps what it has read and goes on once it may; an event is lost, as on OCI.
        final=source[0] != "connector",
    )
