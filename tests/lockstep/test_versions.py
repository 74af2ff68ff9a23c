"""Versions that two places must know."""

from __future__ import annotations

import re
import subprocess
import sys
import tomllib
from importlib.metadata import version
from pathlib import Path

import pytest
import yaml
from packaging.requirements import Requirement

from engine import _build, ensure
from oci_functions_guard.version import VERSION
from oci_sandbox import version as sandbox_version
from sandbox.providers.install import PLUGINS

ROOT = Path(__file__).resolve().parents[2]


@pytest.mark.parametrize("plugin", sorted(PLUGINS))
def test_a_stand_in_says_the_version_of_the_sdk(plugin: str) -> None:
    """The engine asks for the plugin of the SDK's version; under any other it would look for the real one."""
    stated, _ = PLUGINS[plugin]

    assert version(f"pulumi-{plugin}") == stated


def test_the_sandbox_is_released_with_the_pack() -> None:
    """One version for both distributions, and the sandbox needs the `oci_iam` of its own release."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    (needed,) = (one for one in project["dependencies"] if one.startswith("oci-functions-guard"))

    assert sandbox_version.VERSION == VERSION
    assert VERSION in Requirement(needed).specifier


def test_the_sandbox_takes_what_is_tested() -> None:
    """Every package that the locks pin for the sandbox fits what the distribution asks for."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    locked = dict(
        re.findall(r"^([\w.-]+)(?:\[[\w,]+\])?==(\S+)", (ROOT / "requirements/sandbox.txt").read_text(), re.M)
    )
    asked = {one.name.lower(): one for one in map(Requirement, project["dependencies"])}
    del asked["oci-functions-guard"]

    assert {name: locked[name] in one.specifier for name, one in asked.items()} == dict.fromkeys(asked, True)


def test_the_change_log_names_the_version_of_the_pack() -> None:
    """The newest heading is the version that is built: what a release says is what it holds."""
    headings = re.findall(r"^## (\S+)", (ROOT / "CHANGELOG.md").read_text(encoding="utf-8"), re.MULTILINE)

    assert headings[0] == VERSION


@pytest.mark.parametrize("page", ["README.md", "docs/tutorial.md"])
def test_what_a_page_shows_of_the_pack_is_its_version(page: str) -> None:
    """The engine prints it with each preview, so a reader compares."""
    shown = re.findall(r"oci-functions-guard@v(\S+)", (ROOT / page).read_text(encoding="utf-8"))

    assert shown == [VERSION] * len(shown)
    assert shown


def test_the_readme_names_the_engines() -> None:
    """The pinned CLI and the lowest supported one."""
    page = (ROOT / "README.md").read_text(encoding="utf-8")

    assert f"pulumi v{_build.pinned_version()}" in page
    assert ensure.MINIMUM_VERSION.removesuffix(".0") in page


def test_ci_runs_every_supported_python() -> None:
    """From the lowest that the pack says it supports, one after the other."""
    lowest = re.search(r'requires-python = ">=(3\.\d+)"', (ROOT / "policy_pack/pyproject.toml").read_text())
    jobs = yaml.safe_load((ROOT / ".github/workflows/ci.yml").read_text(encoding="utf-8"))["jobs"]
    whole = jobs["test"]["strategy"]["matrix"]["python"]

    assert lowest is not None
    assert whole == ["3.11", "3.12", "3.13"]
    assert lowest[1] == whole[0]
    assert "3.14" in jobs["pack"]["strategy"]["matrix"]["python"]


@pytest.mark.parametrize(
    ("command", "said"),
    [
        ("sandbox", f"oci-ai-functions {VERSION}\n"),
        ("components", f"oci-ai-functions {VERSION}\n"),
        ("engine.ensure", f"oci-ai-functions {VERSION}, engine pulumi v{_build.pinned_version()}\n"),
        ("oci_iam", f"oci-iam {VERSION}\n"),
    ],
)
def test_every_command_says_the_version(command: str, said: str) -> None:
    """On standard output, with status 0, and without doing anything else."""
    ran = subprocess.run(
        [sys.executable, "-m", command, "--version"], cwd=ROOT, capture_output=True, text=True, check=False
    )

    assert (ran.returncode, ran.stdout, ran.stderr) == (0, said, "")
