"""`oci-iam check-config`: what it refuses in a config of the pack, and what it only warns of."""

from __future__ import annotations

import hashlib
import json
import subprocess
import sys
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from oci_functions_guard.command import main

ROOT = Path(__file__).parents[2]
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
        "all": "mandatory",
        "functions-grant-scoped": {"enforcementLevel": "advisory", "exemptions": []},
    }

    assert run("check-config", write("good.json", good)) == (0, "", "")


def test_lowering_a_rule_that_is_mandatory_by_itself_is_a_warning(run: Run, write: Write) -> None:
    """It is allowed, and said, with the line that does it."""
    path = write("c.json", '{\n "all": "advisory",\n "functions-grant-overbroad": "disabled"\n}')

    status, _, err = run("check-config", path)

    assert (status, err.splitlines()) == (
        0,
        [
            f"{path}:3: warning: functions-grant-overbroad: lowers functions-grant-overbroad to disabled; "
            "it is mandatory by default",
            f"{path}:2: warning: all: lowers functions-grant-unjudgeable to advisory; "
            "it is mandatory by default",
        ],
    )


SOON = str(date.today() + timedelta(days=30))
EXEMPTION = {"resource": "x", "reason": "moves", "owner": "team", "expires": SOON}


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
    """Each slip is named with its own line, not its rule's, in the order of lines."""
    config = """{
        "functions-grant-overbraod": "mandatory",
        "waf-template-valid": {"enforcementLevel": "manadtory"},
        "functions-grant-scoped": {
            "exemptions": [
                {
                    "resource": "x",
                    "reason": "moves",
                    "owner": "team",
                    "expires": "9999-12-31"
                },
                {"resource": "*", "reason": "moves", "owner": "team",
                 "expiry": "2026-01-01"}
            ]
        },
        "policy-statement-budget": {
            "limit": 10,
            "compartments": {"a": 1},
            "limit": 20
        }
    }"""
    path = write("c.json", config)

    status, _, err = run("check-config", path)

    assert status == 1
    assert [line.removeprefix(f"{path}:") for line in err.splitlines()] == [
        "2: functions-grant-overbraod: unknown rule; did you mean functions-grant-overbroad?",
        "3: waf-template-valid: enforcementLevel must be one of advisory, mandatory, remediate, disabled; "
        "did you mean mandatory?",
        "10: functions-grant-scoped: exemptions[0].expires is more than 400 days ahead",
        "12: functions-grant-scoped: exemptions[1].expires is missing",
        "12: functions-grant-scoped: exemptions[1].resource matches too much: it must contain three "
        "letters or digits in a row beside its wildcards",
        "13: functions-grant-scoped: exemptions[1].expiry is not known; did you mean expires?",
        "18: policy-statement-budget: compartments.a must be a string",
        "19: policy-statement-budget: limit is given 2 times (lines 17 and 19); only the last one counts",
    ]


def test_the_newer_format_of_the_cli_is_refused(run: Run, write: Write) -> None:
    """Version 2 of the format has exceptions that never end; the pack has exemptions instead."""
    path = write("c.json", '{"version": 2,\n "policies": {}, "exceptions": {}}')

    assert run("check-config", path) == (
        1,
        "",
        f"{path}:1: version: is not supported: its exceptions have no last day; use exemptions\n",
    )


@pytest.mark.parametrize("target", ["up", "preview"])
def test_make_checks_the_configs_first(target: str) -> None:
    """`make up` and `make preview` find what the CLI hands on to no pack before they start the engine."""
    done = subprocess.run(["make", "-n", target], cwd=ROOT, capture_output=True, text=True, check=True)

    commands = done.stdout.splitlines()
    (checks,) = (at for at, line in enumerate(commands) if "check-config policy_pack/config/*.json" in line)
    (starts,) = (at for at, line in enumerate(commands) if f"sandbox {target} " in line)
    assert checks < starts


def test_the_workflows_check_the_config_first() -> None:
    """Each workflow that runs the engine with the pack checks its config, by make or by itself."""
    text = (ROOT / ".github" / "workflows" / "preview.yml").read_text(encoding="utf-8")

    assert 0 < text.index("oci-iam check-config") < text.index("pulumi preview --stack")


def test_fingerprint(run: Run) -> None:
    """`oci-iam fingerprint` prints the SHA-256 of each statement as it is."""
    statement = "Allow group A to use functions-family in tenancy"
    digest = hashlib.sha256(statement.encode()).hexdigest()

    assert run("fingerprint", statement)[:2] == (0, f"sha256:{digest}\n")
    assert run("fingerprint", statement, f"{statement} ")[1].count("\n") == 2


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


def test_check_config_of_a_byte_order_mark(run: Run, write: Write) -> None:
    """The CLI cannot read a config that begins with one, whatever follows."""
    status, _, err = run("check-config", write("c.json", '\ufeff{"all": "mandatory"}'))

    assert (status, err.count("\n")) == (2, 1)
    assert "c.json:1: not valid JSON" in err


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
