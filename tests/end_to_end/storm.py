"""A storm of events on a served sandbox, with kills in the middle, and what came of it.

Half of the events come as a source sends them that has no outbox: eight clients invoke the function by the
SDK until each is answered, and a fifth of the events is sent twice. The other half are objects that the same
clients put into a bucket that emits; the dispatcher brings those through a rule. Function processes and the
serving process, which is proxy, endpoints and dispatcher in one, are killed with SIGKILL at fixed points.

A container is an interpreter of its own, so how much goes on at once is bound by memory and cores.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import queue
import random
import shutil
import signal
import subprocess
import sys
import threading
import time
import uuid
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import oci

from sandbox.cloud import clock
from sandbox.cloud.deliveries import Outbox
from sandbox.cloud.store import Store
from sandbox.environment import ROOT
from sandbox.rest.place import Place, Serving
from sandbox.services.functions import APPLICATION, FUNCTION
from sandbox.services.identity import GROUP, MEMBERSHIP, USER
from sandbox.services.objectstorage import BUCKET
from sandbox.services.objectstorage.objects import Objects, bucket_id
from tests.sandbox.rest.conftest import REGION, Door

NAMESPACE, INBOX, RESULTS = "sandboxns", "inbox", "results"
CLIENTS = 8
TWICE = 0.2
SOURCE = Path(__file__).with_name("storm_function")
# In the middle of an answer the client of `requests` itself is what fails.
_CUT = (
    oci.exceptions.RequestException,
    oci.exceptions.ConnectTimeout,
    oci._vendor.requests.exceptions.RequestException,
)
Work = Callable[[Any, str], None]
"""Something that a client does about an event."""
_RULE = "oci:Events/rule:Rule"
_PAUSE_SECONDS = 0.2
_PATIENCE_SECONDS = 120.0


@dataclass(frozen=True)
class Kill:
    """Who dies once this share of the events is handled: `function` or `server`."""

    at: float
    victim: str


KILLS = (Kill(0.15, "function"), Kill(0.35, "server"), Kill(0.55, "function"), Kill(0.7, "server"))


@dataclass
class Report:
    """What a storm left. `results` is how many objects there are for each event; all should be one."""

    sent: set[str]
    put: set[str]
    results: Counter[str]
    results_of_puts: Counter[str]
    undelivered: list[str]
    killed: Counter[str]
    repeated: int
    """How many calls found their event's object there."""

    seconds: float
    memory_mb: list[float]
    """Resident memory of the serving process that lived last, from a tenth of its life on."""

    @property
    def growth_mb(self) -> float:
        """How much more the last quarter needs than the first."""
        quarter = max(1, len(self.memory_mb) // 4)
        first, last = self.memory_mb[:quarter], self.memory_mb[-quarter:]
        return sum(last) / len(last) - sum(first) / len(first)

    def problems(self) -> list[str]:
        """What is not as it should be, a line each."""
        found = [f"never handled: {event}" for event in sorted(self.sent - self.results.keys())]
        found += [f"event of {name} never handled" for name in sorted(self.put - self.results_of_puts.keys())]
        found += [
            f"{count} events of one object: {name}"
            for name, count in self.results_of_puts.items()
            if count != 1
        ]
        unknown = sum(self.results.values()) - len(self.sent) - sum(self.results_of_puts.values())
        found += [f"{unknown} objects of events that nobody sent"] if unknown else []
        return found + [f"not delivered: {one}" for one in self.undelivered]

    def __str__(self) -> str:
        count = len(self.sent) + len(self.put)
        deaths = ", ".join(f"{number} {victim}" for victim, number in sorted(self.killed.items())) or "nobody"
        peak = max(self.memory_mb, default=0.0)
        return (
            f"{count} events in {self.seconds:.1f} s ({count / self.seconds:.1f} a second),"
            f" {self.repeated} calls for what was done, killed: {deaths};"
            f" server {peak:.0f} MB, {self.growth_mb:+.1f} MB from its first to its last quarter"
        )


@dataclass
class Storm:
    """A served sandbox with a function that makes an object of each event."""

    door: Door
    keeper: Keeper
    function: str
    endpoint: str
    killed: Counter[str] = field(default_factory=Counter)
    repeated: int = 0
    _lock: threading.Lock = field(default_factory=threading.Lock)
    _objects: Objects = field(init=False)

    def __post_init__(self) -> None:
        self._objects = Objects(self.door.store)

    def run(
        self, events: int, kills: Sequence[Kill] = KILLS, tell: Callable[[str], None] = lambda _: None
    ) -> Report:
        """So many events, half of them invocations and half objects; raises what a client met at its end."""
        order = random.Random(events)  # noqa: S311 the same storm every time
        sent = {str(uuid.UUID(int=order.getrandbits(128))) for _ in range(events // 2)}
        put = {f"in/{number:06}" for number in range(events - len(sent))}
        twice = order.sample(sorted(sent), round(len(sent) * TWICE))
        jobs: list[tuple[Work, str]] = [
            *((self._send, event) for event in (*sorted(sent), *twice)),
            *((self._put, name) for name in sorted(put)),
        ]
        order.shuffle(jobs)
        started = time.monotonic()
        memory = self._weather(jobs, events, kills, tell)
        seconds = time.monotonic() - started
        made, of_puts = self._results()
        undelivered = [
            f"{one.state} {one.destination_kind}: {one.reason}"
            for one in Outbox(self.door.store).listed()
            if one.state != "delivered"
        ]
        return Report(sent, put, made, of_puts, undelivered, self.killed, self.repeated, seconds, memory)

    def _weather(
        self,
        jobs: list[tuple[Work, str]],
        events: int,
        kills: Sequence[Kill],
        tell: Callable[[str], None],
    ) -> list[float]:
        """Everything at once, until nothing is left to do; the server's memory meanwhile."""
        waiting: queue.SimpleQueue[tuple[Work, str]] = queue.SimpleQueue()
        for job in jobs:
            waiting.put(job)
        failures: list[BaseException] = []
        threads = [
            threading.Thread(target=self._client, args=(waiting, failures), daemon=True)
            for _ in range(CLIENTS)
        ]
        for thread in threads:
            thread.start()
        memory: list[float] = []
        left, last, moved = list(kills), -1, time.monotonic()
        while any(thread.is_alive() for thread in threads) or self._is_owed():
            serving = self.keeper.serving()
            memory.append(_resident_mb(serving.pid))
            done = self._objects.count(bucket_id(NAMESPACE, RESULTS))
            if done != last:
                if done // 500 != last // 500:
                    tell(f"{done:6} of {events}  server {memory[-1]:.0f} MB")
                last, moved = done, time.monotonic()
            assert time.monotonic() - moved < _PATIENCE_SECONDS, f"nothing moves at {done} of {events}"
            if left and done >= left[0].at * events and self._kill(left[0].victim, serving.pid):
                tell(f"{done:6} of {events}  killed: {left.pop(0).victim}")
                memory.clear()
            if not waiting.qsize() and time.monotonic() - moved > 2:
                clock.advance(self.door.store, 61)  # what failed twice is tried again after a minute
                moved = time.monotonic()
            time.sleep(_PAUSE_SECONDS)
        if failures:
            raise failures[0]
        assert not left, "the storm was over before the last kill"
        return memory[len(memory) // 10 :]

    def _is_owed(self) -> bool:
        return Outbox(self.door.store).next_due() is not None

    def _client(self, waiting: queue.SimpleQueue[tuple[Work, str]], failures: list[BaseException]) -> None:
        try:
            with contextlib.ExitStack() as ending:
                clients: dict[Work, Any] = {}
                kinds: list[tuple[Work, Any, dict[str, str]]] = [
                    (self._send, oci.functions.FunctionsInvokeClient, {"service_endpoint": self.endpoint}),
                    (self._put, oci.object_storage.ObjectStorageClient, {}),
                ]
                for work, kind, more in kinds:
                    clients[work] = self.door.connected(kind, "user:sender", **more)
                    ending.callback(clients[work].base_client.session.close)
                while True:
                    work, what = waiting.get_nowait()
                    _until_answered(work, clients[work], what)
        except queue.Empty:
            pass
        except BaseException as error:  # noqa: BLE001 told to the storm
            failures.append(error)

    def _send(self, client: Any, event: str) -> None:
        body = json.dumps({"eventID": event, "eventType": "com.example.storm", "data": {}})
        answer = client.invoke_function(self.function, invoke_function_body=body)
        if not json.loads(answer.data.content)["made"]:
            with self._lock:
                self.repeated += 1

    def _put(self, client: Any, name: str) -> None:
        """Once only: an answer that got lost must not become a second event."""
        try:
            client.put_object(NAMESPACE, INBOX, name, b"x", if_none_match="*")
        except oci.exceptions.ServiceError as error:
            if error.status != 412:
                raise

    def _kill(self, victim: str, server: int) -> bool:
        """Whether there was somebody to kill."""
        pids = [server] if victim == "server" else _children(server)
        for pid in pids:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        self.killed[victim] += len(pids)
        return bool(pids)

    def _results(self) -> tuple[Counter[str], Counter[str]]:
        """How many objects there are of each event, and how many of each object that was put."""
        client = self.door.connected(oci.object_storage.ObjectStorageClient, "user:sender")
        made: Counter[str] = Counter()
        of_puts: Counter[str] = Counter()
        for one in oci.pagination.list_call_get_all_results_generator(
            client.list_objects, "response", NAMESPACE, RESULTS, fields="size"
        ):
            for object in one.data.objects:
                made[object.name] += 1
                if object.size:
                    of_puts[client.get_object(NAMESPACE, RESULTS, object.name).data.text] += 1
        client.base_client.session.close()
        return made, of_puts


class Keeper:
    """Keeps a serving process there is, as every `sandbox run` does, and buries those that died."""

    def __init__(self, place: Place) -> None:
        self._place = place
        self._processes: list[subprocess.Popen[bytes]] = []

    def serving(self) -> Serving:
        """The process that serves; started where there is none."""
        until = time.monotonic() + _PATIENCE_SECONDS
        while time.monotonic() < until:
            found = self._place.serving()
            if found is not None:
                return found
            if all(process.poll() is not None for process in self._processes):
                self._start()
            time.sleep(0.02)
        raise AssertionError("no serving process gets ready")

    def _start(self) -> None:
        with self._place.log.open("ab") as log:
            command = [sys.executable, "-m", "sandbox.rest.server", str(self._place.sandbox_dir)]
            self._processes.append(subprocess.Popen(command, cwd=ROOT, stdout=log, stderr=log))

    def close(self) -> None:
        """End the one there is."""
        (self._place.folder / "serve.json").unlink(missing_ok=True)
        for process in self._processes:
            process.wait(_PATIENCE_SECONDS)


@contextlib.contextmanager
def storm_in(folder: Path) -> Iterator[Storm]:
    """A sandbox with the storm's function, bucket and rule, served by a process of its own, inside."""
    place = Place(folder)
    place.make()
    keeper = Keeper(place)
    with place.needed(), Store(folder / "store.db") as store:
        try:
            door = Door(place, store, keeper.serving())
            with door.way_there():
                yield _furnished(door, keeper)
        finally:
            keeper.close()


def _furnished(door: Door, keeper: Keeper) -> Storm:
    here = door.compartment()
    image, digest = keep_image(door, SOURCE)
    application = door.add(
        APPLICATION,
        compartmentId=here,
        displayName="storm",
        subnetIds=["ocid1.subnet.oc1.iad.aaaaaaaasubnet"],
    )
    function = door.add(
        FUNCTION,
        applicationId=application,
        displayName="storm",
        memoryInMbs="256",
        timeoutInSeconds=120,
        config={"NAMESPACE": NAMESPACE, "BUCKET": RESULTS},
        sourceDetails={"sourceType": "CONTAINER_IMAGE", "image": image, "imageDigest": digest},
    )
    door.add(BUCKET, compartmentId=here, name=INBOX, namespace=NAMESPACE, objectEventsEnabled=True)
    door.add(BUCKET, compartmentId=here, name=RESULTS, namespace=NAMESPACE)
    action = {"actionType": "FAAS", "isEnabled": True, "functionId": function}
    condition = {
        "eventType": "com.oraclecloud.objectstorage.createobject",
        "data": {"additionalDetails": {"bucketName": INBOX}},
    }
    rule = door.add(
        _RULE,
        compartmentId=here,
        displayName="storm",
        isEnabled=True,
        condition=json.dumps(condition),
        actions={"actions": [action]},
    )
    sender = door.add(USER, compartmentId=door.tenancy, name="sender", description="d")
    senders = door.add(GROUP, compartmentId=door.tenancy, name="senders", description="d")
    door.add(MEMBERSHIP, compartmentId=door.tenancy, userId=sender, groupId=senders)
    its = f"request.principal.type = 'fnfunc', request.principal.id = '{function}'"
    door.allow(
        f"Allow group senders to use fn-invocation in compartment id {here}",
        f"Allow group senders to manage objects in compartment id {here}",
        f"Allow any-user to use fn-invocation in compartment id {here} where all {{"
        f"request.principal.type = 'eventrule', request.principal.id = '{rule}'}}",
        f"Allow any-user to manage objects in compartment id {here} where all {{{its},"
        f" target.bucket.name = '{RESULTS}'}}",
    )
    return Storm(door, keeper, function, f"https://x.{REGION}.functions.oci.oraclecloud.com")


def keep_image(door: Door, source: Path) -> tuple[str, str]:
    """Keep a folder with a Dockerfile as the stand-in builder does; the image's name and digest."""
    content = b"".join(path.read_bytes() for path in sorted(source.iterdir()) if path.is_file())
    digest = f"sha256:{hashlib.sha256(content).hexdigest()}"
    folder = door.place.sandbox_dir / "images" / "sha256" / digest.removeprefix("sha256:")
    shutil.copytree(source, folder / "content", ignore=shutil.ignore_patterns("__pycache__", "Dockerfile"))
    shutil.copy(source / "Dockerfile", folder)
    image = "iad.ocir.io/tenancyns/storm:1.0"
    door.store.add_image(
        digest, image, ref=f"{image}@{digest}", platforms=["linux/amd64"], context=str(folder), pushed=True
    )
    return image, digest


def _until_answered(work: Work, client: Any, what: str) -> None:
    """As a client does that must not lose an event: again, until there is an answer."""
    until = time.monotonic() + _PATIENCE_SECONDS
    while True:
        try:
            work(client, what)
        except oci.exceptions.ServiceError as error:
            if error.status < 500 or time.monotonic() > until:
                raise
        except _CUT:
            if time.monotonic() > until:
                raise
        else:
            return
        time.sleep(_PAUSE_SECONDS)


def _resident_mb(pid: int) -> float:
    """Resident memory of a process; nothing of one that is gone."""
    with contextlib.suppress(OSError):
        for line in Path(f"/proc/{pid}/status").read_text().splitlines():
            if line.startswith("VmRSS:"):
                return int(line.split()[1]) / 1024
    return 0.0


def _children(pid: int) -> list[int]:
    shown = subprocess.run(["ps", "-eo", "pid=,ppid="], capture_output=True, text=True, check=True).stdout
    rows = [line.split() for line in shown.splitlines()]
    return [int(child) for child, parent in rows if int(parent) == pid]
