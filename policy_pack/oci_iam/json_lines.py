"""The line of each value in a JSON document, and the keys that an object has more than once.

Reads documents that the decoder of the standard library has taken already. Does not judge them.
"""

from __future__ import annotations

import json
import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from typing import Final, TypeAlias

__all__ = ["Path", "line_of", "lines"]

Path: TypeAlias = tuple[str | int, ...]
"""The keys and indices that lead to a value."""

_TOKEN: Final = re.compile(r'"(?:[^"\\]|\\.)*"|[{}\[\]:,]|[^\s{}\[\]:,"]+')


def lines(text: str) -> Mapping[Path, Sequence[int]]:
    """The lines of every value by its path: those of its key where it has one, each time that is given."""
    found: dict[Path, list[int]] = defaultdict(list)
    for path, line in _values(text):
        found[path].append(line)
    return found


def line_of(found: Mapping[Path, Sequence[int]], path: Path) -> int:
    """The line of the value at this path, or of the nearest one around it; the last of several."""
    while path and path not in found:
        path = path[:-1]
    return found[path][-1] if path in found else 1


def _values(text: str) -> Iterator[tuple[Path, int]]:
    """Every value with its path, from the document's own (the empty path) inwards."""
    steps: list[str | int] = []  # the key or index that each open object or list is at
    open_: list[str] = []
    line, at, key_line = 1, 0, 0
    expects_key = False
    for match in _TOKEN.finditer(text):
        line += text.count("\n", at, match.start())
        at = match.start()
        part = match[0]
        if part == ":":
            expects_key = False
        elif part == ",":
            if open_[-1] == "[":
                steps[-1] = int(steps[-1]) + 1
            expects_key = open_[-1] == "{"
        elif part in "}]":
            open_.pop()
            steps.pop()
            expects_key = False
        elif expects_key:
            steps[-1], key_line = json.loads(part, strict=False), line
        else:
            yield tuple(steps), key_line if open_ and open_[-1] == "{" else line
            if part in "{[":
                open_.append(part)
                steps.append("" if part == "{" else 0)
                expects_key = part == "{"
