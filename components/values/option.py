"""What a stack may set, said once: an annotation holds an option's meaning and its check.

An option is a field of its component's options, e.g. `phase: Annotated[int, Option("…", limits.phase)] = 2`.
The config's section inherits it and so do the component's arguments: a stack file is checked with it, the
arguments of a component used from another program are too, and the configuration page is made of it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import fields
from typing import Any, get_args

from pydantic import GetCoreSchemaHandler
from pydantic_core import CoreSchema, core_schema

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


class Option(Check):
    """A key of the stack's config: what it means, and what its value must pass (by default, anything)."""

    def __init__(self, description: str, judge: Judge = lambda value: value) -> None:
        super().__init__(judge)
        self.description = description


def options_of(section: Any, options: type) -> dict[str, Any]:
    """What a section of the config says of these options, by name."""
    return {field.name: getattr(section, field.name) for field in fields(options)}


def check_of(annotation: Any) -> Check | None:
    """The check or option that an annotation holds, if it holds one."""
    return next((each for each in get_args(annotation) if isinstance(each, Check)), None)
