"""States and records as small as they can be."""

from __future__ import annotations

from typing import Any

from sandbox.cloud.store import Record
from sandbox.recovery.differences import Held

STACK = "urn:pulumi:dev::p"
ROOT = f"{STACK}::pulumi:pulumi:Stack::p-dev"
PROVIDER = f"{STACK}::pulumi:providers:oci::default_5_5_0"
TOPIC = "oci:Ons/notificationTopic:NotificationTopic"
RULE = "oci:Events/rule:Rule"
IMAGE = "docker-build:index:Image"

SIGNATURE = "4dabf18193072939515e22adb298388d"
SECRET = {SIGNATURE: "1b47061264138c4ac30d75fd1eb44270", "ciphertext": "…"}


def urn(name: str, type: str = TOPIC, above: str = "") -> str:
    """The URN of a resource of the stack; `above` is the chain of types over it, ending in `$`."""
    return f"{STACK}::{above}{type}::{name}"


def record(id: str, name: str = "t", type: str = TOPIC, above: str = "", **more: Any) -> Record:
    """What the store holds of a create."""
    inputs = more.pop("inputs", {"name": "n"})
    outputs = more.pop("outputs", {**inputs, "state": "ACTIVE"})
    return Record(
        id=id, urn=urn(name, type, above), type=type, inputs=inputs, outputs=outputs, created=0.0, **more
    )


def entry(id: str, name: str = "t", type: str = TOPIC, above: str = "", **more: Any) -> dict[str, Any]:
    """What the state holds of a resource."""
    return {
        "urn": urn(name, type, above),
        "custom": True,
        "id": id,
        "type": type,
        "inputs": {"name": "n"},
        "outputs": {"name": "n", "state": "ACTIVE"},
        "parent": ROOT,
        "provider": f"{PROVIDER}::p",
        **more,
    }


def component(name: str, type: str, above: str = "") -> dict[str, Any]:
    """A component of the stack."""
    return {"urn": urn(name, type, above), "custom": False, "type": type, "parent": ROOT}


def operation(kind: str, of: dict[str, Any]) -> dict[str, Any]:
    """An operation the engine began."""
    return {"type": kind, "resource": of}


def state(*entries: dict[str, Any], begun: tuple[dict[str, Any], ...] = ()) -> dict[str, Any]:
    """A deployment with a stack and a provider in front; `begun` are pending operations."""
    head = [
        {"urn": PROVIDER, "custom": True, "id": "p", "type": "pulumi:providers:oci"},
        {"urn": ROOT, "custom": False, "type": "pulumi:pulumi:Stack"},
    ]
    deployment: dict[str, Any] = {"resources": [*head, *entries]}
    if begun:
        deployment["pending_operations"] = list(begun)
    return deployment


def held(*records: Record, **unanswered: str) -> Held:
    """A store that holds these, oldest first; all may be the stack's. `unanswered` is id -> operation."""
    return Held(records, {each.id: each for each in records}, unanswered)


def told(deployment: dict[str, Any]) -> list[tuple[str, str, bool]]:
    """Name, id and whether it waits for deletion, of each resource after the stack."""
    return [
        (each["urn"].rpartition("::")[2], each.get("id", ""), each.get("delete", False))
        for each in deployment["resources"]
        if each["urn"] not in (ROOT, PROVIDER)
    ]
