"""What a stack may set: the check and the meaning that an annotation holds."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

import pytest
from pydantic import TypeAdapter, ValidationError

from components.values.option import Check, Option, check_of, options_of


def _even(value: int) -> None:
    if value % 2:
        raise ValueError(f"{value} is odd")


@dataclass(frozen=True, kw_only=True)
class Options:
    """Two options."""

    size: Annotated[int | None, Option("How many", _even)] = 2
    name: str = "a"


@dataclass(frozen=True, kw_only=True)
class Arguments(Options):
    """The options and something else."""

    other: int


def test_a_check_gives_the_value_or_the_reason() -> None:
    """A value that passes comes back, None is no value, and what is refused says why."""
    check = Check(_even)

    assert [check(4), check(None)] == [4, None]
    with pytest.raises(ValueError, match=r"^3 is odd$"):
        check(3)


def test_pydantic_asks_the_check_too() -> None:
    """The same annotation checks a section of the config."""
    adapter = TypeAdapter(Options)

    assert adapter.validate_python({"size": None}) == Options(size=None)
    with pytest.raises(ValidationError, match="3 is odd"):
        adapter.validate_python({"size": 3})


def test_an_annotation_holds_its_option() -> None:
    """An annotation without one holds none."""
    said = check_of(Annotated[int, Option("How many")])

    assert isinstance(said, Option)
    assert said.description == "How many"
    assert check_of(int) is None


def test_only_the_options_are_passed_on() -> None:
    """What a section adds to its options stays behind."""
    assert options_of(Arguments(size=4, other=1), Options) == {"size": 4, "name": "a"}
