"""`oci-iam check-config`: what it refuses in a config of the pack, and what it only warns of."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from oci_functions_guard.command import main

Run = Callable[..., tuple[int, str, str]]
Write = Callable[[str, Any], str]


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str]) -> Run:
    """Runs the command in this process: (exit status, standard output, standard error)."""

    def command(*arguments: str) -> tuple[int, str, str]:
        status = main(arguments)
        captured = capsys.readouterr()
        return status, captured.out, captured.err

    return command


@pytest.fixture
def write(tmp_path: Path) -> Write:
    """Writes a file (text as it is, anything else as JSON) and returns its path."""

    def file(name: str, content: Any) -> str:
        path = tmp_path / name
        path.write_text(content if isinstance(content, str) else json.dumps(content))
        return str(path)

    return file


def test_check_config(run: Run, write: Write) -> None:
    """A config that names rules, levels and properties rightly passes in silence."""
    good = {
        "all": "advisory",
        "functions-grant-overbroad": {"enforcementLevel": "mandatory", "exemptions": []},
    }

    assert run("check-config", write("good.json", good)) == (0, "", "")


EXEMPTION = {"resource": "x", "reason": "r", "owner": "o", "expires": "2999-01-01"}


@pytest.mark.parametrize(
    ("config", "said"),
    [
        ({"functions-grant-overbraod": "mandatory"}, "functions-grant-overbraod: unknown rule"),
        ({"functions-grant-overbroad": "madatory"}, "enforcementLevel must be one of"),
        ({"functions-grant-overbroad": {"exemption": []}}, "exemption is not known"),
        ({"policy-statement-budget": {"limit": "many"}}, "limit must be an integer"),
        (["functions-grant-overbroad"], "must be an object"),
        *(
            (
                {
                    "events-rule-scoped": {
                        "exemptions": [{k: v for k, v in EXEMPTION.items() if k != missing}]
                    }
                },
                f"exemptions[0].{missing} is missing",
            )
            for missing in ("resource", "reason", "owner", "expires")
        ),
    ],
)
def test_check_config_refuses(run: Run, write: Write, config: Any, said: str) -> None:
    """A misspelt rule, level or property, and an exemption without reason, owner or last day, are refused."""
    status, _, err = run("check-config", write("c.json", config))

    assert status == 1
    assert said in err


def test_check_config_names_the_line(run: Run, write: Write) -> None:
    """A remark names the file and the line of its rule; a rule that stands twice is one."""
    path = write("c.json", '{\n "events-rule-scoped": "advisory",\n "events-rule-scoped": "mandatory"\n}')

    assert run("check-config", path)[2].startswith(f"{path}:3: events-rule-scoped: stands here twice")


def test_check_config_warns_of_expired_exemptions(run: Run, write: Write) -> None:
    """An expired exemption is a warning only: it counts as absent anyway."""
    config = {"events-rule-scoped": {"exemptions": [EXEMPTION | {"expires": "2020-01-31"}, EXEMPTION]}}

    status, _, err = run("check-config", write("c.json", config))

    assert (status, err.count("\n")) == (0, 1)
    assert "warning: events-rule-scoped: exemptions[0] expired on 2020-01-31" in err


def test_check_config_of_no_json(run: Run, write: Write) -> None:
    """A config that is no JSON is unusable input."""
    status, out, err = run("check-config", write("c.json", '{\n"a": }'))

    assert (status, out, err.count("\n")) == (2, "", 1)
    assert ":2: not valid JSON" in err


def test_check_config_of_a_number_nobody_reads(run: Run, write: Write) -> None:
    """A number of more digits than a program reads is unusable input, in one line."""
    status, _, err = run("check-config", write("digits.json", f'{{"a": {"9" * 5000}}}'))

    assert (status, err.count("\n")) == (2, 1)
    assert "digits.json:1: not valid JSON: " in err


def test_the_other_commands_are_there_too(run: Run) -> None:
    """The installed command judges and explains as `python -m oci_iam` does."""
    status, out, _ = run("explain", "Allow group A to use functions-family in tenancy")

    assert status == 1
    assert "over-broad" in out


def test_the_installed_command_is_this_one() -> None:
    """`oci-iam` in the environment checks configs."""
    command = Path(sys.executable).with_name("oci-iam")
    if not command.exists():
        pytest.skip("the distribution is not installed in this environment")
    done = subprocess.run([command, "check-config", "--help"], capture_output=True, text=True, check=False)

    assert (done.returncode, "FILE" in done.stdout) == (0, True)
