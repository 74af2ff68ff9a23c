"""The pack as a folder to publish alone."""

from __future__ import annotations

import subprocess
import sys
import textwrap
from pathlib import Path

from oci_functions_guard.server import NAME, VERSION

PACK = Path(__file__).parents[2] / "policy_pack"


def _run(code: str, folder: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    import os

    return subprocess.run(
        [sys.executable, "-c", textwrap.dedent(code)],
        cwd=folder,
        env=os.environ | {"PYTHONPATH": str(PACK)} | environment,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


class TestFolder:
    def test_nothing_points_out_of_it(self) -> None:
        """The pack can be published alone: no path in its project file leaves the folder."""
        text = (PACK / "PulumiPolicy.yaml").read_text(encoding="utf-8")

        assert "runtime: python" in text
        assert ".." not in text
        assert "virtualenv" not in text

    def test_name_and_version_are_the_same_everywhere(self) -> None:
        """What the pack says of itself is what its project file says."""
        import tomllib

        text = (PACK / "PulumiPolicy.yaml").read_text(encoding="utf-8").splitlines()
        project = tomllib.loads((PACK / "pyproject.toml").read_text(encoding="utf-8"))["project"]

        assert f"name: {NAME}" in text
        assert f"version: {VERSION}" in text
        assert (project["name"], project["version"]) == (NAME, VERSION)

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

        assert _run(code, tmp_path).stdout == "[]\n"

    def test_the_requirements_are_pinned(self) -> None:
        """What the pack needs is named with exact versions, the same as the project's."""
        own = [line for line in (PACK / "requirements.txt").read_text().splitlines() if line[:1].isalpha()]
        whole = (PACK.parent / "requirements.txt").read_text().splitlines()

        assert own
        assert all("==" in line and line in whole for line in own)
