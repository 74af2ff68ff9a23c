"""What every section of the config is: nothing is coerced, nothing unknown is let through."""

from __future__ import annotations

from typing import Annotated, TypeVar, cast, dataclass_transform

from pydantic import ConfigDict
from pydantic.dataclasses import dataclass

from components.values import limits
from components.values.option import Check

T = TypeVar("T")

# A key that names something: a function, a trigger, a rule.
Name = Annotated[str, Check(limits.name)]
# One that names a bucket.
BucketName = Annotated[str, Check(limits.bucket)]

_STRICT = ConfigDict(strict=True, extra="forbid", allow_inf_nan=False)


@dataclass_transform(kw_only_default=True, frozen_default=True)
def section(described: type[T]) -> type[T]:
    """A part of the config, of the options of its component and of sections within."""
    return cast(type[T], dataclass(frozen=True, kw_only=True, config=_STRICT)(described))
