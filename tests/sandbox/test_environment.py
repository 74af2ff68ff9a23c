"""What the sandbox's environment lets through, and what its folder must be able to take."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from sandbox.cloud.errors import SandboxFault
from sandbox.environment import FOREIGN_VARIABLES, Sandbox, merged, shell_exports


def test_credentials_do_not_survive(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """No variable that leads to an account is left, and OCI's own point into the sandbox."""
    for name in FOREIGN_VARIABLES:
        monkeypatch.setenv(name, "real")
    environment = merged(Sandbox(tmp_path).variables(tmp_path / "engine"))

    assert [name for name in FOREIGN_VARIABLES if name in environment] == []
    assert environment["OCI_CLI_CONFIG_FILE"].startswith(str(tmp_path))
    assert environment["OCI_CONFIG_FILE"].startswith(str(tmp_path))


def test_exports_survive_a_shell(tmp_path: Path) -> None:
    """The printed lines give a shell exactly these values, also with a quote and a space in the path."""
    folder = tmp_path / "it's a folder"
    variables = {"OCI_SANDBOX_DIR": str(folder), "PULUMI_STACK": None}
    script = f'PULUMI_STACK=x; {shell_exports(variables)}\nprintf %s "$OCI_SANDBOX_DIR${{PULUMI_STACK-}}"'

    shown = subprocess.run(["sh", "-c", script], capture_output=True, text=True, check=True)

    assert shown.stdout == str(folder)


def test_folder_that_is_a_file_is_one_sentence(tmp_path: Path) -> None:
    """A place that can't hold a sandbox is refused by name."""
    place = tmp_path / "file"
    place.write_text("")

    with pytest.raises(SandboxFault, match=f"{place}: the sandbox can't be written"):
        Sandbox(place).prepare(lambda line: None)


def test_passphrase_is_made_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The passphrase is private and stays the same at every command."""
    monkeypatch.setattr("sandbox.environment.ensure.ensure", lambda progress: tmp_path)
    sandbox = Sandbox(tmp_path / "s")
    sandbox.prepare(lambda line: None)
    first = (sandbox.folder / "passphrase").read_text()
    sandbox.prepare(lambda line: None)

    assert (sandbox.folder / "passphrase").read_text() == first
    assert (sandbox.folder / "passphrase").stat().st_mode & 0o077 == 0
