"""API operations: what each needs, by name and by words.

The rows stand in `operations.txt` beside this module and are read when first asked for. `OPERATIONS` are
those of Functions alone, for whoever reads `request.operation` in a condition about functions: judging reads
no file for them, and a test holds both together.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from functools import lru_cache
from pathlib import Path
from types import MappingProxyType
from typing import NamedTuple

from oci_iam.catalogue.types import resource_type

__all__ = ["OPERATIONS", "Operation", "find", "named", "near", "operations"]

OPERATIONS: Mapping[str, str] = MappingProxyType(
    {
        "invokefunction": "FN_INVOCATION",
        **{
            f"{act}{thing}": f"FN_{kind}_{permission}"
            for act, permission in (
                ("create", "CREATE"),
                ("update", "UPDATE"),
                ("delete", "DELETE"),
                ("get", "READ"),
                ("list", "LIST"),
            )
            for kind, things in (
                ("APP", ("app", "apps", "application", "applications")),
                ("FUNCTION", ("function", "functions")),
            )
            for thing in things
        },
    }
)
"""Operation (as in ``request.operation``, lower case) -> the permission it needs: "Details for
Functions", with the spellings of the SDK beside those of the page."""


class Operation(NamedTuple):
    """One way in which an operation is allowed.

    ``names``: its spellings, the first being ``name``. ``permissions``: all that it needs; none where OCI
    asks for none. ``types``: what they are permissions of. ``variables``: the target variables that the call
    carries; ``names_target``: those of which a literal names one target. ``when``: what must hold for this
    way to count, empty where it always does; of the ways of one operation that count any one suffices.
    """

    service: str
    name: str
    names: tuple[str, ...]
    permissions: tuple[str, ...]
    types: tuple[str, ...]
    variables: frozenset[str]
    names_target: frozenset[str]
    phrases: tuple[str, ...]
    when: str
    source: str


@lru_cache(maxsize=1)
def operations() -> tuple[Operation, ...]:
    """All rows, in the order of the file."""
    found = []
    service = source = ""
    for line in Path(__file__).with_name("operations.txt").read_text("utf-8").splitlines():
        word, _, rest = line.partition(" ")
        if word == "service":
            service = rest.strip()
        elif word == "source":
            source = rest.strip()
        elif line and word != "#":
            found.append(_row(line, service, source))
    return tuple(found)


def _row(line: str, service: str, source: str) -> Operation:
    names, permissions, types, carried, phrases, when = (cell.strip() for cell in line.split("|"))
    words = carried.split()
    rows = [row for row in map(resource_type, types.split()) if row]
    if not words:
        variables = frozenset[str]().union(*(row.variables for row in rows))
        targets = frozenset[str]().union(*(row.names_target for row in rows))
    else:
        variables = frozenset(word.lstrip("=") for word in words if word != "none")
        targets = frozenset(word[1:] for word in words if word[0] == "=")
    said = tuple(phrase.strip() for phrase in phrases.split(";"))
    spellings = tuple(names.split())
    needed, about = tuple(permissions.split()), tuple(types.split())
    return Operation(service, spellings[0], spellings, needed, about, variables, targets, said, when, source)


def named(name: str) -> tuple[Operation, ...]:
    """The rows of the operations of this name, in any case: several where what it needs depends, or where
    several services have one of the name."""
    return _by_name().get(name.lower(), ())


@lru_cache(maxsize=1)
def _by_name() -> dict[str, tuple[Operation, ...]]:
    found: dict[str, tuple[Operation, ...]] = {}
    for row in operations():
        for spelling in row.names:
            found[spelling.lower()] = (*found.get(spelling.lower(), ()), row)
    return found


def find(text: str) -> tuple[Operation, ...]:
    """The rows meant by a name or by words: those of the name; else those of which one phrase says just these
    words; else those that have all words somewhere, in name, phrases, service or types."""
    if not text.isascii() or len(text) > _LONGEST:
        return ()
    exact = named(text.strip())
    wanted = _words(text)
    if exact or not wanted:
        return exact
    said = tuple(row for row in operations() if any(_words(phrase) == wanted for phrase in row.phrases))
    return said or tuple(row for row in operations() if wanted <= _vocabulary(row))


def near(text: str) -> tuple[str, ...]:
    """Names of operations that the text may have meant, at most five, best first."""
    from difflib import get_close_matches

    names = {spelling.lower(): row.name for row in operations() for spelling in row.names}
    close = [names[each] for each in get_close_matches(text.strip().lower()[:_LONGEST], names, n=5)]
    wanted = _words(text[:_LONGEST])
    shared = [(len(wanted & _vocabulary(row)), row.name) for row in operations()]
    most = max(count for count, _ in shared)
    some = [name for count, name in shared if count == most] if most else []
    return tuple(dict.fromkeys([*close, *some]))[:5]


_LONGEST = 200
"""How long a text is still looked up; no phrase is half as long."""

_PART = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z0-9]+")
_IDLE = """
a all an and any api at by can do does for from how i in into its my need needs oci of on one onto or
permission permissions some that the to want we what with
"""
_SAYS_NOTHING = frozenset(_IDLE.split())


def _words(text: str) -> frozenset[str]:
    """The words that say something, without case and plural."""
    words = (word.lower() for word in _PART.findall(text.replace("'s", "")))
    return frozenset(_singular(word) for word in words if word not in _SAYS_NOTHING)


def _singular(word: str) -> str:
    if len(word) > 4 and word.endswith("ies"):
        return word[:-3] + "y"
    return word[:-1] if len(word) > 3 and word.endswith("s") and not word.endswith("ss") else word


@lru_cache(maxsize=1024)
def _vocabulary(row: Operation) -> frozenset[str]:
    texts: Iterable[str] = (*row.names, *row.phrases, *row.types, row.service, row.when)
    return frozenset[str]().union(*map(_words, texts))
