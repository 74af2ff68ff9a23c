"""The command `oci-iam`: judges, explains and compares policy statements.

Exit status: 0 nothing to refuse, 1 something to refuse (or, for `diff`, new access), 2 unusable input.
"""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Callable, Iterable, Sequence
from itertools import groupby
from typing import TypeAlias

from oci_iam._stack_export import read_stack_export
from oci_iam._statement_files import Item, read_items
from oci_iam.combinations import find_combinations
from oci_iam.comparison import compare
from oci_iam.explain import explain
from oci_iam.inputs import Unusable
from oci_iam.judge import judge, judge_policy
from oci_iam.policy import Policy
from oci_iam.reports.json import as_json, as_json_lines
from oci_iam.reports.text import as_text, one_line, set_findings_as_text
from oci_iam.verdict import Finding, Verdict

__all__ = ["AddCommand", "Subparsers", "main"]

Subparsers: TypeAlias = "argparse._SubParsersAction[argparse.ArgumentParser]"
AddCommand: TypeAlias = Callable[[Subparsers], None]

_OK, _REFUSED, _UNUSABLE = 0, 1, 2


def main(argv: Sequence[str] | None = None, more: Iterable[AddCommand] = ()) -> int:
    """Runs the command and returns its exit status. Prints no traceback for anything an input can cause.

    ``more`` adds subcommands that need what this package does not know: each gets the subparsers, and sets
    ``run`` to what takes the arguments and returns the exit status.
    """
    try:
        arguments = _parser(more).parse_args(argv)
        if sys.stdout is None:  # it was closed before this program began
            print("oci-iam: no standard output to write to", file=sys.stderr)
            return _UNUSABLE
        status: int = arguments.run(arguments)
        sys.stdout.flush()
    except Unusable as problem:
        print(f"oci-iam: {one_line(str(problem))}", file=sys.stderr)
        return _UNUSABLE
    except BrokenPipeError:  # whoever read the answer has read enough; the interpreter must not try once more
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return _UNUSABLE
    except OSError as error:  # the disk is full, say; what is read has its own message
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        print(f"oci-iam: cannot write the output: {error.strerror or error}", file=sys.stderr)
        return _UNUSABLE
    except KeyboardInterrupt:
        return 130
    return status


class _ShowVersion(argparse.Action):
    """Looks the version up when it is asked for: judging must not wait for it."""

    def __call__(self, parser: argparse.ArgumentParser, *_: object) -> None:
        from importlib.metadata import PackageNotFoundError, version

        try:
            found = version("oci-functions-guard")
        except PackageNotFoundError:  # run from its sources, without the distribution
            found = "(not installed)"
        print(f"oci-iam {found}", flush=True)
        parser.exit()


def _parser(more: Iterable[AddCommand]) -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="oci-iam", description=__doc__, allow_abbrev=False)
    parser.add_argument("--version", action=_ShowVersion, nargs=0, help="print the version and exit")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")

    one = commands.add_parser("judge", help="judge statements", allow_abbrev=False)
    one.add_argument(
        "files", nargs="*", metavar="FILE", help="plain text, JSON list or JSON Lines; - is stdin"
    )
    one.add_argument(
        "--pulumi-state", metavar="FILE", action="append", default=[], help="a `pulumi stack export`"
    )
    one.add_argument("--format", choices=("text", "json", "jsonl"), default="text", help="output format")
    one.set_defaults(run=_judge)

    two = commands.add_parser("explain", help="show what a statement means, as a tree", allow_abbrev=False)
    two.add_argument("statement", metavar="STATEMENT")
    two.set_defaults(run=_explain)

    three = commands.add_parser("diff", help="list what access is new", allow_abbrev=False)
    three.add_argument("old", metavar="OLD", help="statements before; a stack export is accepted too")
    three.add_argument("new", metavar="NEW", help="statements after")
    three.set_defaults(run=_diff)

    for add in more:
        add(commands)
    return parser


# --- judge -----------------------------------------------------------------------------------------------


def _judge(arguments: argparse.Namespace) -> int:
    if not arguments.files and not arguments.pulumi_state:
        raise Unusable("judge: give a FILE, - for standard input, or --pulumi-state FILE")
    exports = [read_stack_export(path) for path in arguments.pulumi_state]
    items = [item for path in arguments.files for item in read_items(path)]
    items += [item for export in exports for item in export.items]
    verdicts = _verdicts(items)
    write = {"text": as_text, "json": as_json, "jsonl": as_json_lines}[arguments.format]
    _print(write(items, verdicts))
    if arguments.format == "text":
        for export in exports:
            _print(set_findings_as_text(find_combinations(export.policies, export.dynamic_groups)))
    return _REFUSED if any(verdict.refused for verdict in verdicts) else _OK


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


# --- the other commands ----------------------------------------------------------------------------------


def _explain(arguments: argparse.Namespace) -> int:
    _print([explain(arguments.statement)])
    return _REFUSED if judge(arguments.statement).refused else _OK


def _diff(arguments: argparse.Namespace) -> int:
    before, after = _policies(arguments.old, "before"), _policies(arguments.new, "after")
    new = compare(before, after)
    _print(one_line(str(access)) for access in new)
    return _REFUSED if new else _OK


def _policies(path: str, side: str) -> tuple[Policy, ...]:
    """The policies of a stack export, or the statements of a file as those of one policy. A hidden statement
    stands for itself: it is never taken for one that was hidden before."""
    try:
        export = read_stack_export(path) if path != "-" else None
    except Unusable:
        export = None
    if export is not None:
        hidden = tuple(
            Policy("", (f"{side}: {item.place}: {item.problem}",)) for item in export.items if item.problem
        )
        return (*export.policies, *hidden)
    return (Policy("", tuple(item.text for item in read_items(path))),)


def _print(lines: Iterable[str]) -> None:
    for line in lines:
        sys.stdout.write(line + "\n")
