"""`oci-iam judge`: a verdict on each statement of the inputs."""

from __future__ import annotations

import argparse
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from oci_iam.assessment import Assessment, assess
from oci_iam.baseline import against, read_baseline
from oci_iam.combinations import SetFinding, find_combinations
from oci_iam.commands import OK, REFUSED, Subparsers, print_lines, version
from oci_iam.inputs import Unusable
from oci_iam.items import Source
from oci_iam.readers import read_sources
from oci_iam.reports.github import as_annotations
from oci_iam.reports.json import as_json, as_json_lines, as_report
from oci_iam.reports.markdown import as_markdown
from oci_iam.reports.results import results, set_results
from oci_iam.reports.sarif import as_sarif
from oci_iam.reports.text import as_text, set_findings_as_text, summary
from oci_iam.unknowns import shown

__all__ = ["add"]

_FORMATS = ("text", "json", "jsonl", "report", "sarif", "markdown", "github")


def add(commands: Subparsers) -> None:
    """Adds the subcommand."""
    parser = commands.add_parser("judge", help="judge statements", allow_abbrev=False)
    parser.add_argument(
        "files",
        nargs="*",
        metavar="FILE",
        help="statements (text, JSON, JSON Lines), Pulumi's stack export or preview --json, Terraform (show "
        "-json, state, .tf, a folder of them), oci iam policy list; - is stdin",
    )
    parser.add_argument(
        "--pulumi-state", metavar="FILE", action="append", default=[], help="a `pulumi stack export`"
    )
    parser.add_argument(
        "--format", choices=_FORMATS, default="text", help="output format; report is one JSON object"
    )
    parser.add_argument(
        "--baseline", metavar="FILE", help="an earlier report (json, jsonl, report): only what is new fails"
    )
    parser.add_argument("--quiet", action="store_true", help="only what fails")
    parser.add_argument(
        "--fail-on", choices=("workload",), help="findings about workloads count for the exit status too"
    )
    parser.set_defaults(run=_judge)


def _judge(arguments: argparse.Namespace) -> int:
    if not arguments.files and not arguments.pulumi_state:
        raise Unusable("judge: give a FILE, - for standard input, or --pulumi-state FILE")
    sources = read_sources(arguments.files, arguments.pulumi_state, arguments.configuration)
    assessments = assess(item for source in sources for item in source.items)
    if arguments.baseline is not None:
        assessments = against(assessments, read_baseline(arguments.baseline))
    workload = arguments.fail_on == "workload"
    failing = [one for one in assessments if one.fails(workload=workload)]
    print_lines(_lines(arguments, sources, failing if arguments.quiet else assessments))
    return REFUSED if failing else OK


def _lines(
    arguments: argparse.Namespace, sources: Sequence[Source], chosen: Sequence[Assessment]
) -> Iterator[str]:
    match arguments.format:
        case "json":
            return as_json(chosen)
        case "jsonl":
            return as_json_lines(chosen)
    sets = [] if arguments.quiet else _sets(sources)
    match arguments.format:
        case "report":
            return as_report(chosen, sets, version())
        case "markdown":
            return as_markdown(chosen, sets)
        case "text":
            return _text(chosen, sets, quiet=arguments.quiet)
    found = list(results(chosen, against_baseline=arguments.baseline is not None))
    found += set_results(sets, [item for source in sources for item in source.items])
    return as_sarif(found, version()) if arguments.format == "sarif" else as_annotations(found)


def _text(chosen: Sequence[Assessment], sets: Sequence[SetFinding], *, quiet: bool) -> Iterator[str]:
    yield from as_text(chosen)
    if not quiet:
        yield summary(chosen)
    yield from set_findings_as_text(sets)


def _sets(sources: Sequence[Source]) -> list[SetFinding]:
    """What the statements of each input add up to."""
    return [
        _shown(finding, source.stands_for)
        for source in sources
        for finding in find_combinations(source.policies, source.dynamic_groups)
    ]


def _shown(finding: SetFinding, stands_for: Mapping[str, str]) -> SetFinding:
    """The finding with what is not known as its author wrote it."""
    if not stands_for:
        return finding
    parts = [replace(part, text=shown(part.text, stands_for)) for part in finding.contributions]
    return replace(
        finding,
        subject=shown(finding.subject, stands_for),
        message=shown(finding.message, stands_for),
        remediation=shown(finding.remediation, stands_for),
        contributions=tuple(parts),
    )
