"""The pack's config: which level each rule has, what it was told, and what is wrong with all that.

The CLI does not ask for all of it: it accepts a misspelt rule name in silence, and the rule that was meant
keeps the level it has by itself. So the pack refuses such a config on every run. Importable without pulumi.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Final

from oci_functions_guard import exemptions, schema
from oci_functions_guard.catalogue import CATALOGUE, RuleInfo, find
from oci_functions_guard.schema import Problem, nearest

__all__ = ["LEVELS", "PackConfig", "WrongConfig", "config_problems", "level_of", "settings_problems", "shown"]

LEVELS: Final = ("advisory", "mandatory", "remediate", "disabled")  # what the CLI accepts as enforcementLevel
_NAMES: Final = tuple(info.name for info in CATALOGUE)


class WrongConfig(Exception):
    """A config that cannot be followed; the text names each thing that is wrong, and no value."""


@dataclass(frozen=True, slots=True)
class PackConfig:
    """The levels and settings of one operation, as the CLI handed them over; right as far as can be seen."""

    levels: Mapping[str, str] = field(default_factory=dict)
    settings: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)

    @classmethod
    def of(
        cls, levels: Mapping[str, str], settings: Mapping[str, Mapping[str, Any]], day: date
    ) -> PackConfig:
        """Raises WrongConfig for a rule that does not exist, and for settings that cannot be followed."""
        whole = {name: {**settings.get(name, {}), "enforcementLevel": levels[name]} for name in levels}
        if wrong := config_problems(whole, day):
            raise WrongConfig("\n".join(["the config of the policy pack is wrong:", *map(shown, wrong)]))
        return cls(levels, settings)

    def level(self, info: RuleInfo) -> str:
        """The level in force: the configured one, else the rule's own. Nothing here remediates, so that means
        mandatory, as it does in the SDK."""
        level = self.levels.get(info.name) or self.levels.get("all") or info.level
        return "mandatory" if level == "remediate" else level

    def lowered(self) -> Iterator[tuple[RuleInfo, str]]:
        """The rules that are mandatory by themselves and are not under this config, with their level."""
        for info in CATALOGUE:
            if info.strict and self.level(info) != "mandatory":
                yield info, self.level(info)

    def exemptions(self, info: RuleInfo) -> tuple[exemptions.Exemption, ...]:
        """The exemptions from this rule."""
        return exemptions.read_exemptions(list(self.settings.get(info.name, {}).get("exemptions", [])))


def level_of(entry: Any) -> str | None:
    """The level that an entry of a config file gives, None where it gives none."""
    level = entry.get("enforcementLevel") if isinstance(entry, Mapping) else entry
    return level if isinstance(level, str) else None


def shown(problem: Problem) -> str:
    """`policy-statement-budget: limit must be an integer`."""
    if not problem.path:
        return str(problem)
    rule, rest = problem.path[0], Problem(problem.path[1:], problem.said)
    return f"{rule}: {rest if rest.path else rest.said}"


def settings_problems(
    info: RuleInfo, settings: Mapping[str, Any], day: date | None = None
) -> tuple[Problem, ...]:
    """What is wrong with one rule's settings (the enforcementLevel left out), each with its path."""
    if not settings:
        return ()
    whole = {"type": "object", "properties": info.properties, "additionalProperties": False}
    listed = settings.get("exemptions", [])
    return (
        *schema.problems(settings, whole),
        *exemptions.exemption_problems(listed, day or exemptions.today(), strict=info.strict),
    )


def config_problems(config: Any, day: date | None = None) -> tuple[Problem, ...]:
    """What is wrong with a whole pack config, as read from its JSON file; empty where nothing is."""
    if not isinstance(config, Mapping):
        return (Problem((), "must be an object with one entry per rule"),)
    if isinstance(config.get("version"), int | float):
        return (Problem(("version",), "is not supported: its exceptions have no last day; use exemptions"),)
    return tuple(
        Problem((name, *problem.path), problem.said)
        for name, entry in config.items()
        for problem in _entry_problems(name, entry, day)
    )


def _entry_problems(name: str, entry: Any, day: date | None) -> Iterator[Problem]:
    if name not in _NAMES and name != "all":
        hint = nearest(name, _NAMES) or f" (known: all, {', '.join(_NAMES)})"
        yield Problem((), f"unknown rule{hint}")
        return
    if isinstance(entry, str):
        entry = {"enforcementLevel": entry}
    if not isinstance(entry, Mapping):
        yield Problem((), "must be an enforcementLevel or an object")
        return
    level = entry.get("enforcementLevel", "mandatory")
    if level not in LEVELS:
        yield Problem(("enforcementLevel",), f"must be one of {', '.join(LEVELS)}{nearest(level, LEVELS)}")
    settings = {key: value for key, value in entry.items() if key != "enforcementLevel"}
    if name != "all":
        yield from settings_problems(find(name), settings, day)
    for key in settings if name == "all" else ():
        hint = nearest(key, ("enforcementLevel",)) or " (only enforcementLevel is)"
        yield Problem((key,), f"is not known{hint}")
