"""Least privilege of the project's own stacks, by taking away: deployed once by the engine, then served.

Every statement is taken out of the store in turn. Exactly the steps that need it must fail, as OCI refuses,
and none else: so no statement is missing, and none is spare.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from sandbox.environment import ROOT, Sandbox
from tests.end_to_end import least_privilege
from tests.end_to_end.killing import Stack
from tests.end_to_end.least_privilege import FORMS, Stage, Step
from tests.sandbox.rest.conftest import Door, sandbox_files, served

STACKS = ("dev", "prod")
STEPS = least_privilege.read()
OCI = shutil.which("oci")


@pytest.fixture(scope="module")
def door(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Door]:
    """A served sandbox in which both stacks are deployed."""
    world = Sandbox(tmp_path_factory.mktemp("privilege") / ".sandbox")
    world.prepare(lambda line: None)
    for name in STACKS:
        ran = Stack(world, name).up()
        assert ran.status == 0, ran.output
    with served(world.folder, region="eu-frankfurt-1") as door, door.way_there():
        yield door


@pytest.fixture(scope="module", params=STACKS)
def stage(door: Door, request: pytest.FixtureRequest) -> Iterator[Stage]:
    """One of the stacks."""
    stage = Stage(door, request.param)
    yield stage
    stage.close()


def _steps(stage: Stage) -> list[Step]:
    return [step for step in STEPS if step.stack == stage.stack and step.through != "nothing"]


def _failing(stage: Stage) -> set[str]:
    return {step.name for step in _steps(stage) if not stage.works(step)}


def _is_of_the_other_form(statement: str, form: str) -> bool:
    return any(words in statement for name, words in FORMS.items() if name != form)


@pytest.mark.parametrize("form", FORMS)
def test_no_statement_is_missing(stage: Stage, form: str) -> None:
    """Every step can be done, whichever principal Events is."""
    with stage.without(lambda text: _is_of_the_other_form(text, form)):
        assert _failing(stage) == set()


@pytest.mark.parametrize("form", FORMS)
def test_no_statement_is_spare(stage: Stage, form: str) -> None:
    """Without one, exactly the steps that name it fail; without that of the form not in force, nothing."""
    failing, expected = {}, {}
    for statement in stage.statements():
        if _is_of_the_other_form(statement, form):
            continue
        needed_by = {step.name for step in _steps(stage) if stage.is_needed_by(statement, step, form)}
        expected[statement] = needed_by
        with stage.without(
            lambda text, gone=statement: text == gone or _is_of_the_other_form(text, form)  # type: ignore[misc]
        ):
            failing[statement] = _failing(stage)

    assert failing == expected
    assert [statement for statement, steps in expected.items() if not steps] == []


def test_every_step_names_one_statement(stage: Stage) -> None:
    """None rests on two, so that taking one away is enough to see."""
    for form in FORMS:
        for step in _steps(stage):
            named = [text for text in stage.statements() if stage.is_needed_by(text, step, form)]
            assert len(named) == 1, step.name


@pytest.mark.parametrize(
    "step", [step for step in STEPS if step.through == "nothing"], ids=lambda step: f"{step.stack} {step.who}"
)
def test_what_the_sandbox_cannot_do_is_granted_by_nothing(door: Door, step: Step) -> None:
    """A statement for it would be one that no step here could show to be needed."""
    assert not Stage(door, step.stack).grants_a_service(step)


def test_the_passphrase_lies_in_its_file_only(stage: Stage, door: Door) -> None:
    """After deploys and invocations: in no log, state, image, home or folder of a run."""
    folder = door.place.sandbox_dir
    passphrase = (folder / "passphrase").read_bytes().strip()
    (step,) = [one for one in STEPS if one.stack == stage.stack and one.does == "InvokeFunction"]
    assert stage.works(step)

    holding = {path.relative_to(folder) for path in sandbox_files(folder) if passphrase in path.read_bytes()}

    assert len(passphrase) >= 16
    assert holding == {Path("passphrase")}


@pytest.mark.skipif(OCI is None, reason="the OCI command line (oci-cli) is not on PATH")
def test_the_command_line_invokes_by_the_same_statement(door: Door) -> None:
    """By a plain request: `oci fn function invoke` shows the function first, which takes another right."""
    stage = Stage(door, "dev")
    (step,) = [one for one in STEPS if one.stack == "dev" and one.does == "InvokeFunction"]
    (statement,) = [text for text in stage.statements() if stage.is_needed_by(text, step, "service")]
    before = _invoked_by_command_line(door)
    with stage.without(lambda text: text == statement):
        after = _invoked_by_command_line(door)

    assert before.returncode == 0, before.stderr
    assert '"status": "200 OK"' in before.stdout
    assert '"code": "NotAuthorizedOrNotFound"' in after.stdout


def _invoked_by_command_line(door: Door) -> subprocess.CompletedProcess[str]:
    (function,) = [
        one
        for one in door.store.list("oci:Functions/function:Function")
        if one.urn.startswith("urn:pulumi:dev::")
    ]
    who = "group:ai-functions-dev-responder-invokers"
    path = f"{function.outputs['invokeEndpoint']}/20181201/functions/{function.id}/actions/invoke"
    # Alone of all its commands, this one does not look at HTTPS_PROXY.
    script = (
        f'{OCI} --proxy "$HTTPS_PROXY" raw-request --http-method POST --target-uri "$0" --request-body "{{}}"'
    )
    command = ["sh", "-c", script, path]
    return subprocess.run(
        [sys.executable, "-m", "sandbox", "run", "--as", who, "--", *command],
        cwd=ROOT,
        env={**os.environ, "OCI_SANDBOX_DIR": str(door.place.sandbox_dir)},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
