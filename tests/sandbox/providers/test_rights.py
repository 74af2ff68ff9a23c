"""A deployer's rights at each call of the engine: what is missing is OCI's 404, and nothing is done."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from sandbox.attach import attach
from sandbox.cloud.call import Cloud
from sandbox.providers.server import Provider
from sandbox.services.identity import GROUP, POLICY
from tests.sandbox.conftest import COMPARTMENT, TENANCY, Client, Failed

QUEUE = "oci:Queue/queue:Queue"
NAMESPACE = "oci:ObjectStorage/getNamespace:getNamespace"
INPUTS = {"compartmentId": COMPARTMENT, "displayName": "jobs"}
REFUSED = "404-NotAuthorizedOrNotFound, Authorization failed or requested resource not found."
CREATE = f"Allow group deployers to {{QUEUE_CREATE, QUEUE_READ}} in compartment id {COMPARTMENT}"


@pytest.fixture
def warnings(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What the providers show at resources."""
    shown: list[str] = []
    monkeypatch.setattr(Provider, "warn", lambda _self, _urn, text: shown.append(text))
    return shown


def grant(oci: Client, monkeypatch: pytest.MonkeyPatch, *statements: str) -> None:
    """From here on the deployers deploy, with these statements and no other."""
    store = oci.provider.store
    attach(Cloud(store, "us-ashburn-1", TENANCY), "deployers", "deployer", list(statements))
    (group,) = [each.id for each in store.list(GROUP) if each.outputs["name"] == "deployers"]
    monkeypatch.setenv("OCI_SANDBOX_AS", f"group:{group}")


def test_nothing_is_checked_for_nobody(oci: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without a deployer everything is allowed, as it always was."""
    monkeypatch.delenv("OCI_SANDBOX_AS", raising=False)

    assert oci.create(QUEUE, "q", INPUTS).id


def test_with_its_rights_a_deployer_creates(oci: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    """The right to create and to read, both of one statement."""
    grant(oci, monkeypatch, CREATE)

    made = oci.create(QUEUE, "q", INPUTS)

    assert oci.read(made) == made


@pytest.mark.parametrize("held", ["QUEUE_CREATE", "QUEUE_READ"])
def test_without_one_right_nothing_is_created(
    oci: Client, monkeypatch: pytest.MonkeyPatch, warnings: list[str], held: str
) -> None:
    """The answer says no more than OCI's; the warning names step, permission and who."""
    grant(oci, monkeypatch, f"Allow group deployers to {{{held}}} in compartment id {COMPARTMENT}")
    (lacking,) = {"QUEUE_CREATE", "QUEUE_READ"} - {held}

    with pytest.raises(Failed, match=f"^{REFUSED}$"):
        oci.create(QUEUE, "q", INPUTS)

    assert oci.provider.store.list(QUEUE) == []
    assert len(warnings) == 1
    assert warnings[0].startswith(f"create Queue q: no statement grants {lacking}")


def test_changing_and_deleting_name_their_target(oci: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    """A statement for one queue is none for another."""
    monkeypatch.delenv("OCI_SANDBOX_AS", raising=False)
    mine, other = (oci.create(QUEUE, name, {**INPUTS, "displayName": name}) for name in ("mine", "other"))
    grant(
        oci,
        monkeypatch,
        "Allow group deployers to {QUEUE_READ, QUEUE_UPDATE, QUEUE_DELETE} in compartment id "
        f"{COMPARTMENT} where target.queue.id = '{mine.id}'",
    )
    tagged = {**INPUTS, "freeformTags": {"a": "b"}}

    assert oci.update(mine, {**tagged, "displayName": "mine"}).outputs["freeformTags"] == {"a": "b"}
    with pytest.raises(Failed, match=REFUSED):
        oci.update(other, {**tagged, "displayName": "other"})
    with pytest.raises(Failed, match=REFUSED):
        oci.delete(other)
    oci.delete(mine)
    assert [each.id for each in oci.provider.store.list(QUEUE)] == [other.id]


def test_what_may_not_be_read_is_gone_for_the_engine(oci: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    """The real provider takes 404 for the end of a resource, and so a refresh drops it from the state."""
    monkeypatch.delenv("OCI_SANDBOX_AS", raising=False)
    made = oci.create(QUEUE, "q", INPUTS)
    grant(oci, monkeypatch, "Allow group deployers to inspect queues in tenancy")

    assert oci.read(made) is None
    assert oci.provider.store.get(made.id) is not None


def test_a_look_up_needs_its_right(oci: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where the program asks before it creates anything."""
    grant(oci, monkeypatch, CREATE)
    with pytest.raises(Failed, match=REFUSED):
        oci.invoke(NAMESPACE, compartmentId=TENANCY)

    grant(oci, monkeypatch, "Allow group deployers to {OBJECTSTORAGE_NAMESPACE_READ} in tenancy")

    assert oci.invoke(NAMESPACE, compartmentId=TENANCY)["namespace"]


def test_a_type_nobody_knows_is_not_let_through(oci: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    """What the catalogue has no operation for cannot be decided, and is not allowed for that."""
    grant(oci, monkeypatch, "Allow group deployers to manage all-resources in tenancy")
    inputs = {
        "bastionType": "STANDARD",
        "compartmentId": COMPARTMENT,
        "targetSubnetId": "ocid1.subnet.oc1.iad.a",
    }

    with pytest.raises(Failed, match="the catalogue knows no operation CreateBastion"):
        oci.create("oci:Bastion/bastion:Bastion", "b", inputs)


def test_look_ups_are_noted_where_somebody_asks(
    oci: Client, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """A line each, with what was asked."""
    file = tmp_path / "look-ups.jsonl"
    monkeypatch.setenv("OCI_SANDBOX_LOOK_UPS", str(file))

    oci.invoke(NAMESPACE, compartmentId=TENANCY)

    assert [json.loads(line) for line in file.read_text().splitlines()] == [
        {"token": NAMESPACE, "arguments": {"compartmentId": TENANCY}}
    ]


def test_a_user_is_decided_by_its_own_groups(oci: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    """`user:OCID` is no member of anything but what the store says."""
    grant(oci, monkeypatch, CREATE)
    user = "ocid1.user.oc1..aaaaaaaauser"
    monkeypatch.setenv("OCI_SANDBOX_AS", f"user:{user}")
    with pytest.raises(Failed, match=REFUSED):
        oci.create(QUEUE, "q", INPUTS)
    monkeypatch.delenv("OCI_SANDBOX_AS")
    (group,) = [each.id for each in oci.provider.store.list(GROUP)]
    oci.create(
        "oci:Identity/userGroupMembership:UserGroupMembership",
        "m",
        {"groupId": group, "userId": user, "compartmentId": TENANCY},
    )

    monkeypatch.setenv("OCI_SANDBOX_AS", f"user:{user}")

    assert oci.create(QUEUE, "q", INPUTS).id


def test_attaching_again_replaces(oci: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    """One policy of a name, with the statements given last."""
    grant(oci, monkeypatch, CREATE)
    grant(oci, monkeypatch, "Allow group deployers to inspect queues in tenancy")

    assert [each.outputs["statements"] for each in oci.provider.store.list(POLICY)] == [
        ["Allow group deployers to inspect queues in tenancy"]
    ]
