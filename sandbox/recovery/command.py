"""`recover`: one stack's state, mended through the engine's own export and import.

The engine writes its state from the answers it gets; the stand-in providers write URN, id and values of
everything durably before they answer. Whoever dies in between leaves the two apart, and the store is right.

Does not repair a state file or a store that is damaged itself: it says how to go on.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

from sandbox.cloud.errors import SandboxFault
from sandbox.cloud.store import Store
from sandbox.engine_call import quiet
from sandbox.environment import Sandbox
from sandbox.recovery import locks
from sandbox.recovery.differences import Deployment, Differences, Held, find
from sandbox.recovery.settling import settle

_LISTS = ("resources", "pending_operations")


def recover(
    sandbox: Sandbox,
    environment: dict[str, str | None],
    folder: Path,
    project: str,
    stack: str,
    say: Callable[[str], None],
    *,
    forget_lost: bool = False,
) -> bool:
    """Mend one stack if it needs it; True if it did. `folder` holds the project's `Pulumi.yaml`.

    Where the store lost everything the state knows, that is refused with the way back, or with `forget_lost`
    forgotten like anything else that is gone. Raises `SandboxFault`.
    """
    unlocked = locks.release(sandbox, project, stack)
    if unlocked:
        say(f"recovery  {stack}: the last run was cut off; its lock is removed")
    path, mine = sandbox.state_file(project, stack), f"urn:pulumi:{stack}::{project}::"
    latest = _latest(path)
    with Store(sandbox.store) as store:
        if not unlocked and path.exists():
            store.saved(mine, path.stat().st_mtime)
        held = _held(sandbox, store, project, stack, latest)
        found = find(latest, held)
        if not found:
            return unlocked
        if found.lost and not forget_lost:
            raise SandboxFault(_lost(sandbox, stack, found))
        exported = json.loads(quiet(environment, folder, "stack", "export", "--stack", stack))
        for line in settle(exported["deployment"], held):
            say(f"recovery  {stack}: {line}")
        quiet(environment, folder, "stack", "import", "--stack", stack, given=json.dumps(exported))
        for entry in (*found.outdated, *found.gone):
            store.answered(entry["id"])
        store.saved(mine, path.stat().st_mtime)
    return True


def _held(sandbox: Sandbox, store: Store, project: str, stack: str, latest: Deployment) -> Held:
    """What the store holds that may be this stack's."""
    mine = f"urn:pulumi:{stack}::{project}::"
    records = {record.id: record for record in store.list()}
    kept = _left_on_purpose(store, f"left|{stack}|{project}", latest)
    known = {entry.get("id") for entry in latest.get("resources") or ()}
    made = [each for each in records.values() if each.urn.startswith(mine) and each.id not in kept]
    if any(record.id not in known for record in made):
        elsewhere = _ids_elsewhere(sandbox.state_file(project, stack))
        made = [record for record in made if record.id not in elsewhere]
    return Held(made, records, {**store.unsaved(mine), **store.unanswered()})


def _left_on_purpose(store: Store, key: str, latest: Deployment) -> set[str]:
    """What the stack was told to leave in the cloud, or only reads, noted while the state still says so.

    The engine takes such a resource (`retainOnDelete`, `external`) out of its state without a word to the
    provider.
    """
    noted: set[str] = set(json.loads(store.setting(key) or "[]"))
    entries = [entry for entry in latest.get("resources") or () if entry.get("id")]
    told = {entry["id"] for entry in entries if entry.get("retainOnDelete") or entry.get("external")}
    now = (noted - {entry["id"] for entry in entries}) | told
    if now != noted:
        store.set_setting(key, json.dumps(sorted(now)))
    return now - {entry["id"] for entry in entries}


def _ids_elsewhere(own: Path) -> set[str]:
    """Ids in the states of this sandbox's other stacks: a renamed stack's resources keep their URN in the
    store."""
    found: set[str] = set()
    for path in own.parent.parent.glob("*/*.json"):
        if path != own:
            try:
                latest = _latest(path)
            except SandboxFault:
                continue  # that stack says so itself
            found.update(entry["id"] for entry in latest.get("resources") or () if entry.get("id"))
    return found


def _latest(path: Path) -> Deployment:
    """The deployment in a state file; an empty one where there is none yet."""
    try:
        latest: Any = json.loads(path.read_text())["checkpoint"]["latest"]
    except FileNotFoundError:
        return {}
    except (OSError, ValueError, KeyError, AttributeError, TypeError):
        raise SandboxFault(_damaged(path)) from None
    if not isinstance(latest, dict) or not all(map(_are_entries, map(latest.get, _LISTS))):
        raise SandboxFault(_damaged(path))
    return latest


def _are_entries(listed: Any) -> bool:
    """Whether this can be what a deployment lists: objects, or nothing at all."""
    return listed is None or (isinstance(listed, list) and all(isinstance(entry, dict) for entry in listed))


def check_state(path: Path) -> None:
    """Raises `SandboxFault` with the way back for a state file that cannot be read."""
    _latest(path)


def _damaged(path: Path) -> str:
    """What to do about a state file that cannot be read. What its copy lacks, the store has."""
    copy = path.with_name(f"{path.name}.bak")
    way = f"replace it with {copy.name} in the same folder" if copy.exists() else "remove it"
    return f"{path}: the stack's state is damaged; {way}, and the next command adopts what it lacks"


def _lost(sandbox: Sandbox, stack: str, found: Differences) -> str:
    return (
        f"{sandbox.store}: lost or emptied: it contains none of the {len(found.gone)} resources of stack "
        f"{stack}; restore the file, or remove them from the state: "
        f"make repair STACK={stack}"
    )
