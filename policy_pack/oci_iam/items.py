"""Statements as they were found in an input, each with its place. Nothing here reads files or judges."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any, NamedTuple

from oci_iam.directory import Directory, DynamicGroup
from oci_iam.policy import Policy
from oci_iam.unknowns import Parts, read_parts, written

__all__ = ["Item", "Place", "Source", "policy_of"]


class Place(NamedTuple):
    """Where a statement stands: the input's name, its line there (from 1, None where it has none), the
    address of the resource that holds it, and which entry of that resource it is."""

    file: str
    line: int | None = None
    address: str = ""
    entry: str = ""

    def __str__(self) -> str:
        """How a sentence names it."""
        where = self.file if self.line is None else f"{self.file}:{self.line}"
        return ": ".join(part for part in (where, self.address, self.entry) if part)


@dataclass(frozen=True, slots=True)
class Item:
    """One statement with its place.

    ``problem`` says why there is nothing to judge (``text`` is then empty) and ``instead`` what to do about
    it; ``fields`` are those given beside it; ``policy`` is the same for statements that share aliases.
    ``parts`` are the pieces of a text of which something is not known, empty where all of it is; of several
    ``alternatives`` only one will be the text, and nobody knows which.
    """

    text: str
    place: Place
    policy: str
    problem: str = ""
    fields: dict[str, Any] = field(default_factory=dict)
    parts: Parts = ()
    alternatives: tuple[Parts, ...] = ()
    instead: str = "Write the statement as a plain string."

    @property
    def readable(self) -> str | None:
        """The text as other statements are held against it: with stand-ins for what is not known. None where
        it has no reading."""
        if self.problem or self.alternatives:
            return None
        if not self.parts:
            return self.text
        reading = read_parts(self.parts)
        return None if reading is None else reading.text

    @property
    def stands_for(self) -> Mapping[str, str]:
        """What each stand-in of the readable text means."""
        reading = read_parts(self.parts) if self.parts else None
        return {} if reading is None else reading.stands_for

    @classmethod
    def of_parts(
        cls,
        parts: Parts,
        place: Place,
        policy: str,
        alternatives: tuple[Parts, ...] = (),
        more: Mapping[str, Any] = MappingProxyType({}),
    ) -> Item:
        """An item whose text may hold what is not known; that is shown as ``${expression}``."""
        text = written(parts)
        known = all(isinstance(part, str) for part in parts)
        fields = {"statement": text, **more}
        return cls(text, place, policy, "", fields, () if known else parts, alternatives)


@dataclass(frozen=True, slots=True)
class Source:
    """What one input holds for IAM: each statement as an item; policies and dynamic groups for questions
    about sets. ``is_export`` marks a form that says what exists, and so may rightly hold no statement;
    ``directory`` is what it says of who and what exists, and ``is_tenancy`` that there is nothing else."""

    name: str
    items: tuple[Item, ...]
    policies: tuple[Policy, ...] = ()
    dynamic_groups: tuple[DynamicGroup, ...] = ()
    is_export: bool = False
    directory: Directory | None = None
    is_tenancy: bool = False

    @property
    def stands_for(self) -> Mapping[str, str]:
        """What the stand-ins in its policies mean."""
        return {text: meaning for item in self.items for text, meaning in item.stands_for.items()}


def policy_of(items: Iterable[Item], attached: str, name: str) -> Policy:
    """The policy of some items: of each that can be read, the text."""
    return Policy(attached, tuple(text for item in items if (text := item.readable) is not None), name)
