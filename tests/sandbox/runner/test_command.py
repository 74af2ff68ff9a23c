"""A command in a network of its own: what it reaches, and what of it stays the caller's."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from sandbox.runner import launch
from sandbox.runner.command import NoNetwork, OwnNetwork
from tests.sandbox.namespaces import needs_namespaces

REACH = """
import socket, sys
for port in map(int, sys.argv[1:]):
    try:
        with socket.create_connection(("127.0.0.1", port), 5) as s:
            print(s.recv(5).decode())
    except OSError as error:
        print(type(error).__name__)
"""


@pytest.fixture
def ports() -> Iterator[tuple[int, int]]:
    """Two ports of the machine's loopback; whoever connects is greeted."""

    def greet(listening: socket.socket) -> None:
        while True:
            try:
                client, _ = listening.accept()
            except OSError:
                return
            with client:
                client.sendall(b"hello")

    with socket.create_server(("127.0.0.1", 0)) as one, socket.create_server(("127.0.0.1", 0)) as two:
        for listening in (one, two):
            threading.Thread(target=greet, args=(listening,), daemon=True).start()
        yield one.getsockname()[1], two.getsockname()[1]
        for listening in (one, two):
            listening.shutdown(socket.SHUT_RDWR)


@needs_namespaces
def test_a_command_reaches_the_ports_that_are_passed_on(
    ports: tuple[int, int], capfd: pytest.CaptureFixture[str]
) -> None:
    """And no other, however it asks."""
    with OwnNetwork(ports[:1]) as network:
        process = network.start([sys.executable, "-c", REACH, *map(str, ports)], os.environ)

        assert process.wait(20) == 0
    assert capfd.readouterr().out == "hello\nConnectionRefusedError\n"


@needs_namespaces
def test_a_command_stays_the_callers(tmp_path: Path) -> None:
    """Its user and group, the owner of what it writes, its process group; no socket of ours is left to it."""
    seen = (
        "import os, sys\n"
        "open(sys.argv[1], 'w').write(f'{os.getuid()} {os.getgid()} {os.getpgrp()} "
        '{sorted(os.listdir("/proc/self/fd"))[:-1]}\')\n'
    )
    file = tmp_path / "made"
    with OwnNetwork([1]) as network:
        process = network.start([sys.executable, "-c", seen, str(file)], os.environ)
        process.wait(20)
    expected = f"{os.getuid()} {os.getgid()} {os.getpgrp()} ['0', '1', '2', '3']"

    assert file.read_text() == expected
    assert (file.stat().st_uid, file.stat().st_gid) == (os.getuid(), os.getgid())


@needs_namespaces
def test_a_command_that_is_not_there(ports: tuple[int, int]) -> None:
    """Is refused as it would be without a network."""
    with OwnNetwork(ports) as network, pytest.raises(FileNotFoundError):
        network.start(["no-such-command"], os.environ)


def test_where_there_is_no_network_nothing_is_started(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """The caller is told why, and decides."""

    def refuse(_: object) -> list[socket.socket]:
        raise OSError(1, "Operation not permitted")

    monkeypatch.setattr(launch, "enter_network", refuse)
    monkeypatch.setattr(launch, "enter_user", lambda *_: None)
    monkeypatch.setattr(sys, "platform", "linux")
    with OwnNetwork([1]) as network, pytest.raises(NoNetwork, match=r"^Operation not permitted$"):
        network.start(["touch", str(tmp_path / "made")], os.environ)

    assert not (tmp_path / "made").exists()


@needs_namespaces
@pytest.mark.skipif(os.geteuid() != 0, reason="only root can become another user")
def test_who_is_not_root_needs_no_other_user() -> None:
    """A namespace of users in which everybody is known by their own numbers."""
    with tempfile.TemporaryDirectory() as folder:  # pytest's own are closed to others
        os.chmod(folder, 0o777)  # noqa: S103
        file = Path(folder) / "made"
        try:
            ran = subprocess.run(
                ["python3", "-I", "-c", MAPPED, str(file)],
                user=1234,
                group=1235,
                extra_groups=[],
                env={"PATH": os.defpath},
                input=Path(launch.__file__).read_text(),
                capture_output=True,
                text=True,
                check=False,
            )
        except OSError as error:
            pytest.skip(f"another user cannot run Python here: {error}")

        assert ran.stdout == "1234 1235\n", ran.stderr
        assert (file.stat().st_uid, file.stat().st_gid) == (1234, 1235)


MAPPED = """
import os, sys
launch = {"__name__": "launch"}
exec(compile(sys.stdin.read(), "launch.py", "exec"), launch)
launch["enter_user"](os.geteuid(), os.getegid())
launch["enter_network"]([])
print(os.getuid(), os.getgid())
open(sys.argv[1], "w").close()
"""
