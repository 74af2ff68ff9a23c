"""Checks the config files of the policy pack, which the Pulumi CLI does not: it takes a misspelt rule name in
silence. What is known of the rules comes from the pack's own catalogue."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, date, datetime
from typing import Any, NamedTuple

from oci_functions_guard.pack_config import config_problems
from oci_iam.inputs import parsed_json, read_file, shown_name

__all__ = ["Remark", "check_config"]


class Remark(NamedTuple):
    """One line about a config file; a warning is no reason to refuse it."""

    place: str
    text: str
    is_warning: bool = False


def check_config(path: str, today: date | None = None) -> Iterator[Remark]:
    """What is wrong with a config file, and what has expired in it. Raises Unusable for what is no JSON."""
    name = shown_name(path)
    text = read_file(path)
    repeated: list[str] = []
    config = parsed_json(text, name, object_pairs_hook=lambda pairs: _noting(pairs, repeated))
    for key in repeated:
        yield Remark(
            f"{name}:{_line(text, key, last=True)}", f"{key}: stands here twice; only the last one counts"
        )
    for problem in config_problems(config):
        yield Remark(f"{name}:{_line(text, problem.partition(':')[0])}", problem)
    for rule, problem in _expired(config, today or datetime.now(UTC).date()):
        yield Remark(f"{name}:{_line(text, rule)}", f"{rule}: {problem}", is_warning=True)


def _noting(pairs: list[tuple[str, Any]], repeated: list[str]) -> dict[str, Any]:
    keys = [key for key, _ in pairs]
    repeated += [key for key in dict.fromkeys(keys) if keys.count(key) > 1]
    return dict(pairs)


def _expired(config: Any, today: date) -> Iterator[tuple[str, str]]:
    """Exemptions whose last day is over. Those the catalogue finds fault with are skipped."""
    for rule, entry in config.items() if isinstance(config, dict) else ():
        exemptions = entry.get("exemptions") if isinstance(entry, dict) else None
        for index, exemption in enumerate(exemptions if isinstance(exemptions, list) else ()):
            last_day = _last_day(exemption)
            if last_day is not None and last_day < today:
                yield rule, f"exemptions[{index}] expired on {last_day} and counts no more"


def _last_day(exemption: Any) -> date | None:
    try:
        return date.fromisoformat(exemption["expires"])
    except (TypeError, KeyError, ValueError):
        return None


def _line(text: str, key: str, *, last: bool = False) -> int:
    """The line a key stands in, 1 where it does not."""
    quoted = json.dumps(key)
    at = text.rfind(quoted) if last else text.find(quoted)
    return text.count("\n", 0, max(at, 0)) + 1
