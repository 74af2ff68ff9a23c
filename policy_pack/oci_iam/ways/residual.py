"""What is left of a condition where only a part of a request is known. Decides nothing by itself.

For any values of what is not known yet, the rest holds exactly when the whole condition does (`holds`).
"""

from __future__ import annotations

from collections.abc import Container, Iterator

from oci_iam.conditions import Leaf, Variables, holds
from oci_iam.statement import AllOf, AnyOf, Comparison, Condition, FunctionCall, Variable

__all__ = ["residual"]


def residual(condition: Condition | None, known: Variables, absent: Container[str] = ()) -> Condition | bool:
    """True where the condition certainly holds, False where it certainly does not, else what is left open.

    ``known`` are the variables with a value, ``absent`` those that the request certainly does not carry
    (unless they are known too). Names are in lower case.
    """
    if condition is None:
        return True
    if isinstance(condition, AllOf | AnyOf):
        deciding = isinstance(condition, AnyOf)  # one part of this value decides the whole
        parts: list[Condition] = []
        for part in condition.conditions:
            rest = residual(part, known, absent)
            if rest is deciding:
                return deciding
            if not isinstance(rest, bool):
                parts.append(rest)
        if not parts:
            return not deciding
        return parts[0] if len(parts) == 1 else type(condition)(tuple(parts))
    if all(name in known or name in absent for name in _variables(condition)):
        return holds(condition, known)
    return condition


def _variables(leaf: Leaf) -> Iterator[str]:
    lists = leaf.arguments if isinstance(leaf, FunctionCall) else ()
    if isinstance(leaf, Comparison):
        lists = (leaf.values,)
    if not isinstance(leaf, FunctionCall):
        yield leaf.variable
    yield from (value.name for values in lists for value in values if isinstance(value, Variable))
