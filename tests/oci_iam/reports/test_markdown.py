"""The answer as Markdown, rendered as GitHub does: nothing of an input is markup."""

from __future__ import annotations

import html
import re

import pytest
from markdown_it import MarkdownIt

from oci_iam.reports.markdown import cell, code, fenced
from tests.oci_iam.conftest import Run, Write
from tests.oci_iam.statements import BROAD, OK, OTHER

NASTY = [
    "a|b",
    "<img src=x onerror=alert(1)>",
    "[x](http://example.com)",
    "**bold** _it_ ~~no~~",
    "`tick` ``two``",
    "@team #12",
    "# heading",
    "a\\|b \\` &amp; &#124;",
    "```\nfence\n```",
]


def rendered(text: str) -> str:
    """The HTML of a page."""
    return str(MarkdownIt("commonmark").enable(["table", "strikethrough"]).render(text))


def shown(text: str) -> str:
    """What a reader sees of it."""
    return html.unescape(re.sub(r"<[^>]+>", "", rendered(text))).strip()


@pytest.mark.parametrize("text", NASTY)
def test_nothing_is_markup(text: str) -> None:
    """In a cell, as code and in a block the text is seen as it is."""
    line = " ".join(text.split())
    table = rendered(f"| a | b |\n| --- | --- |\n| {code(text)} | x |\n")

    assert html.unescape(re.findall(r"<td>(.*?)</td>", table)[0]) == f"<code>{line}</code>"
    assert re.findall(r"<td>(.*?)</td>", table)[1:] == ["x"]
    assert shown(fenced(text)) == text.strip()
    assert not re.findall(r"<(?:img|a|strong|em|s|h1)\b", rendered(cell(text)) + table)
    assert not re.search(r"(?<![&\w])@\w", cell(text) + code(text))


def test_judge(run: Run, write: Write) -> None:
    """A line that sums up, a row for each statement with findings, and what to write instead."""
    path = write("a.txt", f"{OK}\n{BROAD}\n{OTHER}\n")

    status, out, _ = run("judge", path, "--format", "markdown")

    assert status == 1
    assert out.startswith("**oci-iam**: 3 statements")
    page = rendered(out)
    assert page.count("<tr>") == 2
    assert "a.txt:2" in html.unescape(page)
    assert "<code>tenancy-wide</code>" in page


def test_nothing_wrong_is_one_line(run: Run, write: Write) -> None:
    """No table without rows."""
    assert run("judge", write("a.txt", OTHER), "--format", "markdown")[1] == (
        "**oci-iam**: 1 statement: 1 unrelated\n"
    )


def test_diff(run: Run, write: Write) -> None:
    """A row for each new access; a line where there is none."""
    old, new = write("a.txt", OTHER), write("b.txt", f"{OTHER}\n{OK}")

    assert run("diff", old, old, "--format", "markdown")[1] == "**oci-iam**: no new access\n"
    page = rendered(run("diff", old, new, "--format", "markdown")[1])
    assert page.count("<tr>") == 2
    assert "<code>FN_INVOCATION</code>" in page
    assert "b.txt:2" in page
