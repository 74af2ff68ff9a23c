"""The catalogue names every rule once, with the level it has by itself."""

from __future__ import annotations

from pathlib import Path

from oci_functions_guard import catalogue
from tests.oci_functions_guard.pack_process import run

OVERBROAD = "functions-grant-overbroad"


UNJUDGEABLE = "functions-grant-unjudgeable"


class TestCatalogue:
    def test_the_names_of_the_catalogue_are_the_modules(self) -> None:
        """Every entry has its module and every module its entry."""
        from pathlib import Path

        import oci_functions_guard.rules

        modules = {
            path.stem.replace("_", "-")
            for path in Path(oci_functions_guard.rules.__path__[0]).glob("[!_]*.py")
        }

        assert modules == {info.name for info in catalogue.CATALOGUE}

    def test_identities_are_unique(self) -> None:
        """No two rules share a name or an identity."""
        infos = catalogue.CATALOGUE

        assert len(infos) == len({info.identity for info in infos}) == len({info.name for info in infos})

    def test_only_two_rules_are_mandatory_by_themselves(self) -> None:
        """With no config, over-broad and unjudgeable grants block and everything else advises."""
        assert {OVERBROAD, UNJUDGEABLE} == {
            info.name for info in catalogue.CATALOGUE if info.level == "mandatory"
        }


class TestImport:
    def test_the_catalogue_needs_no_pulumi(self, tmp_path: Path) -> None:
        """Docs and check-config read the catalogue where pulumi is not installed."""
        code = """
            import sys, oci_functions_guard.catalogue, oci_functions_guard.rules_page
            oci_functions_guard.rules_page.render()
            print(sorted(name for name in sys.modules if name.partition(".")[0] in ("pulumi", "pulumi_policy",
            "grpc")))
        """

        assert run(code, tmp_path).stdout == "[]\n"
