"""Checks the config files of the policy pack before anything runs: each slip with its line.

The pack itself refuses a config that cannot be followed, on every run. Only here can be seen what the CLI
does not hand on: a key that is given twice (its last value counts), an empty entry, the line of a slip.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any, NamedTuple

from oci_functions_guard.exemptions import read_exemptions, today
from oci_functions_guard.pack_config import PackConfig, config_problems, level_of, shown
from oci_functions_guard.schema import Path, Problem
from oci_iam.inputs import parsed_json, read_file, shown_name
from oci_iam.json_lines import line_of, lines

__all__ = ["Remark", "check_config"]


class Remark(NamedTuple):
    """One line about a config file; a warning is no reason to refuse it."""

    place: str
    text: str
    is_warning: bool = False


def check_config(path: str, day: date | None = None) -> Iterator[Remark]:
    """What is wrong with a config file, in the order of its lines, and what has expired in it or is lowered.

    Raises Unusable for what is not JSON.
    """
    name = shown_name(path)
    text = read_file(path, mark=True)
    config = parsed_json(text, name)
    found = lines(text)
    day = day or today()
    wrong = [*_repeated(found), *config_problems(config, day)]
    for problem in sorted(wrong, key=lambda problem: line_of(found, problem.path)):
        yield Remark(f"{name}:{line_of(found, problem.path)}", shown(problem))
    if not wrong:
        for problem in (*_expired(config, day), *_lowered(config)):
            yield Remark(f"{name}:{line_of(found, problem.path)}", shown(problem), is_warning=True)


def _repeated(found: Mapping[Path, Any]) -> Iterator[Problem]:
    for path, where in found.items():
        if len(where) > 1 and path and isinstance(path[-1], str):
            numbers = " and ".join(map(str, where))
            yield Problem(path, f"is given {len(where)} times (lines {numbers}); only the last one counts")


def _expired(config: Mapping[str, Any], day: date) -> Iterator[Problem]:
    """Exemptions whose last day is over."""
    for rule, entry in config.items():
        listed = entry.get("exemptions", []) if isinstance(entry, Mapping) else []
        for index, exemption in enumerate(read_exemptions(listed)):
            if exemption.expires < day:
                said = f"expired on {exemption.expires} and is ignored"
                yield Problem((rule, "exemptions", index), said)


def _lowered(config: Mapping[str, Any]) -> Iterator[Problem]:
    """Rules that are mandatory by themselves and are not under this config."""
    whole = PackConfig({name: level for name, entry in config.items() if (level := level_of(entry))})
    for info, level in whole.lowered():
        named = info.name if level_of(config.get(info.name)) else "all"
        yield Problem((named,), f"lowers {info.name} to {level}; it is mandatory by default")
