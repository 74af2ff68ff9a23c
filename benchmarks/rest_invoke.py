"""A warm function invoked by the real SDK, against the bare call of its development kit's socket.

Run: `.venv/bin/python -m benchmarks.rest_invoke [--calls N]`. Both sides call the same image, in a process of
its own each, in turn. The SDK's call is signed, goes through the proxy over TLS, is verified, decided and
logged; the bare one is one POST to a unix socket. Then a storm without kills gives the events a second that
are put, matched by a rule, authorised, run, and put again by the function as itself. The aim is a call by the
SDK that takes at most 3 times as long; it is missed, and so printed and not held. Exit status 1 if an event
is lost.
"""

from __future__ import annotations

import argparse
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import oci

from sandbox.runner.process import PAYLOAD_LIMIT, FunctionProcess, FunctionSpec
from sandbox.runner.socket_client import Exchange
from sandbox.services.functions import FUNCTION
from tests.end_to_end.storm import SOURCE, Storm, keep_image, storm_in

AIM = 3.0
CALLS, EVENTS, _WARMING = 400, 400, 20
BODY = b'{"score": 0.97}'
ECHO = """
from fdk import response

def handler(ctx, data=None):
    return response.Response(ctx, data.getvalue(), {"content-type": "application/json"})
"""


def image_in(folder: Path) -> Path:
    """A function that answers what it is sent."""
    folder.mkdir()
    (folder / "func.py").write_text(ECHO)
    for name in ("Dockerfile", "requirements.txt"):
        (folder / name).write_text((SOURCE / name).read_text())
    return folder


def by_sdk(storm: Storm, image: str, digest: str) -> Callable[[], Any]:
    """A call through the REST door."""
    door = storm.door
    (stored,) = door.store.list(FUNCTION)
    function = door.add(
        FUNCTION,
        applicationId=stored.outputs["applicationId"],
        displayName="echo",
        memoryInMbs="256",
        sourceDetails={"sourceType": "CONTAINER_IMAGE", "image": image, "imageDigest": digest},
    )
    client = door.connected(
        oci.functions.FunctionsInvokeClient, "user:sender", service_endpoint=storm.endpoint
    )
    return lambda: client.invoke_function(function, invoke_function_body=BODY).data.content


def over_socket(run: Path) -> Callable[[], Any]:
    """A call of the kit's socket."""
    (socket,) = run.rglob("lsnr.sock")
    headers = {"Content-Type": "application/json", "Fn-Call-Id": "1", "Fn-Deadline": "2099-01-01T00:00:00Z"}
    return lambda: Exchange(socket).post(BODY, headers, PAYLOAD_LIMIT).body


def milliseconds(call: Callable[[], Any]) -> float:
    """How long one call takes; it must answer what it was sent."""
    begun = time.perf_counter()
    answer = call()
    took = time.perf_counter() - begun
    if answer != BODY:
        raise RuntimeError(f"the function answered {answer!r}")
    return took * 1000


def side_by_side(storm: Storm, place: Path, calls: int) -> dict[str, list[float]]:
    """Milliseconds of each call, both ways in turn."""
    image, digest = keep_image(storm.door, image_in(place / "echo"))
    folder = storm.door.place.sandbox_dir / "images" / "sha256" / digest.removeprefix("sha256:")
    spec = FunctionSpec(
        function_id="ocid1.fnfunc.oc1.iad.bare",
        function_name="echo",
        app_id="ocid1.fnapp.oc1.iad.bare",
        app_name="bare",
        content=folder / "content",
        memory_mb=256,
    )
    with FunctionProcess(spec, place / "run"):
        ways = {"bare": over_socket(place / "run"), "sdk": by_sdk(storm, image, digest)}
        taken: dict[str, list[float]] = {name: [] for name in ways}
        for number in range(calls + _WARMING):
            for name, call in ways.items():
                took = milliseconds(call)
                if number >= _WARMING:
                    taken[name].append(took)
    return taken


def main() -> int:
    """Print both medians, their ratio, and the events a second."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--calls", type=int, default=CALLS, help="of each kind (default %(default)s)")
    calls = parser.parse_args().calls
    with (
        tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as place,
        storm_in(Path(place) / "sandbox") as storm,
    ):
        taken = side_by_side(storm, Path(place), calls)
        report = storm.run(EVENTS, kills=())
    medians = {name: statistics.median(each) for name, each in taken.items()}
    ratio = medians["sdk"] / medians["bare"]
    print(
        f"warm invoke by the SDK {medians['sdk']:.2f} ms, over the socket {medians['bare']:.2f} ms,"
        f" ratio {ratio:.1f} (aim: at most {AIM})"
    )
    print(f"events: {report}")
    return 1 if report.problems() else 0


if __name__ == "__main__":
    sys.exit(main())
