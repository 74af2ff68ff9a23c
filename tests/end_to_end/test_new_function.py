"""`make function`, then what it says to do: the function is deployed, an event reaches it, its tests pass."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import textwrap
from copy import deepcopy
from pathlib import Path

import pytest
import yaml

from sandbox.environment import ROOT
from tests.end_to_end.test_edits import BARE, PREFIX, Settings, Stack
from tests.end_to_end.test_stack import _copy
from tests.pages import written_down

NAME = "my_scorer"
PAGE = "how-to/write-your-own-function.md"


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
    assert "5 passed" in passing(stack, NAME, tmp_path)


def passing(stack: Stack, name: str, tmp_path: Path) -> str:
    """What pytest says of a function's tests, which pass."""
    ran = subprocess.run(
        [
            sys.executable,
            "-m",
            "pytest",
            "-p",
            "oci_sandbox.plugin",
            f"--basetemp={tmp_path / 'inner'}",
            name,
        ],
        cwd=stack.checkout.folder,
        env={name: value for name, value in os.environ.items() if not name.startswith("PYTEST_")},
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert ran.returncode == 0, ran.stdout + ran.stderr
    return ran.stdout


def test_the_page_leads_to_a_function_that_works(stack: Stack, tmp_path: Path) -> None:
    """Its files, its lines for the stack, its event and its tests, with the SDK among the packages."""
    checkout = stack.checkout.folder
    assert stack.run("function", "summary_writer").status == 0
    assert "summary_writer/counting.py" in written_down(PAGE, checkout)
    # As `make requirements` does, which here would make the tests' own environment that of this copy.
    uv = str(Path(sys.executable).with_name("uv"))
    words = (
        "pip compile --universal --python-version=3.12 --generate-hashes requirements.in -o requirements.txt"
    )
    locked = subprocess.run(
        [uv, *words.split()],
        cwd=checkout / "summary_writer",
        capture_output=True,
        text=True,
        check=False,
    )
    assert locked.returncode == 0, locked.stderr
    page = (ROOT / "docs" / PAGE).read_text()
    lines = re.search(r"^```yaml\n(summary-writer:\n  image.*?)^```$", page, re.DOTALL | re.MULTILINE)
    assert lines is not None
    settings = deepcopy(BARE)
    del settings[f"{PREFIX}edge"]
    settings[f"{PREFIX}functions"] = yaml.safe_load(lines[1])
    up = stack.up(settings)
    assert up.status == 0, up.output
    (checkout / "note.txt").write_text("three words here")

    sent = stack.run("emit", "--stack", "prod", "--to", "summary-writer", "--object", "note.txt", "--json")

    assert sent.status == 0, sent.output
    shown = json.JSONDecoder().raw_decode(sent.output[sent.output.index("{") :])[0]
    (delivery,) = [each for rule in shown["rules"] for each in rule["deliveries"]]
    assert delivery["answer"] == {"bytes": 16, "words": 3, "lines": 1}
    assert "1 passed" in passing(stack, "summary_writer", tmp_path)
