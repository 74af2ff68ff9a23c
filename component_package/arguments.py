"""Arguments of a component as other languages see them: one flat object, in camel case.

Their names, meanings and checks are those of the `Option`s of a dataclass.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import MISSING, Field, fields, is_dataclass
from types import NoneType, UnionType
from typing import Annotated, Any, Literal, TypeVar, Union, get_args, get_origin, get_type_hints

import pulumi
from pulumi.runtime.rpc import UNKNOWN

from components.errors import BadArguments
from components.values.option import Option, check_of

T = TypeVar("T")

# What may be known only when something else exists: an id that another resource has yet to get, or a secret.
Later = pulumi.Input[str]

_INPUT = {"Output": pulumi.Output, "T": Any}


def camel(name: str) -> str:
    """`subnet_ids` as other languages write it: `subnetIds`."""
    return re.sub(r"_(\w)", lambda letter: letter[1].upper(), name)


def options(arguments: type) -> dict[str, tuple[Field[Any], Any, Option]]:
    """Every argument by its name in other languages: field, type, and what it means."""
    hints = get_type_hints(arguments, localns=_INPUT, include_extras=True)
    found = {field.name: (field, hints[field.name]) for field in fields(arguments)}
    return {
        camel(name): (field, _bare(hint), option)
        for name, (field, hint) in found.items()
        if isinstance(option := check_of(hint), Option)
    }


def is_required(field: Field[Any]) -> bool:
    """Whether an argument has no default."""
    return field.default is MISSING and field.default_factory is MISSING


def is_later(annotation: Any) -> bool:
    """Whether a value of this type may come from a resource that does not exist yet."""
    return pulumi.Output in [get_origin(each) or each for each in get_args(annotation)]


def read(arguments: type[T], given: Mapping[str, Any], where: str) -> T:
    """The arguments as their dataclass. Raises `BadArguments` with every problem, each with its place."""
    problems: list[str] = []
    own = {key: each for key, each in given.items() if key not in _OWN}
    found: T = _read(arguments, own, "", problems)
    if problems:
        raise BadArguments(*(f"{where}: {problem}" for problem in problems))
    return found


def _read(arguments: type[T], given: Mapping[str, Any], place: str, problems: list[str]) -> Any:
    """One object; each problem is added with its place in the arguments. Only without one it is of use."""
    known = options(arguments)
    problems += [f"{place}{name} is no argument of it" for name in sorted(set(given) - set(known))]
    values: dict[str, Any] = {}
    before = len(problems)
    for name, (field, annotation, option) in known.items():
        value = given.get(name)
        if value is None:
            if is_required(field):
                problems.append(f"{place}{name} is missing")
            continue
        so_far = len(problems)
        try:
            values[field.name] = _value(annotation, value, f"{place}{name}", problems)
            if not isinstance(value, pulumi.Output) and len(problems) == so_far:
                option(values[field.name])
        except ValueError as error:
            problems.append(f"{place}{name}: {error}")
    return arguments(**values) if len(problems) == before else None


# What the engine adds to the arguments of every resource.
_OWN = {"__internal", "__provider", "version", "pluginDownloadURL"}


def _bare(hint: Any) -> Any:
    """A type without its annotation, and without None."""
    if get_origin(hint) is Annotated:
        hint = get_args(hint)[0]
    if get_origin(hint) in (Union, UnionType):
        left = [each for each in get_args(hint) if each is not NoneType]
        return left[0] if len(left) == 1 else Union[tuple(left)]  # noqa: UP007 made of a list
    return hint


def _value(annotation: Any, value: Any, place: str, problems: list[str]) -> Any:
    """The value as its type has it: numbers arrive as floats. Raises ValueError."""
    if is_later(annotation):
        if isinstance(value, str | pulumi.Output):
            return value
        raise ValueError(f"expected a string, found {value!r}")
    if isinstance(value, pulumi.Output) or value == UNKNOWN:
        raise ValueError("must be known before the deploy and no secret, so it cannot come from a resource")
    kind, parts = get_origin(annotation) or annotation, get_args(annotation)
    if kind is Annotated:
        return _value(parts[0], value, place, problems)
    if isinstance(kind, type) and is_dataclass(kind) and isinstance(value, dict):
        return _read(kind, value, f"{place}.", problems)
    if kind in (Sequence, list) and isinstance(value, list):
        return [_value(parts[0], each, place, problems) for each in value]
    if kind in (Mapping, dict) and isinstance(value, dict):
        return {key: _value(parts[1], each, f"{place}.{key}", problems) for key, each in value.items()}
    return _simple(annotation, kind, value)


def _simple(annotation: Any, kind: Any, value: Any) -> Any:
    if kind is Literal:
        if value not in get_args(annotation):
            raise ValueError(f"expected one of {', '.join(get_args(annotation))}, found {value!r}")
        return value
    if kind is int and isinstance(value, float) and value.is_integer():
        return int(value)
    fits = kind in (str, bool, int, float) and isinstance(value, kind)
    if not fits or (isinstance(value, bool) and kind is not bool):
        raise ValueError(f"expected {_WORDS.get(kind, 'an object')}, found {value!r}")
    return value


_WORDS: Mapping[Any, str] = {
    str: "a string", bool: "true or false", int: "a whole number", float: "a number",
    Sequence: "a list", list: "a list", Mapping: "a map", dict: "a map",
}  # fmt: skip
