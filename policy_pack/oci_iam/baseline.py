"""A baseline: the findings of an earlier report, which do not fail a check again.

A finding is the same one where its code is, and the statement means the same; where it stands does not
matter. Each counts once: a second statement of the same meaning is new.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from oci_iam.assessment import Assessment
from oci_iam.inputs import Unusable, parsed_json, read_file, shown_name
from oci_iam.language.parser import parse
from oci_iam.language.rendering import render
from oci_iam.statement import Statement

__all__ = ["against", "meaning", "read_baseline"]

_Key = tuple[str, str, str]


def read_baseline(path: str) -> Counter[_Key]:
    """The findings of a report of `oci-iam judge` in one of its JSON forms. Raises Unusable."""
    name = shown_name(path)
    found: Counter[_Key] = Counter()
    for row in _rows(read_file(path), name):
        if not isinstance(row, dict) or not isinstance(row.get("findings"), list):
            raise Unusable(f"{name}: expected a report of `oci-iam judge --format json`")
        place = row.get("place")
        address = place.get("address", "") if isinstance(place, dict) else ""
        listed = [*row["findings"], *(row.get("workload_findings") or ())]
        codes = {one.get("code") for one in listed if isinstance(one, dict)}
        found.update(_key(row.get("statement") or "", str(code), str(address)) for code in codes)
    return found


def _rows(text: str, name: str) -> list[Any]:
    try:
        document = json.loads(text)
    except (ValueError, RecursionError):
        lines = [line for line in text.splitlines() if line.strip()]
        return [parsed_json(line, name) for line in lines]
    if isinstance(document, dict) and isinstance(document.get("statements"), list):
        return list(document["statements"])
    return document if isinstance(document, list) else [document]


def against(assessments: Iterable[Assessment], known: Counter[_Key]) -> list[Assessment]:
    """The assessments, those marked of which every finding is known."""
    left = known.copy()
    found = []
    for one in assessments:
        keys = {_key(one.item.text, finding.code, one.item.place.address) for finding in one.findings}
        is_known = bool(keys) and all(left[key] > 0 for key in keys)
        if is_known:
            left.subtract(keys)
        found.append(replace(one, is_known=is_known))
    return found


def _key(statement: object, code: str, address: str) -> _Key:
    """A statement without a text is known by where it stands."""
    text = statement if isinstance(statement, str) else ""
    return (meaning(text), "" if text else address, code)


def meaning(text: str) -> str:
    """The statement in its canonical spelling; as it is, but for white space, where it cannot be read."""
    statement = parse(text)
    if isinstance(statement, Statement):
        try:
            return render(statement)
        except ValueError:
            pass  # a name that no text can hold has no other spelling either
    return " ".join(text.split())
