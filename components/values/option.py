"""What a stack may set, said once: an annotation holds an option's meaning and its check.

An option is a field of its component's options, e.g. `phase: Annotated[int, Option("…", limits.phase)] = 2`.
The config's section inherits it and so do the component's arguments: a stack file is checked with it, the
arguments of a component used from another program are too, and the configuration page is made of it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import fields
from typing import Any, get_args

from pydantic import GetCoreSchemaHandler, GetJsonSchemaHandler
from pydantic_core import CoreSchema, core_schema

from components.values.shapes import Keywords, keywords_of

Judge = Callable[[Any], Any]


class Check:
    """What a value must pass: `judge` raises ValueError with the reason. None is no value, and passes."""

    def __init__(self, judge: Judge) -> None:
        self._judge = judge

    def __call__(self, value: Any) -> Any:
        """The value itself. Raises ValueError with the reason when it is refused."""
        if value is not None:
            self._judge(value)
        return value

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        """For pydantic: what the type itself asks for, then this check."""
        return core_schema.no_info_after_validator_function(self, handler(source))

    def __get_pydantic_json_schema__(
        self, schema: CoreSchema, handler: GetJsonSchemaHandler
    ) -> dict[str, Any]:
        """For editors: the type's own schema with what can be said of this check."""
        return _narrowed(handler(schema), keywords_of(self._judge))


class Option(Check):
    """A key of the stack's config: what it means, and what its value must pass (by default, anything)."""

    def __init__(self, description: str, judge: Judge = lambda value: value) -> None:
        super().__init__(judge)
        self.description = description

    def __get_pydantic_json_schema__(
        self, schema: CoreSchema, handler: GetJsonSchemaHandler
    ) -> dict[str, Any]:
        """The same, with what the option means."""
        return super().__get_pydantic_json_schema__(schema, handler) | {"description": self.description}


def _narrowed(schema: dict[str, Any], keywords: Keywords) -> dict[str, Any]:
    """A schema with more keywords, those of items added to what items are; `null` is left alone."""
    if "anyOf" in schema:
        return schema | {"anyOf": [_narrowed(each, keywords) for each in schema["anyOf"]]}
    if schema.get("type") == "null":
        return schema
    items = {"items": schema["items"] | keywords["items"]} if "items" in keywords else {}
    return schema | dict(keywords) | items


def options_of(section: Any, options: type) -> dict[str, Any]:
    """What a section of the config says of these options, by name."""
    return {field.name: getattr(section, field.name) for field in fields(options)}


def check_of(annotation: Any) -> Check | None:
    """The check or option that an annotation holds, if it holds one."""
    return next((each for each in get_args(annotation) if isinstance(each, Check)), None)
