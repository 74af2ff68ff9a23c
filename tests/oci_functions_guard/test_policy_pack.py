"""The pack as a folder to publish alone."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from google.protobuf import empty_pb2

from oci_functions_guard.server import NAME
from oci_functions_guard.version import VERSION
from tests.oci_functions_guard.pack_process import PACK, run


class TestFolder:
    def test_nothing_points_out_of_it(self) -> None:
        """The pack can be published alone: no path in its project file leaves the folder."""
        text = (PACK / "PulumiPolicy.yaml").read_text(encoding="utf-8")

        assert "runtime: python" in text
        assert ".." not in text
        assert "virtualenv" not in text

    def test_the_project_file_says_the_name_and_no_version(self) -> None:
        """The engine prefers a version written there to the one the pack says, so there is none."""
        text = (PACK / "PulumiPolicy.yaml").read_text(encoding="utf-8").splitlines()

        assert f"name: {NAME}" in text
        assert not [line for line in text if line.startswith("version")]

    def test_the_engine_is_told_the_version_of_the_distribution(self, stub: Any) -> None:
        """It shows it beside the name of the pack."""
        assert stub.GetAnalyzerInfo(empty_pb2.Empty()).version == VERSION
        assert stub.GetPluginInfo(empty_pb2.Empty()).version == VERSION

    def test_the_entry_point_is_short(self) -> None:
        """Nothing is decided in `__main__.py`."""
        assert len((PACK / "__main__.py").read_text(encoding="utf-8").splitlines()) <= 5

    def test_it_imports_no_provider_and_no_client(self, tmp_path: Path) -> None:
        """The pack runs where neither pulumi_oci nor oci is installed."""
        code = """
            import sys, oci_functions_guard.server, oci_functions_guard.examiner
            oci_functions_guard.examiner.load_rules()
            print(sorted({"pulumi_oci", "oci", "pydantic", "components", "sandbox"} & set(sys.modules)))
        """

        assert run(code, tmp_path).stdout == "[]\n"
