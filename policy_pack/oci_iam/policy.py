"""One policy: its statements, where it is attached, and the aliases its own `define` statements give."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple

from oci_iam.directory import full_name
from oci_iam.language.parser import parse
from oci_iam.statement import Member, Statement, Unparsable

__all__ = ["Aliases", "Entry", "Policy", "aliases_of", "entries", "read"]


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
    """What define statements give names to, by folded name: groups and dynamic groups with their domain,
    compartments and tenancies, and every name as it was written. A name given twice with two OCIDs means
    nothing."""

    groups: dict[str, str]
    places: dict[str, str]
    names: dict[str, str]

    def group(self, member: Member) -> str | None:
        """The OCID a member of a subject is an alias of, if it is one."""
        if member.name is None or member.kind not in ("group", "dynamic-group"):
            return None
        return self.groups.get(full_name(member.domain, member.name))


_CONTRADICTORY = "(contradictory)"
"""In place of an OCID; nothing has it."""


@lru_cache(maxsize=1024)
def aliases_of(statements: tuple[str, ...]) -> Aliases:
    """What a policy's own define statements say."""
    aliases = Aliases({}, {}, {})
    for text in statements:
        statement = read(text)
        if isinstance(statement, Statement) and statement.definition is not None:
            defined = statement.definition
            name = defined.name.casefold()
            _note(aliases.names, name, defined.id)
            if defined.kind in ("group", "dynamic-group"):
                domain, slash, own = defined.name.partition("/")
                _note(aliases.groups, full_name(domain, own) if slash else full_name(None, name), defined.id)
            else:
                _note(aliases.places, name, defined.id)
    return aliases


def _note(aliases: dict[str, str], name: str, ocid: str) -> None:
    aliases[name] = ocid if aliases.get(name, ocid) == ocid else _CONTRADICTORY


class Entry(NamedTuple):
    """One text of a policy as it was read, with the policy's aliases."""

    text: str
    read: Statement | Unparsable
    policy: Policy
    aliases: Aliases


def entries(policies: Iterable[Policy]) -> Iterator[Entry]:
    """Every text of every policy, in order."""
    for policy in policies:
        aliases = aliases_of(tuple(policy.statements))
        for text in policy.statements:
            yield Entry(text, read(text), policy, aliases)
