"""How arguments are refused."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

import pulumi
import pytest

from components.errors import BadArguments, checks_of, refuse_bad
from components.values import limits
from components.values.option import Check


@dataclass(frozen=True, kw_only=True)
class Arguments:
    """Two checked fields beside one that may be an output."""

    memory: Annotated[int, Check(limits.memory)]
    timeout: Annotated[int | None, Check(limits.timeout)] = None
    name: pulumi.Input[str] = "a"


def test_every_problem_is_one_line() -> None:
    """Each begins with its place; a field that is left out has none."""
    with pytest.raises(BadArguments) as refused:
        refuse_bad("Pulumi.dev.yaml: here", checks_of(Arguments(memory=1, timeout=0)))

    assert [line.partition(": ")[2].partition(":")[0] for line in refused.value.lines] == [
        "here.memory",
        "here.timeout",
    ]
    refuse_bad("", checks_of(Arguments(memory=128)))


def test_without_a_config_the_field_is_the_place() -> None:
    """A component used from another program has no config path."""
    with pytest.raises(BadArguments, match=r"^memory: 1 is not one of"):
        refuse_bad("", checks_of(Arguments(memory=1)))
