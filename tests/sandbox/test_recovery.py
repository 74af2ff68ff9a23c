"""Recovery as a transformation of an exported deployment; the engine's side is in tests/end_to_end."""

from __future__ import annotations

from typing import Any

from sandbox.cloud.store import Record
from sandbox.recovery import settle

URN = "urn:pulumi:dev::p::oci:Ons/notificationTopic:NotificationTopic::t"
MARK = "4dabf18193072939515e22adb298388d"


def record(identity: str) -> Record:
    """What the store holds of a create."""
    return Record(
        id=identity, urn=URN, type="t", inputs={}, outputs={"name": "n", "token": "clear"}, created=0.0
    )


def pending(kind: str = "creating", **inputs: Any) -> dict[str, Any]:
    """A deployment with one resource in it and one operation that was begun."""
    return {
        "resources": [{"urn": "urn:stack"}],
        "pending_operations": [{"type": kind, "resource": {"urn": URN, "custom": True, "inputs": inputs}}],
    }


def test_create_that_happened_is_adopted() -> None:
    """A pending create the store knows becomes a resource with its id and outputs, behind the others."""
    deployment = pending(name="n")

    adopted = settle(deployment, {URN: [record("ocid1.t")]})

    assert adopted == [URN]
    assert [entry["urn"] for entry in deployment["resources"]] == ["urn:stack", URN]
    assert deployment["resources"][1]["id"] == "ocid1.t"
    assert deployment["resources"][1]["outputs"]["name"] == "n"
    assert "pending_operations" not in deployment


def test_create_that_did_not_happen_is_forgotten() -> None:
    """A pending create the store does not know leaves nothing: the next run creates it."""
    deployment = pending()

    assert settle(deployment, {URN: []}) == []
    assert deployment == {"resources": [{"urn": "urn:stack"}]}


def test_create_already_in_the_state_is_not_doubled() -> None:
    """An id that a resource of the state already has is not adopted again."""
    deployment = pending()
    deployment["resources"].append({"urn": URN, "id": "ocid1.t"})

    assert settle(deployment, {URN: [record("ocid1.t")]}) == []
    assert len(deployment["resources"]) == 2


def test_pending_update_is_left_to_refresh() -> None:
    """An operation that is no create is dropped, whatever the store holds."""
    deployment = pending("updating")

    assert settle(deployment, {URN: [record("ocid1.t")]}) == []


def test_replacement_keeps_the_old_one_for_deletion() -> None:
    """A replacement that was created stands before the one it replaces, which is marked for deletion."""
    deployment = pending()
    deployment["resources"].append({"urn": URN, "id": "ocid1.old"})

    settle(deployment, {URN: [record("ocid1.old"), record("ocid1.new")]})

    assert [(entry.get("id"), entry.get("delete")) for entry in deployment["resources"]] == [
        (None, None),
        ("ocid1.new", None),
        ("ocid1.old", True),
    ]


def test_secret_inputs_stay_encrypted() -> None:
    """What was encrypted among the inputs is taken over encrypted, not in clear from the store."""
    secret = {MARK: "1b47061264138c4ac30d75fd1eb44270", "ciphertext": "…"}
    deployment = pending(token=secret)

    settle(deployment, {URN: [record("ocid1.t")]})

    assert deployment["resources"][1]["outputs"]["token"] == secret
