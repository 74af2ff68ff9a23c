"""The providers as the engine meets them: started as processes, asked, ended."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import grpc
import pytest
from google.protobuf.empty_pb2 import Empty

from sandbox.cloud.store import Store
from sandbox.providers.install import PLUGINS, install
from sandbox.providers.stubs import provider_pb2, provider_pb2_grpc
from sandbox.providers.wire import encode
from tests.sandbox.conftest import GROUP

ROOT = Path(__file__).parents[3]

pytestmark = pytest.mark.slow  # starts processes


@pytest.fixture
def home(tmp_path: Path) -> Path:
    place = tmp_path / "home"
    install(place, Path(sys.executable), ROOT)
    return place


@contextmanager
def running(home: Path, name: str, folder: Path) -> Iterator[tuple[subprocess.Popen[str], str, float]]:
    """A provider's process, its port and the seconds until it told it."""
    version, _ = PLUGINS[name]
    begun = time.monotonic()
    process = subprocess.Popen(
        [sys.executable, "-u", str(home / "plugins" / f"resource-{name}-v{version}"), "127.0.0.1:1"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        cwd=folder,
        env={**os.environ, "OCI_SANDBOX_DIR": str(folder)},
        # Whoever runs the tests in the background ignores Ctrl-C, and so would the provider.
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
    )
    assert process.stdout is not None
    assert process.stderr is not None
    try:
        port = process.stdout.readline().strip()
        yield process, port, time.monotonic() - begun
    finally:
        process.kill()
        process.wait()
        process.stdout.close()
        process.stderr.close()


@pytest.mark.parametrize("name", sorted(PLUGINS))
def test_a_provider_starts_quickly_and_answers(home: Path, tmp_path: Path, name: str) -> None:
    """Its port is the first line; the SDK is never imported. The time is that of the fastest of three."""
    took = []
    for _ in range(3):
        with running(home, name, tmp_path) as (_, port, seconds):
            took.append(seconds)
            with grpc.insecure_channel(f"127.0.0.1:{port}") as channel:
                stub = provider_pb2_grpc.ResourceProviderStub(channel)
                answered = stub.GetPluginInfo(Empty(), timeout=10).version

            assert answered == PLUGINS[name][0]

    assert min(took) < 2.0  # 0.3 s on an idle machine; the rest is for a busy one


def test_starting_a_provider_does_not_import_the_sdk() -> None:
    """That is what makes the start quick. Of `oci_iam` only the table of OCID types is loaded."""
    asked = "import sys, sandbox.providers.oci, sandbox.providers.docker_build; print(*sys.modules)"
    told = subprocess.run(
        [sys.executable, "-c", asked], capture_output=True, text=True, check=True, cwd=ROOT
    ).stdout.split()

    assert not {"pulumi", "pulumi_oci", "pulumi_docker_build", "yaml", "pydantic"} & set(told)
    assert {name for name in told if name.partition(".")[0] == "oci_iam"} == {
        "oci_iam",
        "oci_iam.resource_tokens",
    }


def test_it_creates_in_the_sandboxs_store(home: Path, tmp_path: Path) -> None:
    """Which another process sees at once."""
    with (
        running(home, "oci", tmp_path) as (_, port, _),
        grpc.insecure_channel(f"127.0.0.1:{port}") as channel,
    ):
        stub = provider_pb2_grpc.ResourceProviderStub(channel)
        stub.Configure(provider_pb2.ConfigureRequest(), timeout=10)
        urn = f"urn:pulumi:dev::p::{GROUP}::g"
        made = stub.Create(
            provider_pb2.CreateRequest(
                urn=urn, type=GROUP, properties=encode({"name": "g", "description": "d"})
            ),
            timeout=10,
        )

    with Store(tmp_path / "store.db") as store:
        assert [record.id for record in store.created(urn)] == [made.id]


def test_a_store_that_can_not_be_used_is_told_at_configure(home: Path, tmp_path: Path) -> None:
    """Once, on one line, with the file's name."""
    (tmp_path / "store.db").write_bytes(b"nonsense" * 100)
    with (
        running(home, "oci", tmp_path) as (_, port, _),
        grpc.insecure_channel(f"127.0.0.1:{port}") as channel,
    ):
        stub = provider_pb2_grpc.ResourceProviderStub(channel)
        with pytest.raises(grpc.RpcError) as failed:
            stub.Configure(provider_pb2.ConfigureRequest(), timeout=10)

    assert failed.value.details() == (
        f"{tmp_path / 'store.db'}: the store is damaged (file is not a database); replace it with a "
        "good copy or remove it; the next deploy says how to continue"
    )


def test_ctrl_c_does_not_end_it_and_sigterm_does(home: Path, tmp_path: Path) -> None:
    """Ctrl-C reaches every process of the terminal; what ends a provider is the engine."""
    with running(home, "oci", tmp_path) as (process, _, _):
        process.send_signal(signal.SIGINT)
        with pytest.raises(subprocess.TimeoutExpired):
            process.wait(1.0)
        process.terminate()

        assert process.wait(5) == 0


def test_it_ends_when_whoever_started_it_is_gone(home: Path, tmp_path: Path) -> None:
    """After a `kill -9` of the parent nothing is left running."""
    plugin = home / "plugins" / "resource-oci-v5.5.0"
    starter = (
        "import subprocess, sys, time\n"
        "p = subprocess.Popen([sys.executable, '-u', sys.argv[1]], stdout=subprocess.PIPE)\n"
        "p.stdout.readline(); print(p.pid, flush=True); time.sleep(60)\n"
    )
    parent = subprocess.Popen(
        [sys.executable, "-c", starter, str(plugin)], stdout=subprocess.PIPE, text=True, cwd=tmp_path
    )
    assert parent.stdout is not None
    provider = int(parent.stdout.readline())
    parent.kill()
    parent.wait()
    parent.stdout.close()
    begun = time.monotonic()
    while is_alive(provider) and time.monotonic() - begun < 5:
        time.sleep(0.02)

    assert time.monotonic() - begun < 2


def is_alive(pid: int) -> bool:
    """Whether a process runs; one that ended and waits to be collected doesn't."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False
