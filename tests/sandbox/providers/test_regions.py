"""A resource lives in the region it was created in; a provider for another region does not find it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from sandbox.providers.oci import OciProvider
from sandbox.providers.server import Provider
from sandbox.services.artifacts import registry
from sandbox.services.functions import APPLICATION, FUNCTION
from sandbox.services.identity import GROUP
from sandbox.services.objectstorage import BUCKET
from tests.sandbox.conftest import COMPARTMENT, TENANCY, Client, Failed, application, function, refused

ALARM = "oci:Monitoring/alarm:Alarm"
RULE = "oci:Events/rule:Rule"
SCHEDULE = "oci:ResourceScheduler/schedule:Schedule"
SECRET = "oci:Vault/secret:Secret"
TOPIC = "oci:Ons/notificationTopic:NotificationTopic"
VAULT = "oci:Kms/vault:Vault"
FOREIGN_KEY = "ocid1.key.oc1.iad.aaaaforeign"
ALARM_INPUTS: dict[str, Any] = {
    "displayName": "a",
    "metricCompartmentId": COMPARTMENT,
    "namespace": "oci_faas",
    "query": "FunctionResponseCount[1m].sum() > 1",
    "severity": "CRITICAL",
    "isEnabled": True,
}
SCHEDULE_INPUTS: dict[str, Any] = {
    "action": "START_RESOURCE",
    "recurrenceType": "CRON",
    "recurrenceDetails": "0 2 * * *",
}
LIST = "oci:Functions/getApplications:getApplications"
HOME, AWAY = "us-ashburn-1", "eu-frankfurt-1"


@pytest.fixture
def away(connect: Callable[[Provider], Client], oci: Client) -> Client:
    """A provider for another region, over the same store as `oci`, which is for the first one."""
    oci.configure(region=HOME)
    return connect(OciProvider()).configure(region=AWAY)


@pytest.fixture
def warnings(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What the providers show at resources."""
    shown: list[str] = []
    monkeypatch.setattr(Provider, "warn", lambda _self, _urn, text: shown.append(text))
    return shown


BUCKET_INPUTS: dict[str, Any] = {"compartmentId": COMPARTMENT, "namespace": "ns", "name": "data"}


@pytest.mark.parametrize(("type", "inputs"), [(APPLICATION, application()), (BUCKET, BUCKET_INPUTS)])
def test_another_region_does_not_find_it(
    oci: Client, away: Client, warnings: list[str], type: str, inputs: dict[str, Any]
) -> None:
    """Whether its id names the region or not: not read, not updated, not deleted; and that is said."""
    made = oci.create(type, "x", inputs)
    tagged = {**inputs, "freeformTags": {"a": "b"}}

    assert away.read(made) is None
    with pytest.raises(Failed, match=f"404-NotAuthorizedOrNotFound, .* {made.id} not found"):
        away.update(made, tagged)
    away.delete(made)
    assert oci.read(made) == made
    assert oci.update(made, tagged).outputs["freeformTags"] == {"a": "b"}
    assert all("lives in us-ashburn-1" in text for text in warnings)
    assert len(warnings) == 3


def test_a_stack_that_is_compared_from_elsewhere_is_told(
    oci: Client, away: Client, warnings: list[str]
) -> None:
    """Nothing changed in the program, so that the engine would only say that nothing did."""
    made = oci.create(APPLICATION, "app", application())

    assert away.changed(made, application()) == {}
    assert warnings
    assert "lives in us-ashburn-1" in warnings[0]


def test_what_refers_to_it_lives_in_its_region(oci: Client, away: Client) -> None:
    """A function in Frankfurt cannot belong to an application in Ashburn, nor to a log group there."""
    app = oci.create(APPLICATION, "app", application())
    group = oci.create(
        "oci:Logging/logGroup:LogGroup", "g", {"compartmentId": COMPARTMENT, "displayName": "g"}
    )
    image = {"sourceType": "CONTAINER_IMAGE", "image": "fra.ocir.io/tenancyns/fn:1"}
    log = {"displayName": "l", "logGroupId": group.id, "logType": "CUSTOM"}

    refused(away, FUNCTION, function(app.id, sourceDetails=image), f"applicationId {app.id} not found")
    refused(away, "oci:Logging/log:Log", log, f"logGroupId {group.id} not found")
    assert oci.create("oci:Logging/log:Log", "l", log).id


def test_nothing_of_one_region_is_named_in_another(oci: Client, away: Client) -> None:
    """Whatever the property is called: a vault, a topic among destinations, a schedule's function."""
    app = oci.create(APPLICATION, "app", application())
    source = {"sourceType": "CONTAINER_IMAGE", "image": "iad.ocir.io/tenancyns/fn:1"}
    run = oci.create(FUNCTION, "fn", function(app.id, sourceDetails=source))
    vault = oci.create(VAULT, "v", {"compartmentId": COMPARTMENT, "displayName": "v", "vaultType": "DEFAULT"})
    topic = oci.create(TOPIC, "t", {"compartmentId": COMPARTMENT, "name": "t"})
    cases: list[tuple[str, dict[str, Any], str]] = [
        (SECRET, {"vaultId": vault.id, "keyId": FOREIGN_KEY, "secretName": "s"}, f"vaultId {vault.id}"),
        (ALARM, {**ALARM_INPUTS, "destinations": [topic.id]}, f"destinations[0] {topic.id}"),
        (SCHEDULE, {**SCHEDULE_INPUTS, "resources": [{"id": run.id}]}, f"resources[0].id {run.id}"),
    ]
    for type, inputs, place in cases:
        given = {"compartmentId": COMPARTMENT, **inputs}
        refused(away, type, given, f"404-NotAuthorizedOrNotFound, {place} not found")
        assert oci.create(type, "x", given).id


def test_what_a_program_writes_for_itself_may_name_anything(oci: Client, away: Client) -> None:
    """Configuration and tags are texts to the service."""
    topic = oci.create(TOPIC, "t", {"compartmentId": COMPARTMENT, "name": "t"})
    own = {"topicId": topic.id}

    assert away.create(APPLICATION, "a", application(config=own, freeformTags=own)).id


def test_an_import_finds_what_is_in_its_region(oci: Client, away: Client, warnings: list[str]) -> None:
    """From elsewhere there is nothing to import, and the reason is said."""
    made = oci.create(APPLICATION, "app", application())
    found = oci.importing(APPLICATION, "copy", made.id)

    assert found is not None
    assert found.id == made.id
    assert away.importing(APPLICATION, "copy", made.id) is None
    assert len(warnings) == 1


def test_limits_are_those_of_a_region(oci: Client, away: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    """Rules of Events in one leave room in another."""
    monkeypatch.setattr("sandbox.services.events.rules.MOST_RULES", 1)
    action = {"actionType": "ONS", "isEnabled": True, "topicId": "ocid1.onstopic.oc1.iad.aaaaforeign"}
    inputs = {
        "compartmentId": COMPARTMENT,
        "displayName": "r",
        "isEnabled": True,
        "condition": "{}",
        "actions": {"actions": [action]},
    }
    oci.create(RULE, "r", inputs)

    refused(oci, RULE, inputs, "limit of 1 rules in a region")
    assert away.create(RULE, "r", inputs).id


def test_look_ups_show_one_region(oci: Client, away: Client) -> None:
    """Lists and single ones; the same name is free in another region."""
    here, there = (client.create(APPLICATION, "app", application()) for client in (oci, away))

    for client, own, other in ((oci, here, there), (away, there, here)):
        listed = client.invoke(LIST, compartmentId=COMPARTMENT)["applications"]
        assert [item["id"] for item in listed] == [own.id]
        with pytest.raises(Failed, match="not found"):
            client.invoke("oci:Functions/getApplication:getApplication", applicationId=other.id)


def test_identity_is_the_same_in_every_region(oci: Client, away: Client) -> None:
    """A group is found wherever somebody asks."""
    made = oci.create(GROUP, "g", {"compartmentId": TENANCY, "description": "d", "name": "g"})

    assert away.read(made) == made
    away.delete(made)
    assert oci.read(made) is None


def test_nobody_is_held_to_a_region_that_was_guessed(
    oci: Client, connect: Callable[[Provider], Client]
) -> None:
    """Without a region in the configuration a resource is found from everywhere."""
    made = oci.create(APPLICATION, "app", application())
    elsewhere = connect(OciProvider()).configure(region=AWAY)

    assert elsewhere.read(made) == made


def test_a_push_lands_in_the_registry_of_its_region(oci: Client, away: Client) -> None:
    """A repository of the same name in another region is another one."""
    repository = "oci:Artifacts/containerRepository:ContainerRepository"
    inputs = {"compartmentId": COMPARTMENT, "displayName": "ai/fn"}
    made = oci.create(repository, "r", inputs)
    store = oci.provider.store

    assert registry.receive(store, "iad.ocir.io/sandboxns/ai/fn:1", "sha256:a") is None
    warning = registry.receive(store, "ocir.eu-frankfurt-1.oci.oraclecloud.com/sandboxns/ai/fn:1", "sha256:a")
    created = next(record for record in store.list(repository) if record.id != made.id)

    assert "did not exist" in str(warning)
    assert created.region == AWAY
    assert created.id.startswith("ocid1.containerrepo.oc1.eu-frankfurt-1.")
