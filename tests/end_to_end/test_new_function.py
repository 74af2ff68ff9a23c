"""`make function`, then what it says to do: the function is deployed, an event reaches it, its tests pass."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import textwrap
from copy import deepcopy
from pathlib import Path

import pytest
import yaml

from tests.end_to_end.test_edits import BARE, PREFIX, Settings, Stack
from tests.end_to_end.test_stack import _copy

NAME = "my_scorer"


@pytest.fixture(scope="module")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Stack:
    """A checkout with a function of one's own, and a stack as in prod of what was printed."""
    made = Stack(
        _copy(tmp_path_factory.mktemp("checkout")), tmp_path_factory.mktemp("own") / ".sandbox", "prod"
    )
    written = made.run("function", NAME)
    assert written.status == 0, written.output
    ran = made.up(printed(written.output))
    assert ran.status == 0, ran.output
    assert "warning" not in ran.output.casefold(), ran.output
    return made


def printed(said: str) -> Settings:
    """A stack of nothing but the lines that were printed for its file."""
    lines = said.partition("functions:\n")[2].partition("          and, beside")[0]
    settings = deepcopy(BARE)
    del settings[f"{PREFIX}edge"]
    settings[f"{PREFIX}functions"] = yaml.safe_load(textwrap.dedent(lines))
    return settings


def test_an_event_reaches_it(stack: Stack) -> None:
    """`make emit` as it is; the answer is the template's."""
    ran = stack.run("emit", "--stack", "prod", "--json")
    shown = json.JSONDecoder().raw_decode(ran.output[ran.output.index("{") :])[0]

    assert ran.status == 0, ran.output
    (delivery,) = [each for rule in shown["rules"] for each in rule["deliveries"]]
    assert delivery["function"] == "my-scorer"
    assert delivery["answer"] == {
        "status": "processed",
        "eventType": "com.oraclecloud.objectstorage.createobject",
        "resource": "results/anomaly-0001.json",
        "greeting": "hello",
    }


def test_a_second_deploy_changes_nothing(stack: Stack) -> None:
    """What its tests leave in the folder is no part of the image."""
    folder = stack.checkout.folder / NAME
    (folder / "tests" / "test_more.py").write_text("")
    (folder / "__pycache__").mkdir()
    (folder / "__pycache__" / "func.cpython-312.pyc").write_bytes(b"")
    settings = yaml.safe_load((stack.checkout.folder / "Pulumi.prod.yaml").read_text())["config"]
    again = stack.up(settings, "--expect-no-changes")

    assert again.status == 0, again.output


def test_its_tests_pass_as_written(stack: Stack, tmp_path: Path) -> None:
    """By the command that was printed."""
    ran = subprocess.run(
        [
            sys.executable,
            "-m",
            "pytest",
            "-p",
            "oci_sandbox.plugin",
            f"--basetemp={tmp_path / 'inner'}",
            NAME,
        ],
        cwd=stack.checkout.folder,
        env={name: value for name, value in os.environ.items() if not name.startswith("PYTEST_")},
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )

    assert ran.returncode == 0, ran.stdout + ran.stderr
    assert "5 passed" in ran.stdout
