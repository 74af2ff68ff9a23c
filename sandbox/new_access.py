"""What access a preview would give: the policies of the deployed stack held against those of the preview.

The engine writes what it plans into a log while it previews, so the program runs once. A statement whose ids
do not exist yet is read from what its component registered for it, as the policy pack does.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from itertools import groupby
from pathlib import Path
from textwrap import wrap
from typing import Any

from oci_iam._stack_export import of_pulumi
from oci_iam.commands.diff import Found, new_access
from oci_iam.comparison import NewAccess
from oci_iam.items import Source
from oci_iam.reports.text import one_line

__all__ = ["LOGGING", "lines"]

LOGGING = {"PULUMI_DEBUG_COMMANDS": "true"}
"""The variables with which the engine takes `--event-log FILE`."""

_INDENT = " " * 10


def lines(log: Path, state: Path) -> Iterator[str]:
    """What to say below a preview that ended well, by its log and the stack's state before it."""
    deployed = json.loads(state.read_text(encoding="utf-8")) if state.exists() else {}
    before = deployed.get("checkpoint", {}).get("latest") or {}
    kept = {one["urn"]: one for one in before.get("resources") or () if "urn" in one}
    steps = list(_steps(log))
    planned = [{"op": "same", "newState": one} for urn, one in kept.items() if urn not in _touched(steps)]
    found = new_access(
        [_source({"deployment": {"resources": list(kept.values())}}, "deployed")],
        [_source({"steps": [*planned, *steps]}, "preview")],
    )
    yield f"access    {'what is new in this change:' if found else 'no new access'}"
    for (subject, lifted, scope, statement), together in groupby(_in_order(found), _who_and_where):
        may = "is no longer denied" if lifted else "gains"
        what = ", ".join(dict.fromkeys(access.permission for access in together))
        yield from _wrapped(f"{subject} {may} {what} in {scope}", _INDENT)
        yield from _wrapped(statement, _INDENT + "  ")


def _in_order(found: Iterable[Found]) -> list[NewAccess]:
    """By policy: the engine plans several at once, now in this order and now in that."""
    return sorted((access for access, _ in found), key=lambda access: access.source)


def _who_and_where(access: NewAccess) -> tuple[str, bool, str, str]:
    """What a line says of several permissions at once."""
    return access.subject, access.lifted, access.scope, access.statement


def _wrapped(text: str, indent: str) -> list[str]:
    return wrap(
        one_line(text),
        80,
        initial_indent=indent,
        subsequent_indent=indent,
        break_long_words=False,
        break_on_hyphens=False,
    )


def _steps(log: Path) -> Iterator[dict[str, Any]]:
    """The steps of the log, in the form of `pulumi preview --json`."""
    with log.open(encoding="utf-8") as events:
        for line in events:
            event = json.loads(line).get("resourcePreEvent")
            if event is not None:
                step = event["metadata"]
                yield {"op": step["op"], "urn": step["urn"], "newState": step.get("new")}


def _touched(steps: list[dict[str, Any]]) -> set[str]:
    return {step["urn"] for step in steps}


def _source(document: dict[str, Any], name: str) -> Source:
    found = of_pulumi(document, json.dumps(document), name)
    if found is None:
        raise ValueError(f"{name}: no resources")  # cannot be: both documents are made above
    return found
