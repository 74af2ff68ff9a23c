"""A page's example: a function with the unmodified SDK in it, deployed by a plain program, sent an event."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys

from sandbox.environment import ROOT, Sandbox
from sandbox.rest.place import Place
from tests.end_to_end.harness import Program
from tests.pages import written_down


def _command(*arguments: str) -> list[str]:
    return [sys.executable, "-m", "sandbox", *arguments]


def test_a_function_with_an_sdk_client_works_in_emit(program: Program, sandbox: Sandbox) -> None:
    """Without a serving process before: it reads the object that the event names as itself, and writes
    another, which a user's own client then sees. Its changed source runs without a deploy under `dev`."""
    own = (program.folder / "Pulumi.yaml").read_text()
    paths = written_down("how-to/your-own-function-on-the-sandbox.md", program.folder)
    (program.folder / "Pulumi.yaml").write_text(own)
    (program.folder / "one.txt").write_text("what was put")
    assert "event.json" in paths
    up = program.run("up", "--yes")
    assert up.status == 0, up.output
    environment = {**os.environ, "OCI_SANDBOX_DIR": str(sandbox.folder)}

    def run(*arguments: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            _command(*arguments), cwd=ROOT, env=environment, capture_output=True, text=True, check=False
        )

    event = [str(program.folder / name) for name in ("event.json", "one.txt")]
    emit = ("emit", "--stack", program.stack, "--json", "--file", event[0], "--object", event[1])
    emitted = run(*emit)
    script = (
        "import oci; c = oci.object_storage.ObjectStorageClient(oci.config.from_file()); "
        "print(c.get_object('sandboxns', 'outbox', 'one.txt').data.text)"
    )
    read = run("run", "--as", "administrator", "--", sys.executable, "-c", script)
    event_id = json.loads(emitted.stdout)["event"]["eventID"]
    traced = run("trace", event_id)
    with subprocess.Popen(
        _command("dev", "shouter"), cwd=ROOT, env=environment, stderr=subprocess.PIPE, text=True
    ) as dev:
        assert dev.stderr is not None
        began = dev.stderr.readline()
        source = program.folder / "fn" / "func.py"
        source.write_text(source.read_text().replace('"read"', '"changed"'))
        changed = run(*emit)
        dev.send_signal(signal.SIGINT)
    restored = run(*emit)
    (Place(sandbox.folder).folder / "serve.json").unlink()  # which ends what the commands started

    def answers(ran: subprocess.CompletedProcess[str]) -> list[object]:
        assert ran.returncode == 0, ran.stdout + ran.stderr
        return [one["answer"] for rule in json.loads(ran.stdout)["rules"] for one in rule["deliveries"]]

    assert answers(emitted) == [{"read": 12}]
    assert (read.returncode, read.stdout) == (0, "WHAT WAS PUT\n"), read.stderr
    assert f"id        {event_id}" in traced.stdout
    assert "1 delivered" in traced.stdout
    assert f"shouter runs from {program.folder / 'fn'}" in began
    assert answers(changed) == [{"changed": 12}]
    assert answers(restored) == [{"read": 12}]
