"""`oci-iam diff`: what access the statements after grant that those before did not."""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import TypeAlias

from oci_iam.commands import OK, REFUSED, Subparsers, print_lines, version
from oci_iam.comparison import NewAccess, compare
from oci_iam.items import Place, Source
from oci_iam.policy import Policy
from oci_iam.readers import ConfigurationReader, read_sources
from oci_iam.reports.github import as_annotations
from oci_iam.reports.json import access_row
from oci_iam.reports.markdown import access_as_markdown
from oci_iam.reports.results import access_results
from oci_iam.reports.sarif import as_sarif
from oci_iam.reports.text import one_line
from oci_iam.unknowns import shown

__all__ = ["Found", "add", "new_access"]

Found: TypeAlias = tuple[NewAccess, Place | None]
"""One new access, and where the statement stands that gives it."""

_FORMATS = ("text", "json", "jsonl", "report", "sarif", "markdown", "github")


def add(commands: Subparsers) -> None:
    """Adds the subcommand."""
    parser = commands.add_parser("diff", help="list what access is new", allow_abbrev=False)
    parser.add_argument("old", metavar="OLD", help="what was: any input that `judge` takes")
    parser.add_argument("new", metavar="NEW", help="what is to be")
    parser.add_argument(
        "--format", choices=_FORMATS, default="text", help="output format; report is one JSON object"
    )
    parser.set_defaults(run=_diff)


def _diff(arguments: argparse.Namespace) -> int:
    before = _read(arguments.old, arguments.configuration)
    after = _read(arguments.new, arguments.configuration)
    found = new_access(before, after)
    print_lines(_lines(arguments.format, found))
    return REFUSED if found else OK


def _read(path: str, configuration: ConfigurationReader | None) -> list[Source]:
    return read_sources([path], (), configuration)


def new_access(before: Sequence[Source], after: Sequence[Source]) -> list[Found]:
    """What access is new, each with the place of the statement that gives it, where that is known."""
    items = [item for source in (*before, *after) for item in source.items]
    places = {_folded(text): item.place for item in items if (text := item.readable)}
    names = {text: said for source in (*before, *after) for text, said in source.stands_for.items()}
    found = compare(_policies(before, "before"), _policies(after, "after"))
    return [(_shown(access, names), places.get(_folded(access.statement))) for access in found]


def _policies(sources: Sequence[Source], side: str) -> tuple[Policy, ...]:
    """The policies of one side. A statement without a reading stands for itself: it is never taken for one
    that stood before."""
    named = [policy for source in sources for policy in source.policies]
    hidden = [
        Policy("", (f"{side}: {item.place}: {item.problem or item.text}",))
        for source in sources
        for item in source.items
        if item.readable is None
    ]
    return (*named, *hidden)


def _folded(text: str) -> str:
    return " ".join(text.split())


def _shown(access: NewAccess, stands_for: Mapping[str, str]) -> NewAccess:
    """The access with what is not known as its author wrote it."""
    if not stands_for:
        return access
    return replace(
        access,
        subject=shown(access.subject, stands_for),
        scope=shown(access.scope, stands_for),
        condition=shown(access.condition, stands_for),
        statement=shown(access.statement, stands_for),
    )


def _lines(form: str, found: Sequence[Found]) -> Iterator[str]:
    rows = (access_row(access, place) for access, place in found)
    match form:
        case "text":
            return (one_line(str(access)) for access, _ in found)
        case "jsonl":
            return map(json.dumps, rows)
        case "json":
            return iter([json.dumps(list(rows), indent=2)])
        case "report":
            return iter([json.dumps({"version": version(), "new_access": list(rows)}, indent=2)])
        case "markdown":
            return access_as_markdown(found)
        case "sarif":
            return as_sarif(list(access_results(found)), version())
    return as_annotations(list(access_results(found)))
