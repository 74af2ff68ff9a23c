"""Vault's part: the rotation of a secret by a function, one delivery for each step.

The next step is owed in the transaction that marks the one before, so a process that dies between them loses
none. A step that is given up ends the rotation, and the current version stays what it was.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from sandbox.cloud.deliveries import Delivery
from sandbox.cloud.errors import ServiceError
from sandbox.cloud.store import Record
from sandbox.delivery.attempt import World
from sandbox.delivery.complaints import say_once
from sandbox.services.vault import SECRET, rotation, versions
from sandbox.services.vault.secrets import state


def rotate_due(world: World) -> None:
    """Begin the rotation of every secret whose time has come: one, however far the clock was put forward."""
    for secret in world.store.list(SECRET):
        if rotation.is_scheduled(secret.outputs.get("rotationConfig")) and _is_due(secret, world):
            with world.store.transaction():
                if _is_due(secret, world):  # again: another may have been first
                    _begin(secret, world)


def _is_due(secret: Record, world: World) -> bool:
    _, following = rotation.times(world.store, secret.id)
    if following is None or following > world.now or state(secret, world.store) != "ACTIVE":
        return False
    return not rotation.is_under_way(world.store, secret.id)


def _begin(secret: Record, world: World) -> None:
    try:
        rotation.begin(world.store, secret, world.now)
    except ServiceError as error:
        rotation.postpone(world.store, secret.id, world.now)
        say_once((rotation.SOURCE, secret.id), ("rotation", secret.id), f"not delivered: {error}", world)


def complaint(delivery: Delivery, answer: bytes, world: World) -> str:
    """Why a step has failed, by what the function answered; empty where it has not."""
    asked, said = json.loads(delivery.payload), _read(answer)
    step = asked["step"]
    if said.get("responseCode") != 200:
        return f"{step}: the function did not answer responseCode 200"
    if step == rotation.VERIFY:
        return ""
    number = said.get("versionNo") if step == rotation.CREATE else asked["versionNo"]
    if type(number) is not int:
        return f"{step}: the function did not answer a versionNo"
    secret = world.store.get(delivery.source)
    found = versions.versions(world.store, secret) if secret is not None else []
    has_it = any(one.number == number for one in found)
    return "" if has_it else f"{step}: the secret has no version {number}"


def after_step(delivery: Delivery, answer: bytes, world: World) -> None:
    """Owe the next step, or promote the version after the last. Part of the transaction that is open."""
    secret, asked = world.store.get(delivery.source), json.loads(delivery.payload)
    if secret is None:
        return
    step, number = asked["step"], asked.get("versionNo")
    if step == rotation.CREATE:
        number = _read(answer)["versionNo"]
    if step != rotation.PROMOTE:
        following = rotation.STEPS[rotation.STEPS.index(step) + 1]
        rotation.owe(world.store, secret.id, delivery.destination, following, number, world.now)
        return
    versions.promote(world.store, secret, number)
    current = str(versions.current(world.store, secret))
    world.store.update(secret.id, secret.inputs, {**secret.outputs, "currentVersionNumber": current})
    rotation.rotated(world.store, secret.id, world.now)


def _read(answer: bytes) -> Mapping[str, Any]:
    try:
        found = json.loads(answer)
    except (ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}
