"""Findings as workflow commands of GitHub Actions, which shows them beside the lines of a change. Decides
nothing."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from oci_iam.reports.sarif import Result
from oci_iam.reports.text import one_line

__all__ = ["as_annotations"]

_COMMAND = {"error": "error", "warning": "warning", "note": "notice"}


def as_annotations(results: Sequence[Result]) -> Iterator[str]:
    """One command a result; what is in the baseline is a notice."""
    for result in results:
        command = "notice" if result.state == "unchanged" else _COMMAND[result.level]
        said = [result.message, result.remediation]
        said += [f"Instead: {' '.join(statements)}" for statements in result.advice]
        lines = "\n".join(one_line(line) for line in said if line)
        yield f"::{command} {_properties(result)}::{_data(lines)}"


def _properties(result: Result) -> str:
    place = result.place
    pairs = [] if place is None else [("file", place.file), ("line", str(place.line or 1))]
    address = "" if place is None else place.address
    pairs.append(("title", " ".join(filter(None, (result.code, address)))))
    return ",".join(f"{key}={_property(one_line(value))}" for key, value in pairs)


def _data(text: str) -> str:
    """A message, in which only these three end or begin something (actions/toolkit, command.ts)."""
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")
