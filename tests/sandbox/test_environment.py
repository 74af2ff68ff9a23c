"""What the sandbox's environment lets through, and what its folder must be able to take."""

from __future__ import annotations

import subprocess
from pathlib import Path
from typing import Any

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

    with pytest.raises(SandboxFault, match=f"{place}: the sandbox cannot be written"):
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


def test_nothing_attaches_the_engine_to_a_foreign_provider(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """`PULUMI_DEBUG_PROVIDERS=oci:12345` would make the engine talk to whatever listens there."""
    for name in ("PULUMI_DEBUG_PROVIDERS", "PULUMI_DEBUG_LANGUAGES"):
        monkeypatch.setenv(name, "oci:12345")

    variables = Sandbox(tmp_path).variables(tmp_path)

    assert not [name for name in merged(variables) if name.startswith("PULUMI_DEBUG")]
    unset = shell_exports(variables).splitlines()[0].split()
    assert unset[0] == "unset"
    assert {"PULUMI_DEBUG_PROVIDERS", "PULUMI_DEBUG_LANGUAGES"} <= set(unset)


def test_no_flag_of_the_engine_comes_from_the_environment(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """`PULUMI_OPTION_CWD` would let `make up` run another project; the policy pack for every run may stay."""
    for name in ("CWD", "STACK", "CONFIG_FILE", "POLICY_PACK"):
        monkeypatch.setenv(f"PULUMI_OPTION_{name}", "/elsewhere")
    environment = merged(Sandbox(tmp_path).variables(tmp_path))

    assert [name for name in environment if name.startswith("PULUMI_OPTION_")] == [
        "PULUMI_OPTION_POLICY_PACK"
    ]


def test_the_state_lies_where_recovery_looks(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Variables that would compress or move the state, or leave out its steps, do not reach the engine."""
    names = ["PULUMI_DIY_BACKEND_GZIP", "PULUMI_SELF_MANAGED_STATE_ZSTD", "PULUMI_SKIP_CHECKPOINTS"]
    for name in names:
        monkeypatch.setenv(name, "true")
    environment = merged(Sandbox(tmp_path).variables(tmp_path))

    assert [name for name in names if name in environment] == []


def _prepared(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sandbox.environment.ensure.ensure", lambda progress: folder)
    Sandbox(folder).prepare(lambda line: None)


def test_the_sandbox_is_its_owners_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The folder and those in it are 0700, also one that stood open before."""
    folder = tmp_path / "sandbox"
    folder.mkdir(mode=0o755)
    _prepared(folder, monkeypatch)

    found = {path.name: path.stat().st_mode & 0o777 for path in (folder, *folder.iterdir())}
    assert {name: mode for name, mode in found.items() if mode not in (0o700, 0o600)} == {}


def test_a_folder_with_other_things_in_it_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """`OCI_SANDBOX_DIR=~` must not close the home to others; nothing is made and no mode is changed."""
    tmp_path.chmod(0o755)
    (tmp_path / "letters").touch()

    with pytest.raises(SandboxFault, match="contains letters, which the sandbox did not create"):
        _prepared(tmp_path, monkeypatch)

    assert [path.name for path in tmp_path.iterdir()] == ["letters"]
    assert tmp_path.stat().st_mode & 0o777 == 0o755


@pytest.mark.parametrize("damage", [Path.unlink, lambda path: path.write_text("")], ids=["gone", "empty"])
def test_a_lost_passphrase_is_not_replaced(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, damage: Any
) -> None:
    """Once a stack's secrets are encrypted with it, it is named with the way on; before, there is nothing to
    lose.
    """
    monkeypatch.setattr("sandbox.environment.ensure.ensure", lambda progress: tmp_path)
    sandbox = Sandbox(tmp_path / "box")
    sandbox.prepare(lambda line: None)
    state = sandbox.state_file("p", "dev")
    state.parent.mkdir(parents=True)
    state.write_text("{}")
    sandbox.store.touch()
    damage(sandbox.folder / "passphrase")

    with pytest.raises(SandboxFault, match=r"box/passphrase: lost, .*put it back"):
        sandbox.prepare(lambda line: None)


@pytest.mark.parametrize("left", ["home", ".passphrase.4711", "store.db", "faults.json"])
def test_a_sandbox_that_was_cut_off_is_taken_up(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, left: str
) -> None:
    """Whatever a killed first command, or a person who asks for faults, has made before."""
    folder = tmp_path / "sandbox"
    folder.mkdir()
    (folder / left).touch() if "." in left else (folder / left).mkdir()

    _prepared(folder, monkeypatch)

    assert (folder / "passphrase").exists()
