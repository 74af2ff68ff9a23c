"""Findings as Markdown, for the comment on a change. Decides nothing.

Everything that comes from an input is escaped: a statement can be no heading, link, mention or HTML.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from oci_iam.assessment import Assessment, advice_on
from oci_iam.combinations import SetFinding
from oci_iam.comparison import NewAccess
from oci_iam.items import Place
from oci_iam.reports.text import one_line, summary

__all__ = ["access_as_markdown", "as_markdown", "cell", "code", "fenced"]

_SPECIAL = re.compile(r"[\\*_\[\]()#+\-!|~@]")


def cell(text: str) -> str:
    """A sentence as it is, in a table or outside; what it quotes in backticks stays code."""
    pieces = re.split(r"`([^`]*)`", one_line(text))
    return "".join(_escaped(piece) if number % 2 == 0 else code(piece) for number, piece in enumerate(pieces))


def _escaped(text: str) -> str:
    text = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace("`", "&#96;")
    return _SPECIAL.sub(lambda match: f"&#{ord(match[0])};" if match[0] in "@|" else "\\" + match[0], text)


def code(text: str) -> str:
    """A text as inline code, in a table too."""
    if not text.strip():
        return ""
    shown = one_line(text).replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    for character in "|`*_[]@\\~#":
        shown = shown.replace(character, f"&#{ord(character)};" if character != "#" else "#")
    return f"<code>{shown}</code>"


def fenced(text: str) -> str:
    """A text as a block of code, whatever backticks are in it."""
    fence = "`" * max(3, 1 + max(map(len, re.findall(r"`+", text)), default=0))
    lines = "\n".join(one_line(line) for line in text.splitlines())
    return f"{fence}\n{lines}\n{fence}"


def as_markdown(assessments: Sequence[Assessment], sets: Sequence[SetFinding]) -> Iterator[str]:
    """A line that sums up, a table of what is wrong, and below it what to write instead."""
    yield f"**oci-iam**: {cell(summary(assessments))}"
    wrong = [one for one in assessments if one.findings]
    if wrong:
        yield ""
        yield "| Place | Verdict | Statement | Why |"
        yield "| --- | --- | --- | --- |"
    for one in wrong:
        verdict = one.verdict.verdict if one.verdict.refused else f"workload {one.workload}"
        verdict += " (in the baseline)" * one.is_known
        why = "<br>".join(f"{cell(finding.message)} ({code(finding.code)})" for finding in one.findings)
        yield f"| {_place(one.item.place)} | {cell(verdict)} | {code(one.item.text)} | {why} |"
    for finding in sets:
        yield ""
        yield f"Together: {cell(finding.message)} ({code(finding.code)})"
        yield ""
        yield from (f"* {cell(part.source)}: {code(part.text)}" for part in finding.contributions)
    for one in wrong:
        for statements in advice_on(one).alternatives:
            yield ""
            yield f"Instead of {_place(one.item.place)}:"
            yield ""
            yield fenced("\n".join(map(one_line, statements)))


def access_as_markdown(found: Sequence[tuple[NewAccess, Place | None]]) -> Iterator[str]:
    """A table of what access is new."""
    yield f"**oci-iam**: {len(found) or 'no'} new access"
    if found:
        yield ""
        yield "| Who | May now | In | Where | Statement |"
        yield "| --- | --- | --- | --- | --- |"
    for access, place in found:
        may = access.permission + " (no longer denied)" * access.lifted
        where = f"{_place(place)} " if place is not None else ""
        row = (code(access.subject), code(may), code(access.scope), code(access.condition))
        yield f"| {' | '.join(row)} | {where}{code(access.statement)} |"


def _place(place: Place) -> str:
    return code(str(place))
