"""The links between the project's pages."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PAGES = sorted(
    path.relative_to(ROOT).as_posix()
    for pattern in ("*.md", "policy_pack/*.md", "docs/**/*.md", "examples/**/*.md", ".github/*.md")
    for path in ROOT.glob(pattern)
)


def anchors(page: Path) -> set[str]:
    """The anchors of a page's headings, as they are made of their words."""
    headings = re.findall(r"^#+ (.+)$", page.read_text(encoding="utf-8"), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


@pytest.mark.parametrize("page", PAGES)
def test_every_link_leads_somewhere(page: str) -> None:
    """A link to another page of the project names a file that is there, and a heading in it."""
    text = (ROOT / page).read_text(encoding="utf-8")
    broken = []
    for target, anchor in re.findall(r"\]\((?!https?:|mailto:)([^)#\s]*)(?:#([^)\s]+))?\)", text):
        file = (ROOT / page).parent / target if target else ROOT / page
        if not file.exists() or (anchor and anchor not in anchors(file)):
            broken.append(f"{target}#{anchor}")

    assert not broken


@pytest.mark.parametrize(
    "page", [path for path in PAGES if path.startswith("docs/") and path != "docs/README.md"]
)
def test_the_index_names_every_page(page: str) -> None:
    """docs/README.md leads to each page beside and below it."""
    assert f"]({page.removeprefix('docs/')})" in (ROOT / "docs" / "README.md").read_text(encoding="utf-8")
