"""The functions of Terraform that are reduced, where what they are given is certain."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from itertools import product

from oci_functions_guard.terraform.values import (
    Either,
    Known,
    Listed,
    Opaque,
    Rest,
    Text,
    Value,
    as_text,
    texts,
)
from oci_iam.unknowns import Unknown

__all__ = ["FUNCTIONS", "joined"]

Function = Callable[[Sequence[Value]], Value | None]
"""Takes the arguments; None where the call cannot be reduced."""


_NOTHING = Text(())


def _concat(arguments: Sequence[Value]) -> Value | None:
    """Every element there may be: of one list or another, those of both."""
    elements: list[tuple[Value, int]] = []
    for one in arguments:
        if isinstance(one, Opaque):
            elements.append((Rest(one.unknown), 0))
        elif isinstance(one, Either):
            inner = _concat(one.values)
            if not isinstance(inner, Listed):
                return None
            elements += inner.elements
        elif isinstance(one, Listed):
            elements += one.elements
        else:
            return None
    return Listed(tuple(elements))


def _flatten(arguments: Sequence[Value]) -> Value | None:
    if len(arguments) != 1:
        return None
    whole = _concat(arguments)
    if not isinstance(whole, Listed):
        return None
    elements: list[tuple[Value, int]] = []
    for value, line in whole.elements:
        if isinstance(value, Listed) or (isinstance(value, Either) and _holds_list(value)):
            inner = _flatten([value])
            if not isinstance(inner, Listed):
                return None
            elements += inner.elements
        elif isinstance(value, Opaque):  # it may be a list
            elements.append((Rest(value.unknown), line))
        else:
            elements.append((value, line))
    return Listed(tuple(elements))


def _holds_list(value: Either) -> bool:
    return any(
        isinstance(one, Listed) or (isinstance(one, Either) and _holds_list(one)) for one in value.values
    )


def _same(arguments: Sequence[Value]) -> Value | None:
    """Functions that change nothing of what statements there are: an order, a type, what is there twice."""
    return arguments[0] if len(arguments) == 1 else None


def _compact(arguments: Sequence[Value]) -> Value | None:
    whole = _concat(arguments) if len(arguments) == 1 else None
    if not isinstance(whole, Listed):
        return None
    return Listed(
        tuple(
            (value, line)
            for value, line in whole.elements
            if value != Known(None) and not (isinstance(value, Text) and value.known == "")
        )
    )


def _format(arguments: Sequence[Value]) -> Value | None:
    """`%s`, `%d`, `%v` and `%%`; of any other verb the result is not certain."""
    given = [texts(one) for one in arguments]
    if not given or any(one is None for one in given):
        return None
    found = [_formatted(ways) for ways in _ways([one for one in given if one is not None])]
    if not found or any(one is None for one in found):
        return None
    return _one_of([one for one in found if one is not None])


def _formatted(arguments: Sequence[Text]) -> Text | None:
    pattern = arguments[0].known
    if pattern is None:
        return None
    pieces = re.split(r"(%[sdv%])", pattern)
    left = list(arguments[1:])
    parts: list[str | Unknown] = []
    for piece in pieces:
        if piece == "%%":
            parts.append("%")
        elif piece in ("%s", "%d", "%v"):
            if not left:
                return None
            parts += left.pop(0).parts
        elif "%" in piece:
            return None
        else:
            parts.append(piece)
    return None if left else Text(tuple(parts))


def _formatlist(arguments: Sequence[Value]) -> Value | None:
    """One string for each element of the lists, which are of one length."""
    lists = [one for one in arguments if isinstance(one, Listed)]
    if not lists or not all(one.is_whole for one in lists):
        return None
    length = len(lists[0].elements)
    if any(len(one.elements) != length for one in lists):
        return None
    elements: list[tuple[Value, int]] = []
    for index in range(length):
        row = [one.elements[index][0] if isinstance(one, Listed) else one for one in arguments]
        value = _format(row)
        if value is None:
            return None
        elements.append((value, 0))
    return Listed(tuple(elements))


def _join(arguments: Sequence[Value]) -> Value | None:
    if len(arguments) != 2 or not isinstance(arguments[1], Listed) or not arguments[1].is_whole:
        return None
    between = as_text(arguments[0])
    given = [texts(value) for value, _ in arguments[1].elements]
    if between is None or any(one is None for one in given):
        return None
    return _one_of([joined(ways, between) for ways in _ways([one for one in given if one is not None])])


def _split(arguments: Sequence[Value]) -> Value | None:
    """The strings between the separators; an unknown is taken to hold none, as in any other statement."""
    if len(arguments) != 2 or not isinstance(arguments[1], Text):
        return None
    separator = arguments[0].known if isinstance(arguments[0], Text) else None
    if not separator:
        return None
    lines: list[list[str | Unknown]] = [[]]
    for part in arguments[1].parts:
        if isinstance(part, str):
            first, *others = part.split(separator)
            lines[-1].append(first)
            lines += [[other] for other in others]
        else:
            lines[-1].append(part)
    return Listed(tuple((Text(tuple(part for part in line if part != "")), 0) for line in lines))


def joined(pieces: Sequence[Text], between: Text = _NOTHING) -> Text:
    """The strings one after the other."""
    parts: list[str | Unknown] = []
    for number, piece in enumerate(pieces):
        parts += (*between.parts, *piece.parts) if number else piece.parts
    return Text(tuple(parts))


def _changed(change: Callable[[str], str]) -> Function:
    def reduced(arguments: Sequence[Value]) -> Value | None:
        known = arguments[0].known if len(arguments) == 1 and isinstance(arguments[0], Text) else None
        return None if known is None else Text((change(known),))

    return reduced


def _trimmed(arguments: Sequence[Value]) -> Value | None:
    """White space around a statement says nothing, unless it is an unknown that has it."""
    if len(arguments) != 1 or not isinstance(arguments[0], Text):
        return None
    parts = list(arguments[0].parts)
    if parts and isinstance(parts[0], str):
        parts[0] = parts[0].lstrip()
    if parts and isinstance(parts[-1], str):
        parts[-1] = parts[-1].rstrip()
    return Text(tuple(parts))


def _ways(given: Sequence[tuple[Text, ...]]) -> list[tuple[Text, ...]]:
    """Every combination; none where there are too many to be told apart."""
    count = 1
    for one in given:
        count *= len(one)
    return list(product(*given)) if count <= 32 else []


def _one_of(values: Sequence[Text]) -> Value | None:
    if not values:
        return None
    return values[0] if len(values) == 1 else Either(tuple(values))


FUNCTIONS: dict[str, Function] = {
    "chomp": _trimmed,
    "compact": _compact,
    "concat": _concat,
    "distinct": _same,
    "flatten": _flatten,
    "format": _format,
    "formatlist": _formatlist,
    "join": _join,
    "lower": _changed(str.lower),
    "nonsensitive": _same,
    "reverse": _same,
    "sensitive": _same,
    "setunion": _concat,
    "sort": _same,
    "split": _split,
    "tolist": _same,
    "toset": _same,
    "tostring": _same,
    "trimspace": _trimmed,
    "upper": _changed(str.upper),
}
