"""Reads the catalogue's one table: a row for each resource-type, in text files by area beside this module.

A file is made of sections; a blank line ends one. A section begins with what its rows share:

    service  Object Storage
    page     Details for Object Storage, Archive Storage, and Data Transfer
    mark     DOC
    family   object-family
    target   =target.bucket.name target.bucket.tag.*

and then has rows of cells with bars between them: the name, what inspect, read, use and manage each add, and
what differs from the section:

    objects object | OBJECT_INSPECT | +OBJECT_READ | OBJECT_OVERWRITE | OBJECT_CREATE | target.object.name

Further words in the first cell are other spellings of the name. A permission that `use` or `manage` adds is
guarded (it reads or changes data, secrets, keys, code, identity or configuration, or runs something) and what
`inspect` or `read` adds is not, unless `+` or `-` before it says the contrary. Words of the last cell: a
variable (`=` before it where its literals name one target), `notarget` (none of the section's), `tenancy`
(OCI takes the type only there), a mark. Each row is a member of every family of its section. `family-only` is
a family that is the narrowest documented form; `known` lists names of which nothing more is stated; `also`
gives variables that none of the section's types has.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import lru_cache
from pathlib import Path
from typing import Literal, NamedTuple, TypeAlias, cast, get_args

__all__ = ["Mark", "Names", "ResourceType", "Table", "read", "table"]

Names: TypeAlias = tuple[str, ...]
Mark: TypeAlias = Literal["DOC", "PUBLIC", "UNCONFIRMED"]
_MARKS = frozenset(get_args(Mark))
_WORDS = _MARKS | {"notarget", "tenancy"}


class ResourceType(NamedTuple):
    """One resource-type, and what each verb adds to the verbs before it.

    ``guarded``: those of its permissions that read or change data, secrets, keys, code, identity or
    configuration, or run something. ``variables``: the target variables that its page documents beside the
    general ones; ``names_target``: those of which a literal names one target. ``tenancy_only``: OCI takes the
    type only in the tenancy. ``mark``: of its permissions, whether an Oracle page was read (DOC), public
    tables or policies show them (PUBLIC), or they are inferred (UNCONFIRMED). ``source``: the page's title.
    """

    name: str
    service: str
    inspect: Names
    read: Names
    use: Names
    manage: Names
    guarded: frozenset[str]
    variables: frozenset[str]
    names_target: frozenset[str]
    tenancy_only: bool
    mark: Mark
    source: str

    @property
    def added(self) -> tuple[Names, Names, Names, Names]:
        """What each verb adds, in the order of the verbs."""
        return self.inspect, self.read, self.use, self.manage

    @property
    def permissions(self) -> Names:
        """All its permissions, in the order of the verbs."""
        return self.inspect + self.read + self.use + self.manage


class Table(NamedTuple):
    """The whole table. ``families``: to their members. ``spellings``: to the name they stand for. ``known``:
    names of which nothing more is stated. ``variables``: what each page documents."""

    rows: dict[str, ResourceType]
    families: dict[str, Names]
    family_only: frozenset[str]
    spellings: dict[str, str]
    known: frozenset[str]
    variables: dict[str, frozenset[str]]


@lru_cache(maxsize=1)
def table() -> Table:
    """The table as read from the files of this package, in the order of their names."""
    texts = [path.read_text("utf-8") for path in sorted(Path(__file__).parent.glob("*.txt"))]
    return read(block for text in texts for block in text.split("\n\n"))


def read(blocks: Iterable[str]) -> Table:
    """The table written in these sections. Raises ValueError, which names the line."""
    rows: dict[str, ResourceType] = {}
    families: dict[str, list[str]] = {}
    family_only: set[str] = set()
    spellings: dict[str, str] = {}
    known: set[str] = set()
    variables: dict[str, frozenset[str]] = {}
    for block in blocks:
        shared, lines = _section(block)
        of_page = {variable.lstrip("=") for variable in shared["also"]}
        for line in lines:
            row, others = _row(line, shared)
            if row.name in rows:
                raise ValueError(f"two rows for {row.name}")
            rows[row.name] = row
            spellings.update(dict.fromkeys(others, row.name))
            of_page |= row.variables
        for family in (*shared["family"], *shared["family-only"]):
            families.setdefault(family, []).extend(line.split(None, 1)[0] for line in lines)
        family_only.update(shared["family-only"])
        known.update(shared["known"])
        page = " ".join(shared["page"])
        if of_page:
            variables[page] = variables.get(page, frozenset()) | of_page
    members = {family: tuple(names) for family, names in families.items()}
    return Table(rows, members, frozenset(family_only), spellings, frozenset(known), variables)


_SHARED = ("service", "page", "mark", "family", "family-only", "target", "known", "also")


def _section(block: str) -> tuple[dict[str, list[str]], list[str]]:
    """What the rows of a section share, by key, and its rows."""
    shared: dict[str, list[str]] = {key: [] for key in _SHARED}
    lines = []
    for line in block.split("\n"):
        if not line or line[0] == "#":
            continue
        if "|" in line:
            lines.append(line)
            continue
        key, *words = line.split()
        if key not in shared:
            raise ValueError(f"expected one of {', '.join(_SHARED)} or a row, found: {line}")
        shared[key] += words
    if lines and not (shared["service"] and shared["page"] and shared["mark"]):
        raise ValueError(f"a row without service, page and mark: {lines[0]}")
    return shared, lines


def _row(line: str, shared: dict[str, list[str]]) -> tuple[ResourceType, list[str]]:
    """The row of a line, and the other spellings of its name."""
    cells = [cell.split() for cell in line.split("|")]
    if len(cells) not in (5, 6):
        raise ValueError(f"expected 5 or 6 cells, found {len(cells)}: {line}")
    (name, *others), inspect, read, use, manage = cells[:5]
    words = cells[5] if len(cells) == 6 else []
    variables = [word for word in words if "." in word]
    if unknown := [word for word in words if "." not in word and word not in _WORDS]:
        raise ValueError(f"expected a variable, notarget, tenancy or a mark, found {unknown[0]}: {line}")
    if "notarget" not in words:
        variables += shared["target"]
    mark = next((word for word in words if word in _MARKS), shared["mark"][0])
    row = ResourceType(
        name,
        " ".join(shared["service"]),
        _plain(inspect),
        _plain(read),
        _plain(use),
        _plain(manage),
        frozenset(_guarded(inspect + read, use + manage)),
        frozenset(_plain(variables)),
        frozenset(word[1:] for word in variables if word[0] == "="),
        "tenancy" in words,
        cast("Mark", mark),
        " ".join(shared["page"]),
    )
    return row, others


def _plain(words: Iterable[str]) -> Names:
    return tuple(word.lstrip("+-=") for word in words)


def _guarded(looking: list[str], changing: list[str]) -> Iterator[str]:
    for word in looking:
        if word[0] == "+":
            yield word[1:]
    for word in changing:
        if word[0] != "-":
            yield word.lstrip("+")
