"""What a function cannot do: outlive its call, hold it up, take more memory, touch what is not its."""

from __future__ import annotations

import json
import os
import secrets
import shutil
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from sandbox.runner import launch
from sandbox.runner.confinement import SWITCH
from sandbox.runner.process import Additions, FunctionProcess
from tests.sandbox.namespaces import CONFINES, needs_namespaces

Start = Callable[..., FunctionProcess]
LAUNCHER = Path(launch.__file__)


@pytest.fixture(params=["confined", "open"])
def either(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """With namespaces and without: what ends a function must not depend on them."""
    if request.param == "open":
        monkeypatch.setenv(SWITCH, "0")
    elif not CONFINES:
        pytest.skip("this system gives a process no namespaces of its own")


def running(mark: str) -> list[int]:
    """The processes of the machine with a word in their command line."""
    found = []
    for place in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            if mark.encode() in place.read_bytes():
                found.append(int(place.parent.name))
        except OSError:
            continue
    return found


def gone(mark: str, seconds: float = 2.0) -> bool:
    """Whether none is left within some seconds."""
    until = time.monotonic() + seconds
    while running(mark) and time.monotonic() < until:
        time.sleep(0.02)
    return not running(mark)


@pytest.fixture
def mark() -> str:
    """Seconds to sleep that no other process of the machine has, so that a process is found by them."""
    return str(10**6 + secrets.randbelow(10**6))


LEAVES = """
    import subprocess
    def handler(ctx, data=None):
        subprocess.Popen(["sleep", "{seconds}"], start_new_session=True, close_fds=False)
        {then}
"""


@pytest.mark.usefixtures("either")
@pytest.mark.skipif(
    sys.platform != "linux", reason="only Linux gives orphans to a process that asks for them"
)
def test_nothing_outlives_the_process_by_a_session_of_its_own(run: Start, mark: str) -> None:
    """A daemon forks, gets a new session and loses its parent; it ends with the function all the same."""
    source = f"""
        import os, time
        def handler(ctx, data=None):
            if os.fork() == 0:
                os.setsid()
                if os.fork() == 0:
                    os.execvp("sleep", ["sleep", "{mark}"])
                os._exit(0)
            os.wait()
            time.sleep(0.2)
            return "ok"
    """
    with run(source) as process:
        assert process.call(b"").status == 200
        assert running(mark)

    assert gone(mark)


@pytest.mark.usefixtures("either")
def test_a_child_that_holds_the_connection_does_not_defeat_the_timeout(run: Start, mark: str) -> None:
    """The connection is inherited by a process of another session, which keeps it open."""
    source = LEAVES.format(seconds=mark, then="import time; time.sleep(60)")
    with run(source, timeout_seconds=1) as process:
        began = time.monotonic()
        reply = process.call(b"")

        assert (reply.status, reply.code, reply.message) == (504, "FunctionInvokeTimeout", "Timed out")
        assert time.monotonic() - began < 4
        assert not process.alive
    if sys.platform == "linux":
        assert gone(mark)


@pytest.mark.usefixtures("either")
@pytest.mark.skipif(sys.platform != "linux", reason="memory is watched through /proc")
@pytest.mark.parametrize("where", ["itself", "in a child"])
def test_more_memory_than_it_has_ends_it(run: Start, where: str) -> None:
    """900 MB at 256 MB: 502 in OCI's form, whichever process of the function takes them.

    Confined, a control group holds it to its memory where there is one; in the open, its size is watched.
    """
    source = f"""
        import os, time
        def handler(ctx, data=None):
            if {where == "in a child"} and os.fork():
                time.sleep(60)
            held = b"x" * 900_000_000
            time.sleep(60)
            return "ok"
    """
    with run(source, memory_mb=256) as process:
        number = process.pid
        reply = process.call(b"")

    assert list(Path("/sys/fs/cgroup").glob(f"**/oci-sandbox-{number}")) == []
    assert reply.status == 502
    assert "256 MB of memory" in reply.problem
    assert reply.for_caller()[0] == 502
    assert json.loads(reply.for_caller()[2]) == {
        "code": "FunctionInvokeExecutionError",
        "message": "error receiving function response",
    }


@pytest.mark.usefixtures("either")
def test_memory_below_the_limit_is_let_alone(run: Start) -> None:
    """Pages that forked processes share count once."""
    source = """
        import os, time
        def handler(ctx, data=None):
            held = b"x" * 120_000_000
            children = [os.fork() for _ in range(2)]
            if 0 in children:
                time.sleep(0.5)
                os._exit(0)
            time.sleep(0.3)
            return "ok"
    """
    with run(source, memory_mb=256) as process:
        assert process.call(b"").status == 200


def seen_by(process: FunctionProcess) -> Any:
    """What a function that answers with JSON says."""
    reply = process.call(b"")
    assert reply.status == 200, (reply, process.logs)
    return json.loads(reply.body)


TRY = """
    import json, os, socket
    def tried(what):
        try:
            return repr(what())
        except OSError as error:
            return f"{{type(error).__name__}} {{error.errno}}"
    def handler(ctx, data=None):
        return json.dumps([{what}])
"""


@needs_namespaces
def test_it_is_another_user_without_rights(run: Start) -> None:
    """Number 1000, no capabilities, and no way to more by a program of root's."""
    what = "os.getuid(), os.getgid(), os.getgroups(), os.getpid(), open('/proc/self/status').read()"
    with run(TRY.format(what=what)) as process:
        user, group, groups, number, status = seen_by(process)

    assert (user, group, number) == (1000, 1000, 1)
    assert 0 not in groups
    assert "CapEff:\t0000000000000000" in status
    assert "NoNewPrivs:\t1" in status


@needs_namespaces
def test_it_reads_nothing_of_the_sandbox_and_the_machine(
    run: Start, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Neither the passphrase and the store, nor the user's home, nor what the command was started with."""
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "s3cr3t")
    (tmp_path / "passphrase").write_text("open sesame")
    places = [str(tmp_path / "passphrase"), os.path.expanduser("~/.bashrc"), "/etc/shadow", "/etc/hostname"]
    what = f"*[tried(lambda: open(p).read()) for p in {places}], sorted(os.listdir('/proc'))"
    with run(TRY.format(what=what)) as process:
        *read, entries = seen_by(process)

    assert read == ["FileNotFoundError 2"] * len(places)
    assert [entry for entry in entries if entry.isdigit()] == ["1"]


@needs_namespaces
def test_it_writes_into_its_tmp_only(run: Start) -> None:
    """The image, the interpreter and the packages are read-only; /tmp has the size that OCI gives it."""
    places = ["/function/func.py", "/python/fdk/__init__.py", "/usr/x", "/x", "/etc/x", "/sandbox/start.py"]
    what = f"*[tried(lambda: open(p, 'a')) for p in {places}], *os.statvfs('/tmp')[1:3]"
    source = TRY.format(what=what + ", tried(lambda: open('/tmp/x', 'wb').write(b'x' * 70_000_000))")
    with run(source, memory_mb=256) as process:
        *written, size, blocks, full = seen_by(process)

    assert written[0] == "OSError 30"  # its own file, on a file system that is read-only
    assert set(written) <= {"OSError 30", "PermissionError 13"}
    assert blocks * size == 64 * 1024 * 1024
    assert full == "OSError 28"


@needs_namespaces
def test_it_reaches_no_network_but_the_ports_it_is_given(run: Start) -> None:
    """A server of the machine's loopback is there at the address it has; nothing else answers."""
    with socket.create_server(("127.0.0.1", 0)) as server, socket.create_server(("127.0.0.1", 0)) as other:
        threading.Thread(target=_greet, args=(server,), daemon=True).start()
        port, closed = server.getsockname()[1], other.getsockname()[1]
        connect = "tried(lambda: socket.create_connection(('{}', {}), 2).recv(99))"
        what = ", ".join(
            connect.format(*place)
            for place in (("127.0.0.1", port), ("127.0.0.1", closed), ("192.0.2.1", 80))
        )
        with run(TRY.format(what=what), additions=Additions(ports=(port,))) as process:
            seen = seen_by(process)

    assert seen == ["b'hello'", "ConnectionRefusedError 111", "OSError 101"]


def _greet(server: socket.socket) -> None:
    connection, _ = server.accept()
    with connection:
        connection.sendall(b"hello")


@pytest.mark.usefixtures("either")
def test_what_is_handed_in_is_there(run: Start, tmp_path: Path) -> None:
    """Variables that configuration cannot override, and files under the path they have outside."""
    token = tmp_path / "identity" / "rpst"
    token.parent.mkdir()
    token.write_text("token")
    source = """
        import os
        def handler(ctx, data=None):
            return open(os.environ["OCI_RESOURCE_PRINCIPAL_RPST"]).read() + os.environ["A"]
    """
    given = Additions(
        environment={"OCI_RESOURCE_PRINCIPAL_RPST": str(token), "A": "1"}, read_only=(token.parent,)
    )
    with run(
        source, config={"A": "forged", "OCI_RESOURCE_PRINCIPAL_RPST": "/no"}, additions=given
    ) as process:
        first = process.call(b"").body
        token.with_name("new").write_text("rotated")
        token.with_name("new").replace(token)

        assert (first, process.call(b"").body) == (b"token1", b"rotated1")


@pytest.mark.usefixtures("either")
def test_it_cannot_lead_the_sandbox_to_another_socket(run: Start) -> None:
    """Its own socket replaced by a link to one of the machine's, which it could not reach itself."""
    source = """
        import os
        def handler(ctx, data=None):
            folder = os.path.dirname(os.environ["FN_LISTENER"].partition(":")[2])
            os.remove(f"{folder}/phonylsnr.sock")
            os.symlink(data.getvalue().decode(), f"{folder}/phonylsnr.sock")
            return "ok"
    """
    with (
        tempfile.TemporaryDirectory() as folder,
        socket.socket(socket.AF_UNIX) as other,
        run(source) as process,
    ):
        other.bind(f"{folder}/other")
        other.listen()
        other.settimeout(0.2)
        assert process.call(f"{folder}/other".encode()).status == 200
        threading.Thread(target=process.call, args=(b"",), daemon=True).start()
        with pytest.raises(TimeoutError):
            other.accept()


def test_what_is_not_confined_is_said(
    run: Start, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """One line when it starts."""
    monkeypatch.setenv(SWITCH, "0")
    from sandbox.runner import process as module

    module._say_once.cache_clear()
    with run("def handler(ctx, data=None):\n    return ''\n"):
        pass

    assert capsys.readouterr().err.count("not confined in: files, user, processes, network") == 1


def test_another_system_starts_it_and_ends_its_group(tmp_path: Path, mark: str) -> None:
    """Nothing of Linux is touched there; what could not be confined is told."""
    (tmp_path / "elsewhere.py").write_text(
        "import runpy, sys\nsys.platform = 'darwin'\n"
        f"runpy.run_path({str(LAUNCHER)!r}, run_name='__main__')\n"
    )
    plan = {
        "confine": True,
        "memory_kb": 1,
        "open": {
            "command": ["/bin/sh", "-c", f"sleep {mark} & echo begun; sleep {mark}"],
            "environment": {"PATH": os.environ["PATH"]},
            "workdir": str(tmp_path),
        },
    }
    (tmp_path / "plan.json").write_text(json.dumps(plan))
    mine, theirs = socket.socketpair()
    with mine, theirs:
        command = [
            sys.executable,
            str(tmp_path / "elsewhere.py"),
            str(theirs.fileno()),
            str(tmp_path / "plan.json"),
        ]
        with subprocess.Popen(
            command, pass_fds=(theirs.fileno(),), stdout=subprocess.PIPE, text=True
        ) as process:
            theirs.close()
            assert process.stdout is not None
            assert process.stdout.readline() == "begun\n"
            told = json.loads(mine.recv(4096))
            mine.close()
            process.wait(10)

    assert told["lacking"] == ["files, user, processes, network (this system has no namespaces)"]
    if sys.platform == "linux":
        assert gone(mark)


@pytest.mark.skipif(os.getuid() != 0, reason="only root can become a plain user")
@needs_namespaces
def test_a_plain_user_confines_as_well() -> None:
    """Without root: by a namespace of users, in which the function has OCI's number too."""
    python = "/usr/bin/python3"
    if not os.path.exists(python) or not shutil.which("setpriv"):
        pytest.skip(f"{python} and setpriv are needed, which every user can run")
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for inner in ("root", "image/function", "iofs"):
            (folder / inner).mkdir(parents=True)
        launcher = Path(shutil.copy(LAUNCHER, folder))
        shows = "import os, json; print(json.dumps([os.getuid(), os.getpid(), os.listdir('/')]))"
        plan = {
            "confine": True,
            "root": f"{folder}/root",
            "image": f"{folder}/image",
            "socket_folder": f"{folder}/iofs",
            "tmp": [32, 1024],
            "user": 1000,
            "memory_kb": 1 << 20,
            "ports": [],
            "workdir": "/function",
            "read_only": [],
            "mounts": [],
            "confined": {"command": [python, "-c", shows], "environment": {}, "workdir": "/function"},
        }
        (folder / "plan.json").write_text(json.dumps(plan))
        for path in (folder, *folder.rglob("*")):
            os.chown(path, 65534, 65534)
        plain = ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"]
        mine, theirs = socket.socketpair()
        with mine, theirs:
            done = subprocess.run(
                [*plain, python, "-I", "-S", launcher, str(theirs.fileno()), folder / "plan.json"],
                pass_fds=(theirs.fileno(),),
                capture_output=True,
                text=True,
            )
            told = json.loads(mine.recv(4096))
    if told["lacking"]:
        pytest.skip(f"this system gives plain users no namespaces: {told['lacking']}")

    user, number, entries = json.loads(done.stdout)
    assert (user, number) == (1000, 1)
    assert "home" not in entries
    assert "function" in entries
