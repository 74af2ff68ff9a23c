"""What is wrong with the pack's config: rule names, levels, and the settings and exemptions of each rule.

The CLI does not ask for all of it: it accepts a misspelt rule name in silence. Importable without pulumi.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

from oci_functions_guard import exemptions, schema
from oci_functions_guard.catalogue import CATALOGUE, RuleInfo, find

__all__ = ["LEVELS", "config_problems", "settings_problems"]

LEVELS: Final = ("advisory", "mandatory", "remediate", "disabled")  # what the CLI accepts as enforcementLevel
_NAMES: Final = tuple(info.name for info in CATALOGUE)


def settings_problems(info: RuleInfo, settings: Mapping[str, Any]) -> tuple[str, ...]:
    """What is wrong with one rule's settings (the enforcementLevel left out), each with its path."""
    if not settings:
        return ()
    whole = {"type": "object", "properties": info.properties, "additionalProperties": False}
    return (
        *schema.problems(settings, whole),
        *exemptions.exemption_problems(settings.get("exemptions", [])),
    )


def config_problems(config: Any) -> tuple[str, ...]:
    """What is wrong with a whole pack config, as read from its JSON file; empty where nothing is."""
    if not isinstance(config, Mapping):
        return ("the config must be an object with one entry a rule",)
    return tuple(problem for name, entry in config.items() for problem in _entry_problems(name, entry))


def _entry_problems(name: str, entry: Any) -> Iterator[str]:
    if name not in _NAMES and name != "all":
        yield f"{name}: unknown rule (known: all, {', '.join(_NAMES)})"
        return
    if isinstance(entry, str):
        entry = {"enforcementLevel": entry}
    if not isinstance(entry, Mapping):
        yield f"{name}: must be an enforcementLevel or an object"
        return
    if "enforcementLevel" in entry and entry["enforcementLevel"] not in LEVELS:
        yield f"{name}: enforcementLevel must be one of {', '.join(LEVELS)}"
    settings = {key: value for key, value in entry.items() if key != "enforcementLevel"}
    if name == "all":
        yield from (f"all: {key} is not known (only enforcementLevel is)" for key in settings)
    else:
        yield from (f"{name}: {problem}" for problem in settings_problems(find(name), settings))
