"""`sandbox faults`: what it writes strikes, what it cannot read is told, what is cleared is gone."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from sandbox.__main__ import main
from sandbox.cloud import faults
from sandbox.cloud.errors import SandboxFault
from sandbox.cloud.store import Store
from sandbox.environment import Sandbox
from sandbox.faults import announce
from tests.sandbox.conftest import APPLICATION, Client, Failed, application


@pytest.fixture(autouse=True)
def here(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The sandbox whose providers the other fixtures ask."""
    monkeypatch.setenv("OCI_SANDBOX_DIR", str(folder))
    folder.mkdir(exist_ok=True)
    return folder


def asked(folder: Path) -> list[dict[str, Any]]:
    """What the file holds, without the ids that were given."""
    found: list[dict[str, Any]] = json.loads(faults.file_in(folder).read_text())
    assert all(len(entry.pop("id")) == 6 for entry in found)
    return found


def test_what_is_added_strikes(oci: Client, folder: Path, capsys: Any) -> None:
    """As often as was asked; the list says how often it has."""
    assert (
        main(["faults", "add", "--type", APPLICATION, "--on", "create", "--error", "429", "--times", "1"])
        == 0
    )
    assert main(["faults", "add", "--call", "Put*", "--delay", "2"]) == 0
    said = capsys.readouterr().err
    with pytest.raises(Failed, match="429-TooManyRequests"):
        oci.create(APPLICATION, "app", application())
    oci.create(APPLICATION, "app", application())
    main(["faults", "list"])

    assert f"create of {APPLICATION} answers 429-TooManyRequests, 1 time\n" in said
    assert asked(folder) == [
        {"type": APPLICATION, "operation": "create", "error": "429", "times": 1},
        {"call": "Put*", "delay_seconds": 2.0},
    ]
    listed = capsys.readouterr().out.splitlines()
    assert listed[0].endswith("answers 429-TooManyRequests, 1 time, 1 so far")
    assert listed[1].endswith("Put* over REST waits 2 s")


def test_all_of_it_is_told(folder: Path, capsys: Any) -> None:
    """In words, with what the seed alone means."""
    given = "--name fn* --delay 0.5 --error 409-IncorrectState --hold gate --message busy --times 3 --seed 7"
    main(["faults", "add", *given.split()])

    assert capsys.readouterr().err.partition(": ")[2] == (
        "every operation of every type named fn* waits 0.5 s and answers 409-IncorrectState and is held "
        "while gate is there, 50% of the requests by seed 7, 3 times\n"
    )


@pytest.mark.parametrize(
    ("given", "reason"),
    [
        (
            ["--type", "oci:Functions/function:Funktion", "--error", "500"],
            "--type: 'oci:Functions/function:Funk",
        ),
        (["--call", "PutObjekt", "--error", "500"], "--call: 'PutObjekt' fits nothing the sandbox knows"),
        (
            ["--on", "make", "--error", "500"],
            "--on: expected one of create, read, update, delete, found 'make'",
        ),
        (
            ["--error", "broken"],
            "--error: expected a status, or an error's name such as 500-InternalError, found",
        ),
        (["--error", "500", "--times", "0"], "--times: expected a whole number above 0, found 0"),
        (["--delay", "-1"], "--delay: expected a number of seconds, found -1.0"),
        (["--error", "500", "--chance", "7"], "--chance: expected a number above 0, at most 1, found 7.0"),
        (["--hold", "../x"], "--hold: expected the name of a file, found '../x'"),
        (["--call", "PutObject", "--on", "create", "--error", "500"], "--on: cannot stand beside call"),
        ([], "--error: missing, and neither delay_seconds nor hold says what to do"),
    ],
)
def test_what_would_never_strike_is_refused(given: list[str], reason: str, folder: Path, capsys: Any) -> None:
    """Status 2, one line that names the argument, and nothing written."""
    assert main(["faults", "add", *given]) == 2
    assert capsys.readouterr().err.startswith(reason)
    assert not faults.file_in(folder).exists()


def test_one_is_cleared_or_all(oci: Client, folder: Path, store: Store, capsys: Any) -> None:
    """With its count, so that the same one asked for again strikes again."""
    for error in ("429", "500"):
        main(["faults", "add", "--error", error, "--times", "1"])
    first, second = (entry["id"] for entry in faults.entries(faults.file_in(folder)))
    with pytest.raises(Failed, match="429"):
        oci.create(APPLICATION, "app", application())

    assert main(["faults", "clear", "nope"]) == 2
    assert capsys.readouterr().err.endswith(
        "nope: there is no such fault; `faults list` shows those there are\n"
    )
    assert main(["faults", "clear", first]) == 0
    assert [entry["id"] for entry in faults.entries(faults.file_in(folder))] == [second]
    assert main(["faults", "clear"]) == 0
    assert not faults.file_in(folder).exists()
    assert store.select("SELECT key FROM settings WHERE key LIKE 'fault|%'") == []


def test_a_wrong_file_is_named_and_cleared(folder: Path, capsys: Any) -> None:
    """By everything that reads it, and before a deploy begins; clearing all is the way out."""
    path = faults.file_in(folder)
    path.write_text('[{"error": "500"}, {"eror": "500"}]')

    for command in (["list"], ["add", "--error", "500"], ["clear", "x"]):
        assert main(["faults", *command]) == 1
        assert capsys.readouterr().err.startswith(f"{path}: [1].eror: unknown key")
    with pytest.raises(SandboxFault, match=r"\[1\].eror"):
        announce(Sandbox(folder))
    assert main(["faults", "clear"]) == 0
    assert not path.exists()


def test_a_deploy_says_which_faults_are_on(folder: Path, capsys: Any) -> None:
    """So that nobody takes one for a mistake of the program."""
    announce(Sandbox(folder))
    faults.file_in(folder).write_text('[{"operation": "delete", "error": "500"}]')
    announce(Sandbox(folder))

    assert capsys.readouterr().err == "fault     delete of every type answers 500-InternalError\n"
