"""The rotation of secrets by functions: its target, its steps, and when it is due.

Vault calls the function once for each step; what carries the calls out is `sandbox.delivery.rotations`.

    VERIFY_CONNECTION ─► CREATE_PENDING_VERSION ─► UPDATE_TARGET_SYSTEM ─► PROMOTE_PENDING_VERSION
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any

from sandbox.cloud.deliveries import Outbox
from sandbox.cloud.errors import InvalidParameter, NotEmulated
from sandbox.cloud.store import Record, Store

VERIFY, CREATE, UPDATE, PROMOTE = STEPS = (
    "VERIFY_CONNECTION",
    "CREATE_PENDING_VERSION",
    "UPDATE_TARGET_SYSTEM",
    "PROMOTE_PENDING_VERSION",
)
SOURCE = "secret"
"""The kind of source of these deliveries."""

_DAY = 86400.0
_INTERVAL = re.compile(r"P(?!$)(?:(\d+)W)?(?:(\d+)D)?(?:T(?=\d)(?:(\d+)H)?(?:(\d+)M)?(?:(\d+)S)?)?", re.ASCII)
_UNITS = (7 * _DAY, _DAY, 3600.0, 60.0, 1.0)
_TABLE = """
CREATE TABLE IF NOT EXISTS secret_rotations (
    secret TEXT PRIMARY KEY,
    interval REAL,
    last REAL,
    next REAL
) WITHOUT ROWID
"""


def check(config: Any) -> None:
    """Refuse a `rotationConfig` that the service refuses. Raises `ServiceError`."""
    target = config.get("targetSystemDetails") if isinstance(config, Mapping) else None
    if not isinstance(target, Mapping):
        raise InvalidParameter("rotationConfig.targetSystemDetails is required")
    needed = {"FUNCTION": "functionId", "ADB": "adbId"}.get(str(target.get("targetSystemType")))
    if needed is None:
        raise InvalidParameter("rotationConfig: targetSystemType must be FUNCTION or ADB")
    if not target.get(needed):
        raise InvalidParameter(f"rotationConfig.targetSystemDetails.{needed} is required")
    if config.get("rotationInterval") is not None:
        _seconds(config["rotationInterval"])
    elif config.get("isScheduledRotationEnabled"):
        raise InvalidParameter("rotationConfig.rotationInterval is required for a scheduled rotation")


def is_scheduled(config: Any) -> bool:
    """Whether a `rotationConfig` asks for rotations by time."""
    return bool(config and config.get("isScheduledRotationEnabled"))


def plan(store: Store, secret_id: str, config: Any, now: float) -> None:
    """Write down when the first rotation is due: one interval from now, unless the interval is as it was."""
    interval = _seconds(config["rotationInterval"]) if is_scheduled(config) else None
    following = now + interval if interval is not None else None
    with store.transaction():
        store.define(_TABLE)
        store.execute(
            "INSERT INTO secret_rotations VALUES (?, ?, NULL, ?) ON CONFLICT (secret) DO UPDATE"
            " SET interval = excluded.interval, next = excluded.next WHERE interval IS NOT excluded.interval",
            (secret_id, interval, following),
        )


def times(store: Store, secret_id: str) -> tuple[float | None, float | None]:
    """When a secret was rotated last, and when it is due next; None for never."""
    store.define(_TABLE)
    rows = store.select("SELECT last, next FROM secret_rotations WHERE secret = ?", (secret_id,))
    return (rows[0][0], rows[0][1]) if rows else (None, None)


def postpone(store: Store, secret_id: str, now: float) -> None:
    """The next scheduled rotation is one interval from now."""
    store.define(_TABLE)
    store.execute("UPDATE secret_rotations SET next = ? + interval WHERE secret = ?", (now, secret_id))


def rotated(store: Store, secret_id: str, now: float) -> None:
    """A rotation has ended well."""
    store.define(_TABLE)
    store.execute(
        "INSERT INTO secret_rotations VALUES (?, NULL, ?, NULL)"
        " ON CONFLICT (secret) DO UPDATE SET last = excluded.last",
        (secret_id, now),
    )


def forget(store: Store, secret_id: str) -> None:
    """The secret is gone."""
    store.define(_TABLE)
    store.execute("DELETE FROM secret_rotations WHERE secret = ?", (secret_id,))


def is_under_way(store: Store, secret_id: str) -> bool:
    """Whether a step of a rotation is owed."""
    return Outbox(store).is_owing(secret_id)


def function_of(secret: Record) -> str:
    """The OCID of the function that rotates a secret. Raises `InvalidParameter` where the secret has no
    target, `NotEmulated` for a database."""
    target = (secret.outputs.get("rotationConfig") or {}).get("targetSystemDetails") or {}
    if not target:
        raise InvalidParameter("the secret has no rotationConfig with targetSystemDetails")
    if target.get("targetSystemType") != "FUNCTION":
        raise NotEmulated(f"the sandbox rotates by functions only, not {target.get('targetSystemType')}")
    return str(target.get("functionId"))


def begin(store: Store, secret: Record, now: float) -> None:
    """Owe the first step. Raises `ServiceError` as `function_of` does; part of the transaction that is
    open."""
    owe(store, secret.id, function_of(secret), VERIFY, None, now)
    postpone(store, secret.id, now)


def owe(store: Store, secret_id: str, function: str, step: str, version: int | None, now: float) -> None:
    """Owe the call of one step. Part of the transaction that is open."""
    body: dict[str, Any] = {"secretId": secret_id, "step": step}
    if version is not None:
        body["versionNo"] = version
    Outbox(store).record(
        source=(SOURCE, secret_id),
        destination=("function", function),
        payload=json.dumps(body).encode(),
        content_type="application/json",
        principal=secret_id,
        now=now,
    )


def _seconds(interval: Any) -> float:
    """How long an interval such as `P30D` is."""
    found = _INTERVAL.fullmatch(str(interval))
    if found is None:
        raise InvalidParameter("rotationConfig.rotationInterval must be a duration of ISO 8601 such as P30D")
    seconds = sum(int(count or 0) * unit for count, unit in zip(found.groups(), _UNITS, strict=True))
    if not _DAY <= seconds <= 360 * _DAY:
        raise InvalidParameter("rotationConfig.rotationInterval must be 1 to 360 days")
    return seconds
