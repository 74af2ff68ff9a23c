"""`oci-iam judge`: a verdict on each statement of the files."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from itertools import groupby

from oci_iam._stack_export import read_stack_export
from oci_iam._statement_files import Item, read_items
from oci_iam.combinations import find_combinations
from oci_iam.commands import OK, REFUSED, Subparsers, print_lines
from oci_iam.inputs import Unusable
from oci_iam.judge import judge_policy
from oci_iam.reports.json import as_json, as_json_lines
from oci_iam.reports.text import as_text, set_findings_as_text
from oci_iam.verdict import Finding, Verdict

__all__ = ["add"]


def add(commands: Subparsers) -> None:
    """Adds the subcommand."""
    parser = commands.add_parser("judge", help="judge statements", allow_abbrev=False)
    parser.add_argument(
        "files", nargs="*", metavar="FILE", help="plain text, JSON list or JSON Lines; - is stdin"
    )
    parser.add_argument(
        "--pulumi-state", metavar="FILE", action="append", default=[], help="a `pulumi stack export`"
    )
    parser.add_argument("--format", choices=("text", "json", "jsonl"), default="text", help="output format")
    parser.set_defaults(run=_judge)


def _judge(arguments: argparse.Namespace) -> int:
    if not arguments.files and not arguments.pulumi_state:
        raise Unusable("judge: give a FILE, - for standard input, or --pulumi-state FILE")
    exports = [read_stack_export(path) for path in arguments.pulumi_state]
    items = [item for path in arguments.files for item in read_items(path)]
    items += [item for export in exports for item in export.items]
    verdicts = _verdicts(items)
    write = {"text": as_text, "json": as_json, "jsonl": as_json_lines}[arguments.format]
    print_lines(write(items, verdicts))
    if arguments.format == "text":
        for export in exports:
            print_lines(set_findings_as_text(find_combinations(export.policies, export.dynamic_groups)))
    return REFUSED if any(verdict.refused for verdict in verdicts) else OK


def _verdicts(items: Sequence[Item]) -> list[Verdict]:
    """A verdict for each, those of one policy judged together, because they share their aliases."""
    verdicts: list[Verdict] = []
    for _, group in groupby(items, key=lambda item: item.policy):
        together = list(group)
        judged = iter(judge_policy([item.text for item in together if not item.problem]))
        verdicts += [_without_text(item) if item.problem else next(judged) for item in together]
    return verdicts


def _without_text(item: Item) -> Verdict:
    finding = Finding(
        "no-text",
        f"There is no statement to judge: {item.problem}.",
        item.place,
        "Write the statement as a plain string.",
    )
    return Verdict("unjudgeable", (finding,))
