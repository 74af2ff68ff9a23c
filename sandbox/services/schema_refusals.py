"""What inputs are refused because of the facts about their type: by the provider's schema, and by the
service.

The schema's refusals come at preview already, all of them at once; the service's at create and update, where
the real provider's client or the service refuses the first one. Values that are UNKNOWN pass both.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sandbox.cloud import validation
from sandbox.facts import TypeFacts


@dataclass(frozen=True)
class Failure:
    """One input the provider itself refuses, before any service is asked."""

    property: str
    reason: str


Check = Callable[[Any], str]
"""What is wrong with a value; empty where nothing is."""

_WHOLE = re.compile(r"-?[0-9]{1,19}")
_BOUNDS = re.compile(r"([\d.]*?)\.\.(\d*)( items)?")
_HOST = re.compile(r"(?:[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?\.?)+")
_TRUTH = frozenset(["1", "t", "T", "TRUE", "true", "True", "0", "f", "F", "FALSE", "false", "False"])


class Refusals:
    """The refusals of one resource type."""

    def __init__(self, facts: TypeFacts) -> None:
        self._facts = facts
        self._schema = _checks(facts.enums, facts.ranges, facts.exact)
        self._service = _checks(facts.service_enums, facts.service_ranges, frozenset())
        for place in facts.refused:
            self._schema[place] = lambda _: "is computed by the service, and cannot be set"
        for place, way in facts.compared.items():
            if way == "number" and place not in self._schema:
                self._schema[place] = _whole
        # A walk over all inputs is worth its time only where something nested is looked at.
        self._tops = {place.partition(".")[0] for place in self._schema}
        self._service_tops = {place.partition(".")[0] for place in self._service}

    def of_schema(self, inputs: Mapping[str, Any]) -> Iterator[Failure]:
        """Everything the provider's schema refuses."""
        yield from _walk(self._schema, self._tops, inputs)
        for one, other in self._facts.conflicts:
            if _is_given(inputs, one) and _is_given(inputs, other):
                yield Failure(one, f'conflicts with "{other}"')

    def of_service(self, inputs: Mapping[str, Any]) -> Iterator[Failure]:
        """What the service refuses by itself."""
        return _walk(self._service, self._service_tops, inputs)


def _walk(checks: Mapping[str, Check], tops: set[str], inputs: Mapping[str, Any]) -> Iterator[Failure]:
    for name in tops.intersection(inputs):
        yield from _below(checks, name, name, inputs[name])


def _below(checks: Mapping[str, Check], place: str, written: str, value: Any) -> Iterator[Failure]:
    if value is None:
        return
    check = checks.get(place)
    if check is not None and (reason := check(value)):
        yield Failure(written, reason)
    if isinstance(value, Mapping):
        for key, item in value.items():
            yield from _below(checks, f"{place}.{key}", f"{written}.{key}", item)
    elif isinstance(value, list):
        for index, item in enumerate(value):
            if isinstance(item, Mapping | list):
                yield from _items(checks, place, f"{written}[{index}]", item)


def _items(checks: Mapping[str, Check], place: str, written: str, item: Any) -> Iterator[Failure]:
    """Below one item of a list; the list itself was checked."""
    if isinstance(item, list):
        return
    for key, value in item.items():
        yield from _below(checks, f"{place}.{key}", f"{written}.{key}", value)


def _is_given(inputs: Mapping[str, Any], place: str) -> bool:
    """Whether an input has a known value that is no empty list."""
    value: Any = inputs
    for part in place.split("."):
        if not isinstance(value, Mapping):
            return False
        value = value.get(part)
    return isinstance(value, str | bool | int | float | Mapping) or bool(isinstance(value, list) and value)


def _checks(
    enums: Mapping[str, tuple[str, ...]], ranges: Mapping[str, str], exact: frozenset[str]
) -> dict[str, Check]:
    found = {place: _one_of(allowed, is_exact=place in exact) for place, allowed in enums.items()}
    return {**found, **{place: _range(what) for place, what in ranges.items()}}


def _one_of(allowed: tuple[str, ...], *, is_exact: bool) -> Check:
    accepted = frozenset(allowed) if is_exact else frozenset(value.lower() for value in allowed)

    def check(value: Any) -> str:
        for item in value if isinstance(value, list) else (value,):
            if isinstance(item, str) and (item if is_exact else item.lower()) not in accepted:
                return f"expected one of {', '.join(allowed)}, found {item!r}"
        return ""

    return check


def _whole(value: Any) -> str:
    if isinstance(value, str) and _WHOLE.fullmatch(value) is None:
        return f"expected a 64-bit integer, found {value!r}"
    return ""


def _range(what: str) -> Check:
    bounds = _BOUNDS.fullmatch(what)
    if bounds is None:
        return _NAMED[what.partition(":")[0]]
    least = float(bounds[1] or "-inf")
    most = float(bounds[2] or "inf")
    unit = bounds[3] or ""
    said = f"at least {bounds[1]}" if not bounds[2] else f"{bounds[1]} to {bounds[2]}"

    def check(value: Any) -> str:
        size = len(value) if unit and isinstance(value, list) else _number(value)
        return "" if size is None or least <= size <= most else f"expected {said}{unit}, found {size:g}{unit}"

    return check


def _number(value: Any) -> float | None:
    if isinstance(value, str):
        return float(value) if _WHOLE.fullmatch(value) else None
    return value if isinstance(value, int | float) and not isinstance(value, bool) else None


def _says(reason: str, passes: Callable[[Any], bool], kinds: Any = str) -> Check:
    """Refuses values of these kinds that do not pass."""
    return lambda value: "" if not isinstance(value, kinds) or passes(value) else f"{reason}, found {value!r}"


_NAMED: Mapping[str, Check] = {
    "JSON text": lambda value: (
        "contains an invalid JSON"
        if isinstance(value, str) and value and validation.parsed_json(value) is None
        else ""
    ),
    "fully qualified domain name": _says("expected a fully qualified domain name", _HOST.fullmatch),  # type: ignore[arg-type]
    "keys in lower case": lambda value: (
        "expected keys in lower case, found " + ", ".join(key for key in value if key != key.lower())
        if isinstance(value, Mapping) and any(key != key.lower() for key in value)
        else ""
    ),
    "not empty": _says("expected a string that is not empty", bool),
    "path of an existing file": _says(
        "expected the path of a file that exists", lambda text: Path(text).is_file()
    ),
    "text true or false": _says("expected one of true, false", _TRUTH.__contains__),
    "true only": _says("expected true", bool, bool),
}
