"""What exists in the stand-in cloud: one SQLite file that several processes use at once.

Every write is in the file before the call returns, and survives the death of any process; what a crash of the
machine itself may lose is the last moment, as in the engine's own state files. Knows resources, the names
they hold, what they refer to, images and a few settings; does not know OCI's rules (those are in
`sandbox.services`) nor Pulumi's state.
"""

from __future__ import annotations

import base64
import hashlib
import json
import os
import secrets
import sqlite3
import threading
import time
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeAlias

from sandbox.cloud.errors import Conflict, NotFound, StoreError

__all__ = ["Image", "Record", "Store", "StoreError"]

_VERSION = 4
_BUSY_MILLISECONDS = 20_000

_TABLES = """
CREATE TABLE IF NOT EXISTS settings (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS resources (
    number INTEGER PRIMARY KEY,
    id TEXT NOT NULL UNIQUE,
    type TEXT NOT NULL,
    urn TEXT NOT NULL,
    inputs TEXT NOT NULL,
    outputs TEXT NOT NULL,
    secret TEXT NOT NULL,
    created REAL NOT NULL,
    provider TEXT NOT NULL DEFAULT '',
    region TEXT NOT NULL DEFAULT ''
);
CREATE INDEX IF NOT EXISTS resources_by_type ON resources (type);
CREATE INDEX IF NOT EXISTS resources_by_urn ON resources (urn);
CREATE TABLE IF NOT EXISTS claims (claim TEXT PRIMARY KEY, id TEXT NOT NULL) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS claims_by_id ON claims (id);
CREATE TABLE IF NOT EXISTS links (
    target TEXT NOT NULL,
    id TEXT NOT NULL,
    PRIMARY KEY (target, id)
) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS links_by_id ON links (id);
CREATE TABLE IF NOT EXISTS images (
    digest TEXT NOT NULL,
    tag TEXT NOT NULL,
    ref TEXT NOT NULL,
    platforms TEXT NOT NULL,
    context TEXT NOT NULL,
    pushed INTEGER NOT NULL,
    created REAL NOT NULL,
    PRIMARY KEY (tag, digest)
) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS images_by_digest ON images (digest);
CREATE TABLE IF NOT EXISTS unanswered (id TEXT PRIMARY KEY, operation TEXT NOT NULL) WITHOUT ROWID;
"""

# Made when it is first used: most runs write their state at each step.
_UNSAVED = """
CREATE TABLE IF NOT EXISTS unsaved (
    id TEXT PRIMARY KEY,
    operation TEXT NOT NULL,
    urn TEXT NOT NULL,
    written REAL NOT NULL
) WITHOUT ROWID
"""

# One number that every change of a resource raises, whichever process makes it: what was derived from all
# resources, such as who may do what, is read anew only then.
_GENERATION_TRIGGER = """
CREATE TRIGGER IF NOT EXISTS {name} AFTER {event} ON resources
BEGIN UPDATE settings SET value = value + 1 WHERE key = 'generation'; END
"""

_WAY_BACK = "replace it with a good copy or remove it; the next deploy says how to continue"

# What a store of an older version lacks beside whole tables.
_ADDED_COLUMNS = {1: ("provider", "region"), 2: ("region",)}


@dataclass(frozen=True)
class Record:
    """One resource. `type` is a Pulumi type token; `outputs` holds all inputs too, keys in camelCase."""

    id: str
    urn: str
    type: str
    inputs: dict[str, Any]
    outputs: dict[str, Any]
    created: float
    secret: tuple[str, ...] = ()
    """Top-level keys whose values came in as Pulumi secrets."""

    provider: str = ""
    """The Pulumi provider that made it, as `<URN>::<id>`; empty where the engine did not say."""

    region: str = ""
    """Where it lives; empty for what is in no region, or where nobody said which."""


@dataclass(frozen=True)
class Image:
    """One tag of a built image. `context` is the folder (`content/` below it) that holds what was built."""

    digest: str
    tag: str
    ref: str
    platforms: tuple[str, ...]
    context: str
    pushed: bool
    created: float


_Records: TypeAlias = list[Record]
_Images: TypeAlias = list[Image]
_Rows: TypeAlias = list[tuple[Any, ...]]

_SELECT = "SELECT id, urn, type, inputs, outputs, created, secret, provider, region FROM resources "
_SELECT_IMAGE = "SELECT digest, tag, ref, platforms, context, pushed, created FROM images "


class Store:
    """The resources of one sandbox. Safe to use from several threads and, by file, from several processes."""

    def __init__(self, path: Path | str) -> None:
        self.path = Path(path)
        self._lock = threading.RLock()
        self._depth = 0
        self._defined: set[str] = set()
        with self._explained():
            self.path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            self._make_private()
            self._connection = sqlite3.connect(
                self.path, timeout=_BUSY_MILLISECONDS / 1000, isolation_level=None, check_same_thread=False
            )
        try:
            self._prepare()
        except BaseException:
            self._connection.close()
            raise

    def _make_private(self) -> None:
        """Make the file, if it is not there, before SQLite does: its journals get the rights the file has.

        A file that is there is never opened here: closing any descriptor of it drops the locks of all other
        connections of this process, and another process would take the journal away from under them.
        """
        with suppress(FileExistsError):
            os.close(os.open(self.path, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600))

    def _prepare(self) -> None:
        with self._explained():
            self._connection.execute(f"PRAGMA busy_timeout = {_BUSY_MILLISECONDS}")
            self._use_wal()
            self._connection.execute("PRAGMA synchronous = NORMAL")
            self.path.chmod(0o600)
            found = self._connection.execute("PRAGMA user_version").fetchone()[0]
        if not 0 <= found <= _VERSION:
            raise StoreError(f"{self.path}: written by another version of the sandbox (version {found})")
        with self.transaction():
            found = self._connection.execute("PRAGMA user_version").fetchone()[
                0
            ]  # another may have been first
            if found < _VERSION:
                for column in _ADDED_COLUMNS.get(found, ()):
                    self._connection.execute(
                        f"ALTER TABLE resources ADD COLUMN {column} TEXT NOT NULL DEFAULT ''"
                    )
                for statement in _TABLES.split(";"):
                    self._connection.execute(statement)
                self._connection.execute(
                    "INSERT OR IGNORE INTO settings VALUES ('mark', ?)", (_fresh_mark(),)
                )
                self._connection.execute("INSERT OR IGNORE INTO settings VALUES ('generation', '0')")
                for event in ("INSERT", "UPDATE", "DELETE"):
                    trigger = _GENERATION_TRIGGER.format(name=f"generation_{event.lower()}", event=event)
                    self._connection.execute(trigger)
                self._connection.execute(f"PRAGMA user_version = {_VERSION}")
            row = self._connection.execute("SELECT value FROM settings WHERE key = 'mark'").fetchone()
        self.mark: str = row[0]
        """Eight characters in every OCID minted here: tells one's own deleted ids from foreign ones."""

    def _use_wal(self) -> None:
        """Switch to WAL; the switch itself does not wait for other processes that do the same, so repeat
        it."""
        for _ in range(200):
            try:
                self._connection.execute("PRAGMA journal_mode = WAL")
            except sqlite3.OperationalError as error:
                if "locked" not in str(error):
                    raise
                time.sleep(0.02)
            else:
                return
        self._connection.execute("PRAGMA journal_mode = WAL")

    def close(self) -> None:
        """Let go of the file."""
        with self._lock:
            self._connection.close()

    def check(self) -> None:
        """Read the whole file once. Raises StoreError if it is damaged anywhere."""
        with self._lock, self._explained():
            found = self._connection.execute("PRAGMA quick_check(1)").fetchone()[0]
        if found != "ok":
            raise StoreError(f"{self.path}: {_damaged(found)}")

    def __enter__(self) -> Store:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    @contextmanager
    def _explained(self) -> Iterator[None]:
        """SQLite's and the system's errors, as one line that names the file."""
        try:
            yield
        except sqlite3.IntegrityError:
            raise
        except (sqlite3.Error, OSError) as error:
            raise StoreError(f"{self.path}: {_plain(error)}") from None
        except (ValueError, KeyError, TypeError) as error:
            if isinstance(error, json.JSONDecodeError):
                raise StoreError(f"{self.path}: {_damaged(error)}") from None
            raise

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """Everything inside happens at once or not at all, and no other process writes in between."""
        with self._lock, self._explained():
            if self._depth == 0:
                self._connection.execute("BEGIN IMMEDIATE")
            self._depth += 1
            try:
                yield
            except BaseException:
                self._depth -= 1
                if self._depth == 0 and self._connection.in_transaction:
                    self._connection.execute("ROLLBACK")
                raise
            self._depth -= 1
            if self._depth == 0:
                self._connection.execute("COMMIT")

    # Resources

    def create(
        self,
        type: str,
        urn: str,
        inputs: Mapping[str, Any],
        outputs: Mapping[str, Any],
        id: str,
        *,
        claims: Iterable[str] = (),
        secret: Iterable[str] = (),
        provider: str = "",
        region: str = "",
    ) -> Record:
        """Add a resource; Conflict if the id or one of the names it claims is taken."""
        created = time.time()
        row = (id, type, urn, _dump(inputs), _dump(outputs), _dump(list(secret)), created, provider, region)
        with self.transaction():
            try:
                self._connection.execute(
                    "INSERT INTO resources"
                    " (id, type, urn, inputs, outputs, secret, created, provider, region)"
                    " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
                    row,
                )
            except sqlite3.IntegrityError:
                raise Conflict(f"{id} already exists") from None
            self.answered(id)  # what was asked of a former one under this id is history
            self._hold(id, claims)
            self._link(id, inputs)
        return Record(id, urn, type, dict(inputs), dict(outputs), created, tuple(secret), provider, region)

    def get(self, id: str) -> Record | None:
        """The resource with this id, or None."""
        rows = self._rows(_SELECT + "WHERE id = ?", (id,))
        return rows[0] if rows else None

    def list(self, type: str | None = None) -> _Records:
        """All resources, or those of one type, oldest first."""
        if type is None:
            return self._rows(_SELECT + "ORDER BY number", ())
        return self._rows(_SELECT + "WHERE type = ? ORDER BY number", (type,))

    def created(self, urn: str) -> _Records:
        """What was created for this URN and still exists, newest last. Several while one is replaced."""
        return self._rows(_SELECT + "WHERE urn = ? ORDER BY number", (urn,))

    def users(self, id: str, type: str | None = None) -> _Records:
        """The resources whose inputs name this id, or those of one type among them."""
        named = _SELECT + "WHERE id IN (SELECT id FROM links WHERE target = ?) "  # noqa: S608 constants only
        if type is None:
            return self._rows(named + "ORDER BY number", (id,))
        return self._rows(named + "AND type = ? ORDER BY number", (id, type))

    def count(self, type: str) -> int:
        """How many resources of this type there are."""
        with self._lock, self._explained():
            row = self._connection.execute(
                "SELECT count(*) FROM resources WHERE type = ?", (type,)
            ).fetchone()
        return int(row[0])

    def is_empty(self) -> bool:
        """Whether there is no resource that a Pulumi program made."""
        with self._lock, self._explained():
            found = self._connection.execute("SELECT 1 FROM resources WHERE urn != '' LIMIT 1").fetchone()
        return found is None

    def update(
        self,
        id: str,
        inputs: Mapping[str, Any],
        outputs: Mapping[str, Any],
        *,
        claims: Iterable[str] | None = None,
        secret: Iterable[str] | None = None,
    ) -> None:
        """Write a resource anew; NotFound if it doesn't exist. `claims` None keeps the names it holds."""
        with self.transaction():
            done = self._connection.execute(
                "UPDATE resources SET inputs = ?, outputs = ? WHERE id = ?",
                (_dump(inputs), _dump(outputs), id),
            )
            if done.rowcount == 0:
                raise NotFound(f"{id} does not exist")
            if secret is not None:
                self._connection.execute(
                    "UPDATE resources SET secret = ? WHERE id = ?", (_dump(list(secret)), id)
                )
            if claims is not None:
                self._connection.execute("DELETE FROM claims WHERE id = ?", (id,))
                self._hold(id, claims)
            self._connection.execute("DELETE FROM links WHERE id = ?", (id,))
            self._link(id, inputs)

    def hand_over(self, id: str, urn: str = "", provider: str = "") -> None:
        """Say who looks after a resource from now on: a program's resource, or nobody."""
        with self.transaction():
            self._connection.execute(
                "UPDATE resources SET urn = ?, provider = ? WHERE id = ?", (urn, provider, id)
            )
            self.answered(id)  # what was asked by whoever had it before is history

    def delete(self, id: str) -> bool:
        """Remove a resource; False if it was not there."""
        with self.transaction():
            done = self._connection.execute("DELETE FROM resources WHERE id = ?", (id,))
            self._connection.execute("DELETE FROM claims WHERE id = ?", (id,))
            self._connection.execute("DELETE FROM links WHERE id = ?", (id,))
        return done.rowcount > 0

    def holder(self, claim: str) -> str | None:
        """The id of the resource that holds this name, or None."""
        with self._lock, self._explained():
            row = self._connection.execute(
                "SELECT id FROM claims JOIN resources USING (id) WHERE claim = ?", (claim,)
            ).fetchone()
        return row[0] if row else None

    def _hold(self, id: str, claims: Iterable[str]) -> None:
        for claim in claims:
            holder = self.holder(claim)
            if holder is not None:
                raise Conflict(f"{claim.rpartition('|')[2]!r} already exists ({holder})")
            # Whoever emptied the store by hand may have left the names of what is gone.
            self._connection.execute("INSERT OR REPLACE INTO claims VALUES (?, ?)", (claim, id))

    def _link(self, id: str, inputs: Mapping[str, Any]) -> None:
        targets = set(_ocids(inputs)) - {id}
        self._connection.executemany("INSERT INTO links VALUES (?, ?)", [(target, id) for target in targets])

    def _rows(self, query: str, values: tuple[str, ...]) -> _Records:
        with self._lock, self._explained():
            return [_record(row) for row in self._connection.execute(query, values)]

    def generation(self) -> int:
        """A number that is another one after every change of any resource, by any process."""
        return int(self.setting("generation") or 0)

    def clear(self) -> None:
        """Remove everything that was created, in one step; who uses the store goes on with an empty one.

        The store's mark and its tenancy stay, so that ids of what is gone are known as such.
        """
        with self.transaction():
            tables = self._connection.execute(
                "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'"
            ).fetchall()
            for (name,) in tables:
                if name != "settings":
                    self._connection.execute(f'DELETE FROM "{name}"')  # noqa: S608 a table's own name
            self._connection.execute(
                "DELETE FROM settings WHERE key NOT IN ('mark', 'tenancy', 'generation')"
            )
            self._connection.execute("UPDATE settings SET value = value + 1 WHERE key = 'generation'")

    # Tables of services

    def define(self, schema: str) -> None:
        """Make tables that a service keeps here for its own data, such as messages of queues.

        `schema` is `CREATE TABLE IF NOT EXISTS …` statements, separated by semicolons.
        """
        if schema in self._defined:
            return
        with self.transaction():
            for statement in schema.split(";"):
                self._connection.execute(statement)
        if self._depth == 0:  # otherwise the transaction around may still be rolled back
            self._defined.add(schema)

    def select(self, query: str, values: Iterable[Any] = ()) -> _Rows:
        """The rows of a query on such tables."""
        with self._lock, self._explained():
            return self._connection.execute(query, tuple(values)).fetchall()

    def execute(self, statement: str, values: Iterable[Any] = ()) -> int:
        """Change such tables; how many rows were. Part of the transaction that is open, else one of its
        own."""
        with self.transaction():
            return self._connection.execute(statement, tuple(values)).rowcount

    # Images

    def add_image(
        self, digest: str, tag: str, *, ref: str, platforms: Iterable[str], context: str, pushed: bool
    ) -> Image:
        """Note that a tag (empty for an image without one) now also stands for this digest."""
        image = Image(digest, tag, ref, tuple(platforms), context, pushed, time.time())
        with self.transaction():
            self._connection.execute(
                "INSERT OR REPLACE INTO images VALUES (?, ?, ?, ?, ?, ?, ?)",
                (digest, tag, ref, _dump(image.platforms), context, int(pushed), image.created),
            )
        return image

    def image(self, digest: str) -> Image | None:
        """The image with this digest (`sha256:…`), or None; the newest tag of it."""
        found = self._images("WHERE digest = ? ORDER BY created DESC LIMIT 1", (digest,))
        return found[0] if found else None

    def tagged(self, tag: str) -> Image | None:
        """What a tag stands for now: the image pushed to it last."""
        found = self._images("WHERE tag = ? ORDER BY created DESC LIMIT 1", (tag,))
        return found[0] if found else None

    def images(self) -> _Images:
        """All images, oldest first."""
        return self._images("ORDER BY created", ())

    def remove_image(self, digest: str, tag: str) -> None:
        """Forget one tag of a digest."""
        with self.transaction():
            self._connection.execute("DELETE FROM images WHERE digest = ? AND tag = ?", (digest, tag))

    def _images(self, rest: str, values: tuple[str, ...]) -> _Images:
        with self._lock, self._explained():
            return [_image(row) for row in self._connection.execute(_SELECT_IMAGE + rest, values)]

    # Answers

    def unanswered(self) -> dict[str, str]:
        """Updates and deletes that were written and perhaps never answered: id -> `update` or `delete`."""
        with self._lock, self._explained():
            return dict(self._connection.execute("SELECT id, operation FROM unanswered"))

    def owe_answer(self, id: str, operation: str) -> None:
        """Note an update or delete in the transaction that writes it."""
        with self.transaction():
            self._connection.execute("INSERT OR REPLACE INTO unanswered VALUES (?, ?)", (id, operation))

    def answered(self, id: str) -> None:
        """Whoever asked knows by now."""
        with self.transaction():
            self._connection.execute("DELETE FROM unanswered WHERE id = ?", (id,))

    def await_save(self, id: str, urn: str) -> None:
        """Whoever asked for an update or delete knows by now, and keeps it in memory until the run ends."""
        self.define(_UNSAVED)
        with self.transaction():
            self._connection.execute(
                "INSERT OR REPLACE INTO unsaved SELECT id, operation, ?, ? FROM unanswered WHERE id = ?",
                (urn, time.time(), id),
            )
            self.answered(id)

    def unsaved(self, urns: str) -> dict[str, str]:
        """Updates and deletes under URNs that begin so, which no state may have: id -> operation."""
        self.define(_UNSAVED)
        query = "SELECT id, operation FROM unsaved WHERE substr(urn, 1, ?) = ?"
        return dict(self.select(query, (len(urns), urns)))

    def saved(self, urns: str, until: float) -> None:
        """The state of these URNs was written at that time (seconds since 1970) by a run that ended."""
        self.define(_UNSAVED)
        self.execute(
            "DELETE FROM unsaved WHERE substr(urn, 1, ?) = ? AND written <= ?", (len(urns), urns, until)
        )

    # Settings

    def setting(self, key: str) -> str | None:
        """A value kept under a name, or None."""
        with self._lock, self._explained():
            row = self._connection.execute("SELECT value FROM settings WHERE key = ?", (key,)).fetchone()
        return row[0] if row else None

    def set_setting(self, key: str, value: str) -> None:
        """Keep a value under a name."""
        with self.transaction():
            self._connection.execute("INSERT OR REPLACE INTO settings VALUES (?, ?)", (key, value))

    def count_up(self, key: str) -> int:
        """Count one use under a name; how many there were, this one included. Counts across processes."""
        with self.transaction():
            number = int(self.setting(key) or 0) + 1
            self.set_setting(key, str(number))
        return number

    def take(self, key: str, most: int) -> bool:
        """Count one use under a name; False once it was used `most` times. Counts across processes."""
        with self.transaction():
            if int(self.setting(key) or 0) >= most:
                return False
            self.count_up(key)
        return True


def _record(row: tuple[Any, ...]) -> Record:
    id, urn, type, inputs, outputs, created, secret, provider, region = row
    closed = tuple(json.loads(secret))
    return Record(id, urn, type, json.loads(inputs), json.loads(outputs), created, closed, provider, region)


def _image(row: tuple[Any, ...]) -> Image:
    digest, tag, ref, platforms, context, pushed, created = row
    return Image(digest, tag, ref, tuple(json.loads(platforms)), context, bool(pushed), created)


def _fresh_mark() -> str:
    return base64.b32encode(hashlib.sha256(secrets.token_bytes(16)).digest()).decode().lower()[:8]


def _dump(value: Any) -> str:
    return json.dumps(value, separators=(",", ":"), ensure_ascii=False)


def _ocids(value: Any) -> Iterator[str]:
    """Every string below `value` that looks like an OCID."""
    if isinstance(value, str):
        if value.startswith("ocid1."):
            yield value
    elif isinstance(value, Mapping):
        for item in value.values():
            yield from _ocids(item)
    elif isinstance(value, (list, tuple)):
        for item in value:
            yield from _ocids(item)


def _damaged(what: object) -> str:
    return f"the store is damaged ({what}); {_WAY_BACK}"


def _plain(error: Exception) -> str:
    """What to tell a person about an error of SQLite or of the file system."""
    text = str(error).strip() or type(error).__name__
    low = text.lower()
    if "not a database" in low or "malformed" in low or "corrupt" in low or "no such" in low:
        return _damaged(text)
    if "readonly" in low or "read-only" in low or "permission" in low or "unable to open" in low:
        return f"the store cannot be written ({text})"
    if "full" in low or "no space" in low:
        return f"no space left for the store ({text})"
    if "locked" in low or "busy" in low:
        return f"another process keeps the store locked ({text})"
    return f"the store cannot be used ({text})"
