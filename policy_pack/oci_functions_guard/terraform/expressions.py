"""Reduces expressions of Terraform's own syntax, as python-hcl2 parses them, to what is certain of them.

Where several values are possible all of them are kept, and where elements may be in a list or not, they are:
what comes of it is never less than what Terraform may make of it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Protocol

import hcl2
from lark import Token, Tree
from lark.exceptions import LarkError

from oci_functions_guard.terraform.functions import FUNCTIONS, joined
from oci_functions_guard.terraform.templates import heredoc_body, split, unescaped
from oci_functions_guard.terraform.values import (
    Either,
    Known,
    Listed,
    Mapped,
    Opaque,
    Rest,
    Text,
    Value,
    texts,
)
from oci_iam.unknowns import Unknown

__all__ = ["Expression", "Scope", "parsed_expression", "reduced", "reduced_template"]

_SPACE = frozenset({"new_line_or_comment"})
_ABSENT = Known(None)


class Scope(Protocol):
    """What names mean where an expression stands."""

    def named(self, path: tuple[str, ...], unknown: Unknown) -> Value | None:
        """The value of a dotted name; None where it is none of this module's own."""

    def unknown(self, expression: str) -> Unknown:
        """What an expression is that cannot be reduced."""

    def within(self, names: Mapping[str, Value]) -> Scope:
        """The same scope with more names."""


@dataclass(frozen=True, slots=True)
class Expression:
    """A tree with the text it was parsed from, and the line of that text's first line."""

    tree: Tree[Token]
    text: str
    first_line: int = 1

    @property
    def line(self) -> int:
        """Where it stands in its file."""
        return self.first_line + int(getattr(self.tree.meta, "line", 1)) - 1

    @property
    def source(self) -> str:
        """As it was written."""
        meta = self.tree.meta
        return self.text[meta.start_pos : meta.end_pos].strip()

    def inner(self, tree: Tree[Token]) -> Expression:
        """A part of it."""
        return Expression(tree, self.text, self.first_line)


def parsed_expression(text: str, line: int) -> Expression | None:
    """An expression by itself; None for a text that is none."""
    source = f"x = {text}\n"
    try:
        body = _trees(hcl2.parses_to_tree(source))[0]
    except (LarkError, RecursionError):
        return None
    attributes = _trees(body)
    if len(attributes) != 1 or attributes[0].data != "attribute":
        return None
    return Expression(_trees(attributes[0])[-1], source, line)


def _trees(tree: Tree[Token]) -> list[Tree[Token]]:
    """The parts of a tree without punctuation, line ends and remarks."""
    return [one for one in tree.children if isinstance(one, Tree) and one.data not in _SPACE]


def reduced(one: Expression, scope: Scope) -> Value:
    """What an expression is worth; an opaque value where that is not certain."""
    reduce = _REDUCERS.get(str(one.tree.data))
    value = None if reduce is None else reduce(one, scope)
    return Opaque(scope.unknown(one.source)) if value is None else value


def reduced_template(template: str, line: int, scope: Scope) -> Value | None:
    """What a string without quotes around it is worth."""
    pieces: list[Value | str] = []
    for kind, piece in split(template):
        if kind == "text":
            pieces.append(piece)
            continue
        inner = parsed_expression(piece, line) if kind == "expression" else None
        if inner is None:
            return None
        pieces.append(reduced(inner, scope))
    return _assembled(pieces)


def _assembled(pieces: Iterable[Value | str]) -> Value | None:
    """The string of several pieces; a piece alone is itself, whatever it is."""
    listed = list(pieces)
    if len(listed) == 1 and not isinstance(listed[0], str):
        return listed[0]
    ways = [Text(())]
    for piece in listed:
        found = (Text((piece,)),) if isinstance(piece, str) else texts(piece)
        if found is None or len(ways) * len(found) > 32:
            return None
        ways = [joined([way, one]) for way in ways for one in found]
    return ways[0] if len(ways) == 1 else Either(tuple(ways))


# --- one function a kind of tree -------------------------------------------------------------------------


def _term(one: Expression, scope: Scope) -> Value | None:
    inner = _trees(one.tree)
    return reduced(one.inner(inner[0]), scope) if len(inner) == 1 else None


def _string(one: Expression, scope: Scope) -> Value | None:
    pieces: list[Value | str] = []
    for part in _trees(one.tree):
        child = part.children[0]
        if isinstance(child, Token):
            text = str(child)
            pieces.append(text[1:] if child.type.startswith("ESCAPED") else unescaped(text))
        elif child.data == "interpolation":
            pieces.append(reduced(one.inner(_trees(child)[0]), scope))
        else:
            return None
    return _assembled(pieces) if pieces else Text(("",))


def _heredoc(one: Expression, scope: Scope) -> Value | None:
    return reduced_template(heredoc_body(str(one.tree.children[0])), one.line + 1, scope)


def _tuple(one: Expression, scope: Scope) -> Value | None:
    elements = (one.inner(tree) for tree in _trees(one.tree))
    return Listed(tuple((reduced(element, scope), element.line) for element in elements))


def _object(one: Expression, scope: Scope) -> Value | None:
    found: list[tuple[str, Value, int]] = []
    for element in _trees(one.tree):
        key_tree, value_tree = _trees(element)
        key_inner = key_tree.children[0]
        key = key_inner if isinstance(key_inner, Token) else None
        word = _path(one.inner(key_inner)) if isinstance(key_inner, Tree) else (str(key),)
        if word is None or len(word) != 1:
            known = reduced(one.inner(key_inner), scope) if isinstance(key_inner, Tree) else None
            text = known.known if isinstance(known, Text) else None
            if text is None:
                return None
            word = (text,)
        value = one.inner(value_tree)
        found.append((word[0], reduced(value, scope), value.line))
    return Mapped(tuple(found))


def _literal(one: Expression, _: Scope) -> Value | None:
    words: dict[str, Value] = {"true": Known(True), "false": Known(False), "null": _ABSENT}
    return words.get(one.source)


def _number(one: Expression, _: Scope) -> Value | None:
    try:
        return Known(int(one.source))
    except ValueError:
        return None


def _name(one: Expression, scope: Scope) -> Value | None:
    path = _path(one)
    return None if path is None else scope.named(path, scope.unknown(one.source))


def _path(one: Expression) -> tuple[str, ...] | None:
    """A dotted name; None for anything else."""
    tree = one.tree
    if tree.data == "expr_term" and len(tree.children) == 1 and isinstance(tree.children[0], Tree):
        return _path(one.inner(tree.children[0]))
    if tree.data in ("identifier", "keyword"):
        return (str(tree.children[0]),)
    if tree.data == "get_attr_expr_term":
        base, attribute = _trees(tree)
        before = _path(one.inner(base))
        return None if before is None else (*before, str(_trees(attribute)[0].children[0]))
    return None


def _attribute(one: Expression, scope: Scope) -> Value | None:
    if _path(one) is not None:
        return _name(one, scope)
    base, attribute = _trees(one.tree)
    return _entry(reduced(one.inner(base), scope), str(_trees(attribute)[0].children[0]))


def _index(one: Expression, scope: Scope) -> Value | None:
    base, index = _trees(one.tree)
    value = reduced(one.inner(base), scope)
    if index.data == "short_index":
        return _entry(value, int(str(index.children[-1])))
    step = reduced(one.inner(_trees(index)[0]), scope)
    if isinstance(step, Text) and step.known is not None:
        return _entry(value, step.known)
    if isinstance(step, Known) and isinstance(step.value, int):
        return _entry(value, step.value)
    return None


def _entry(value: Value, step: str | int) -> Value | None:
    if isinstance(value, Mapped):
        return next((one for key, one, _ in value.values if key == step), None)
    if isinstance(value, Listed) and value.is_whole and isinstance(step, int):
        return value.elements[step][0] if 0 <= step < len(value.elements) else None
    return None


def _call(one: Expression, scope: Scope) -> Value | None:
    name, *rest = _trees(one.tree)
    function = FUNCTIONS.get(str(name.children[0]))
    if function is None or len(rest) > 1:
        return None
    if rest and any(isinstance(child, Token) and child.type == "ELLIPSIS" for child in rest[0].children):
        return None
    arguments = [reduced(one.inner(tree), scope) for tree in _trees(rest[0])] if rest else []
    return function(arguments)


def _conditional(one: Expression, scope: Scope) -> Value | None:
    test, then, otherwise = (one.inner(tree) for tree in _trees(one.tree))
    known = reduced(test, scope)
    if isinstance(known, Known) and isinstance(known.value, bool):
        return reduced(then if known.value else otherwise, scope)
    return Either((reduced(then, scope), reduced(otherwise, scope)))


def _comparison(one: Expression, scope: Scope) -> Value | None:
    left, right = _trees(one.tree)
    operator = str(_trees(right)[0].children[0])
    values = reduced(one.inner(left), scope), reduced(one.inner(_trees(right)[-1]), scope)
    if operator not in ("==", "!=") or not all(map(_is_known, values)):
        return None
    return Known((values[0] == values[1]) == (operator == "=="))


def _is_known(value: Value) -> bool:
    return isinstance(value, Known) or (isinstance(value, Text) and value.known is not None)


def _negated(one: Expression, scope: Scope) -> Value | None:
    inner = reduced(one.inner(_trees(one.tree)[-1]), scope)
    if str(one.tree.children[0]) == "!" and isinstance(inner, Known) and isinstance(inner.value, bool):
        return Known(not inner.value)
    return None


def _for_each(one: Expression, scope: Scope) -> Value | None:
    """A list made of another one. An element stays in whose condition is not known."""
    intro, body, *more = _trees(one.tree)
    *names, over = _trees(intro)
    pairs = _pairs(reduced(one.inner(over), scope))
    if pairs is None or len(more) > 1:
        return None
    elements: list[tuple[Value, int]] = []
    for key, value in pairs:
        given = (value,) if len(names) == 1 else (key, value)
        inside = scope.within(
            {str(name.children[0]): one_of for name, one_of in zip(names, given, strict=True)}
        )
        if more and reduced(one.inner(_trees(more[0])[0]), inside) == Known(False):
            continue
        elements.append((reduced(one.inner(body), inside), one.inner(body).line))
    return Listed(tuple(elements))


def _pairs(value: Value) -> list[tuple[Value, Value]] | None:
    """Keys and values of what is looped over; None where they are not all known."""
    if isinstance(value, Mapped):
        return [(Text((key,)), one) for key, one, _ in value.values]
    if isinstance(value, Either):
        listed = [_pairs(one) for one in value.values]
        return None if None in listed else [pair for one in listed for pair in one or ()]
    if not isinstance(value, Listed) or any(isinstance(one, Rest | Either) for one, _ in value.elements):
        return None
    return [(Known(index), one) for index, (one, _) in enumerate(value.elements)]


_REDUCERS: dict[str, Any] = {
    "attr_splat_expr_term": None,
    "binary_op": _comparison,
    "conditional": _conditional,
    "expr_term": _term,
    "float_lit": None,
    "for_tuple_expr": _for_each,
    "function_call": _call,
    "get_attr_expr_term": _attribute,
    "heredoc_template": _heredoc,
    "heredoc_template_trim": _heredoc,
    "identifier": _name,
    "index_expr_term": _index,
    "int_lit": _number,
    "literal_value": _literal,
    "object": _object,
    "string": _string,
    "tuple": _tuple,
    "unary_op": _negated,
}
"""By the name of the rule in the parser's grammar; what is not here is not reduced."""
