"""The stand-in providers as plugins in a `PULUMI_HOME`."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest
import yaml

from sandbox.providers.install import PLUGINS, install

ROOT = Path(__file__).parents[3]


@pytest.fixture
def home(tmp_path: Path) -> Path:
    place = tmp_path / "home"
    install(place, Path(sys.executable), ROOT)
    return place


def test_a_plugin_is_a_folder_that_names_the_projects_environment(home: Path) -> None:
    """What `pulumi plugin ls` and the language host need."""
    folder = home / "plugins" / "resource-oci-v5.5.0"
    described = yaml.safe_load((folder / "PulumiPlugin.yaml").read_text())

    assert described == {
        "runtime": {"name": "python", "options": {"virtualenv": str(Path(sys.executable).parent.parent)}}
    }
    assert sorted(path.name for path in folder.iterdir()) == ["PulumiPlugin.yaml", "__main__.py"]
    assert (home / "plugins" / "resource-docker-build-v0.0.22" / "__main__.py").exists()


def test_installing_again_changes_nothing(home: Path) -> None:
    """Not even a time stamp: the engine compares those."""
    files = [path for path in home.rglob("*") if path.is_file()]
    before = [path.stat().st_mtime_ns for path in files]
    install(home, Path(sys.executable), ROOT)

    assert [path.stat().st_mtime_ns for path in files] == before


def test_the_versions_are_those_of_the_installed_sdks() -> None:
    """Else the engine would look for another plugin."""
    from sandbox.providers.sdk import Sdk

    assert {name: version for name, (version, _) in PLUGINS.items()} == {
        "oci": Sdk("pulumi_oci").version,
        "docker-build": Sdk("pulumi_docker_build").version,
    }


def test_a_schema_that_older_code_wrote_is_forgotten(home: Path) -> None:
    """The engine keeps it, and would not ask again; a newer one stays."""
    kept = [home / "plugins" / f"schema-oci-{name}-.json" for name in ("4.0.0", "5.5.0")]
    for path in kept:
        path.write_text("{}")
    os.utime(kept[0], (0, 0))
    install(home, Path(sys.executable), ROOT)

    assert [path.exists() for path in kept] == [False, True]
