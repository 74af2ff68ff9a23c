"""Variables in a Dockerfile: `$NAME`, `${NAME}`, `${NAME:-default}`, `${NAME:+instead}`."""

from __future__ import annotations

import re
import shlex
from collections.abc import Mapping

_VARIABLE = re.compile(
    r"\\(?P<escaped>\$)|\$(?:(?P<plain>\w+)|\{(?P<name>\w+)(?::?(?P<how>[-+])(?P<other>[^}]*))?\})"
)


def substituted(text: str, values: Mapping[str, str]) -> str:
    """The text with its variables replaced; one without a value is empty, as Docker has it."""

    def value(found: re.Match[str]) -> str:
        if found["escaped"]:
            return "$"
        known = values.get(found["plain"] or found["name"], "")
        if found["how"] == "-":
            return known or substituted(found["other"], values)
        if found["how"] == "+":
            return substituted(found["other"], values) if known else ""
        return known

    return _VARIABLE.sub(value, text)


def words_of(text: str) -> list[str]:
    """A line's words as a shell splits them; by its spaces where a quote has no end."""
    try:
        return shlex.split(text)
    except ValueError:
        return text.split()


def assignments(rest: str, values: Mapping[str, str]) -> dict[str, str]:
    """Of `ENV a=1 b="two words"`, `ENV a two words`, `ARG a=1`; a name alone (ARG) is left out."""
    first, _, after = rest.partition(" ")
    if "=" not in first:
        return {first: substituted(after.strip(), values)} if after.strip() else {}
    pairs = (word.partition("=") for word in words_of(substituted(rest, values)))
    return {name: value for name, equals, value in pairs if equals}
