"""A store filled directly, a dispatcher on it, and a function that is a Python function."""

from __future__ import annotations

import itertools
import threading
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from sandbox.api.platform import FunctionAnswer
from sandbox.cloud import clock
from sandbox.cloud.call import Cloud
from sandbox.cloud.deliveries import Delivery, Outbox
from sandbox.cloud.store import Store
from sandbox.delivery.engine import Engine
from sandbox.services.functions import APPLICATION, FUNCTION
from sandbox.services.identity import COMPARTMENT, POLICY
from sandbox.services.ons import SUBSCRIPTION, TOPIC
from sandbox.services.resources import create

TENANCY = "ocid1.tenancy.oc1..aaaaaaaatenancy"
NOW = 1_800_000_000.0
OK = FunctionAnswer(200, b"done")
FAILED = FunctionAnswer(502, code="FunctionInvokeExecutionFailed", message="function failed")
BUSY = FunctionAnswer(503, code="FunctionInvokeServiceUnavailable", message="Timed out - server too busy")


@dataclass(frozen=True)
class Run:
    """One run of a function."""

    function: str
    body: bytes
    headers: Mapping[str, str]
    detached: bool


@dataclass
class World:
    """A cloud, and what ran in it. `answers` are given in turn, the last one for ever."""

    folder: Path
    store: Store
    runs: list[Run] = field(default_factory=list)
    answers: list[FunctionAnswer] = field(default_factory=lambda: [OK])
    numbers: Iterator[int] = field(default_factory=lambda: itertools.count(1))
    lock: threading.Lock = field(default_factory=threading.Lock)

    def run(self, function: str, body: bytes, headers: Mapping[str, str], detached: bool) -> FunctionAnswer:
        """What the platform does to run a function."""
        with self.lock:
            self.runs.append(Run(function, body, headers, detached))
            return self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]

    def add(self, type: str, **inputs: Any) -> str:
        """A resource; its id."""
        cloud = Cloud(self.store, "us-ashburn-1", TENANCY)
        return create(cloud, type, inputs, {"definedTags": {}, "freeformTags": {}, **inputs}).id

    def allow(self, *statements: str) -> None:
        """A policy in the tenancy."""
        name = f"p{next(self.numbers)}"
        self.add(POLICY, compartmentId=TENANCY, name=name, description="d", statements=list(statements))

    def compartment(self) -> str:
        """A new compartment."""
        return self.add(COMPARTMENT, compartmentId=TENANCY, name=f"c{next(self.numbers)}", description="d")

    def function(self, compartment: str, **more: Any) -> str:
        """A function in an application of its own."""
        name = f"f{next(self.numbers)}"
        application = self.add(
            APPLICATION,
            compartmentId=compartment,
            displayName=f"{name}-app",
            subnetIds=["ocid1.subnet.oc1.iad.aaaaaaaasubnet"],
        )
        source = {"sourceType": "CONTAINER_IMAGE", "image": "iad.ocir.io/ns/app/fn:1", "imageDigest": None}
        source["imageDigest"] = f"sha256:{'ab' * 32}"
        return self.add(
            FUNCTION,
            applicationId=application,
            displayName=name,
            memoryInMbs="256",
            sourceDetails=source,
            **more,
        )

    def topic_of_a_function(self, compartment: str) -> str:
        """A topic whose messages a new function gets."""
        topic = self.add(TOPIC, compartmentId=compartment, name="alerts")
        self.add(
            SUBSCRIPTION,
            compartmentId=compartment,
            topicId=topic,
            protocol="ORACLE_FUNCTIONS",
            endpoint=self.function(compartment),
        )
        return topic

    def owed(self, kind: str = "") -> list[Delivery]:
        """All deliveries, or those of a kind of source."""
        return [one for one in Outbox(self.store).listed() if kind in ("", one.source_kind)]

    def later(self, seconds: float) -> None:
        """Put the clock forward."""
        clock.advance(self.store, seconds)


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    """An empty cloud whose clock stands still."""
    folder = tmp_path / "sandbox"
    with Store(folder / "store.db") as store:
        clock.stand_still(store, NOW)
        yield World(folder, store)


@pytest.fixture
def engine(world: World) -> Iterator[Engine]:
    """Its dispatcher, which is asked to deliver by `settle`."""
    engine = Engine(world.folder, world.run)
    try:
        yield engine
    finally:
        engine.close()


@pytest.fixture
def settle(engine: Engine) -> Callable[[], None]:
    """Deliver everything that is due."""
    return engine.settle
