"""Delivers what is owed, until it is closed: in the serving process, of which there is one.

    due ─► claimed (a lease) ─► handed over ─► arrived, or when to try again ─► what follows
              └─ renewed while the attempt lasts; the lease of a process that died runs out by itself

What a delivery does to the store, its mark and what follows from it are one transaction. Time is the cloud's
clock, leases are real time.
"""

from __future__ import annotations

import threading
import time
import traceback
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from pathlib import Path

from sandbox.cloud import clock
from sandbox.cloud.deliveries import Delivery, Kinds, Outbox
from sandbox.cloud.errors import SandboxFault, StoreError
from sandbox.cloud.store import Store
from sandbox.console import say
from sandbox.delivery import connectors, detached, rotations
from sandbox.delivery.attempt import Outcome, RunFunction, World
from sandbox.delivery.destinations import handed_over, is_outside
from sandbox.delivery.retries import retry_at
from sandbox.events.snapshot import Deployed
from sandbox.services.monitoring import service_metrics
from sandbox.services.vault import rotation

LEASE_SECONDS = 6.0
_LOOK_SECONDS = 0.1
_ASK_SECONDS = 1.0
"""How often the sources are asked, on the cloud's clock."""
_SOON_SECONDS = 120.0
_KEPT = 5000
_DETACHED = frozenset({"detached", "schedule"})
_RUNNING = frozenset({"function", "task"})

Source = Callable[[World], None]
"""Looks once whether a source has something to deliver, and records it."""


@dataclass(frozen=True)
class _Lane:
    """Deliveries that wait for each other only: a call may take an hour, a row in the store no time."""

    kinds: Kinds
    pool: ThreadPoolExecutor
    most: int
    """At once."""
    under_way: set[int] = field(default_factory=set)


def _lanes() -> tuple[_Lane, ...]:
    return (
        _Lane(Kinds(sources=_DETACHED), ThreadPoolExecutor(16, "detached"), 16),
        _Lane(Kinds(but_sources=_DETACHED, destinations=_RUNNING), ThreadPoolExecutor(8, "function"), 8),
        _Lane(Kinds(but_sources=_DETACHED, but_destinations=_RUNNING), ThreadPoolExecutor(4, "store"), 4),
    )


class Engine:
    """The dispatcher of one sandbox."""

    def __init__(
        self,
        sandbox_dir: Path,
        run: RunFunction,
        *,
        sources: tuple[Source, ...] = (),
        lease: float = LEASE_SECONDS,
    ) -> None:
        self._store = Store(sandbox_dir / "store.db")
        self._outbox = Outbox(self._store)
        self._run = run
        self._sources = sources
        self._lease = lease
        self._deployed = Deployed(self._store, sandbox_dir)
        self._lanes = _lanes()
        self._lock = threading.Lock()
        self._ended = threading.Event()
        self._woken = threading.Event()
        self._thread = threading.Thread(target=self._loop, name="deliveries", daemon=True)
        self._rounds = 0
        self._asked = -_ASK_SECONDS
        self._due_soon = False

    def start(self) -> None:
        """Begin to deliver."""
        self._thread.start()

    @property
    def is_busy(self) -> bool:
        """Whether something is being delivered, or soon will be."""
        return bool(self._under_way) or self._due_soon

    def close(self) -> None:
        """Begin nothing more; what is under way is left to its lease."""
        self._ended.set()
        self._woken.set()
        if self._thread.is_alive():
            self._thread.join(5)
        for lane in self._lanes:
            lane.pool.shutdown(wait=False, cancel_futures=True)
        if not self._under_way:
            self._store.close()

    def settle(self, seconds: float = 60.0) -> None:
        """Deliver everything that is due, here and now. For tests and for tools that do not serve."""
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            was_idle = not self._under_way  # what is under way may owe something when it ends
            if not self.look() and was_idle:
                return
            time.sleep(0.01)

    def look(self) -> bool:
        """One round: ask the sources, begin what is due; whether anything was due."""
        world = self._world()
        if abs(world.now - self._asked) >= _ASK_SECONDS:
            self._asked = world.now
            for source in self._sources:
                source(world)
        due = [self._begin_due(lane, world.now) for lane in self._lanes]
        following = self._outbox.next_due()
        self._due_soon = following is not None and following <= world.now + _SOON_SECONDS
        return any(due)

    def _loop(self) -> None:
        renewed = time.monotonic()
        while not self._ended.is_set():
            self._woken.wait(_LOOK_SECONDS)  # an attempt that ends makes room, and may owe something
            self._woken.clear()
            try:
                if time.monotonic() - renewed > self._lease / 3:
                    self._outbox.renew(self._under_way, self._lease)
                    renewed = time.monotonic()
                self.look()
                self._rounds += 1
                if self._rounds % 600 == 0:
                    self._outbox.forget(_KEPT)
            except SandboxFault as error:  # a full disk, a locked file: what is owed stays owed
                say(f"deliveries  {error}")
                self._ended.wait(1)
            except Exception as error:  # noqa: BLE001 one bad row must not end the dispatcher
                say(f"deliveries  {_place_of(error)}")
                self._ended.wait(1)

    def _world(self) -> World:
        return World(self._store, self._deployed.now(), self._run, clock.now(self._store))

    def _begin_due(self, lane: _Lane, now: float) -> bool:
        """Begin what is due in a lane, as far as there is room; whether anything was begun."""
        room = lane.most - len(lane.under_way)
        found = self._outbox.due(now, room, lane.kinds) if room > 0 else []
        begun = [self._begin(lane, one) for one in found if one.number not in self._under_way]
        return any(begun)

    def _begin(self, lane: _Lane, delivery: Delivery) -> bool:
        with self._lock:
            if not self._outbox.claim(delivery, self._lease):
                return False
            lane.under_way.add(delivery.number)
        lane.pool.submit(self._attempt, lane, replace(delivery, attempts=delivery.attempts + 1))
        return True

    @property
    def _under_way(self) -> set[int]:
        with self._lock:
            return set[int]().union(*(lane.under_way for lane in self._lanes))

    def _attempt(self, lane: _Lane, delivery: Delivery) -> None:
        try:
            self._attempted(delivery)
        except StoreError as error:  # its lease runs out, and it is tried again
            if not self._ended.is_set():
                say(f"deliveries  {error}")
        finally:
            with self._lock:
                lane.under_way.discard(delivery.number)
            self._woken.set()

    def _attempted(self, delivery: Delivery) -> None:
        if is_outside(delivery.destination_kind):
            outcome = self._tried(delivery)
            if self._ended.is_set() and not outcome.arrived:
                return  # its process was ended with this one: the next dispatcher takes it up
            with self._store.transaction():
                self._write_down(delivery, outcome)
            return
        try:
            with self._store.transaction():
                self._write_down(delivery, handed_over(delivery, self._world()))
        except StoreError:
            raise
        except Exception as error:  # noqa: BLE001 rolled back; the row says why
            self._write_down(delivery, _failure(error))

    def _tried(self, delivery: Delivery) -> Outcome:
        try:
            return handed_over(delivery, self._world())
        except Exception as error:  # noqa: BLE001 whatever it was, the row says so
            return _failure(error)

    def _write_down(self, delivery: Delivery, outcome: Outcome) -> None:
        world = self._world()
        if outcome.arrived:
            self._outbox.delivered(delivery.number, outcome.note)
            again = None
        else:
            again = None if outcome.final else retry_at(delivery, world.now, outcome.status)
            self._outbox.failed(delivery.number, outcome.note, again)
        _count(delivery, outcome, world)
        if outcome.arrived and delivery.destination_kind == "task":
            connectors.after_task(delivery, outcome.answer, world)
        if outcome.arrived and delivery.source_kind == rotation.SOURCE:
            rotations.after_step(delivery, outcome.answer, world)
        if delivery.source_kind == "connector":
            self._asked = -_ASK_SECONDS  # its next batch waits for this one
        if again is None and delivery.source_kind in _DETACHED:
            detached.owe_record(delivery, outcome, world)


def _count(delivery: Delivery, outcome: Outcome, world: World) -> None:
    """Each attempt of a rule, and of a detached call's record, for who watches their metrics."""
    source = world.store.get(delivery.source)
    if source is None:
        return
    if delivery.source_kind == "rule":
        service_metrics.event_delivered(world.store, source, arrived=outcome.arrived)
    elif delivery.source_kind == "function":
        service_metrics.record_delivered(world.store, source, 200 if outcome.arrived else 404)


def _failure(error: Exception) -> Outcome:
    text = str(error) if isinstance(error, SandboxFault) else _place_of(error)
    return Outcome(arrived=False, note=f"the sandbox could not deliver it: {text}")


def _place_of(error: Exception) -> str:
    """Where the sandbox itself failed; not the error's text, which may hold what was to be delivered."""
    frame = traceback.extract_tb(error.__traceback__)[-1]
    return f"{type(error).__name__} in {Path(frame.filename).name}:{frame.lineno}"
