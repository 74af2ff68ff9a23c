"""The distribution's list of packages and the folders: what is not listed is missing from the wheel."""

from __future__ import annotations

import tomllib
from pathlib import Path

FOLDER = Path(__file__).parents[2] / "policy_pack"


def test_every_package_is_in_the_distribution() -> None:
    """Each folder with modules under the distribution's two roots is listed."""
    listed = tomllib.loads((FOLDER / "pyproject.toml").read_text("utf-8"))["tool"]["setuptools"]["packages"]
    found = {
        ".".join(path.parent.relative_to(FOLDER).parts)
        for root in ("oci_iam", "oci_functions_guard")
        for path in (FOLDER / root).rglob("*.py")
    }

    assert found == set(listed)
