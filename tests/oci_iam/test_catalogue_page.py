"""The generated page about the catalogue."""

from __future__ import annotations

from pathlib import Path

from oci_iam.catalogue.operations import operations
from oci_iam.catalogue.rows import table
from oci_iam.catalogue_page import page

PAGE = Path(__file__).parents[2] / "docs" / "catalogue.md"


def test_page_is_fresh() -> None:
    """`docs/catalogue.md` says what the catalogue says; `make docs` writes it anew."""
    assert PAGE.read_text(encoding="utf-8") == page()


def test_it_says_everything() -> None:
    """Each type, family and operation has its line."""
    lines = page().splitlines()

    for name in (*table().rows, *table().families):
        assert [line for line in lines if line.startswith(f"| `{name}`")], name
    assert len([line for line in lines if line.startswith("| ")]) > len(table().rows) + len(operations())
