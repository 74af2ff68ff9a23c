"""The generated page about the configuration."""

from __future__ import annotations

from pathlib import Path

from components.config.page import page

PAGE = Path(__file__).resolve().parents[3] / "docs" / "configuration.md"


def test_page_is_fresh() -> None:
    """`docs/configuration.md` says what the model says; `make docs` writes it anew."""
    assert PAGE.read_text(encoding="utf-8") == page()


def test_nested_keys_are_listed() -> None:
    """Keys of sections in maps and lists appear with their whole path."""
    rows = page()

    assert "`functions.<name>.triggers.<name>.event_types`" in rows
    assert "`edge.rules.<name>.rules[].variables`" in rows
