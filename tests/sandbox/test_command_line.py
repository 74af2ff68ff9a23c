"""`python -m sandbox` as a command: arguments, exit statuses, and what is refused before an engine runs."""

from __future__ import annotations

import fcntl
import os
import stat
from pathlib import Path
from typing import Any

import pytest

from sandbox import deploy, private
from sandbox.__main__ import _split, main
from sandbox.cloud.errors import SandboxFault
from sandbox.environment import Sandbox


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A sandbox of its own, and no engine: what comes so far fails the test."""
    monkeypatch.setenv("OCI_SANDBOX_DIR", str(tmp_path / "sandbox"))
    monkeypatch.setattr("sandbox.environment.ensure.ensure", lambda progress: tmp_path / "no-engine")
    return tmp_path / "sandbox"


@pytest.mark.parametrize(
    "command", ["up", "preview", "refresh", "outputs", "down", "emit", "logs", "repair", "stack"]
)
def test_every_command_checks_the_stacks_name(command: str, capsys: Any, folder: Path) -> None:
    """Status 2, one line, and nothing made."""
    given = ["stack", "dev;echo X"] if command == "stack" else [command, "--stack", "dev;echo X"]

    assert main(given) == 2
    assert capsys.readouterr().err.startswith("stack 'dev;echo X': expected 1 to 100 letters, digits")
    assert not folder.exists()


@pytest.mark.parametrize("command", ["up", "preview", "refresh", "outputs", "down"])
def test_a_stack_without_a_file_is_unusable(command: str, capsys: Any, folder: Path) -> None:
    """Status 2, and those there are."""
    assert main([command, "--stack", "nope"]) == 2
    assert "there are: dev" in capsys.readouterr().err
    assert not folder.exists()


@pytest.mark.parametrize(
    "word",
    [
        *("--stack", "--stack=prod", "-s", "-sprod", "-C/x", "--cwd=/x", "--config-file", "--config-file=x"),
        *("-ys", "-yfsprod", "-yC/x", "-s-x"),
        *("--policy-pack", "--policy-pack=x", "--policy-pack-config", "--policy-pack-config=x"),
    ],
)
def test_arguments_for_pulumi_cannot_choose_another_stack_or_pack(
    word: str, capsys: Any, folder: Path
) -> None:
    """The engine would run on a stack that is neither locked nor written, or by a config nobody checked."""
    assert main(["up", "--", word, "prod"]) == 2
    assert capsys.readouterr().err.startswith(f"{word}: cannot be passed on to pulumi")
    assert not folder.exists()


@pytest.mark.parametrize("command", ["up", "preview", "refresh", "down"])
def test_a_word_for_pulumi_that_is_no_option_is_unusable(command: str, capsys: Any, folder: Path) -> None:
    """`ARGS=diff`: the engine would look for a template of that name, and make a project of it."""
    assert main([command, "--", "diff"]) == 2
    assert capsys.readouterr().err.startswith("'diff': cannot be passed on to pulumi")
    assert not folder.exists()


@pytest.mark.parametrize("word", ["-m", "-mships", "--suppress-outputs", "-t", "-yr", "-p4"])
def test_other_options_are_passed_on(word: str) -> None:
    """A value that holds the letters of those that are refused is a value."""
    assert deploy._OTHER_STACK.fullmatch(word) is None


@pytest.mark.parametrize(
    ("given", "words"),
    [
        (["up", "--", "--words", "--diff --target 'a b'"], ["up", "--", "--diff", "--target", "a b"]),
        (["up", "--words", "$(touch x); y"], ["up", "$(touch", "x);", "y"]),
        (["up", "--words", ""], ["up"]),
        (["emit", "--json"], ["emit", "--json"]),
    ],
)
def test_one_variable_becomes_words(given: list[str], words: list[str]) -> None:
    """As a shell splits them, and nothing in them is run."""
    assert _split(given) == words


def test_an_open_quote_is_unusable(capsys: Any) -> None:
    """One line that shows what was given."""
    assert main(["up", "--", "--words", "--target 'a"]) == 2
    assert capsys.readouterr().err == '"--target \'a": No closing quotation\n'


def test_a_home_of_nobody_is_unusable(capsys: Any) -> None:
    """One line that shows what was given."""
    assert main(["repair", "--stack", "dev", "--cwd", "~nobody-of-that-name/x"]) == 2
    assert capsys.readouterr().err == "~nobody-of-that-name/x: names the home of a user that does not exist\n"


@pytest.mark.parametrize("command", ["env", "logs", "emit"])
def test_a_folder_no_file_system_can_hold(
    command: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Any
) -> None:
    """One line that names it."""
    monkeypatch.setenv("OCI_SANDBOX_DIR", str(tmp_path / ("b" * 300)))

    assert main([command]) == 2
    assert capsys.readouterr().err.endswith("bbb: File name too long\n")


def test_outputs_of_a_stack_that_is_not_deployed(capsys: Any, folder: Path) -> None:
    """Status 1 and the way there; no stack is created by looking."""
    assert main(["outputs", "--stack", "prod"]) == 1
    assert capsys.readouterr().err == (
        "stack prod: not deployed in this sandbox; `make up STACK=prod` deploys it\n"
    )
    assert not folder.exists()


def test_env_names_a_provider_that_a_program_brings(
    capsys: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The exports are on stdout, the warning is not."""
    (tmp_path / "Pulumi.yaml").write_text("name: p\nplugins: {providers: [{name: oci, path: /real}]}\n")
    monkeypatch.chdir(tmp_path)

    assert main(["env"]) == 0
    printed = capsys.readouterr()
    assert "export PULUMI_HOME=" in printed.out
    assert "plugins.providers gives oci a path" in printed.err
    assert "plugins.providers" not in printed.out


def test_everything_in_the_sandbox_is_private_after_a_command(folder: Path, capsys: Any) -> None:
    """What the engine or somebody wrote with another umask is narrowed by the next command's end."""
    assert main(["env"]) == 0
    (folder / "state" / "open.json").touch()
    (folder / "state" / "open.json").chmod(0o644)
    assert main(["logs"]) == 0

    modes = {path: stat.S_IMODE(path.lstat().st_mode) for path in (folder, *folder.rglob("*"))}
    assert {path: oct(mode) for path, mode in modes.items() if mode & 0o077} == {}


def test_outputs_of_a_damaged_state(capsys: Any, folder: Path) -> None:
    """The way back is named, as every other command does."""
    state = Sandbox(folder).state_file("oci-ai-functions", "dev")
    state.parent.mkdir(parents=True)
    (folder / "passphrase").touch()
    state.write_text("{")

    assert main(["outputs"]) == 1
    assert capsys.readouterr().err.startswith(f"{state}: the stack's state is damaged; remove it")


def test_a_lock_that_cannot_be_taken_is_one_line(folder: Path) -> None:
    """It is named with the reason."""
    (folder / "stack-dev.lock").mkdir(parents=True)

    with (
        pytest.raises(SandboxFault, match=r"stack-dev\.lock: cannot be locked: Is a directory"),
        deploy._only_one(Sandbox(folder), "dev", "up"),
    ):
        raise AssertionError("a folder was locked")


@pytest.mark.parametrize("stack", ["dev", "project", "run"])
def test_a_stack_in_use_names_its_holder(folder: Path, stack: str) -> None:
    """No stack's lock is another file of the sandbox, whatever the stack is called."""
    sandbox = Sandbox(folder)
    sandbox.prepare(lambda line: None)
    held = private.open_lock(folder / "project.lock")
    fcntl.flock(held, fcntl.LOCK_EX)
    with (
        deploy._only_one(sandbox, stack, "up"),
        pytest.raises(SandboxFault, match=f"in use by `make up STACK={stack}`"),
        deploy._only_one(sandbox, stack, "preview"),
    ):
        raise AssertionError("two commands hold one stack")
    os.close(held)
    with deploy._only_one(sandbox, stack, "down"):
        pass


@pytest.mark.parametrize(
    ("command", "stack", "config"),
    [("up", "dev", "dev.json"), ("preview", "prod", "prod.json"), ("up", "qa", "prod.json")],
)
def test_a_stack_without_a_pack_config_is_judged_by_the_strictest(
    command: str, stack: str, config: str
) -> None:
    """And that is said; nothing is judged by no config."""
    said: list[str] = []
    arguments = deploy._pack(command, stack, said.append)

    assert arguments[-1].endswith(f"/config/{config}")
    assert ["no policy_pack/config/qa.json" in line for line in said] == [True] * (stack == "qa")


@pytest.mark.parametrize(
    ("command", "status", "told"), [("up", 0, True), ("up", 1, False), ("down", 0, False)]
)
def test_an_up_that_worked_says_what_to_do_next(
    folder: Path, monkeypatch: pytest.MonkeyPatch, command: str, status: int, told: bool
) -> None:
    """With the stack's name where it is not the default one."""
    monkeypatch.setattr(deploy, "recover", lambda *_, **__: None)
    monkeypatch.setattr("sandbox.project.write_stack", lambda *_: None)
    monkeypatch.setattr(deploy, "foreground", lambda *_: status)
    said: list[str] = []
    deploy.run(command, "prod", Sandbox(folder), [], said.append)

    assert ("make outputs STACK=prod" in "\n".join(said)) is told


@pytest.mark.parametrize("command", ["up", "preview"])
def test_a_pack_that_the_environment_requires_stands_not_beside_the_projects_own(
    folder: Path, monkeypatch: pytest.MonkeyPatch, command: str
) -> None:
    """The engine would count two packs and one config, and end."""
    monkeypatch.setenv("PULUMI_OPTION_POLICY_PACK", "policy_pack")
    monkeypatch.setenv("PULUMI_OPTION_POLICY_PACK_CONFIG", "config.json")
    monkeypatch.setattr(deploy, "recover", lambda *_, **__: None)
    monkeypatch.setattr("sandbox.project.write_stack", lambda *_: None)
    given: list[dict[str, str]] = []

    def foreground(_arguments: Any, _folder: Any, environment: dict[str, str], _lock: Any) -> int:
        given.append(environment)
        return 1

    monkeypatch.setattr(deploy, "foreground", foreground)
    deploy.run(command, "prod", Sandbox(folder), [], lambda line: None)

    assert [name for name in given[0] if name.startswith("PULUMI_OPTION_POLICY_PACK")] == []


@pytest.mark.parametrize("command", ["down", "refresh"])
def test_a_preview_alone_can_be_asked_for(command: str) -> None:
    """`ARGS=--preview-only`: the engine refuses that beside `--skip-preview`."""
    assert "--skip-preview" in deploy._arguments(command, "dev", [])
    assert "--skip-preview" not in deploy._arguments(command, "dev", ["--preview-only"])


@pytest.mark.parametrize(
    ("who", "said"),
    [
        ("deployers", "--as deployers: expected group:… or user:…"),
        ("function:responder", "--as function:responder: expected group:… or user:…"),
        ("group:nobody", "--as group:nobody: not in this sandbox; there is none"),
    ],
)
def test_a_deployer_has_to_be_there(who: str, said: str, capsys: Any) -> None:
    """Whose rights are checked is a group or user that exists; before the engine runs, with status 2."""
    assert main(["up", "--stack", "dev", "--as", who]) == 2
    assert said in capsys.readouterr().err
