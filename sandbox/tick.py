"""`sandbox tick`: the cloud's clock is put forward, and what is due then is done.

Retries, schedules, batches and alarms go by that clock; signatures and tokens by the real time.
"""

from __future__ import annotations

import argparse
import re
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

from sandbox.api.representation import of_seconds
from sandbox.cloud import clock
from sandbox.cloud.deliveries import Delivery, Outbox
from sandbox.cloud.errors import SandboxFault, Unusable
from sandbox.cloud.store import Store
from sandbox.console import say, show
from sandbox.delivery.shown import entry
from sandbox.delivery.sources import look_once
from sandbox.rest.place import Place
from sandbox.rest.serving import ensure

_DURATION = re.compile(r"(?:(\d+)d)?(?:(\d+)h)?(?:(\d+)m)?(?:(\d+)s)?", re.ASCII)
_UNITS = (86400, 3600, 60, 1)
_WAIT_SECONDS = 300
_QUIET_SECONDS = 0.5


def add_tick_arguments(parser: argparse.ArgumentParser) -> None:
    """The arguments of `tick`."""
    how = parser.add_mutually_exclusive_group()
    how.add_argument(
        "--at", type=_time, metavar="TIME", help="put the clock forward to a time: 2026-12-01T02:00:00Z"
    )
    how.add_argument("--by", type=_duration, metavar="DURATION", help="put it forward: 90s, 15m, 2h, 1d12h")
    how.add_argument("--reset", action="store_true", help="back to the real time")


def run_tick(options: argparse.Namespace, sandbox_dir: Path) -> int:
    """Move the clock, wait until what is due is done, and show it; 1 where something was given up."""
    place = Place(sandbox_dir)
    place.make()
    with place.needed(), Store(sandbox_dir / "store.db") as store:
        changed = settled(store, place, lambda: _move(store, options))
        for one in changed:
            show(entry(one, store))
        if not changed:
            say("nothing was due")
    return 1 if any(one.state == "dropped" for one in changed) else 0


def settled(store: Store, place: Place, begin: Callable[[], None]) -> list[Delivery]:
    """Begin something, do what is due then, and what became of it: every delivery that changed."""
    outbox = Outbox(store)
    before = {one.number: one for one in outbox.listed("waiting")}
    last = max((one.number for one in outbox.latest(1)), default=0)
    begin()
    say(f"clock     {of_seconds(clock.now(store))}")
    look_once(store, place.sandbox_dir)
    ensure(place)
    _wait(outbox, store)
    return [one for one in outbox.listed() if one.number > last or before.get(one.number, one) != one]


def _move(store: Store, options: argparse.Namespace) -> None:
    if options.reset:
        clock.reset(store)
        return
    now = clock.now(store)
    by = options.by if options.by is not None else (options.at - now if options.at is not None else 0.0)
    if by < 0:
        raise Unusable(f"--at: the clock says {of_seconds(now)}; it goes forward only (--reset goes back)")
    clock.advance(store, by)


def _wait(outbox: Outbox, store: Store) -> None:
    """Until nothing that is due is waiting for its next attempt or under way."""
    until = time.monotonic() + _WAIT_SECONDS
    quiet_since = time.monotonic()
    while time.monotonic() - quiet_since < _QUIET_SECONDS:  # what has arrived may make something else due
        if any(one.next_attempt <= clock.now(store) for one in outbox.listed("waiting")):
            quiet_since = time.monotonic()
        if time.monotonic() > until:
            raise SandboxFault(f"after {_WAIT_SECONDS} s something is still being delivered: see deliveries")
        time.sleep(0.1)


def _time(text: str) -> float:
    try:
        found = datetime.fromisoformat(text.replace("Z", "+00:00"))
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text!r} is not a time such as 2026-12-01T02:00:00Z") from None
    return found.replace(tzinfo=found.tzinfo or UTC).timestamp()


def _duration(text: str) -> float:
    found = _DURATION.fullmatch(text)
    if found is None or not text:
        raise argparse.ArgumentTypeError(f"{text!r} is not a duration such as 90s, 15m, 2h or 1d12h")
    return float(sum(int(count or 0) * unit for count, unit in zip(found.groups(), _UNITS, strict=True)))
