"""The generated page about the grammar."""

from __future__ import annotations

from pathlib import Path

from oci_iam.grammar_page import page

PAGE = Path(__file__).parents[2] / "docs" / "grammar.md"


def test_page_is_fresh() -> None:
    """`docs/grammar.md` says what the parser says; `make docs` writes it anew."""
    assert PAGE.read_text(encoding="utf-8") == page()
