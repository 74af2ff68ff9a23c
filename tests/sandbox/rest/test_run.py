"""`sandbox run` and `sandbox serve` as processes: started on demand, found, killed, and what a command
sees."""

from __future__ import annotations

import configparser
import fcntl
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import termios
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from sandbox.rest.place import Place
from sandbox.rest.request_log import NO_REQUEST
from tests.sandbox.namespaces import needs_namespaces

ROOT = Path(__file__).resolve().parents[3]
SHOW = "import json, os; print(json.dumps(dict(os.environ)))"
ASK = """
import oci, sys
config = oci.config.from_file()
client = oci.object_storage.ObjectStorageClient(config)
print(client.get_namespace().data)
"""


@pytest.fixture
def folder(tmp_path: Path) -> Iterator[Path]:
    """An empty sandbox folder; what serves it ends with the test."""
    place = Place(tmp_path / "sandbox")
    yield place.sandbox_dir
    serving = place.serving()
    (place.folder / "serve.json").unlink(missing_ok=True)  # which ends it
    if serving is not None:
        _until(lambda: not _alive(serving.pid))


@pytest.fixture
def run(folder: Path) -> Callable[..., subprocess.CompletedProcess[str]]:
    """Runs `sandbox run --as …`, with variables of its own in the environment."""

    def call(*arguments: str, who: str = "user:alice", **variables: str) -> subprocess.CompletedProcess[str]:
        words = ["--", *arguments] if "--" not in arguments else arguments
        return subprocess.run(
            [sys.executable, "-m", "sandbox", "run", "--as", who, *words],
            cwd=ROOT,
            env={**os.environ, "OCI_SANDBOX_DIR": str(folder), **variables},
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )

    return call


def _alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


def _until(holds: Callable[[], Any], seconds: float = 15) -> Any:
    """What a condition gives once it holds."""
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        found = holds()
        if found:
            return found
        time.sleep(0.02)
    raise AssertionError("it never came to that")


def test_a_command_sees_an_identity_and_nothing_of_the_callers(run: Any, folder: Path) -> None:
    """No variable that leads to an account, no proxy exception, a HOME of its own."""
    leading = {
        "OCI_CLI_PROFILE": "prod",
        "OCI_RESOURCE_PRINCIPAL_RPST": "x",
        "OCI_ANYTHING": "x",
        "TF_VAR_private_key": "x",
        "NO_PROXY": "*",
        "no_proxy": "*",
        "ALL_PROXY": "http://corporate:1",
        "SSL_CERT_DIR": "/etc/ssl",
        "XDG_CONFIG_HOME": "/home/x",
    }
    ran = run(sys.executable, "-c", SHOW, **leading, KEPT="yes")
    seen = json.loads(ran.stdout)
    config = Path(seen["OCI_CONFIG_FILE"])

    assert ran.returncode == 0, ran.stderr
    assert not seen.keys() & leading.keys()
    assert seen["KEPT"] == "yes"
    assert seen["HOME"].startswith(str(folder))
    assert seen["OCI_SANDBOX_DIR"] == str(folder)
    assert config.is_relative_to(folder)
    assert config.stat().st_mode & 0o077 == 0


def test_a_command_talks_to_the_sandbox(run: Any) -> None:
    """The first one starts what answers it, the next one finds it."""
    first = run(sys.executable, "-c", ASK)
    second = run(sys.executable, "-c", ASK, who="administrator")

    assert (first.stdout, first.returncode) == ("sandboxns\n", 0), first.stderr
    assert (second.stdout, second.returncode) == ("sandboxns\n", 0), second.stderr


@pytest.mark.parametrize(
    ("command", "status"),
    [
        (["sh", "-c", "exit 7"], 7),
        (["sh", "-c", "kill -KILL $$"], 137),
        (["no-such-command"], 127),
        ([str(ROOT)], 126),
    ],
)
def test_the_commands_status_is_passed_on(run: Any, command: list[str], status: int) -> None:
    """And that of its signal; one that cannot be started is as a shell says it."""
    ran = run(*command)

    assert ran.returncode == status
    assert (status == 127) == ("no-such-command: not found on the PATH of this shell" in ran.stderr)


def test_nobody_is_said_in_a_line(run: Any, folder: Path) -> None:
    """Status 2, and nothing is started."""
    ran = run("true", who="function:none")

    assert ran.returncode == 2
    assert ran.stderr == "--as function:none: not in this sandbox; there is none\n"
    assert Place(folder).serving() is None


def test_a_signal_is_passed_on(folder: Path) -> None:
    """To the command, which ends as it wants."""
    script = (
        "import signal, sys, time; signal.signal(15, lambda *_: sys.exit(3)); "
        "print('up', flush=True); time.sleep(30)"
    )
    with subprocess.Popen(
        [sys.executable, "-m", "sandbox", "run", "--as", "user:alice", "--", sys.executable, "-c", script],
        cwd=ROOT,
        env={**os.environ, "OCI_SANDBOX_DIR": str(folder)},
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == b"up\n"
        process.send_signal(signal.SIGTERM)

        assert process.wait(20) == 3


def test_one_that_is_killed_is_replaced(folder: Path) -> None:
    """While a command runs, on the same ports: its clients go on."""
    place = Place(folder)
    with subprocess.Popen(
        [sys.executable, "-m", "sandbox", "run", "--as", "user:alice", "--", "sleep", "60"],
        cwd=ROOT,
        env={**os.environ, "OCI_SANDBOX_DIR": str(folder)},
        stderr=subprocess.DEVNULL,
    ) as process:
        first = _until(place.serving)
        os.kill(first.pid, signal.SIGKILL)
        second = _until(lambda: (found := place.serving()) and found.pid != first.pid and found)
        process.terminate()
        process.wait(20)

    assert second.proxy_port == first.proxy_port


def test_two_at_once_share_one(folder: Path) -> None:
    """Whoever comes second finds the one that the first has started, or waits for it."""
    commands = [
        subprocess.Popen(
            [
                sys.executable,
                "-m",
                "sandbox",
                "run",
                "--as",
                f"user:u{number}",
                "--",
                sys.executable,
                "-c",
                SHOW,
            ],
            cwd=ROOT,
            env={**os.environ, "OCI_SANDBOX_DIR": str(folder)},
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        for number in range(3)
    ]
    seen = [command.communicate(timeout=60) for command in commands]

    assert [command.returncode for command in commands] == [0, 0, 0], seen
    assert len({json.loads(out)["HTTPS_PROXY"] for out, _ in seen}) == 1


def test_a_host_is_allowed_by_name(run: Any) -> None:
    """For one command; its name is gone with it."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        listening.settimeout(0.01)
        port = listening.getsockname()[1]
        script = (
            "import os, socket, urllib.parse, base64\n"
            "proxy = urllib.parse.urlsplit(os.environ['HTTPS_PROXY'])\n"
            "user = base64.b64encode(f'{proxy.username or \"\"}:x'.encode()).decode()\n"
            "with socket.create_connection((proxy.hostname, proxy.port)) as s:\n"
            f"    head = f'CONNECT localhost:{port} HTTP/1.1\\r\\nProxy-Authorization: Basic {{user}}'\n"
            "    s.sendall(head.encode() + b'\\r\\n\\r\\n')\n"
            "    print(s.recv(12).decode())\n"
        )
        allowed = run("--allow", "localhost", "--", sys.executable, "-c", script)
        refused = run(sys.executable, "-c", script)

    assert allowed.stdout == "HTTP/1.1 200\n", allowed.stderr
    assert refused.stdout == "HTTP/1.1 403\n", refused.stderr


REACHING = """
import socket, sys
try:
    socket.create_connection(("127.0.0.1", int(sys.argv[1])), 5).close()
    print("reached")
except OSError as error:
    print(type(error).__name__)
"""
OWN_SERVER = """
import http.server, threading, urllib.request
class Handler(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(204)
        self.end_headers()
    def log_message(self, *_): pass
with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
    threading.Thread(target=server.serve_forever).start()
    print(urllib.request.urlopen(f"http://localhost:{server.server_port}/").status)
    server.shutdown()
"""


@needs_namespaces
def test_a_command_reaches_nothing_but_the_sandbox(run: Any) -> None:
    """A client that ignores the proxy finds nobody, unless the command was to have the real network."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        port = str(listening.getsockname()[1])
        own = run(sys.executable, "-c", REACHING, port)
        real = run("--real-network", "--", sys.executable, "-c", REACHING, port)
        off = run(sys.executable, "-c", REACHING, port, OCI_SANDBOX_CONFINE="0")

    assert (own.stdout, own.stderr) == ("ConnectionRefusedError\n", "")
    assert (real.stdout, real.stderr) == ("reached\n", "")
    assert off.stdout == "reached\n"


def test_a_commands_own_servers_listen(run: Any) -> None:
    """Such as those that a test starts for itself, by the name of the loopback as well."""
    ran = run(sys.executable, "-c", OWN_SERVER + ASK)

    assert (ran.stdout, ran.returncode) == ("204\nsandboxns\n", 0), ran.stderr


def test_what_is_not_confined_is_said(folder: Path) -> None:
    """In one line, and the command runs."""
    refusing = (
        "import sys; from sandbox.runner import launch\n"
        "def refuse(*_): raise OSError(1, 'Operation not permitted')\n"
        "launch.enter_user = launch.enter_network = refuse\n"
        "from sandbox.__main__ import main\n"
        "sys.exit(main(['run', '--as', 'user:alice', '--', 'echo', 'ran']))"
    )
    ran = subprocess.run(
        [sys.executable, "-c", refusing],
        cwd=ROOT,
        env={**os.environ, "OCI_SANDBOX_DIR": str(folder)},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )

    assert (ran.returncode, ran.stdout) == (0, "ran\n")
    assert ran.stderr.startswith("note      the command is not confined in: network (")
    assert ran.stderr.endswith("a client that ignores HTTPS_PROXY reaches the real network\n")
    assert len(ran.stderr.splitlines()) == 1


def test_what_a_command_reads_and_sees_of_its_terminal_is_the_callers(folder: Path) -> None:
    """Ctrl-C too: it comes from the terminal, to the command, which ends as it wants."""
    script = (
        "import os, signal, sys, time\n"
        "def ended(*_): print('ended'); sys.exit(4)\n"
        "signal.signal(signal.SIGINT, ended)\n"
        "print(sys.stdin.readline().strip(), os.isatty(0), os.isatty(1), flush=True)\n"
        "time.sleep(30)\n"
    )
    command = [
        sys.executable,
        "-m",
        "sandbox",
        "run",
        "--as",
        "user:alice",
        "--",
        sys.executable,
        "-c",
        script,
    ]
    ours, theirs = os.openpty()
    with subprocess.Popen(
        command,
        cwd=ROOT,
        env={**os.environ, "OCI_SANDBOX_DIR": str(folder)},
        stdin=theirs,
        stdout=theirs,
        stderr=theirs,
        start_new_session=True,
        preexec_fn=lambda: fcntl.ioctl(0, termios.TIOCSCTTY, 0),
    ) as process:
        os.close(theirs)
        os.write(ours, b"typed\n")
        said = b""
        while b"typed True True" not in said:
            said += os.read(ours, 1024)
        os.write(ours, b"\x03")

        assert process.wait(20) == 4
    os.close(ours)


def test_what_is_served_outside_is_not_started_inside(folder: Path) -> None:
    """A command that finds no serving process waits for the one outside: its own would serve nobody else."""
    script = (
        "import os, pathlib\n"
        "from sandbox.rest import place, serving\n"
        "serving._START_SECONDS = 0.1\n"
        "serving._start = lambda _: print('started')\n"
        "try: serving.ensure(place.Place(pathlib.Path(os.environ['OCI_SANDBOX_DIR'])))\n"
        "except Exception as error: print(type(error).__name__)\n"
    )
    environment = {**os.environ, "OCI_SANDBOX_DIR": str(folder), "OCI_SANDBOX_SERVED_OUTSIDE": str(folder)}
    ran = subprocess.run(
        [sys.executable, "-c", script], cwd=ROOT, env=environment, capture_output=True, text=True, check=False
    )

    assert ran.stdout == "SandboxFault\n", ran.stderr


IN_SESSION = """
import oci
config = oci.config.from_file()
key = oci.signer.load_private_key_from_file(config["key_file"])
with open(config["security_token_file"]) as file:
    signer = oci.auth.signers.SecurityTokenSigner(file.read(), key)
oci.config.validate_config(config, signer=signer)
client = oci.identity.IdentityClient(config, signer=signer)
print("user" in config, [user.name for user in client.list_users(config["tenancy"]).data])
"""


def test_a_user_in_a_session(run: Any, folder: Path) -> None:
    """Has the profile that `oci session authenticate` leaves, for the SDK and the command line alike."""
    ran = run("--session", "--", sys.executable, "-c", IN_SESSION, who="administrator")
    seen = json.loads(run("--session", "--", sys.executable, "-c", SHOW).stdout)
    token = Path(configparser_of(seen["OCI_CONFIG_FILE"])["security_token_file"])
    refused = run("--session", "--", "true", who="dynamic-group:none")

    assert (ran.returncode, ran.stdout) == (0, "False ['administrator']\n"), ran.stderr
    assert seen["OCI_CLI_AUTH"] == "security_token"
    assert token.is_relative_to(folder)
    assert token.stat().st_mode & 0o077 == 0
    assert refused.returncode == 2


def configparser_of(file: str) -> dict[str, str]:
    """The default profile of a config file."""
    parser = configparser.ConfigParser()
    parser.read(file)
    return dict(parser["DEFAULT"])


def test_serving_in_front(folder: Path) -> None:
    """Until a signal; a second one is told of the first; the port is told nobody else."""
    command = [sys.executable, "-m", "sandbox", "serve"]
    environment = {**os.environ, "OCI_SANDBOX_DIR": str(folder)}
    with subprocess.Popen(command, cwd=ROOT, env=environment, stderr=subprocess.PIPE, text=True) as process:
        assert process.stderr is not None
        line = process.stderr.readline()
        second = subprocess.run(
            command, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=60, check=False
        )
        state = folder / "rest" / "serve.json"
        mode = state.stat().st_mode & 0o777
        process.send_signal(signal.SIGINT)
        status = process.wait(20)

    assert line.startswith("serving   proxy http://127.0.0.1:")
    assert (second.returncode, f"is served already by process {process.pid}" in second.stderr) == (1, True)
    assert mode == 0o600
    assert status == 0


SERVE = (
    "import sys; from pathlib import Path; from sandbox.rest.server import serve; "
    "serve(Path(sys.argv[1]), linger=float(sys.argv[2]), ready=lambda _: None)"
)


def test_answers_come_from_a_folder(folder: Path) -> None:
    """One that is not there is told at once, and nothing is served."""
    command = [sys.executable, "-m", "sandbox", "serve", "--answers", str(folder / "none")]
    ran = subprocess.run(
        command,
        cwd=ROOT,
        env={**os.environ, "OCI_SANDBOX_DIR": str(folder)},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )

    assert (ran.returncode, ran.stderr) == (1, f"{folder / 'none'}: is no folder\n")


def test_one_that_nobody_needs_ends(folder: Path) -> None:
    """As soon as its time is up."""
    ran = subprocess.run([sys.executable, "-c", SERVE, str(folder), "0.1"], cwd=ROOT, timeout=30, check=False)

    assert ran.returncode == 0
    assert Place(folder).serving() is None


def test_one_whose_sandbox_is_removed_ends(folder: Path) -> None:
    """However long it would have stayed."""
    command = [sys.executable, "-c", SERVE, str(folder), "1000"]
    with subprocess.Popen(command, cwd=ROOT, stderr=subprocess.DEVNULL) as process:
        _until(Place(folder).serving)
        shutil.rmtree(folder)
        process.wait(20)


@pytest.mark.parametrize(
    ("id", "line"),
    [
        (["ABC"], NO_REQUEST.format("ABC")),
        ([""], NO_REQUEST.format("")),
        ([], "no request that was refused is in the sandbox's log"),
    ],
)
def test_why_knows_no_other_id(folder: Path, id: list[str], line: str) -> None:
    """Status 1, and a line."""
    ran = subprocess.run(
        [sys.executable, "-m", "sandbox", "why", *id],
        cwd=ROOT,
        env={**os.environ, "OCI_SANDBOX_DIR": str(folder)},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )

    assert (ran.returncode, ran.stderr) == (1, f"{line}\n")
