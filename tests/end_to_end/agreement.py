"""Whether a stack's state and the store say the same."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import Any

from sandbox.cloud.store import Store

_NOTHING: tuple[object, ...] = (None, "", [], {})
_SECRET = "4dabf18193072939515e22adb298388d"


def disagreements(latest: Mapping[str, Any], store: Store, stack: str, project: str) -> list[str]:
    """What state and store disagree on, a line each; none where every record under the stack's URNs stands in
    the state exactly once, under its id and with its values, and the other way round.

    `latest` is what the state file holds under `checkpoint.latest`.
    """
    entries = [
        entry
        for entry in latest.get("resources") or ()
        if entry.get("custom") and entry["type"].startswith(("oci:", "docker-build:"))
    ]
    records = [record for record in store.list() if record.urn.startswith(f"urn:pulumi:{stack}::{project}::")]
    in_state = Counter((entry["urn"], entry["id"]) for entry in entries)
    in_store = Counter((record.urn, record.id) for record in records)
    found = [f"pending in the state: {each['type']}" for each in latest.get("pending_operations") or ()]
    found += [f"in the store only: {urn} {id}" for urn, id in (in_store - in_state).elements()]
    found += [f"in the state only: {urn} {id}" for urn, id in (in_state - in_store).elements()]
    found += [f"marked for deletion: {entry['urn']}" for entry in entries if entry.get("delete")]
    by_id = {record.id: record for record in records}
    for entry in entries:
        record = by_id.get(entry["id"])
        if record is not None:
            found += _differing(entry, "inputs", record.inputs)
            # What the service fills in may change by itself, such as a repository's number of images.
            set_by_program = {name: value for name, value in record.outputs.items() if name in record.inputs}
            found += _differing(entry, "outputs", set_by_program)
    found += [f"never answered: {operation} of {id}" for id, operation in store.unanswered().items()]
    return found


def _differing(entry: Mapping[str, Any], part: str, kept: Mapping[str, Any]) -> list[str]:
    """The properties whose values differ, as far as the state shows them.

    An explicit none in the store that the program no longer says is no difference: the engine forgets it
    without asking for an update.
    """
    said = entry[part]
    return [
        f"{part}.{name} of {entry['urn']}: state {said.get(name)!r}, store {value!r}"
        for name, value in kept.items()
        if _SECRET not in str(said.get(name))
        and said.get(name) != value
        and (name in said or value not in _NOTHING)
    ]
