"""What every section of the config is."""

from __future__ import annotations

import json
from typing import Any

import pytest
from pydantic import TypeAdapter, ValidationError

from components.config.section import section


@section
class Sample:
    """A section."""

    number: int = 1
    ratio: float = 1.0


@pytest.mark.parametrize(
    "value", [{"number": "2"}, {"number": True}, {"numbers": 2}, {"ratio": float("nan")}, [], None]
)
def test_nothing_is_coerced_and_nothing_unknown_let_through(value: Any) -> None:
    """A string is no number, a switch is none, and a key nobody knows is refused."""
    with pytest.raises(ValidationError):
        TypeAdapter(Sample).validate_json(json.dumps(value))


def test_a_section_cannot_be_changed() -> None:
    """What was checked stays as it was checked."""
    with pytest.raises(AttributeError):
        Sample().number = 2  # type: ignore[misc]  # that is what is tried
