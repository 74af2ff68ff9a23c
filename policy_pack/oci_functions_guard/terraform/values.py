"""What an expression of Terraform is reduced to: a known value, or what is known of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

from oci_iam.unknowns import Parts, Unknown

__all__ = ["Either", "Known", "Listed", "Mapped", "Opaque", "Rest", "Text", "Value", "as_text", "texts"]


@dataclass(frozen=True, slots=True)
class Text:
    """A string, of which pieces may be unknown."""

    parts: Parts

    @property
    def known(self) -> str | None:
        """The string, where all of it is known."""
        if all(isinstance(part, str) for part in self.parts):
            return "".join(part for part in self.parts if isinstance(part, str))
        return None


@dataclass(frozen=True, slots=True)
class Opaque:
    """A value of which nothing is known but where it comes from."""

    unknown: Unknown


@dataclass(frozen=True, slots=True)
class Rest:
    """Any number of elements of a list, of which nothing is known but where they come from."""

    unknown: Unknown


@dataclass(frozen=True, slots=True)
class Listed:
    """A list, a set or a tuple, its elements with the line each was written on."""

    elements: tuple[tuple[Value, int], ...]

    @property
    def is_whole(self) -> bool:
        """Whether every element is there."""
        return not any(isinstance(value, Rest) for value, _ in self.elements)


@dataclass(frozen=True, slots=True)
class Known:
    """A number, a truth value or null."""

    value: bool | int | float | None


@dataclass(frozen=True, slots=True)
class Mapped:
    """An object or a map, all of whose keys are known."""

    values: tuple[tuple[str, Value, int], ...]


@dataclass(frozen=True, slots=True)
class Either:
    """One of several values, and it is not known which."""

    values: tuple[Value, ...]


Value: TypeAlias = Text | Opaque | Rest | Listed | Known | Mapped | Either

_MOST = 32
"""How many ways a string may turn out are told apart."""


def as_text(value: Value) -> Text | None:
    """A value as a template shows it; None for one that no template takes."""
    if isinstance(value, Text):
        return value
    if isinstance(value, Opaque):
        return Text((value.unknown,))
    if isinstance(value, Known) and value.value is not None:
        shown = str(value.value)
        return Text((shown.lower() if isinstance(value.value, bool) else shown,))
    return None


def texts(value: Value) -> tuple[Text, ...] | None:
    """Every string the value may be; None where that is not certain."""
    if isinstance(value, Either):
        found: list[Text] = []
        for one in value.values:
            inner = texts(one)
            if inner is None or len(found) + len(inner) > _MOST:
                return None
            found += inner
        return tuple(dict.fromkeys(found))
    text = as_text(value)
    return None if text is None else (text,)
