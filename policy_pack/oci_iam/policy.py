"""One policy: its statements, where it is attached, and the aliases its own `define` statements give."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple

from oci_iam._parser import parse
from oci_iam.statement import Statement

__all__ = ["Aliases", "Policy", "aliases_of", "read"]


@dataclass(frozen=True, slots=True)
class Policy:
    """One policy resource: its statements and the compartment it is attached to."""

    compartment_id: str
    statements: tuple[str, ...]
    name: str = ""

    def __str__(self) -> str:
        """How a sentence names it."""
        return f"policy '{self.name}'" if self.name else "an unnamed policy"


read = lru_cache(maxsize=8192)(parse)
"""``parse`` with a memory: the same few statements are asked about again and again."""


class Aliases(NamedTuple):
    """The names, folded, that define statements give to OCIDs: those of groups and dynamic groups, and those
    of compartments and tenancies. A name given twice with two OCIDs means nothing."""

    groups: dict[str, str]
    places: dict[str, str]


_CONTRADICTORY = "(contradictory)"
"""In place of an OCID; nothing has it."""


@lru_cache(maxsize=1024)
def aliases_of(statements: tuple[str, ...]) -> Aliases:
    """What a policy's own define statements say."""
    aliases = Aliases({}, {})
    for text in statements:
        statement = read(text)
        if isinstance(statement, Statement) and statement.definition is not None:
            defined = statement.definition
            named = aliases.groups if defined.kind in ("group", "dynamic-group") else aliases.places
            name = defined.name.casefold()
            named[name] = defined.id if named.get(name, defined.id) == defined.id else _CONTRADICTORY
    return aliases
