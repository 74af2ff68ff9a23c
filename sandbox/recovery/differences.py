"""State and store of one stack side by side: what differs, and what that means.

Knows nothing of how a difference is settled. `Deployment` is the engine's own JSON: what
`pulumi stack export` prints under `deployment`, which is also what a state file holds under
`checkpoint.latest`.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeAlias

from sandbox.cloud.store import Record
from sandbox.providers.install import PLUGINS

Deployment: TypeAlias = dict[str, Any]
Entry: TypeAlias = dict[str, Any]


@dataclass(frozen=True)
class Held:
    """What the store holds that may belong to one stack.

    `made` are the records under the stack's URNs, oldest first, without those another stack's state has and
    those that were left on purpose. `all` has every record by id. `unanswered` has, by id, the update or
    delete that was written and whose answer the engine may not have got.
    """

    made: Sequence[Record]
    all: Mapping[str, Record]
    unanswered: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Differences:
    """What a state and the store disagree on."""

    begun: Sequence[Mapping[str, Any]]
    """Operations the engine began and did not end, as it notes them."""

    orphans: Sequence[Record]
    """What exists and the state lacks, oldest first."""

    gone: Sequence[Entry]
    """What the state has and no longer exists."""

    outdated: Sequence[Entry]
    """What was updated without the state knowing."""

    lost: bool
    """Whether the store holds nothing of what the state knows, and nobody deleted it."""

    def __bool__(self) -> bool:
        return bool(self.begun or self.orphans or self.gone or self.outdated)


def find(deployment: Deployment, held: Held) -> Differences:
    """Compare a deployment with what the store holds."""
    begun = deployment.get("pending_operations") or []
    resources = deployment.get("resources") or []
    entries = [entry for entry in resources if is_ours(entry)]
    known = {entry.get("id") for entry in resources}
    orphans = [record for record in held.made if record.id not in known]
    gone = [entry for entry in entries if _is_gone(entry, held.all)]
    return Differences(
        begun=begun,
        orphans=orphans,
        gone=gone,
        outdated=[
            entry
            for entry in entries
            if entry["id"] in held.all and _is_outdated(entry, begun, held.unanswered)
        ],
        lost=bool(gone) and len(gone) == len(entries) and not orphans and not _are_deleted(gone, begun, held),
    )


def is_ours(entry: Entry) -> bool:
    """Whether a resource lives in the store: of a stand-in provider, and managed by its stack."""
    return bool(
        entry.get("custom")
        and entry.get("id")
        and not entry.get("external")
        and str(entry["type"]).partition(":")[0] in PLUGINS
    )


def _is_gone(entry: Entry, records: Mapping[str, Record]) -> bool:
    """A resource that was deleted to be replaced stays in the state on purpose, marked so."""
    return entry["id"] not in records and not entry.get("pendingReplacement")


def _is_outdated(entry: Entry, begun: Collection[Mapping[str, Any]], unanswered: Mapping[str, str]) -> bool:
    return unanswered.get(entry["id"]) == "update" or any(
        operation["type"] == "updating" and operation["resource"].get("id") == entry["id"]
        for operation in begun
    )


def _are_deleted(gone: Collection[Entry], begun: Collection[Mapping[str, Any]], held: Held) -> bool:
    """Whether what is gone was deleted by request, so that its absence is no surprise."""
    deleting = {operation["resource"].get("id") for operation in begun if operation["type"] == "deleting"}
    return all(entry["id"] in deleting or held.unanswered.get(entry["id"]) == "delete" for entry in gone)
