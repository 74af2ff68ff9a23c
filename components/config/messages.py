"""What is wrong in a config, in words: pydantic's errors, each as one line a person can act on.

Knows the place of a value by its path only. Values of secrets, and of functions' variables, are never shown.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from difflib import get_close_matches
from functools import cache
from typing import Any

from pydantic import TypeAdapter, ValidationError
from pydantic_core import ErrorDetails

from components.values import limits

# Set with `pulumi config set --secret`, never written into a file in plaintext.
SECRETS = ("registry_username", "registry_auth_token")
# The section that becomes a function's environment.
_VARIABLES = "config"
# What other tools call it.
_OTHER_WORDS: Mapping[str, tuple[str, ...]] = {
    "adb": ("wallet",),
    "cron": ("schedule",),
    "database": ("wallet",),
    "email": ("subscribers",),
    "env": ("config",),
    "environment": ("config",),
    "folder": ("context",),
    "variables": ("config",),
}
# More would not fit on a line.
_MOST_KEYS = 20


def mistakes(invalid: ValidationError, model: TypeAdapter[Any]) -> Iterator[str]:
    """One line for each error pydantic found in the values of `model`: the place, then the reason."""
    for error in invalid.errors(include_url=False):
        location = [part for part in error["loc"] if part != "[key]"]
        yield f"{_path(location)}: {_reason(error, location, model)}"


def empty_sections(raw: Mapping[str, Any], model: TypeAdapter[Any]) -> Iterator[str]:
    """The places of values that `model` takes and that have nothing where a section is expected."""
    waiting: list[tuple[list[int | str], Any]] = [([], raw)]
    while waiting:
        place, value = waiting.pop()
        if value is None and "properties" in _section_at(place, model):
            yield _path(place)
        elif isinstance(value, Mapping):
            waiting += [([*place, key], each) for key, each in value.items()]


def _path(location: list[int | str]) -> str:
    """`functions.responder.triggers.results.event_types[0]`."""
    text = ""
    for part in location:
        text += f"[{part}]" if isinstance(part, int) else f".{part}"
    path = text.removeprefix(".")
    return "oci:region" if path == "region" else path


def _reason(error: ErrorDetails, location: list[int | str], model: TypeAdapter[Any]) -> str:
    value, kind = error["input"], error["type"]
    shown = "the value" if _is_private(location) else _shown(value)
    match kind:
        case "missing":
            return missing(str(location[-1])) if len(location) == 1 else f"missing{_meaning(location, model)}"
        case "unexpected_keyword_argument":
            return f"unknown key{_hint(str(location[-1]), location[:-1], model)}"
        case "value_error":
            return str(error.get("ctx", {}).get("error", error["msg"]))
        case "literal_error" | "enum":
            return (
                f"{shown} is not one of {error['ctx']['expected'].replace(' or ', ', ').replace(chr(39), '')}"
            )
        case "int_type" | "int_from_float" | "int_parsing":
            quoted = isinstance(value, str) and value.isdecimal()
            return f"{shown} is not a whole number{'; leave out the quotes' if quoted else ''}"
        case "string_type":
            return f"{shown} is not a string{_in_quotes(value, location)}"
        case "bool_type":
            return f"{shown} is not true or false"
        case "list_type":
            alone = isinstance(value, str) and not _is_private(location)
            return f"{shown} is not a list{f'; write [{shown}]' if alone else ''}"
        case "dict_type" | "dataclass_type":
            section = _section_at(location, model)
            # What a person writes who wants the section and nothing else.
            bare = value in (None, True) and "properties" in section and not section.get("required")
            return f"{shown} is not a mapping{_expected(section)}{', or {} alone' if bare else ''}"
    return f"{shown}: {error['msg'][:1].lower()}{error['msg'][1:]}"


def _shown(value: Any) -> str:
    if value is None:
        return "an empty value"
    if isinstance(value, dict | list):
        return "a mapping" if isinstance(value, dict) else "a list"
    if isinstance(value, bool):
        return str(value).lower()
    return limits.shown(value) if isinstance(value, str) else str(value)


def _is_private(location: list[int | str]) -> bool:
    """Secrets, and the environment of functions, where somebody may have put one by mistake."""
    return location[0] in SECRETS or _VARIABLES in location[:-1]


def _in_quotes(value: Any, location: list[int | str]) -> str:
    """How a string is said, of what YAML reads as something else."""
    if isinstance(value, int | float):
        return "; put it in quotes"
    if isinstance(value, dict) and location[-1] == "body":
        return "; put the JSON in quotes"
    if isinstance(value, dict) and "defined" in location[:-1]:
        return f"; write {location[-1]}.{next(iter(value), '<key>')}: <value>"
    return ""


def _meaning(location: list[int | str], model: TypeAdapter[Any]) -> str:
    """What a key is for, as its option says."""
    key = _section_at(location[:-1], model).get("properties", {}).get(location[-1], {})
    return f" ({key['description']})" if "description" in key else ""


def _hint(key: str, parents: list[int | str], model: TypeAdapter[Any]) -> str:
    """What an unknown key may have been meant to be, or else what may stand there."""
    section = _section_at(parents, model)
    if not parents and get_close_matches(key, ["region"]):
        return "; did you mean oci:region?"
    if key in ("prefix", "suffix") and {"triggers", "bucket"} <= set(parents):
        return "; say resource_names in the trigger, e.g. [in/*]"
    known = list(section.get("properties", {}))
    longer = [each for each in known if each.startswith(f"{key}_") or key.startswith(f"{each}_")]
    other = [each for each in _OTHER_WORDS.get(key, ()) if each in known]
    meant = longer or other or get_close_matches(key, known, n=1)
    return f"; did you mean {' or '.join(meant)}?" if meant else _expected(section)


def _expected(section: dict[str, Any]) -> str:
    """The keys of a section; those of the whole file are too many for a line."""
    known = list(section.get("properties", {}))
    if len(known) > _MOST_KEYS:
        return "; every key is in docs/configuration.md"
    if not known:
        return "" if section.get("type") != "object" else "; its keys are names of your choice"
    return f"; expected {', '.join(known)}"


def _section_at(place: list[int | str], model: TypeAdapter[Any]) -> dict[str, Any]:
    """The schema of the section at this place of the model."""
    section = schema = _schema(model)
    for part in place:
        by_name = next(iter(section.get("patternProperties", {}).values()), None)
        by_name = by_name or section.get("additionalProperties")
        child = section.get("properties", {}).get(part) or by_name or section
        child = child.get("items", child) if isinstance(part, int) else child
        section = next((each for each in (child, *child.get("anyOf", [])) if "$ref" in each), child)
        if "$ref" in section:
            section = schema["$defs"][section["$ref"].rpartition("/")[2]]
    return section


@cache
def _schema(model: TypeAdapter[Any]) -> dict[str, Any]:
    """Made once, and not for each of many mistakes."""
    return model.json_schema()


def missing(key: str) -> str:
    """The reason for a key that is not there."""
    return f"missing; set it with {how_to_set(key)}"


def how_to_set(key: str) -> str:
    """The command that sets a key."""
    if key == "region":
        return "`pulumi config set oci:region <region>`"
    return f"`pulumi config set {'--secret ' if key in SECRETS else ''}{key} <value>`"
