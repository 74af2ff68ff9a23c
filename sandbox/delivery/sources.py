"""What is looked at again and again, because time makes it due."""

from __future__ import annotations

from pathlib import Path

from sandbox.cloud import clock
from sandbox.cloud.store import Store
from sandbox.delivery.alarms import evaluate
from sandbox.delivery.attempt import World, nothing_runs
from sandbox.delivery.connectors import collect
from sandbox.delivery.rotations import rotate_due
from sandbox.delivery.schedules import run_due
from sandbox.events.snapshot import Deployed

SOURCES = (run_due, collect, evaluate, rotate_due)


def look_once(store: Store, sandbox_dir: Path) -> None:
    """Owe everything that is due by now; who delivers it is another matter."""
    world = World(store, Deployed(store, sandbox_dir).now(), nothing_runs, clock.now(store))
    for source in SOURCES:
        source(world)
