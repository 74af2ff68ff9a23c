"""`oci-iam needs`: which permissions an API operation needs, and the narrowest statements that give them."""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterator
from typing import Any

from oci_iam.catalogue.operations import Operation, find, near
from oci_iam.commands import OK, Subparsers, print_lines
from oci_iam.inputs import Unusable
from oci_iam.narrowest import narrowest

__all__ = ["add"]


def add(commands: Subparsers) -> None:
    """Adds the subcommand."""
    parser = commands.add_parser(
        "needs", help="show what an API operation needs, and the narrowest statement", allow_abbrev=False
    )
    parser.add_argument(
        "words", nargs="+", metavar="OPERATION-OR-WORDS", help='GetObject, or "publish a message"'
    )
    parser.add_argument("--format", choices=("text", "json"), default="text", help="output format")
    parser.set_defaults(run=_needs)


def _needs(arguments: argparse.Namespace) -> int:
    text = " ".join(arguments.words)
    found = find(text)
    if not found:
        others = ", ".join(near(text))
        raise Unusable(f"needs: no operation is known by `{text}`" + (f"; near: {others}" if others else ""))
    print_lines(_as_json(found) if arguments.format == "json" else _as_text(found))
    return OK


def _as_text(found: tuple[Operation, ...]) -> Iterator[str]:
    for at, operation in enumerate(found):
        if at:
            yield ""
        answer = narrowest(operation)
        when = f", when {operation.when}" if operation.when else ""
        yield f"{operation.name} ({operation.service}){when}"
        yield f"    needs:     {', '.join(operation.permissions) or 'no permission'}"
        yield from (f"    narrowest: {statement}" for statement in answer.statements)
        if answer.missing:
            yield f"    missing:   {', '.join(answer.missing)}"
        yield f"    variables: {', '.join(sorted(operation.variables)) or 'only the general ones'}"
        yield f"    source:    {operation.source}{_NOTES[answer.mark]}"


_NOTES = {
    "DOC": "",
    "PUBLIC": " (permissions from public tables and policies)",
    "UNCONFIRMED": " (permissions inferred: grant the resource-type, as the statement does)",
}


def _as_json(found: tuple[Operation, ...]) -> Iterator[str]:
    yield json.dumps([_row(operation) for operation in found], indent=2)


def _row(operation: Operation) -> dict[str, Any]:
    answer = narrowest(operation)
    return {
        "service": operation.service,
        "operation": operation.name,
        "when": operation.when,
        "permissions": list(operation.permissions),
        "resource_types": list(operation.types),
        "statements": list(answer.statements),
        "missing": list(answer.missing),
        "variables": sorted(operation.variables),
        "source": operation.source,
        "mark": answer.mark,
    }
