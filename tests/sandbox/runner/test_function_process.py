"""The real FDK process: its answers, its limits, and that nothing of it stays behind."""

from __future__ import annotations

import json
import os
import secrets
import signal
import subprocess
import sys
import textwrap
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from sandbox.cloud.errors import SandboxFault
from sandbox.runner.process import PAYLOAD_LIMIT, Additions, FunctionProcess, FunctionSpec

ROOT = Path(__file__).resolve().parents[3]
Start = Callable[..., FunctionProcess]
_SHOW_ENVIRONMENT = """
import json, os

def handler(ctx, data=None):
    return json.dumps(dict(os.environ))
"""


@pytest.fixture
def start(tmp_path: Path) -> Start:
    """A function process of the given source (or content), not yet entered."""

    def build(source: str | Path, **settings: Any) -> FunctionProcess:
        content = source if isinstance(source, Path) else tmp_path / "content"
        if isinstance(source, str):
            content.mkdir()
            (content / "func.py").write_text(textwrap.dedent(source))
        spec = FunctionSpec(
            function_id="ocid1.fnfunc.oc1.eu-frankfurt-1.f",
            function_name="scorer",
            app_id="ocid1.fnapp.oc1.eu-frankfurt-1.a",
            app_name="ai",
            content=content,
            **settings,
        )
        return FunctionProcess(spec, tmp_path / "run")

    return build


def gone(pid: int, seconds: float = 2.0) -> bool:
    """Whether a process ends within some seconds."""
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        try:
            os.kill(pid, 0)
        except ProcessLookupError:
            return True
        if _is_zombie(pid):
            return True
        time.sleep(0.01)
    return False


def _is_zombie(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] == "Z"
    except OSError:
        return False


def test_the_projects_function_answers_in_the_real_process(start: Start) -> None:
    """One process, several calls, one JSON log line each; refusals don't end it."""
    with start(ROOT / "function_src") as process:
        replies = [process.call(body) for body in (b'{"score": 0.95}', b"\xff", b"", b'{"score": 0.1}')]

    answers = [json.loads(reply.body) for reply in replies]
    assert [reply.status for reply in replies] == [200, 200, 200, 200]
    assert [answer["status"] for answer in answers] == ["processed", "refused", "refused", "processed"]
    assert [json.loads(line)["callId"] for line in process.logs] == [reply.call_id for reply in replies]


ANOMALOUS = [
    b"[" * 1_000_000,
    b'{"a":' * 1_000_000,
    b'{"score": NaN}',
    b'{"score": ' + b"9" * 1_000_000 + b"}",
    b'{"score": 1e999999999}',
    b"\x00" * 100_000,
    b'"' + b"\\" * 1_000_001,
    os.urandom(100_000),
    b"[" + b"{}," * 1_900_000 + b"{}]",
    b"{" + b'"a":1,' * 500_000 + b'"a":1}',
]


def test_no_anomalous_body_ends_the_process(start: Start) -> None:
    """Each is refused with its answer, and the next ordinary call still works."""
    with start(ROOT / "function_src") as process:
        statuses = [json.loads(process.call(body).body)["status"] for body in ANOMALOUS]
        last = json.loads(process.call(b'{"score": 0.5}').body)

    assert statuses == ["refused"] * len(ANOMALOUS)
    assert last["status"] == "processed"


def test_a_failed_answer_is_502_for_the_platform(start: Start) -> None:
    """Wrong configuration is reported as a failed call, with a structured body."""
    with start(ROOT / "function_src", config={"SEVERITY_WARNING": "2"}) as process:
        reply = process.call(b'{"score": 0.5}')

    assert reply.status == 502
    assert json.loads(reply.body)["reason"]["code"] == "wrong-config"


def test_a_body_over_6_mb_never_reaches_the_function(start: Start) -> None:
    """OCI's payload limit is the platform's, not the function's."""
    with start("def handler(ctx, data=None):\n    raise SystemExit\n") as process:
        reply = process.call(b"x" * (PAYLOAD_LIMIT + 1))

    assert (reply.status, reply.body) == (413, b"")


def test_an_answer_over_6_mb_fails(start: Start) -> None:
    """The limit holds in both directions."""
    with start(f"def handler(ctx, data=None):\n    return 'x' * {PAYLOAD_LIMIT + 1}\n") as process:
        reply = process.call(b"")

    assert (reply.status, reply.body) == (502, b"")


def test_the_timeout_is_enforced(start: Start) -> None:
    """A handler that hangs is ended: 504, soon after its time is up."""
    with start(
        "import time\ndef handler(ctx, data=None):\n    time.sleep(60)\n", timeout_seconds=1
    ) as process:
        started = time.monotonic()
        reply = process.call(b"")

    assert reply.status == 504
    assert "1 s" in reply.problem
    assert time.monotonic() - started < 5


def test_a_handler_that_ends_the_process_is_502(start: Start) -> None:
    """The reply says how it ended."""
    with start("import os\ndef handler(ctx, data=None):\n    os._exit(7)\n") as process:
        reply = process.call(b"")

    assert (reply.status, reply.problem) == (
        502,
        "the process ended during the invocation (with exit status 7)",
    )


def test_an_exception_of_the_handler_is_502(start: Start) -> None:
    """As the kit answers it."""
    with start("def handler(ctx, data=None):\n    raise ValueError('no')\n") as process:
        reply = process.call(b"")

    assert (reply.status, reply.body) == (502, b"no")
    assert b"no" not in json.loads(reply.for_caller()[2]).values()


OWN_STATUS = """
    from fdk import response
    def handler(ctx, data=None):
        return response.Response(ctx, response_data="mine", status_code={status})
"""


@pytest.mark.parametrize(
    ("own", "status", "code", "message"),
    [
        (200, 200, "", ""),
        (404, 200, "", ""),  # the kit answers 200 for it
        (502, 502, "FunctionInvokeExecutionFailed", "function failed"),
        (504, 504, "FunctionInvokeTimeout", "Timed out"),
    ],
)
def test_what_a_caller_gets_of_an_answer(
    start: Start, own: int, status: int, code: str, message: str
) -> None:
    """The body for 200, else OCI's own error; the container is kept."""
    with start(OWN_STATUS.format(status=own)) as process:
        reply = process.call(b"")
        assert process.alive

    told, _, body = reply.for_caller()
    assert (reply.status, reply.own_status, told) == (status, own, status)
    assert body == b"mine" if status == 200 else json.loads(body) == {"code": code, "message": message}


SHOW = """
    import json, os
    def handler(ctx, data=None):
        return json.dumps({"env": dict(os.environ), "cwd": os.getcwd(), "headers": dict(ctx.Headers())})
"""


def test_the_environment_is_the_functions_own(start: Start, monkeypatch: pytest.MonkeyPatch) -> None:
    """Configuration arrives, the user's environment doesn't; what the platform sets cannot be overridden."""
    monkeypatch.setenv("OCI_CLI_KEY_FILE", "/home/me/.oci/key.pem")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "s3cr3t")
    config = {"SEVERITY_WARNING": "0.5", "FN_APP_ID": "forged", "SANDBOX_OBJECT_DIR": "/", "HOME": "/root"}

    with start(SHOW, config=config, memory_mb=256) as process:
        seen = json.loads(process.call(b"").body)

    environment = seen["env"]
    names = set(environment) - {"LC_CTYPE"}
    machine = {"PATH", "LANG", "HOME", "TMPDIR"}
    python = {"PYTHONPATH", "PYTHONDONTWRITEBYTECODE", "PYTHONUNBUFFERED"}
    platform = {f"FN_{name}" for name in ("FORMAT", "LISTENER", "MEMORY", "TYPE")}
    platform |= {f"FN_{kind}_{what}" for kind in ("APP", "FN") for what in ("ID", "NAME")}
    assert names == machine | python | platform | {"SEVERITY_WARNING", "SANDBOX_OBJECT_DIR"}
    assert environment["SEVERITY_WARNING"] == "0.5"
    assert environment["FN_APP_ID"] == "ocid1.fnapp.oc1.eu-frankfurt-1.a"
    assert environment["SANDBOX_OBJECT_DIR"].endswith("/objects")
    assert environment["HOME"] != "/root"
    assert {"fn-call-id", "fn-deadline", "content-type"} <= set(seen["headers"])


def test_a_function_with_an_identity_has_no_folder_of_objects(start: Start) -> None:
    """It reads Object Storage by the SDK, so nothing may tell it to look elsewhere."""
    identity = Additions(environment={"OCI_RESOURCE_PRINCIPAL_VERSION": "2.2"})
    with start(_SHOW_ENVIRONMENT, additions=identity) as process:
        values = json.loads(process.call(b"").body)

    assert values["OCI_RESOURCE_PRINCIPAL_VERSION"] == "2.2"
    assert "SANDBOX_OBJECT_DIR" not in values


def test_what_the_function_writes_does_not_change_the_image(start: Start, tmp_path: Path) -> None:
    """It is refused, or goes into a copy that is removed with everything else of the run."""
    source = """
        import pathlib
        def handler(ctx, data=None):
            pathlib.Path(__file__).write_text("changed")
            return str(pathlib.Path.cwd())
    """
    with start(source) as process:
        reply = process.call(b"")

    assert (reply.status, b"Read-only" in reply.body) in [(502, True), (200, False)]
    assert "changed" not in (tmp_path / "content" / "func.py").read_text()[:7]
    assert list((tmp_path / "run").iterdir()) == []


def test_the_function_sees_nothing_of_the_project(start: Start) -> None:
    """Neither the sandbox nor the policy model is on its import path by the way it is started."""
    source = """
        def handler(ctx, data=None):
            import importlib.util
            return str([importlib.util.find_spec(name) for name in ("sandbox", "components", "launch")])
    """
    with start(source) as process:
        reply = process.call(b"")

    assert reply.body == b"[None, None, None]"


def test_a_long_sandbox_path_works(tmp_path: Path) -> None:
    """A unix socket's path is short; the sandbox's folder need not be."""
    deep = tmp_path / ("d" * 100) / ("e" * 100)
    spec = FunctionSpec(
        function_id="f", function_name="f", app_id="a", app_name="a", content=ROOT / "function_src"
    )
    with FunctionProcess(spec, deep) as process:
        assert process.call(b'{"score": 1}').status == 200


def test_a_function_that_cannot_start_says_why(start: Start) -> None:
    """The kit loads the handler at the first call, so this is an image without the file."""
    with pytest.raises(SandboxFault, match=r"has no /function/func\.py"):
        start(Path(__file__).parent).__enter__()


def test_a_broken_import_shows_in_the_log(start: Start) -> None:
    """A module that the sandbox's Python doesn't have is a failed call, not a crash of the command."""
    with start("import no_such_module\ndef handler(ctx, data=None):\n    return ''\n") as process:
        reply = process.call(b"")

    assert reply.status == 502
    assert "no_such_module" in reply.body.decode() + "".join(process.logs)


def test_a_flood_of_output_is_cut(start: Start) -> None:
    """Only the end of it is kept."""
    source = """
        def handler(ctx, data=None):
            for _ in range(9999):
                print("y" * 99)
    """
    with start(source) as process:
        process.call(b"")

    assert 500 < len(process.logs) < 1000


def test_the_process_ends_with_the_block(start: Start) -> None:
    """Also what it started itself."""
    mark = str(10**6 + secrets.randbelow(10**6))
    source = f"""
        import subprocess
        def handler(ctx, data=None):
            return str(subprocess.Popen(["sleep", "{mark}"]).pid)
    """
    with start(source) as process:
        pid = process.pid
        assert process.call(b"").status == 200
        assert len(_running(mark)) == 1

    assert gone(pid)
    assert _running(mark) == []


def _running(mark: str) -> list[str]:
    """The commands of the machine with a word among theirs: the function's own numbers mean nothing here."""
    shown = subprocess.run(["ps", "-eo", "args"], capture_output=True, text=True, check=True)
    return [line for line in shown.stdout.splitlines() if mark in line.split()]


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGTERM, signal.SIGINT])
def test_the_process_ends_with_the_command(tmp_path: Path, number: signal.Signals) -> None:
    """However the command ends, even by kill -9, no function stays behind."""
    program = f"""
        import sys, time
        from pathlib import Path
        from sandbox.runner.process import FunctionProcess, FunctionSpec
        spec = FunctionSpec(function_id="f", function_name="f", app_id="a", app_name="a",
                            content=Path({str(ROOT / "function_src")!r}))
        with FunctionProcess(spec, Path({str(tmp_path)!r}) / "run") as process:
            print(process.pid, flush=True)
            time.sleep(60)
    """
    command = subprocess.Popen(
        [sys.executable, "-c", textwrap.dedent(program)],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    with command:
        assert command.stdout is not None
        pid = int(command.stdout.readline())
        assert not gone(pid, 0.05)
        command.send_signal(number)
        command.wait(10)

        assert gone(pid)
