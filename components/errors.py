"""What the program says when it refuses.

pulumi.RunError                 the engine shows the message alone, without a traceback
└── Refused                     one line a problem, each beginning with its place
    ├── ConfigError             the stack's config file
    ├── BadArguments            arguments a component was constructed with
    ├── RefusedGrant            a grant that may not be constructed
    └── RefusedStatement        a policy statement met by the resource transform
"""

from collections.abc import Callable
from dataclasses import fields
from typing import Any, get_type_hints

import pulumi

from components.values.option import check_of

# What `pulumi.Input` names in a string of its own, which is read where it is used.
_INPUT = {"Output": pulumi.Output, "T": Any}

Checks = dict[str, tuple[Callable[[Any], Any], Any]]


class Refused(pulumi.RunError):
    """Problems the person can act on, one line each."""

    def __init__(self, *lines: str) -> None:
        self.lines = lines
        super().__init__("\n".join(lines))


class ConfigError(Refused):
    """The stack's config cannot be used."""


class BadArguments(Refused):
    """A component was given values OCI would refuse."""


class RefusedGrant(Refused):
    """A grant would render an over-broad statement, or one that cannot be judged."""


class RefusedStatement(Refused):
    """A policy of the stack holds an over-broad statement, or one that cannot be judged."""


def checks_of(arguments: Any) -> Checks:
    """The checks that the annotations of a dataclass ask for, with its values, by field."""
    hints = get_type_hints(type(arguments), localns=_INPUT, include_extras=True)
    found = {field.name: check_of(hints[field.name]) for field in fields(arguments)}
    return {name: (check, getattr(arguments, name)) for name, check in found.items() if check}


def refuse_bad(config_path: str, checks: Checks) -> None:
    """Run every check (each raises ValueError with its reason) and raise all problems at once.

    `config_path` is where the values come from, e.g. `Pulumi.dev.yaml: functions.responder`; empty
    when a component is used outside this program.
    """
    problems = []
    for field, (check, value) in checks.items():
        try:
            check(value)
        except ValueError as error:
            problems.append(f"{place(config_path, field)}: {error}")
    if problems:
        raise BadArguments(*problems)


def place(config_path: str, field: str) -> str:
    """`Pulumi.dev.yaml: functions.responder` + `memory_in_mbs`, joined the way the config file nests."""
    return f"{config_path}.{field}" if config_path else field
