"""Findings as SARIF 2.1.0, the form that code scanning services read. Decides nothing.

One run; a rule for each code, a result for each finding, with the place it has in its file and a fingerprint
of what the statement means, so that a service recognises it when lines move. Advice stands in the message's
Markdown: what would replace a statement is known, where that ends in its file is not.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from oci_iam.items import Place
from oci_iam.reports.markdown import cell, fenced
from oci_iam.reports.text import one_line

__all__ = ["Result", "as_sarif"]

_SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
_SEVERITY = {"error": "8.0", "warning": "5.0", "note": "2.0"}


@dataclass(frozen=True, slots=True)
class Result:
    """One thing to report: the code of its kind, how serious it is (``error``, ``warning`` or ``note``), what
    is said of which statement, where, what tells it apart, and statements that may take its place."""

    code: str
    level: str
    message: str
    statement: str
    place: Place | None
    fingerprint: str
    remediation: str = ""
    advice: tuple[tuple[str, ...], ...] = ()
    state: str = ""


def as_sarif(results: Sequence[Result], version: str) -> Iterator[str]:
    """The whole log as one JSON document."""
    codes = sorted({result.code for result in results})
    driver = {
        "name": "oci-iam",
        "semanticVersion" if version[:1].isdigit() else "version": version,
        "rules": [_rule(code, results) for code in codes],
    }
    run = {
        "tool": {"driver": driver},
        "columnKind": "unicodeCodePoints",
        "results": [_result(result, codes.index(result.code)) for result in results],
    }
    yield json.dumps({"$schema": _SCHEMA, "version": "2.1.0", "runs": [run]}, indent=2)


def _rule(code: str, results: Iterable[Result]) -> dict[str, Any]:
    level = next(result.level for result in results if result.code == code)
    title = code.replace("-", " ").capitalize()
    return {
        "id": code,
        "name": "".join(word.capitalize() for word in code.split("-")),
        "shortDescription": {"text": title},
        "fullDescription": {"text": f"{title}: see the message of each result."},
        "help": {"text": "`oci-iam explain STATEMENT` draws what a statement means."},
        "defaultConfiguration": {"level": level},
        "properties": {"tags": ["security", "iam"], "security-severity": _SEVERITY[level]},
    }


def _result(result: Result, rule: int) -> dict[str, Any]:
    found: dict[str, Any] = {
        "ruleId": result.code,
        "ruleIndex": rule,
        "level": result.level,
        "message": {"text": _plain(result), "markdown": _markdown(result)},
        "locations": [_location(result.place)],
        "partialFingerprints": {"ociIamFinding/v1": result.fingerprint},
        "properties": {"statement": result.statement, "advice": [list(one) for one in result.advice]},
    }
    if result.state:
        found["baselineState"] = result.state
    return found


def _plain(result: Result) -> str:
    said = [result.message, result.remediation, result.statement and f"Statement: {result.statement}"]
    return "\n".join(one_line(line) for line in said if line)


def _markdown(result: Result) -> str:
    said = [cell(result.message), cell(result.remediation)]
    if result.statement:
        said.append(fenced(result.statement))
    for statements in result.advice:
        said += ["Instead:", fenced("\n".join(map(one_line, statements)))]
    return "\n\n".join(line for line in said if line)


def _location(place: Place | None) -> dict[str, Any]:
    file, line = ("input", 1) if place is None else (place.file, place.line or 1)
    artifact: dict[str, Any] = {"uri": _uri(file)}
    if not os.path.isabs(file):
        artifact["uriBaseId"] = "%SRCROOT%"
    found: dict[str, Any] = {
        "physicalLocation": {"artifactLocation": artifact, "region": {"startLine": line}}
    }
    if place is not None and place.address:
        found["logicalLocations"] = [{"fullyQualifiedName": place.address, "kind": "resource"}]
    return found


def _uri(file: str) -> str:
    """The file as a URI: relative to the working folder where it lies in it."""
    name = file.strip("<>")
    return ("file://" if os.path.isabs(name) else "") + quote(name.replace(os.sep, "/"))
