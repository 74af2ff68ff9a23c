"""`up`, `preview` and `down` of this project's stacks on the sandbox, through the real engine.

The commands are `pulumi`'s own, with the project's policy pack; what is added is what a person would
otherwise have to know: the environment, the generated project, and recovery after a run was cut off.
"""

from __future__ import annotations

import fcntl
import os
import shutil
import signal
import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from sandbox import project
from sandbox.cloud.errors import SandboxFault
from sandbox.cloud.store import Store
from sandbox.environment import ROOT, Sandbox, merged
from sandbox.recovery import recover
from sandbox.services.objectstorage.rules import objects_of

PACK = ROOT / "policy_pack"

_ENGINE_ARGUMENTS = {
    "up": ("up", "--yes"),
    "preview": ("preview",),
    "down": ("destroy", "--yes", "--skip-preview"),
}

_MAY_HANG = (
    "--continue-on-error: the engine waits forever where the delete of a replacement fails "
    "(pulumi/pulumi#16373); Ctrl-C ends it and the next up goes on, see docs/recovery.md"
)


def run(command: str, stack: str, sandbox: Sandbox, extra: list[str], say: Callable[[str], None]) -> int:
    """Run `up`, `preview` or `down` of one stack; the engine's exit status.

    `extra` goes to the engine as it is. Raises `SandboxFault` where it can't come that far.
    """
    environment = sandbox.prepare(say)
    with _only_one(sandbox, stack, command) as lock:
        with Store(sandbox.store) as store:
            store.check()
            if command == "down":
                _empty_buckets(store, stack, say)
        project.write_stack(sandbox, stack, environment)
        if command == "up" and "--continue-on-error" in extra:
            say(_MAY_HANG)
        forget = command == "down"
        recover(sandbox, environment, sandbox.project, project.name(), stack, say, forget_lost=forget)
        arguments = ["pulumi", *_ENGINE_ARGUMENTS[command], "--stack", stack]
        if command != "down":
            arguments += ["--policy-pack", str(PACK)]
            arguments += ["--policy-pack-config", str(PACK / "config" / f"{stack}.json")]
        return _foreground([*arguments, *extra], sandbox.project, merged(environment), lock)


def _empty_buckets(store: Store, stack: str, say: Callable[[str], None]) -> None:
    """Remove what `make emit` has put into the stack's buckets: OCI deletes only empty ones."""
    for bucket in store.list("oci:ObjectStorage/bucket:Bucket"):
        if bucket.urn.startswith(f"urn:pulumi:{stack}::{project.name()}::"):
            folder = objects_of(store, bucket.outputs["namespace"], bucket.outputs["name"])
            if folder.is_dir():
                shutil.rmtree(folder)
                say(f"sandbox: emptied bucket {bucket.outputs['name']}")


@contextmanager
def _only_one(sandbox: Sandbox, stack: str, command: str) -> Iterator[int]:
    """Hold the stack's lock; a second command on the same stack is refused.

    The engine inherits the open file: should this process be killed, the lock lasts until the engine ends.
    """
    path = sandbox.folder / f"{stack}.lock"
    with open(path, "a+") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            file.seek(0)
            holder = file.read().strip() or "another command"
            raise SandboxFault(f"stack {stack} is in use by {holder}; wait until it ends") from None
        file.truncate(0)
        file.write(f"`make {command} STACK={stack}` (process {os.getpid()})")
        file.flush()
        yield file.fileno()


def _foreground(arguments: list[str], folder: Path, environment: dict[str, str], lock: int) -> int:
    """Run the engine on this terminal. Ctrl-C reaches it as well, and this process waits for its ending."""
    former = signal.signal(signal.SIGINT, lambda *_: None)
    try:
        process = subprocess.Popen(arguments, cwd=folder, env=environment, pass_fds=(lock,))
        signal.signal(signal.SIGTERM, lambda *_: process.send_signal(signal.SIGINT))
        status = process.wait()
    finally:
        signal.signal(signal.SIGINT, former)
    return status if status >= 0 else 128 - status
