"""`sandbox emit --sample schedule` and such: a deployed source invokes its function, now.

The sample goes by the served sandbox, as everything does that services owe each other: what came of it is in
`sandbox deliveries` too, and what the function printed in `sandbox logs`.
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path

from sandbox.cloud import clock
from sandbox.cloud.deliveries import Delivery
from sandbox.cloud.errors import SandboxFault
from sandbox.cloud.store import Record, Store
from sandbox.console import say, show
from sandbox.delivery.attempt import World, nothing_runs
from sandbox.delivery.shown import as_data, entry
from sandbox.delivery.source_samples import SOURCE_SAMPLES, begin
from sandbox.events import function_log
from sandbox.events.snapshot import Deployed
from sandbox.events.trace import printable
from sandbox.rest.place import Place
from sandbox.tick import settled


def run_emit_source(options: argparse.Namespace, sandbox_dir: Path) -> int:
    """Make a source invoke its function, and show what came of it; 1 where it did not arrive."""
    path = sandbox_dir / "store.db"
    if not path.is_file():
        raise SandboxFault(f"{path}: nothing is deployed in this sandbox yet; try `make up`")
    if options.print_event or options.object is not None:
        raise SandboxFault(f"--sample {options.sample}: what it sends is made on its way; see --json")
    place = Place(sandbox_dir)
    place.make()
    say(f"sample    {options.sample}: {SOURCE_SAMPLES[options.sample].says}")
    with place.needed(), Store(path) as store:
        runs = len(list(function_log.read(sandbox_dir)))
        changed = settled(store, place, lambda: _begin(options, store, sandbox_dir))
        if options.json:
            show(json.dumps([as_data(one) for one in changed], indent=2))
        else:
            _show(changed, store, sandbox_dir, runs)
    return 0 if any(one.state == "delivered" for one in changed) and not _failed(changed) else 1


def _begin(options: argparse.Namespace, store: Store, sandbox_dir: Path) -> None:
    world = World(store, Deployed(store, sandbox_dir).now(), nothing_runs, clock.now(store))
    source, seconds = begin(options.sample, options.stack, world)
    say(f"source    {_name(source)}")
    if seconds:
        say(f"note      the clock is put forward {seconds:g} s: so long a batch waits to be full")
        clock.advance(store, seconds)


def _failed(changed: list[Delivery]) -> bool:
    return any(one.state != "delivered" for one in changed)


def _show(changed: list[Delivery], store: Store, sandbox_dir: Path, runs: int) -> None:
    for one in changed:
        show(entry(one, store))
    for run in list(function_log.read(sandbox_dir))[runs:]:
        show(f"{run.function}  {run.ended}")
        for line in run.lines:
            show(f"  {printable(line)}")
    if not changed:
        say("nothing was delivered: the source kept nothing of the sample (a log rule, or a missing right?)")


def _name(source: Record) -> str:
    return str(
        source.outputs.get("displayName")
        or source.outputs.get("name")
        or source.outputs.get("secretName")
        or source.id
    )
