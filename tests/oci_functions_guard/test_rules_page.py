"""docs/rules.md is generated, and fresh."""

from __future__ import annotations

from pathlib import Path

from oci_functions_guard.catalogue import CATALOGUE

PACK = Path(__file__).parents[2] / "policy_pack"


class TestRulesPage:
    def test_it_is_fresh(self) -> None:
        """docs/rules.md is what the catalogue says now: `make docs`."""
        from oci_functions_guard.rules_page import render

        page = (PACK.parent / "docs" / "rules.md").read_text(encoding="utf-8")

        assert render() == page

    def test_it_describes_every_rule(self) -> None:
        """Each rule has a heading."""
        from oci_functions_guard.rules_page import render

        page = render()

        assert all(f"\n## {info.name}\n" in page for info in CATALOGUE)
