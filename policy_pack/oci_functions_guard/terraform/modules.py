"""The files of one Terraform module: its resources, and what its locals and variables mean.

Reads both syntaxes, HCL and JSON. Raises Unusable for a file that is neither.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple, Protocol

import hcl2
from lark import Token, Tree
from lark.exceptions import LarkError, UnexpectedInput

from oci_functions_guard.terraform.expressions import Expression, Scope, reduced, reduced_template
from oci_functions_guard.terraform.values import Known, Listed, Mapped, Opaque, Text, Value
from oci_iam.inputs import Unusable, parsed_json
from oci_iam.json_lines import Path, line_of, lines
from oci_iam.unknowns import Unknown

__all__ = ["Attribute", "Module", "Resource", "read_module"]


class Attribute(Protocol):
    """One argument of a block: an expression with its line."""

    @property
    def line(self) -> int: ...

    @property
    def source(self) -> str: ...

    def value(self, scope: Scope) -> Value: ...


class Resource(NamedTuple):
    """A `resource` block: its type and name, its file and line there, and its arguments."""

    type: str
    name: str
    file: str
    line: int
    attributes: Mapping[str, Attribute]


@dataclass
class Module:
    """The blocks of a module, and the scope its expressions are reduced in."""

    resources: list[Resource] = field(default_factory=list)
    locals: dict[str, Attribute] = field(default_factory=dict)
    variables: dict[str, Attribute | None] = field(default_factory=dict)
    bound: Mapping[str, Value] = field(default_factory=dict)
    _under_way: set[str] = field(default_factory=set)

    def within(self, names: Mapping[str, Value]) -> Module:
        """The same module inside a loop."""
        return Module(self.resources, self.locals, self.variables, {**self.bound, **names}, self._under_way)

    def unknown(self, expression: str) -> Unknown:
        """The expression, told apart by what the locals in it are."""
        return Unknown(expression, self._identity(expression))

    def named(self, path: tuple[str, ...], unknown: Unknown) -> Value | None:
        """A name that a loop binds, a local, or a variable; None for a resource's attribute and the like."""
        if path[0] in self.bound:
            return _inside(self.bound[path[0]], path[1:])
        if path[0] == "local" and len(path) > 1:
            local = self._local(path[1])
            return None if local is None else _inside(local, path[2:])
        if path[0] == "var" and len(path) == 2:
            return Opaque(self._variable(path[1], unknown))
        return None

    def _local(self, name: str) -> Value | None:
        attribute = self.locals.get(name)
        if attribute is None or name in self._under_way:
            return None
        self._under_way.add(name)
        try:
            return attribute.value(Module(self.resources, self.locals, self.variables, {}, self._under_way))
        finally:
            self._under_way.discard(name)

    def _variable(self, name: str, unknown: Unknown) -> Unknown:
        """A variable: its default is what it is only where nobody sets it."""
        default = self.variables.get(name)
        if default is None:
            return unknown
        value = default.value(self)
        known = value.known if isinstance(value, Text) else None
        return unknown._replace(default=known or None, has_default=True)

    def _identity(self, expression: str) -> str:
        """The definitions that an expression rests on, as they are written."""
        found: dict[str, str] = {}
        left = [expression]
        while left:
            for name in re.findall(r"\blocal\.([\w-]+)", left.pop()):
                if name not in found and name in self.locals:
                    found[name] = self.locals[name].source
                    left.append(found[name])
        return "\n".join(f"{name} = {found[name]}" for name in sorted(found))


def _inside(value: Value, steps: Sequence[str]) -> Value | None:
    for step in steps:
        if not isinstance(value, Mapped):
            return None
        entry = next((one for key, one, _ in value.values if key == step), None)
        if entry is None:
            return None
        value = entry
    return value


def read_module(files: Sequence[tuple[str, str]]) -> Module:
    """The blocks of all files of one folder, given as (path, text)."""
    module = Module()
    for path, text in files:
        if path.endswith(".json"):
            _add_json(module, path, text)
        else:
            _add_hcl(module, path, text)
    return module


# --- HCL -------------------------------------------------------------------------------------------------


class _Written(NamedTuple):
    """An argument in Terraform's own syntax."""

    expression: Expression

    @property
    def line(self) -> int:
        return self.expression.line

    @property
    def source(self) -> str:
        return self.expression.source

    def value(self, scope: Scope) -> Value:
        return reduced(self.expression, scope)


def _add_hcl(module: Module, path: str, text: str) -> None:
    try:
        tree = hcl2.parses_to_tree(text)
    except (LarkError, RecursionError) as error:
        line = f":{error.line}" if isinstance(error, UnexpectedInput) and error.line > 0 else ""
        raise Unusable(f"{path}{line}: expected Terraform configuration, found what is none") from None
    for labels, body, begins in _blocks(tree.children[0]):
        kind, *names = labels
        attributes = dict(_attributes(body, text))
        if kind == "resource" and len(names) == 2:
            module.resources.append(Resource(names[0], names[1], path, begins, attributes))
        elif kind == "locals":
            module.locals.update(attributes)
        elif kind == "variable" and len(names) == 1:
            module.variables[names[0]] = attributes.get("default")


def _blocks(body: Any) -> Iterator[tuple[list[str], Tree[Token], int]]:
    for child in body.children if isinstance(body, Tree) else ():
        if isinstance(child, Tree) and child.data == "block":
            trees = [one for one in child.children if isinstance(one, Tree)]
            inner = next(one for one in trees if one.data == "body")
            labels = [_word(one) for one in trees if one.data not in ("body", "new_line_or_comment")]
            yield labels, inner, child.meta.line


def _word(label: Tree[Token]) -> str:
    tokens = label.scan_values(lambda token: isinstance(token, Token) and token.type != "DBLQUOTE")
    return "".join(map(str, tokens))


def _attributes(body: Tree[Token], text: str) -> Iterator[tuple[str, Attribute]]:
    for child in body.children:
        if isinstance(child, Tree) and child.data == "attribute":
            trees = [one for one in child.children if isinstance(one, Tree)]
            yield _word(trees[0]), _Written(Expression(trees[-1], text))


# --- JSON ------------------------------------------------------------------------------------------------


class _Encoded(NamedTuple):
    """An argument in Terraform's JSON syntax, in which strings are templates."""

    content: Any
    path: Path
    lines: Mapping[Path, Sequence[int]]

    @property
    def line(self) -> int:
        return line_of(self.lines, self.path)

    @property
    def source(self) -> str:
        return repr(self.content)

    def value(self, scope: Scope) -> Value:
        content = self.content
        if isinstance(content, str):
            found = reduced_template(content, self.line, scope) if content else Text(("",))
            return Opaque(scope.unknown(content)) if found is None else found
        if isinstance(content, list):
            inner = [_Encoded(one, (*self.path, index), self.lines) for index, one in enumerate(content)]
            return Listed(tuple((one.value(scope), one.line) for one in inner))
        if isinstance(content, dict):
            entries = [(key, _Encoded(one, (*self.path, key), self.lines)) for key, one in content.items()]
            return Mapped(tuple((key, one.value(scope), one.line) for key, one in entries))
        return Known(content)


def _add_json(module: Module, path: str, text: str) -> None:
    document = parsed_json(text, path)
    if not isinstance(document, dict):
        raise Unusable(f"{path}:1: expected an object of Terraform's JSON syntax")
    where = lines(text)
    for kind, body, at in _several(document.get("resource"), ("resource",)):
        for name, block, below in ((kind, *rest) for rest in _named(body, at)):
            attributes = {key: _Encoded(one, (*below[1], key), where) for key, one in block.items()}
            module.resources.append(Resource(name, below[0], path, line_of(where, below[1]), attributes))
    for key, value, at in _several(document.get("locals"), ("locals",)):
        module.locals[key] = _Encoded(value, at, where)
    for name, body, at in _several(document.get("variable"), ("variable",)):
        for block, inner in _bodies(body, at):
            given = "default" in block
            module.variables[name] = _Encoded(block["default"], (*inner, "default"), where) if given else None


def _named(body: Any, at: Path) -> Iterator[tuple[dict[str, Any], tuple[str, Path]]]:
    """Each block of one resource type with its name and its path."""
    for name, inner, below in _several(body, at):
        for block, where in _bodies(inner, below):
            yield block, (name, where)


def _several(body: Any, at: Path) -> Iterator[tuple[str, Any, Path]]:
    """The entries of an object, or of each object of a list."""
    for block, below in _bodies(body, at):
        for key, value in block.items():
            if key != "//":
                yield key, value, (*below, key)


def _bodies(body: Any, at: Path) -> Iterator[tuple[dict[str, Any], Path]]:
    if isinstance(body, dict):
        yield body, at
    for index, one in enumerate(body if isinstance(body, list) else ()):
        if isinstance(one, dict):
            yield one, (*at, index)
