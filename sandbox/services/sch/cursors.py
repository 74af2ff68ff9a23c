"""How far each connector has read its source: from its creation on, or from the beginning of a stream."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from sandbox.cloud.store import Store
from sandbox.cloud.validation import parsed_json
from sandbox.services.logging import entries
from sandbox.services.monitoring import samples
from sandbox.services.streaming.log import Log

Cursor = Mapping[str, int]
"""Partition of a stream, or `number` of logs and metrics -> what is read next, or was read last."""

_TABLE = """
CREATE TABLE IF NOT EXISTS connector_cursors (
    connector TEXT PRIMARY KEY,
    source TEXT NOT NULL,
    cursor TEXT NOT NULL
) WITHOUT ROWID
"""


def begin(store: Store, connector: str, source: Mapping[str, Any]) -> Cursor:
    """Where a connector is; a new one, or one whose source was changed, begins."""
    store.define(_TABLE)
    told = json.dumps(source, sort_keys=True)
    rows = store.select("SELECT source, cursor FROM connector_cursors WHERE connector = ?", (connector,))
    if rows and rows[0][0] == told:
        found: Cursor = json.loads(rows[0][1])
        return found
    first = _first(store, source)
    store.execute(
        "INSERT OR REPLACE INTO connector_cursors VALUES (?, ?, ?)", (connector, told, json.dumps(first))
    )
    return first


def advance(store: Store, connector: str, cursor: Cursor) -> None:
    """It has read so far."""
    store.execute(
        "UPDATE connector_cursors SET cursor = ? WHERE connector = ?", (json.dumps(dict(cursor)), connector)
    )


def forget(store: Store, connector: str) -> None:
    """The connector is gone."""
    store.define(_TABLE)
    store.execute("DELETE FROM connector_cursors WHERE connector = ?", (connector,))


def queue_of(source: Mapping[str, Any]) -> str:
    """The OCID of the queue of a `QueueSource`; empty where it names none."""
    config = source.get("configMap")
    found = config if isinstance(config, Mapping) else parsed_json(config)
    return str(found.get("queueId") or "") if isinstance(found, Mapping) else ""


def _first(store: Store, source: Mapping[str, Any]) -> Cursor:
    kind = str(source.get("kind"))
    if kind == "logging":
        return {"number": entries.newest(store)}
    if kind == "monitoring":
        return {"number": samples.newest(store)}
    cursor = source.get("cursor") or {}
    if kind != "streaming" or cursor.get("kind") == "TRIM_HORIZON":
        return {}
    stream = store.get(str(source.get("streamId")))
    partitions = int(stream.outputs.get("partitions") or 1) if stream is not None else 0
    return {str(number): Log(store).end(str(source["streamId"]), number) for number in range(partitions)}
