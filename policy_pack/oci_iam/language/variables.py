"""Tells variables that services supply from words that no request carries. Says nothing of their values."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache

from oci_iam.catalogue.variables import FUNCTIONS, GENERAL, SERVICES
from oci_iam.language.near_miss import distance
from oci_iam.statement import Comparison, Condition, Presence, Variable, leaves

__all__ = ["unknown_variables"]

_ALL = GENERAL.union(*SERVICES.values())
_OF_FUNCTIONS = GENERAL | FUNCTIONS
_NEAR = 3
_MEANT = {
    "target.application.id": "target.app.id",
    "target.fn-app.id": "target.app.id",
    "target.fn-function.id": "target.function.id",
    "target.fn.id": "target.function.id",
    "target.fnfunc.id": "target.function.id",
}
"""What words in use stand for, where the letters do not tell."""


def unknown_variables(condition: Condition, *, of_functions: bool) -> Iterator[str]:
    """A note for each variable that the service does not supply, each once.

    ``of_functions``: the statement is about functions alone, whose variables are all known. Of other services
    only those are named that nearly are a known one, since not every service is in the catalogue.
    """
    for name in dict.fromkeys(_compared(condition)):
        note = _note(name, of_functions)
        if note:
            yield note


def _compared(condition: Condition) -> Iterator[str]:
    """The variables of comparisons and presence checks; a word on a right-hand side may be a literal."""
    for leaf in leaves(condition):
        if isinstance(leaf, Presence):
            yield leaf.variable
        elif isinstance(leaf, Comparison):
            yield leaf.variable
            yield from (
                value.name
                for value in leaf.values
                if isinstance(value, Variable) and value.name.startswith(("request.", "target."))
            )


@lru_cache(maxsize=1024)
def _note(name: str, of_functions: bool) -> str:
    known = _OF_FUNCTIONS if of_functions else _ALL
    if _is_supplied(name, known):
        return ""
    meant = _meant(name, known)
    if not of_functions and not meant:
        return ""
    who = "Functions does not supply" if of_functions else "No known service supplies"
    hint = f"; did you mean `{meant}`?" if meant else "."
    return f"{who} the variable `{name}`, so no comparison with it is true (policy-variable-unknown){hint}"


def _is_supplied(name: str, known: frozenset[str]) -> bool:
    if name in known:
        return True
    before, tag, _ = name.partition(".tag.")
    return bool(tag) and f"{before}.tag.*" in known


def _meant(name: str, known: frozenset[str]) -> str:
    if name in _MEANT and _MEANT[name] in known:
        return _MEANT[name]
    plain = [one for one in sorted(known) if not one.endswith("*")]
    if name.startswith(
        "target."
    ):  # the thing is right and what is asked of it is not: `target.function.name`
        thing = name.rpartition(".")[0]
        beside = [one for one in plain if one.rpartition(".")[0] == thing]
        if len(beside) == 1:
            return beside[0]
    if len(name) > 64:
        return ""
    nearest = min(plain, key=lambda one: distance(name, one))
    return nearest if distance(name, nearest) <= _NEAR else ""
