"""The words of findings about workloads: what a statement lets somebody do, and where."""

from __future__ import annotations

from functools import lru_cache

from oci_iam.language.rendering import render_location
from oci_iam.statement import Statement
from oci_iam.workloads.reach import is_mark

__all__ = ["doing", "where"]

_SHOWN = 4
"""How many permissions a message names."""


def doing(statement: Statement, reach: frozenset[str]) -> str:
    """What a reach lets somebody do, as a verb phrase: its own action, with what matters of it."""
    shown = _shown(reach)
    if statement.verb is None:
        return f"use {shown}"
    action = f"{statement.verb} {statement.resource}"
    return f"{action} ({shown})" if shown else action


@lru_cache(maxsize=1024)
def _shown(reach: frozenset[str]) -> str:
    named = sorted(name for name in reach if not is_mark(name))
    return ", ".join(named[:_SHOWN]) + (f" and {len(named) - _SHOWN} more" if len(named) > _SHOWN else "")


def where(statement: Statement) -> str:
    """The statement's location, as a sentence names it."""
    try:
        return "in " + render_location(statement.location)
    except ValueError:  # a statement built in code can hold a name that no text can
        return "in its location"
