"""Writes `docs/configuration.md` from the config's model: `python -m components.config.page`.

Says nothing about a key itself: what a key means is said where its option is defined.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import MISSING, Field, fields, is_dataclass
from types import UnionType
from typing import Annotated, Any, Literal, NamedTuple, Union, get_args, get_origin, get_type_hints

from pydantic import SecretStr

from components.config.loading import PROJECT
from components.config.model import StackConfig
from components.values.option import Option, check_of

_HEAD = f"""\
# Configuration

Generated from the options in `components/` by `make docs`; a test fails when this page is stale.

Every key below is written in `Pulumi.<stack>.yaml` under `config`, as `{PROJECT}:<key>` (the region as
`oci:region`). `<name>` is a name of your choice. Keys that are not listed are refused.

| key | value | default | meaning |
| --- | --- | --- | --- |
"""


class Row(NamedTuple):
    """One key: its path, what it holds, its default, and what it means."""

    key: str
    kind: str
    default: str
    meaning: str


def page() -> str:
    """The whole page."""
    lines = (f"| `{row.key}` | {row.kind} | {row.default} | {row.meaning} |" for row in rows())
    return _HEAD + "\n".join(lines) + "\n"


def rows() -> list[Row]:
    """Every key of the config, sections before what is in them."""
    return list(_rows(StackConfig, ""))


def _rows(model: type, prefix: str) -> Iterator[Row]:
    hints = get_type_hints(model, include_extras=True)
    for field in fields(model):
        key, annotation = f"{prefix}{field.name}", hints[field.name]
        section, suffix = _section(annotation)
        said = check_of(annotation)
        meaning = said.description if isinstance(said, Option) else ""
        yield Row(key, _kind(annotation), _default(field), meaning.replace("|", "\\|"))
        if section is not None:
            yield from _rows(section, f"{key}{suffix}.")


def _section(annotation: Any) -> tuple[type | None, str]:
    """The model a field holds, and what comes between the field's name and the model's keys."""
    annotation = _plain(annotation)
    if isinstance(annotation, type) and is_dataclass(annotation):
        return annotation, ""
    if get_origin(annotation) is Mapping:
        inner, rest = _section(get_args(annotation)[1])
        return inner, f".<name>{rest}"
    if get_origin(annotation) is Sequence:
        inner, rest = _section(get_args(annotation)[0])
        return inner, f"[]{rest}"
    return None, ""


def _plain(annotation: Any) -> Any:
    """Without `Annotated` and without `| None`."""
    while get_origin(annotation) is Annotated:
        annotation = get_args(annotation)[0]
    if get_origin(annotation) in (Union, UnionType):
        rest = [part for part in get_args(annotation) if part is not type(None)]
        return _plain(rest[0]) if len(rest) == 1 else annotation
    return annotation


def _kind(annotation: Any) -> str:
    plain = _plain(annotation)
    if get_origin(plain) is Literal:
        return ", ".join(f"`{value}`" for value in get_args(plain))
    if get_origin(plain) is Sequence:
        return f"list of {_kind(get_args(plain)[0])}s"
    if get_origin(plain) is Mapping:
        return f"{_kind(get_args(plain)[1])}s by name".replace("list of", "lists of").replace("ss", "s")
    if isinstance(plain, type) and is_dataclass(plain):
        return "section"
    names = {int: "number", bool: "true or false", SecretStr: "secret string"}
    return names.get(plain, "string")


def _default(field: Field[Any]) -> str:
    value = field.default
    if value is MISSING:
        return "**required**" if field.default_factory is MISSING else "–"
    if value is None or is_dataclass(value) or value == ():
        return "–"
    return f"`{str(value).lower() if isinstance(value, bool) else value}`"


if __name__ == "__main__":
    print(page(), end="")
