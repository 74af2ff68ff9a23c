"""The material of keys: one secret for each key version, kept in the store (mode 0600) and shown to nobody.

It is made when it is first needed, so that a key that Pulumi created has one, too.
"""

from __future__ import annotations

from typing import Any

from sandbox.cloud.errors import InvalidParameter
from sandbox.cloud.store import Record, Store

_TABLE = """
CREATE TABLE IF NOT EXISTS key_material (
    version TEXT PRIMARY KEY,
    key TEXT NOT NULL,
    material BLOB NOT NULL,
    created REAL NOT NULL
) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS key_material_by_key ON key_material (key)
"""


def algorithm_of(key: Record) -> str:
    """AES, RSA or ECDSA."""
    return str(_shape(key).get("algorithm") or "AES")


def of_current(store: Store, key: Record) -> tuple[str, bytes]:
    """The OCID of a key's current version, and its material."""
    version = str(key.outputs["currentKeyVersion"])
    with store.transaction():
        found = of_version(store, key, version)
        if found is None:
            found = _make(store, key, version, key.created)
    return version, found


def of_version(store: Store, key: Record, version: str) -> bytes | None:
    """The material of one version of a key; None where it has no such version, or never used it."""
    store.define(_TABLE)
    rows = store.select("SELECT material FROM key_material WHERE version = ? AND key = ?", (version, key.id))
    return bytes(rows[0][0]) if rows else None


def versions(store: Store, key: Record) -> list[tuple[str, float]]:
    """OCID and time of creation of every version, oldest first."""
    of_current(store, key)
    rows = store.select("SELECT version, created FROM key_material WHERE key = ? ORDER BY created", (key.id,))
    return [(version, created) for version, created in rows]


def rotate(store: Store, key: Record, version: str, now: float) -> None:
    """A further version; the former ones still decrypt what they encrypted."""
    of_current(store, key)
    _make(store, key, version, now)


def forget(store: Store, key_id: str) -> None:
    """Remove all material of a key that is deleted."""
    store.define(_TABLE)
    store.execute("DELETE FROM key_material WHERE key = ?", (key_id,))


def _make(store: Store, key: Record, version: str, created: float) -> bytes:
    from sandbox.services.kms import ciphers  # the engine's providers delete keys, and should not wait for it

    shape = _shape(key)
    algorithm = algorithm_of(key)
    try:
        made = ciphers.new_material(algorithm, int(shape.get("length") or 32), str(shape.get("curveId")))
    except (KeyError, ValueError):
        raise InvalidParameter(f"keyShape: no key of {algorithm} has this length or curve") from None
    store.execute("INSERT INTO key_material VALUES (?, ?, ?, ?)", (version, key.id, made, created))
    return made


def _shape(key: Record) -> dict[str, Any]:
    found = key.outputs.get("keyShape")
    return found if isinstance(found, dict) else {}
