"""What programs marked as secret, kept out of logs, traces and what commands print.

The store must keep these values, since a service would; no other file needs them. A value that was deleted
from the store is no longer known.
"""

from __future__ import annotations

import json
import re
import threading
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from sandbox.cloud.store import Store

SHOWN = "[secret]"
# A shorter value is a part of too many words; one that is not long is hidden where it stands alone.
_SHORTEST, _LONG = 4, 8


class KeptSecrets:
    """The secret values in the store of a sandbox's folder; read anew after a change. Whoever has the store
    open anyway gives it."""

    def __init__(self, folder: Path, store: Store | None = None) -> None:
        self._path = folder / "store.db"
        self._store = store
        self._lock = threading.Lock()
        self._seen: object = None
        self._pattern: re.Pattern[str] | None = None

    def hide(self, text: str) -> str:
        """The text without any of the values. Raises `StoreError` where the store cannot be read."""
        pattern = self._current()
        return text if pattern is None else pattern.sub(SHOWN, text)

    def hide_in(self, value: Any) -> Any:
        """Data without them, wherever a string is."""
        pattern = self._current()
        return value if pattern is None else _hidden(value, pattern)

    def _current(self) -> re.Pattern[str] | None:
        seen = self._stamp()
        with self._lock:
            if seen != self._seen:
                self._pattern, self._seen = self._read(), seen
            return self._pattern

    def _stamp(self) -> object:
        if self._store is not None:
            return self._store.generation()
        return [_stamp(self._path.with_name(self._path.name + end)) for end in ("", "-wal")]

    def _read(self) -> re.Pattern[str] | None:
        if self._store is not None:
            return _pattern(self._store)
        if not self._path.exists():
            return None
        with Store(self._path) as store:
            return _pattern(store)


def places(inputs: Mapping[str, Any], is_secret: type) -> list[str]:
    """Where values of a type are among inputs: the top-level names, then for each that lies deeper the place
    itself, as a JSON pointer (RFC 6901)."""
    found = [tuple(path) for name, value in inputs.items() for path in _paths(value, [name], is_secret)]
    deeper = ["".join(f"/{_escaped(part)}" for part in path) for path in found if len(path) > 1]
    return [*dict.fromkeys(path[0] for path in found), *deeper]


def values(inputs: Mapping[str, Any], secret: Sequence[str]) -> Iterator[str]:
    """The secret strings among a resource's inputs, by the places that are noted of it."""
    pointers = [place for place in secret if place.startswith("/")]
    for place in secret:
        if place in pointers:
            yield from _strings(_at(inputs, place))
        elif not any(pointer.startswith(f"/{_escaped(place)}/") for pointer in pointers):
            yield from _strings(inputs.get(place))


def _paths(value: Any, path: list[str], is_secret: type) -> Iterator[list[str]]:
    if isinstance(value, is_secret):
        yield path
    elif isinstance(value, Mapping):
        for key, item in value.items():
            yield from _paths(item, [*path, str(key)], is_secret)
    elif isinstance(value, list):
        for index, item in enumerate(value):
            yield from _paths(item, [*path, str(index)], is_secret)


def _escaped(part: str) -> str:
    return part.replace("~", "~0").replace("/", "~1")


def _at(value: Any, pointer: str) -> Any:
    """What a pointer leads to; None where the service keeps less than it was sent."""
    for part in pointer.split("/")[1:]:
        if isinstance(value, Mapping):
            value = value.get(part.replace("~1", "/").replace("~0", "~"))
        elif isinstance(value, list) and part.isdigit() and int(part) < len(value):
            value = value[int(part)]
        else:
            return None
    return value


def _strings(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        for item in value.values():
            yield from _strings(item)
    elif isinstance(value, list):
        for item in value:
            yield from _strings(item)


def _stamp(path: Path) -> tuple[int, int] | None:
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_mtime_ns, found.st_size


def _pattern(store: Store) -> re.Pattern[str] | None:
    rows = store.select("SELECT inputs, secret FROM resources WHERE secret NOT IN ('', '[]')")
    found = {one for inputs, secret in rows for one in values(json.loads(inputs), json.loads(secret))}
    # Logs hold JSON, where a quote or a letter that is not ASCII is written in another way.
    spelt = {form for one in found for form in (one, json.dumps(one)[1:-1])}
    return _any_of(form for form in spelt if len(form) >= _SHORTEST)


def _any_of(forms: Iterable[str]) -> re.Pattern[str] | None:
    longest_first = sorted(forms, key=lambda form: (-len(form), form))
    return re.compile("|".join(map(_form, longest_first))) if longest_first else None


def _form(form: str) -> str:
    """One value as a pattern; what people are shown may be broken at its spaces."""
    words = r"\s+".join(re.escape(word) for word in re.split(r"\s+", form))
    return words if len(form) >= _LONG else rf"(?<![A-Za-z0-9]){words}(?![A-Za-z0-9])"


def _hidden(value: Any, pattern: re.Pattern[str]) -> Any:
    if isinstance(value, str):
        return pattern.sub(SHOWN, value)
    if isinstance(value, Mapping):
        return {pattern.sub(SHOWN, str(key)): _hidden(item, pattern) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_hidden(item, pattern) for item in value]
    return value
