"""The Makefile's user targets: which command they run, and that nothing a person gives is run by a shell."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).resolve().parents[1]

pytestmark = pytest.mark.skipif(shutil.which("make") is None, reason="there is no make on this machine")

Ran = Callable[..., list[list[str]]]

CONFIGS = sorted(str(path.relative_to(ROOT)) for path in (ROOT / "policy_pack" / "config").glob("*.json"))

# Notes the arguments it is started with, in the place of the environment's programs.
NOTING = """\
#!{python}
import json, sys
with open({log!r}, "a") as log:
    log.write(json.dumps(sys.argv[1:]) + "\\n")
"""


@pytest.fixture
def make(tmp_path: Path) -> Ran:
    """Runs make with an environment whose programs only note how they are started; their arguments."""
    log = tmp_path / "log"
    (tmp_path / "bin").mkdir()
    for name in ("python", "oci-iam", "uv"):
        (tmp_path / "bin" / name).write_text(NOTING.format(python=sys.executable, log=str(log)))
        (tmp_path / "bin" / name).chmod(0o755)
    for stamp in (".sandbox-ready", ".dev-ready"):
        (tmp_path / stamp).touch()

    def run(*arguments: str, **variables: str) -> list[list[str]]:
        log.unlink(missing_ok=True)
        subprocess.run(
            ["make", "-C", str(ROOT), f"VENV={tmp_path}", *arguments],
            env={**os.environ, **variables},
            capture_output=True,
            text=True,
            check=True,
        )
        return [json.loads(line) for line in log.read_text().splitlines()]

    return run


@pytest.mark.parametrize("given", ["argument", "variable"])
@pytest.mark.parametrize(
    "target",
    ["up", "preview", "refresh", "outputs", "down", "repair", "emit", "logs", "stack", "deployer-policy"],
)
def test_nothing_a_person_gives_is_run(make: Ran, tmp_path: Path, target: str, given: str) -> None:
    """Neither by make nor by the shell: it reaches the command as the one word it is."""
    made = tmp_path / "made"
    names = ("STACK", "ARGS", "EMIT", "LIKE", "GROUP")
    text = f"dev;touch {made};$(shell touch {made})$(touch {made})`touch {made}`|touch {made}"
    values = dict.fromkeys(names, text)
    words = [f"{name}={value}" for name, value in values.items()] if given == "argument" else []

    (*_, call) = make(target, *words, **({} if words else values))

    assert not made.exists()
    stack = values["STACK"]
    assert stack in call or f"--stack={stack}" in call


@pytest.mark.parametrize(
    ("arguments", "calls"),
    [
        (
            ["up", "STACK=prod", "ARGS=--diff --target 'a$b'"],
            [
                ["-m", "components", "prod"],
                ["check-config", *CONFIGS],
                ["-m", "sandbox", "up", "--stack=prod", "--", "--words", "--diff --target 'a$b'"],
            ],
        ),
        (["outputs"], [["-m", "sandbox", "outputs", "--stack=dev", "--", "--words", ""]]),
        (["refresh"], [["-m", "sandbox", "refresh", "--stack=dev", "--", "--words", ""]]),
        (["down"], [["-m", "sandbox", "down", "--stack=dev", "--", "--words", ""]]),
        (["emit", "EMIT=--json"], [["-m", "sandbox", "emit", "--stack=dev", "--words", "--json "]]),
        (["emit", "ARGS=--json"], [["-m", "sandbox", "emit", "--stack=dev", "--words", " --json"]]),
        (["logs"], [["-m", "sandbox", "logs", "--stack=dev", "--words", ""]]),
        (["repair"], [["-m", "sandbox", "repair", "--stack=dev", "--cwd", "."]]),
        (["function"], [["-m", "sandbox", "function", "--", "my_function"]]),
        (["function", "NAME=scorer"], [["-m", "sandbox", "function", "--", "scorer"]]),
        (
            ["deployer-policy", "GROUP=Corp/ops"],
            [
                ["-m", "components", "dev"],
                ["-m", "sandbox", "deployer-policy", "--stack=dev", "--group=Corp/ops", "--words", ""],
            ],
        ),
        (["stack", "STACK=qa"], [["-m", "sandbox", "stack", "--like", "dev", "--", "qa"]]),
    ],
)
def test_what_a_target_runs(make: Ran, arguments: list[str], calls: list[list[str]]) -> None:
    """Stack file and pack configs are checked before an engine runs; ARGS goes on as one word."""
    assert make(*arguments) == calls


def test_the_name_of_a_function_is_run_by_nobody(make: Ran, tmp_path: Path) -> None:
    """It reaches the command as the one word it is, and only where a person gives it."""
    made = tmp_path / "made"
    text = f"{tmp_path}/x;touch {made};$(shell touch {made})$(touch {made})`touch {made}`"
    Path(text).mkdir(parents=True)
    (Path(text) / "requirements.in").touch()

    assert make("function", f"NAME={text}") == [["-m", "sandbox", "function", "--", text]]
    (locked,) = make("requirements", f"NAME={text}")
    assert locked[-3:] == [f"{text}/requirements.in", "-o", f"{text}/requirements.txt"]
    assert locked[locked.index("--custom-compile-command") + 1] == "make requirements"
    assert make("function", NAME="HOST") == [["-m", "sandbox", "function", "--", "my_function"]]
    assert not made.exists()


def test_a_function_that_is_not_there_is_told_before_anything_is_installed(tmp_path: Path) -> None:
    """The environment for its packages takes a minute; a name that was forgotten is found at once."""
    ran = subprocess.run(
        ["make", "-C", str(ROOT), f"VENV={tmp_path / 'venv'}", "requirements"],
        capture_output=True,
        text=True,
        check=False,
    )

    assert ran.returncode == 2
    assert ran.stderr.startswith("my_function/requirements.in: no such file; expected NAME=")
    assert not (tmp_path / "venv").exists()


def test_help_lists_every_target() -> None:
    """Each with what it does."""
    shown = subprocess.run(
        ["make", "-C", str(ROOT), "help"], capture_output=True, text=True, check=True
    ).stdout
    listed = {line.split()[0] for line in shown.splitlines() if line.strip()}
    text = (ROOT / "Makefile").read_text().replace("\\\n", " ")
    phony = next(line for line in text.splitlines() if line.startswith(".PHONY: "))

    assert set(phony.removeprefix(".PHONY: ").split()) - listed == set()


def test_workflows_paste_nothing_into_scripts() -> None:
    """`${{ … }}` in a `run:` is text of the script before a shell reads it; values come by `env:`."""
    for path in sorted((ROOT / ".github" / "workflows").glob("*.yml")):
        jobs = yaml.safe_load(path.read_text())["jobs"]
        steps = [step for job in jobs.values() for step in job["steps"]]

        assert [step["run"] for step in steps if "${{" in step.get("run", "")] == [], path.name
