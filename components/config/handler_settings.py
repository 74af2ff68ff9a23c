"""What the shipped handler reads from its environment and would refuse at the first event.

The image imports nothing of the project, so this is a second home of the fact; a test holds the two together.
Reasons do not show a value, since somebody may have put a secret there by mistake.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

_DEFAULTS = {"SEVERITY_WARNING": 0.7, "SEVERITY_CRITICAL": 0.9}


def wrong_settings(environment: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    """The variables the handler would refuse, each with the reason."""
    levels = {name: _level(environment.get(name, ""), default) for name, default in _DEFAULTS.items()}
    for name, level in levels.items():
        if level is None:
            yield name, "the value is not a number from 0 to 1"
    warning, critical = levels.values()
    if warning is not None and critical is not None and warning > critical:
        named = next(name for name in _DEFAULTS if environment.get(name, "").strip())
        yield named, "expected SEVERITY_WARNING to be at most SEVERITY_CRITICAL"


def _level(value: str, default: float) -> float | None:
    try:
        level = float(value) if value.strip() else default
    except ValueError:
        return None
    return level if 0 <= level <= 1 else None
