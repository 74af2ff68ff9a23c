"""Writes `docs/configuration.md` from the config's model: `python -m components.config_page`.

Holds no text about a key: that is the key's own `description` in `components.config`.
"""

from __future__ import annotations

from collections.abc import Iterator
from types import UnionType
from typing import Annotated, Any, Literal, Union, get_args, get_origin

from pydantic import BaseModel
from pydantic.fields import FieldInfo

from components.config import PROJECT, StackConfig

_HEAD = f"""\
# Configuration

Generated from `components/config.py` by `make docs`; a test fails when this page is stale.

Every key below stands in `Pulumi.<stack>.yaml` under `config`, as `{PROJECT}:<key>` (the region as
`oci:region`). `<name>` is a name of your choice. Keys that are not listed are refused.

| key | value | default | meaning |
| --- | --- | --- | --- |
"""


def page() -> str:
    """The whole page."""
    rows = (
        f"| `{key}` | {kind} | {default} | {text} |" for key, kind, default, text in _rows(StackConfig, "")
    )
    return _HEAD + "\n".join(rows) + "\n"


def _rows(model: type[BaseModel], prefix: str) -> Iterator[tuple[str, str, str, str]]:
    for name, field in model.model_fields.items():
        key = f"{prefix}{name}"
        section, suffix = _section(field.annotation)
        yield key, _kind(field.annotation), _default(field), (field.description or "").replace("|", "\\|")
        if section is not None:
            yield from _rows(section, f"{key}{suffix}.")


def _section(annotation: Any) -> tuple[type[BaseModel] | None, str]:
    """The model a field holds, and what stands between the field's name and the model's keys."""
    annotation = _plain(annotation)
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation, ""
    if get_origin(annotation) is dict:
        inner, rest = _section(get_args(annotation)[1])
        return inner, f".<name>{rest}"
    if get_origin(annotation) is list:
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
    if get_origin(plain) is list:
        return f"list of {_kind(get_args(plain)[0])}"
    if get_origin(plain) is dict:
        return f"{_kind(get_args(plain)[1])} by name"
    if isinstance(plain, type) and issubclass(plain, BaseModel):
        return "section"
    names = {str: "text", int: "number", bool: "true or false"}
    return names.get(plain, "secret text" if getattr(plain, "__name__", "") == "SecretStr" else "text")


def _default(field: FieldInfo) -> str:
    if field.is_required():
        return "**required**"
    value = field.get_default(call_default_factory=True)
    if value is None or isinstance(value, BaseModel) or value in ({}, []):
        return "–"
    return f"`{str(value).lower() if isinstance(value, bool) else value}`"


if __name__ == "__main__":
    print(page(), end="")
