"""The plugins that a program's packages ask for: each that the sandbox lacks has a line with the way out."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import pytest

from sandbox import program_plugins, project
from sandbox.providers import install

OWN: dict[str, Any] = {"runtime": {"name": "python", "options": {"virtualenv": "env"}}}


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """A `PULUMI_HOME` with the stand-ins in it."""
    install.install(tmp_path / "home", Path(sys.executable), tmp_path)
    return tmp_path / "home"


def package(folder: Path, package_name: str, installed: str, **stated: Any) -> None:
    """An SDK in the program's environment, with its version in its metadata."""
    site = folder / "env" / "lib" / "python3.12" / "site-packages"
    (site / package_name).mkdir(parents=True)
    (site / package_name / "pulumi-plugin.json").write_text(json.dumps({"resource": True, **stated}))
    (site / f"{package_name}-{installed}.dist-info").mkdir()
    metadata = site / f"{package_name}-{installed}.dist-info" / "METADATA"
    metadata.write_text(f"Metadata-Version: 2.1\nName: {package_name}\nVersion: {installed}\n")


def missing(folder: Path, home: Path) -> list[str]:
    """What is said of the program in this folder."""
    return program_plugins.missing(OWN, folder, home)


@pytest.mark.parametrize("version", ["4.0.0", "4.22.0", "5.0.0", "5.5.0"])
def test_programs_of_these_versions_are_served(tmp_path: Path, home: Path, version: str) -> None:
    """The engine finds the stand-in under the version that a program asks for."""
    package(tmp_path, "pulumi_oci", version, name="oci")

    assert missing(tmp_path, home) == []


@pytest.mark.parametrize("version", ["3.18.0", "5.6.0", "6.0.0"])
def test_another_version_names_those_there_are(tmp_path: Path, home: Path, version: str) -> None:
    """And the command that installs one."""
    package(tmp_path, "pulumi_oci", version, name="oci", version=version)

    assert missing(tmp_path, home) == [
        f"pulumi-oci {version}: the sandbox stands in for 4.0.0 to 5.5.0 of it; "
        "install one of these: pip install 'pulumi-oci==5.5.0'"
    ]


def test_another_provider_can_be_installed(tmp_path: Path, home: Path) -> None:
    """The real plugin runs; in the sandbox nothing is downloaded unasked."""
    package(tmp_path, "pulumi_random", "4.16.0")
    (line,) = missing(tmp_path, home)
    assert line.endswith("pulumi plugin install resource random 4.16.0")

    (home / "plugins" / "resource-random-v4.16.0").mkdir()
    assert missing(tmp_path, home) == []


def test_what_asks_for_no_plugin_is_passed_over(tmp_path: Path, home: Path) -> None:
    """Component packages, parameterized SDKs and files that are no JSON."""
    package(tmp_path, "pulumi_policyless", "1.0.0", resource=False)
    package(tmp_path, "pulumi_module", "1.0.0", parameterization={"name": "m", "version": "1.0.0"})
    package(tmp_path, "pulumi_broken", "1.0.0")
    broken = next(tmp_path.glob("env/lib/*/site-packages/pulumi_broken/pulumi-plugin.json"))
    broken.write_text("{")

    assert missing(tmp_path, home) == []


@pytest.mark.parametrize("runtime", ["python", {"name": "python"}, {"name": "yaml", "options": None}, None])
def test_without_an_environment_of_its_own_nothing_is_said(tmp_path: Path, home: Path, runtime: Any) -> None:
    """The program runs in the sandbox's environment."""
    package(tmp_path, "pulumi_random", "4.16.0")

    assert program_plugins.missing({"runtime": runtime}, tmp_path, home) == []


def test_env_says_it_with_the_file(tmp_path: Path, home: Path) -> None:
    """Beside the warning about providers by path."""
    package(tmp_path, "pulumi_random", "4.16.0")
    (tmp_path / "Pulumi.yaml").write_text(
        "name: p\nruntime: {name: python, options: {virtualenv: env}}\n"
        "plugins: {providers: [{name: oci, path: /real}]}\n"
    )

    by_path, plugin = project.warnings_for(tmp_path, home)

    assert "gives oci a path" in by_path
    assert plugin.startswith(f"{tmp_path / 'Pulumi.yaml'}: pulumi-random 4.16.0: ")
