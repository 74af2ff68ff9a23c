"""The stack file the sandbox generates."""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import Any

import pytest

from sandbox import project
from sandbox.cloud.errors import SandboxFault
from sandbox.environment import Sandbox
from sandbox.project import merge


def test_tracked_settings_win_and_sandbox_secrets_stay() -> None:
    """Settings come from the tracked file at every run; what the sandbox encrypted for itself is kept."""
    tracked = {"config": {"p:memory": 256}}
    former = {"encryptionsalt": "v1:own", "config": {"p:memory": 128, "p:token": {"secure": "own"}}}

    assert merge(tracked, former) == {
        "encryptionsalt": "v1:own",
        "config": {"p:memory": 256, "p:token": {"secure": "own"}},
    }


def test_foreign_secrets_are_left_out() -> None:
    """What the tracked file holds encrypted for its owner's passphrase never reaches the sandbox's copy."""
    tracked = {"encryptionsalt": "v1:theirs", "config": {"p:token": {"secure": "theirs"}}}

    assert merge(tracked, {}) == {"config": {}}


def test_what_is_called_secure_stays() -> None:
    """A bucket or a function of that name is no encrypted value, which is a string."""
    tracked = {"config": {"p:buckets": {"secure": {"retain": True}}}}

    assert merge(tracked, {}) == tracked


def test_removed_setting_is_gone() -> None:
    """A plain setting that was removed from the tracked file does not live on in the copy."""
    assert merge({"config": {}}, {"config": {"p:memory": 128}}) == {"config": {}}


@pytest.mark.parametrize("name", ["", "dev;echo X", "$(true)", "..", "a/b", "-s", "a b", "dev\n", "x" * 101])
def test_a_stacks_name_is_checked(name: str) -> None:
    """What no stack can be called is refused before it names a file, a lock or a word of a command."""
    with pytest.raises(project.NotAStack, match=re.escape(repr(name))):
        project.shipped(name)


def test_a_stack_without_a_file_lists_those_there_are() -> None:
    """And says how to get one."""
    with pytest.raises(
        project.NotAStack, match=r"Pulumi\.nope\.yaml: no such stack file; there are: dev, prod"
    ):
        project.shipped("nope")


def test_names_with_dots_are_stacks(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """`Pulumi.eu.west.yaml` is the file of `eu.west`."""
    (tmp_path / "Pulumi.eu.west.yaml").touch()
    monkeypatch.setattr(project, "ROOT", tmp_path)

    assert project.shipped("eu.west") == "eu.west"


@pytest.mark.parametrize(
    ("settings", "found"),
    [
        ({}, []),
        ({"plugins": None}, []),
        ({"plugins": {"providers": [{"name": "random", "path": "x"}]}}, []),
        ({"plugins": {"providers": [{"name": "oci", "path": "/real"}]}}, ["oci"]),
        ({"plugins": {"providers": ["oci", {"name": "docker-build", "path": "x"}]}}, ["docker-build"]),
    ],
)
def test_providers_by_path_are_found(settings: dict[str, Any], found: list[str]) -> None:
    """Those that the sandbox has stand-ins for; others are no way to an Oracle account."""
    assert project.own_providers(settings) == found


def test_a_provider_by_path_is_refused_for_this_project(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The generated project would carry the entry on; the engine would run that plugin."""
    (tmp_path / "Pulumi.yaml").write_text("name: p\nplugins: {providers: [{name: oci, path: /real}]}\n")
    (tmp_path / "Pulumi.dev.yaml").touch()
    monkeypatch.setattr(project, "ROOT", tmp_path)
    sandbox = Sandbox(tmp_path / "sandbox")
    sandbox.project.mkdir(parents=True)

    with pytest.raises(SandboxFault, match=r"Pulumi\.yaml: plugins\.providers gives oci a path"):
        project.write_stack(sandbox, "dev", {})

    assert list(sandbox.project.iterdir()) == []


def test_a_provider_by_path_in_another_program_is_named(tmp_path: Path) -> None:
    """`python -m sandbox env` cannot keep plain `pulumi` from it, so it says so."""
    (tmp_path / "Pulumi.yaml").write_text("name: p\nplugins: {providers: [{name: oci, path: /real}]}\n")
    (tmp_path / "below").mkdir()
    (tmp_path / "other").mkdir()
    (tmp_path / "other" / "Pulumi.yaml").write_text("name: p\n")

    (warning,) = project.warnings_for(tmp_path / "below", tmp_path)

    assert warning.startswith(f"{tmp_path / 'Pulumi.yaml'}: plugins.providers gives oci a path")
    assert project.warnings_for(tmp_path / "other", tmp_path) == []


@pytest.mark.parametrize(
    ("runtime", "is_yaml"),
    [("yaml", True), ("{name: yaml}", True), ("python", False), ("{name: python}", False), ("[", False)],
)
def test_a_program_in_yaml_is_recognised(tmp_path: Path, runtime: str, is_yaml: bool) -> None:
    """From any folder of it; what cannot be read is left to the engine's own message."""
    (tmp_path / "Pulumi.yaml").write_text(f"name: p\nruntime: {runtime}\n")
    (tmp_path / "below").mkdir()

    assert project.is_yaml(tmp_path / "below") is is_yaml


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("config: [a]\n", "config: not a mapping"),
        ("config: 7\n", "config: not a mapping"),
        ("config: &a [*a]\n", "config: not a mapping"),
        ("config: {k: 2026-13-45}\n", "a value cannot be read: month must be in 1..12"),
        ("config: " + "[" * 3000 + "]" * 3000 + "\n", "nested too deeply, or contains itself"),
        ("config: a\0\n", "unacceptable character #x0000: special characters are not allowed"),
        ("", "not a mapping of settings"),
    ],
)
def test_a_file_that_cannot_be_followed_is_one_line(tmp_path: Path, text: str, said: str) -> None:
    """`make down` reads a stack's file without the program's own check before it."""
    path = tmp_path / "Pulumi.dev.yaml"
    path.write_text(text)

    with pytest.raises(SandboxFault) as caught:
        project._read_yaml(path)
    assert str(caught.value).startswith(f"Pulumi.dev.yaml: {said}")
    assert "\n" not in str(caught.value)


def test_a_pipe_is_no_file(tmp_path: Path) -> None:
    """It is refused, not waited for."""
    os.mkfifo(tmp_path / "Pulumi.dev.yaml")

    with pytest.raises(SandboxFault, match="not a regular file"):
        project._read_yaml(tmp_path / "Pulumi.dev.yaml")


def test_a_damaged_copy_is_not_taken_for_the_tracked_file(tmp_path: Path) -> None:
    """The sandbox's own copy has the same name: its folder is said, and that it may go."""
    sandbox = Sandbox(tmp_path)
    sandbox.project.mkdir()
    (sandbox.project / "Pulumi.dev.yaml").write_text("{[")

    with pytest.raises(SandboxFault) as caught:
        project.write_stack(sandbox, "dev", {})
    assert str(caught.value).startswith(f"{sandbox.project}/Pulumi.dev.yaml: line 1: ")
    assert str(caught.value).endswith("; remove it, and the next command writes it anew")
