"""The rotation of secrets: four steps in order, as the secret itself."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest

from sandbox.api.platform import FunctionAnswer
from sandbox.cloud.store import Record
from sandbox.delivery.attempt import arrived
from sandbox.delivery.engine import Engine
from sandbox.delivery.sources import look_once
from sandbox.services.kms import KEY, VAULT
from sandbox.services.vault import SECRET, rotation, versions
from tests.sandbox.delivery.conftest import FAILED, NOW, World

Settle = Callable[[], None]
DAY = 86400.0


def _says(code: int = 200, **more: Any) -> FunctionAnswer:
    return FunctionAnswer(200, json.dumps({"responseCode": code, "returnMessage": "m", **more}).encode())


@dataclass(frozen=True)
class Safe:
    """A secret whose version 2 waits, and the function that rotates it."""

    world: World
    secret: str
    function: str
    compartment: str

    @property
    def record(self) -> Record:
        """What the store has."""
        found = self.world.store.get(self.secret)
        assert found is not None
        return found

    @property
    def current(self) -> tuple[int, str]:
        """The current version, by the versions and by the secret's property."""
        number = versions.current(self.world.store, self.record)
        return number, str(self.record.outputs["currentVersionNumber"])

    def allow(self) -> None:
        """What a rotation needs."""
        self.world.allow(
            f"Allow any-user to use fn-invocation in compartment id {self.compartment} where all {{"
            f"request.principal.type = 'vaultsecret', request.principal.id = '{self.secret}'}}"
        )

    def rotate(self) -> None:
        """What `RotateSecret` does."""
        rotation.begin(self.world.store, self.record, NOW)

    def look(self) -> None:
        """Owe what is due."""
        look_once(self.world.store, self.world.folder)

    def steps(self) -> list[str]:
        """The steps that ran."""
        return [json.loads(run.body)["step"] for run in self.world.runs]


def _safe(world: World, **config: Any) -> Safe:
    compartment = world.compartment()
    function = world.function(compartment)
    vault = world.add(VAULT, compartmentId=compartment, displayName="v", vaultType="DEFAULT")
    record = world.store.get(vault)
    assert record is not None
    key = world.add(
        KEY,
        compartmentId=compartment,
        displayName="k",
        managementEndpoint=record.outputs["managementEndpoint"],
        keyShape={"algorithm": "AES", "length": 32},
    )
    target = {"targetSystemType": "FUNCTION", "functionId": function}
    secret = world.add(
        SECRET,
        compartmentId=compartment,
        vaultId=vault,
        keyId=key,
        secretName="token",
        secretContent={"contentType": "BASE64", "content": "Zmlyc3Q="},
        rotationConfig={"targetSystemDetails": target, **config},
    )
    safe = Safe(world, secret, function, compartment)
    versions.add(world.store, safe.record, {"content": "c2Vjb25k", "stage": "PENDING"})
    return safe


def test_four_steps_in_order(world: World, settle: Settle) -> None:
    """Each gets the version that the second one made; in the end that is the current one."""
    safe = _safe(world)
    safe.allow()
    world.answers = [_says(), _says(versionNo=2), _says()]
    safe.rotate()
    settle()

    assert safe.steps() == list(rotation.STEPS)
    assert [json.loads(run.body).get("versionNo") for run in world.runs] == [None, None, 2, 2]
    assert {json.loads(run.body)["secretId"] for run in world.runs} == {safe.secret}
    assert {run.detached for run in world.runs} == {False}
    assert safe.current == (2, "2")
    assert rotation.times(world.store, safe.secret) == (NOW, None)
    assert not rotation.is_under_way(world.store, safe.secret)


def test_without_a_grant(world: World, settle: Settle) -> None:
    """A dead end with the statement that is missing; nothing is rotated."""
    safe = _safe(world)
    safe.rotate()
    settle()
    (delivery,) = world.owed("secret")

    assert world.runs == []
    assert delivery.state == "dropped"
    assert delivery.reason.startswith("denied: vaultsecret token does not have FN_INVOCATION; missing: ")


@pytest.mark.parametrize(
    ("answers", "reason"),
    [
        ([FAILED], "502-FunctionInvokeExecutionFailed"),
        ([_says(500)], "VERIFY_CONNECTION: the function did not answer responseCode 200"),
        ([FunctionAnswer(200, b"done")], "did not answer responseCode 200"),
        ([_says(), _says()], "CREATE_PENDING_VERSION: the function did not answer a versionNo"),
        ([_says(), _says(versionNo=7)], "the secret has no version 7"),
        ([_says(), _says(versionNo=2), _says(), _says(400)], "PROMOTE_PENDING_VERSION: the function did not"),
    ],
)
def test_a_step_that_fails(world: World, settle: Settle, answers: list[FunctionAnswer], reason: str) -> None:
    """Is tried again for two hours and given up; no further step runs, and the current version stays."""
    safe = _safe(world)
    safe.allow()
    world.answers, failing = list(answers), len(answers)
    safe.rotate()
    settle()
    first = world.owed("secret")[-1]
    for _ in range(9):
        world.later(1920)
        settle()
    owed = world.owed("secret")

    assert (first.state, len(owed)) == ("waiting", failing)
    assert [one.state for one in owed] == ["delivered"] * (failing - 1) + ["dropped"]
    assert reason in owed[-1].reason
    assert safe.steps()[failing:] == [rotation.STEPS[failing - 1]] * (len(world.runs) - failing)
    assert safe.current == (1, "1")


def test_the_next_step_is_owed_with_the_mark(
    world: World, engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where the next step cannot be written down, the one before is not marked either."""
    safe = _safe(world)
    safe.rotate()
    (step,) = world.owed("secret")

    def fails(*_: object) -> None:
        raise RuntimeError("killed")

    monkeypatch.setattr("sandbox.delivery.engine.rotations.after_step", fails)
    monkeypatch.setattr("sandbox.delivery.engine.handed_over", lambda *_: arrived())
    with pytest.raises(RuntimeError, match="killed"):
        engine._attempted(step)

    assert [one.state for one in world.owed("secret")] == ["waiting"]


def test_by_the_clock(world: World, settle: Settle) -> None:
    """One interval after the secret was made, once however far the clock went, and again after the next."""
    safe = _safe(world, isScheduledRotationEnabled=True, rotationInterval="P30D")
    safe.allow()
    world.answers = [_says(), _says(versionNo=2), _says(), _says(), _says(versionNo=2)]
    world.later(29 * DAY)
    safe.look()
    early = len(world.owed("secret"))
    world.later(61 * DAY)
    safe.look()
    safe.look()
    settle()
    once = safe.steps()
    last, following = rotation.times(world.store, safe.secret)
    world.later(30 * DAY)
    safe.look()
    settle()

    assert early == 0
    assert once == list(rotation.STEPS)
    assert (last, following) == (NOW + 90 * DAY, NOW + 120 * DAY)
    assert safe.steps() == [*rotation.STEPS, *rotation.STEPS]


def test_a_database_by_the_clock(world: World) -> None:
    """Is said to be not there, once for each time it is due."""
    target = {"targetSystemType": "ADB", "adbId": "ocid1.autonomousdatabase.oc1.iad.a"}
    safe = _safe(world, isScheduledRotationEnabled=True, rotationInterval="P1D", targetSystemDetails=target)
    world.later(DAY)
    safe.look()
    safe.look()
    (delivery,) = world.owed("secret")

    assert (delivery.state, "by functions only, not ADB" in delivery.reason) == ("dropped", True)
