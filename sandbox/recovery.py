"""Brings a stack back after its `pulumi` was killed: no lock left over, no resource lost, none created twice.

The engine notes "creating X" in its state before it asks the provider, and "created X" after the provider's
answer. Killed in between, it does not know the id of what exists. The stand-in cloud does: it keeps URN and
id of every create durably before it answers. So each pending create is looked up there, and what exists is
moved into the state with its id; what does not exist is forgotten and created by the next run.

Does not repair a state file that is damaged itself.
"""

from __future__ import annotations

import json
import os
import socket
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

from sandbox.cloud.errors import SandboxFault
from sandbox.cloud.store import Store
from sandbox.engine_call import quiet
from sandbox.environment import Sandbox

# How the engine marks a secret inside a state file.
_SECRET_MARK = "4dabf18193072939515e22adb298388d"  # noqa: S105 a marker, not a secret


def recover(
    sandbox: Sandbox,
    environment: dict[str, str | None],
    folder: Path,
    project: str,
    stack: str,
    say: Callable[[str], None],
) -> bool:
    """Mend one stack if it needs it; True if it did. `folder` holds the project's `Pulumi.yaml`."""
    unlocked = _remove_dead_locks(sandbox, project, stack)
    if unlocked:
        say(f"recovery  {stack}: the last run was cut off; its lock is removed")
    if not _pending(sandbox, project, stack):
        return unlocked
    _adopt(sandbox, environment, folder, stack, say)
    say(f"recovery  {stack}: comparing the state with what exists")
    quiet(environment, folder, "refresh", "--yes", "--skip-preview", "--stack", stack)
    return True


def _remove_dead_locks(sandbox: Sandbox, project: str, stack: str) -> bool:
    """Delete the engine's lock files whose process is gone from this machine."""
    removed = False
    for lock in (sandbox.state / ".pulumi" / "locks").glob(f"*/{project}/{stack}/*.json"):
        try:
            content = json.loads(lock.read_text())
            pid, host = int(content["pid"]), content["hostname"]
        except (OSError, ValueError, KeyError, TypeError):
            pid, host = 0, socket.gethostname()  # cut off while it was written: nobody holds it
        if host == socket.gethostname() and not _is_pulumi(pid):
            lock.unlink(missing_ok=True)
            removed = True
    return removed


def _is_pulumi(pid: int) -> bool:
    """Whether that process lives and is a `pulumi`: a number may belong to somebody else by now."""
    if pid <= 0:
        return False
    shown = subprocess.run(
        ["ps", "-p", str(pid), "-o", "stat=,comm="],  # noqa: S607 ps is where the system has it
        capture_output=True,
        text=True,
        check=False,
    )
    state, _, command = shown.stdout.strip().partition(" ")
    return "pulumi" in os.path.basename(command) and not state.startswith("Z")


def _pending(sandbox: Sandbox, project: str, stack: str) -> bool:
    """Whether the state file holds operations that were begun and not ended."""
    path = sandbox.state_file(project, stack)
    try:
        latest = json.loads(path.read_text())["checkpoint"].get("latest") or {}
    except FileNotFoundError:
        return False
    except (OSError, ValueError, KeyError, AttributeError, TypeError):
        raise SandboxFault(
            f"{path}: the stack's state is damaged; its last good copy is {path.name}.bak beside it"
        ) from None
    return bool(latest.get("pending_operations"))


def _adopt(
    sandbox: Sandbox,
    environment: dict[str, str | None],
    folder: Path,
    stack: str,
    say: Callable[[str], None],
) -> None:
    exported = json.loads(quiet(environment, folder, "stack", "export", "--stack", stack))
    deployment = exported["deployment"]
    begun = deployment.get("pending_operations", [])
    with Store(sandbox.store) as store:
        created = {entry["resource"]["urn"]: store.created(entry["resource"]["urn"]) for entry in begun}
    for urn in settle(deployment, created):
        say(f"recovery  {stack}: {urn.rpartition('::')[2]} was created and is adopted")
    quiet(environment, folder, "stack", "import", "--stack", stack, given=json.dumps(exported))


def settle(deployment: dict[str, Any], created: dict[str, Any]) -> list[str]:
    """Turn a deployment's pending creates into resources, in place; the URNs that were adopted.

    `created` holds, by URN, what the cloud has: objects with `id` and `outputs`, newest last. Operations
    other than creates are dropped: a refresh tells how they ended.
    """
    adopted = []
    resources: list[dict[str, Any]] = deployment.setdefault("resources", [])
    known = {resource.get("id") for resource in resources}
    for operation in deployment.pop("pending_operations", []):
        resource = operation["resource"]
        urn = resource["urn"]
        found = [record for record in created.get(urn, ()) if record.id not in known]
        if operation["type"] != "creating" or not found:
            continue
        record = found[-1]
        inputs = resource.get("inputs", {})
        secret = {
            key: value for key, value in inputs.items() if isinstance(value, dict) and _SECRET_MARK in value
        }
        known.add(record.id)
        _insert(resources, {**resource, "id": record.id, "outputs": {**record.outputs, **secret}})
        adopted.append(urn)
    return adopted


def _insert(resources: list[dict[str, Any]], adopted: dict[str, Any]) -> None:
    """Put a resource behind what it depends on; the one it replaces stays behind it, marked for deletion."""
    for index, former in enumerate(resources):
        if former["urn"] == adopted["urn"] and not former.get("delete"):
            former["delete"] = True
            resources.insert(index, adopted)
            return
    resources.append(adopted)
