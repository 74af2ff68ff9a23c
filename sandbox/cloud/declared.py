"""Rules that can be said as data: which values a service takes at a place, and which names it keeps unique.

A rule that needs more is a class of its service. Only what is documented is said, so that no program that OCI
takes is refused.
"""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

from sandbox.cloud.call import Call
from sandbox.cloud.errors import Conflict, InvalidParameter
from sandbox.cloud.service_rules import Rules
from sandbox.cloud.store import Record

Check = Callable[[Any], str]
"""What is expected of a value that does not fit; empty where it fits."""


def one_of(*allowed: str) -> Check:
    """One of these texts, in any case."""
    known = {each.lower() for each in allowed}
    return lambda value: "" if str(value).lower() in known else f"one of {', '.join(allowed)}"


def between(least: float, most: float, step: int = 0) -> Check:
    """A number in a range, that steps lead to where a step is given."""

    def check(value: Any) -> str:
        try:
            number = float(value)
        except (TypeError, ValueError):
            return f"{least:g} to {most:g}"
        fits = least <= number <= most and (not step or number % step == 0)
        return "" if fits else f"{least:g} to {most:g}{f' in steps of {step}' if step else ''}"

    return check


def formed(pattern: str, what: str) -> Check:
    """A text of a form."""
    wanted = re.compile(pattern)
    return lambda value: "" if wanted.fullmatch(str(value)) else what


def block(value: Any) -> str:
    """A block of addresses."""
    try:
        ipaddress.ip_network(str(value))
    except ValueError:
        return "a CIDR block"
    return ""


def address(value: Any) -> str:
    """An address of either version."""
    try:
        ipaddress.ip_address(str(value))
    except ValueError:
        return "an IP address"
    return ""


class Declared(Rules):
    """The rules of a type, as data. Places are dotted paths, the same for every item of a list."""

    def __init__(
        self,
        checks: Mapping[str, Check] | None = None,
        unique: str = "",
        used_by: Mapping[str, str] | None = None,
    ) -> None:
        self.checks = dict(checks or {})
        self.unique = unique
        """What nobody else may have: text with inputs in braces, compared without letter case."""
        self.used_by = dict(used_by or {})
        """Types that keep a resource from being deleted as long as they name it -> what they are called."""

    def claims(self, call: Call) -> Iterable[str]:
        fields = re.findall(r"\{(\w+)\}", self.unique)
        values = {name: call.inputs.get(name, "") for name in fields}
        if fields and all(values[name] not in (None, "") for name in fields):
            yield f"{call.type}|{self.unique.format(**values).lower()}"

    def write(self, call: Call) -> None:
        for place, check in self.checks.items():
            for value in _at(call.inputs, place.split(".")):
                expected = check(value)
                if expected:
                    found = "another value" if "assword" in place else repr(value)
                    raise InvalidParameter(f"{place}: expected {expected}, found {found}")

    def delete(self, call: Call) -> None:
        for user in call.store.users(call.id):
            what = self.used_by.get(user.type)
            if what:
                raise in_use(call.id, what, user)


def in_use(id: str, what: str, user: Record) -> Conflict:
    """Why something cannot be deleted."""
    return Conflict(f"{id} is in use by {what} {user.id}")


def _at(value: Any, parts: list[str]) -> Iterator[Any]:
    """Every value at a path; those that nobody gave are not there."""
    if isinstance(value, list):
        for each in value:
            yield from _at(each, parts)
    elif not parts:
        if value is not None:
            yield value
    elif isinstance(value, Mapping):
        yield from _at(value.get(parts[0]), parts[1:])
