"""`sandbox deliveries`: arguments and exit status."""

from __future__ import annotations

import argparse
import json
import time
from pathlib import Path

from sandbox.cloud.deliveries import Delivery, Outbox
from sandbox.cloud.errors import SandboxFault
from sandbox.cloud.store import Store
from sandbox.console import say, show
from sandbox.delivery.shown import as_data, entry

_SHOWN = 20
_LOOK_SECONDS = 0.3


def add_deliveries_arguments(parser: argparse.ArgumentParser) -> None:
    """The arguments of `deliveries`."""
    parser.add_argument(
        "event", nargs="?", default="", help="only those of this event, by its id or the beginning of it"
    )
    parser.add_argument("--failed", action="store_true", help="only those that were given up")
    parser.add_argument(
        "--last", type=int, default=_SHOWN, metavar="N", help=f"so many of them (default: {_SHOWN})"
    )
    parser.add_argument("-f", "--follow", action="store_true", help="go on with what changes, until Ctrl-C")
    parser.add_argument("--json", action="store_true", help="print JSON")


def run_deliveries(options: argparse.Namespace, sandbox_dir: Path) -> int:
    """Show what was delivered, what waits and what was given up, newest last; the exit status."""
    path = sandbox_dir / "store.db"
    if not path.is_file():
        raise SandboxFault(f"{path}: nothing has happened in this sandbox yet")
    with Store(path) as store:
        found = _latest(options, store)
        if options.json:
            show(json.dumps([as_data(one) for one in found], indent=2))
        else:
            for one in found:
                show(entry(one, store))
            if not found and not options.follow:
                say(_nothing(options))
        if options.follow:
            _follow(options, store, {one.number: one for one in found})
    return 0


def _nothing(options: argparse.Namespace) -> str:
    if options.event:
        return f"event {options.event}: nothing of it is among the deliveries"
    return "nothing was given up" if options.failed else "nothing is owed yet"


def _latest(options: argparse.Namespace, store: Store) -> list[Delivery]:
    most, outbox = max(options.last, 1), Outbox(store)
    if not options.event:
        return outbox.latest(most, "dropped" if options.failed else None)
    found = outbox.of_event(options.event)
    return [one for one in found if one.state == "dropped" or not options.failed][-most:]


def _follow(options: argparse.Namespace, store: Store, seen: dict[int, Delivery]) -> None:
    while True:
        time.sleep(_LOOK_SECONDS)
        for one in _latest(options, store):
            if seen.get(one.number) != one:
                seen[one.number] = one
                show(json.dumps(as_data(one)) if options.json else entry(one, store))
