"""The versions of a secret, and which stage each is in.

A secret begins with the content it was created with; every new content is a version of its own, and the
former ones stay readable. The content is kept in the store (mode 0600) and nowhere else; no message quotes
it.

    CURRENT     what is read unless something else is asked for
    PENDING     written, but not in use until it is promoted
    PREVIOUS    what was CURRENT before
    DEPRECATED  every other
    LATEST      the newest, in whichever of these stages
"""

from __future__ import annotations

import base64
import binascii
import secrets
import string
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sandbox.cloud import clock
from sandbox.cloud.errors import Conflict, InvalidParameter, MissingParameter, NotEmulated
from sandbox.cloud.store import Record, Store

STAGES = ("CURRENT", "PENDING", "LATEST", "PREVIOUS", "DEPRECATED")
LARGEST = 25 * 1024
"""Bytes of content, before base64. Source: Oracle's page on Vault's limits."""

_PASSPHRASE = 30
"""Characters of a generated passphrase where no length is given."""

_MOST = 60
"""Versions of one secret that are kept; the page allows 30 in use and 30 that wait for their deletion."""

_TABLE = """
CREATE TABLE IF NOT EXISTS secret_versions (
    secret TEXT NOT NULL,
    number INTEGER NOT NULL,
    name TEXT,
    content TEXT NOT NULL,
    stage TEXT NOT NULL,
    created REAL NOT NULL,
    PRIMARY KEY (secret, number)
) WITHOUT ROWID
"""


@dataclass(frozen=True)
class Version:
    """One version. `content` is base64; `repr` does not show it."""

    number: int
    name: str | None
    stages: tuple[str, ...]
    created: float
    content: str

    def __repr__(self) -> str:
        return f"Version({self.number}, {self.stages})"


def versions(store: Store, secret: Record) -> list[Version]:
    """All versions of a secret, oldest first."""
    with store.transaction():
        _begin(store, secret)
        rows = store.select(
            "SELECT number, name, stage, created, content FROM secret_versions WHERE secret = ?"
            " ORDER BY number",
            (secret.id,),
        )
    return [
        Version(number, name, (stage, "LATEST") if place == len(rows) else (stage,), created, content)
        for place, (number, name, stage, created, content) in enumerate(rows, 1)
    ]


def chosen(found: Sequence[Version], number: int | None, name: str | None, stage: str) -> Version | None:
    """The version that is asked for: by number or name, else by stage; None where there is none."""
    if number is not None or name is not None:
        return next((one for one in found if number in (None, one.number) and name in (None, one.name)), None)
    return next((one for one in reversed(found) if stage in one.stages), None)


def add(store: Store, secret: Record, given: Mapping[str, Any]) -> int:
    """Write a new version, from `secretContent` as the API and the provider have it; its number."""
    content = _checked(given)
    stage = given.get("stage") or "CURRENT"
    if stage not in ("CURRENT", "PENDING"):
        raise InvalidParameter("secretContent.stage must be CURRENT or PENDING")
    with store.transaction():
        found = versions(store, secret)
        name = given.get("name") or None
        if name is not None and any(one.name == name for one in found):
            raise Conflict("a version of this name exists")
        number = found[-1].number + 1 if found else 1
        _insert(store, secret.id, number, name, content, "PENDING", clock.now(store))
        if stage == "CURRENT":
            promote(store, secret, number)
        else:
            _restage(store, secret.id, "PENDING", "DEPRECATED", except_for=number)
        store.execute(
            "DELETE FROM secret_versions WHERE secret = ? AND stage = 'DEPRECATED' AND number <= ?",
            (secret.id, number - _MOST),
        )
    return number


def promote(store: Store, secret: Record, number: int) -> None:
    """Make a version the current one. Raises `InvalidParameter` where it is not there."""
    with store.transaction():
        found = {one.number: one for one in versions(store, secret)}
        if number not in found:
            raise InvalidParameter(f"currentVersionNumber: the secret has no version {number}")
        if "CURRENT" in found[number].stages:
            return
        _restage(store, secret.id, "PREVIOUS", "DEPRECATED", except_for=number)
        _restage(store, secret.id, "CURRENT", "PREVIOUS")
        store.execute(
            "UPDATE secret_versions SET stage = 'CURRENT' WHERE secret = ? AND number = ?",
            (secret.id, number),
        )


def current(store: Store, secret: Record) -> int:
    """The number of the current version."""
    found = chosen(versions(store, secret), None, None, "CURRENT")
    return found.number if found else 1


def forget(store: Store, secret_id: str) -> None:
    """Remove all versions of a secret that is deleted."""
    store.define(_TABLE)
    store.execute("DELETE FROM secret_versions WHERE secret = ?", (secret_id,))


def check(given: Any) -> None:
    """Refuse content that the service refuses. Raises `ServiceError`; the message never quotes it."""
    _checked(given)


def _checked(given: Any) -> str:
    if not isinstance(given, Mapping) or not isinstance(given.get("content"), str):
        raise MissingParameter("secretContent.content is required")
    if not isinstance(given.get("name"), str | None):
        raise InvalidParameter("secretContent.name must be a string")
    if given.get("contentType", "BASE64") != "BASE64":
        raise InvalidParameter("secretContent.contentType must be BASE64")
    content = str(given["content"])
    try:
        size = len(base64.b64decode(content, validate=True))
    except (binascii.Error, ValueError):
        raise InvalidParameter("secretContent.content is not base64") from None
    if not 0 < size <= LARGEST:
        raise InvalidParameter(f"secretContent.content must have 1 to {LARGEST} bytes")
    return content


def _begin(store: Store, secret: Record) -> None:
    """Write version 1 down, if nothing is: what the secret was created with, through whichever door."""
    store.define(_TABLE)
    if store.select("SELECT 1 FROM secret_versions WHERE secret = ? LIMIT 1", (secret.id,)):
        return
    given = secret.outputs.get("secretContent")
    if not isinstance(given, Mapping) or not isinstance(given.get("content"), str):
        given = {"content": _generated(secret)}
    _insert(store, secret.id, 1, given.get("name") or None, given["content"], "CURRENT", secret.created)


def _generated(secret: Record) -> str:
    """A passphrase, where that is what Vault should generate, in base64."""
    wanted = secret.outputs.get("secretGenerationContext") or {}
    is_passphrase = str(wanted.get("generationType")).upper() == "PASSPHRASE"
    if not secret.outputs.get("enableAutoGeneration") or not is_passphrase:
        raise NotEmulated("of the content of secrets the sandbox generates passphrases only")
    length = int(wanted.get("passphraseLength") or _PASSPHRASE)
    letters = string.ascii_letters + string.digits
    return base64.b64encode("".join(secrets.choice(letters) for _ in range(length)).encode()).decode()


def _insert(
    store: Store, secret: str, number: int, name: str | None, content: str, stage: str, created: float
) -> None:
    store.execute(
        "INSERT INTO secret_versions (secret, number, name, content, stage, created)"
        " VALUES (?, ?, ?, ?, ?, ?)",
        (secret, number, name, content, stage, created),
    )


def _restage(store: Store, secret: str, former: str, stage: str, except_for: int = 0) -> None:
    store.execute(
        "UPDATE secret_versions SET stage = ? WHERE secret = ? AND stage = ? AND number != ?",
        (stage, secret, former, except_for),
    )
