"""The provider that the engine asks to construct a component."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

import pulumi
from pulumi.errors import InputPropertyErrorDetails
from pulumi.provider import ConstructResult, Provider

from component_package import schema
from component_package.arguments import camel, read
from component_package.resources import TYPES
from components.errors import Refused

# An argument, or something in it: `config.LEVEL`.
_PLACE = re.compile(r"[\w.-]+")


class ComponentPackage(Provider):
    """The components of this package.

    What one would grant is judged when it is constructed, as in a Python program, policy pack or not.
    """

    def __init__(self) -> None:
        super().__init__(schema.VERSION, schema.text())

    def construct(
        self,
        name: str,
        resource_type: str,
        inputs: Mapping[str, Any],
        options: pulumi.ResourceOptions | None = None,
    ) -> ConstructResult:
        """Construct the component of this type. Raises `InputPropertiesError` with every problem."""
        kind = TYPES.get(resource_type.rpartition(":")[2])
        if kind is None or resource_type != schema.token(kind.__name__):
            raise _refusal(name, [f"{resource_type} is no component of {schema.NAME}"])
        try:
            made = kind(resource_type, name, read(kind.arguments, inputs, name), options)
        except Refused as refused:
            raise _refusal(name, refused.lines) from None
        return ConstructResult(made.urn, {camel(key): value for key, value in made.state().items()})


def _refusal(name: str, lines: Sequence[str]) -> pulumi.InputPropertiesError:
    """The one error of the SDK's that reaches the user without a traceback; a problem needs a place in it."""
    problems: list[InputPropertyErrorDetails] = []
    for line in lines:
        place, _, reason = line.removeprefix(f"{name}: ").removeprefix(f"{name}.").partition(": ")
        known = reason and _PLACE.fullmatch(place)
        problems.append(
            {"property_path": _spelt(place) if known else "", "reason": reason if known else line}
        )
    return pulumi.InputPropertiesError("cannot be constructed", problems)


def _spelt(place: str) -> str:
    """A place as programs spell it: arguments in camel case, variables (`config.MY_LEVEL`) as given."""
    return ".".join(camel(part) if part.islower() else part for part in place.split("."))
