"""The one line each mistake in a trigger or a destination gets."""

from __future__ import annotations

import pytest

from tests.components.config.stack_files import HERE, NAME, TIMEOUT, Check, edited

TOPIC = "topic: {name: t}"
LOG = "ocid1.loggroup.oc1.eu-frankfurt-1.a"
# What is written, the place after `triggers.t`, and the reason.
TRIGGERS: dict[str, tuple[str, str, str]] = {
    "nothing": (
        "{}",
        "",
        "event_types: needs at least one event type, or one of schedule, alarm, topic, stream, queue, logs, "
        "secret_rotation instead",
    ),
    "two sources": (
        f"{{{TOPIC}, queue: {{name: q}}}}",
        "",
        "topic stands alone in a trigger; give queue another one",
    ),
    "events beside a source": (
        f"{{{TOPIC}, event_types: [com.oraclecloud.cloudguard.problemdetected], resource_names: [a]}}",
        "",
        "topic stands alone in a trigger; give event_types, resource_names another one",
    ),
    "a bucket beside a source": (
        "{schedule: {cron: 0 2 * * *}, bucket: {name: b}}",
        "",
        "schedule stands alone in a trigger; give bucket another one",
    ),
    "a source that is none": (
        "{timer: {}}",
        ".timer",
        "unknown key; expected schedule, alarm, topic, stream, queue, logs, secret_rotation, event_types, "
        "resource_names, attributes, enabled, allow_loop, bucket, compartment_id, renamed_from",
    ),
    "a body that is no string": (
        "{schedule: {cron: 0 2 * * *, body: {job: nightly}}}",
        ".schedule.body",
        "a mapping is not a string; put the JSON in quotes",
    ),
    "a subscription that is off": (
        f"{{{TOPIC}, enabled: false}}",
        "",
        "enabled: this topic is never off; take the trigger out instead",
    ),
    "a rotation of others that is off": (
        "{secret_rotation: {existing_id: ocid1.vaultsecret.oc1..a}, enabled: false}",
        "",
        "enabled: this secret_rotation is never off; take the trigger out instead",
    ),
    "no cron expression": (
        "{schedule: {}}",
        ".schedule.cron",
        "missing (When: a UNIX cron expression, minute hour day-of-month month day-of-week)",
    ),
    "a bad cron expression": (
        "{schedule: {cron: 0 25 * * *}}",
        ".schedule.cron",
        "hour: expected a number from 0 to 23, a range, a step or *, found '25'",
    ),
    "a schedule that is due too often": (
        "{schedule: {cron: '*/5 * * * *'}}",
        ".schedule",
        "cron: */5 * * * * is due 12 times an hour; if meant, say more_than_hourly: true",
    ),
    "an alarm without a query": (
        "{alarm: {namespace: pumps}}",
        ".alarm.query",
        "missing (Monitoring query with a threshold or absence, e.g. CpuUtilization[1m].mean() > 80)",
    ),
    "an alarm with an empty query": (
        "{alarm: {namespace: pumps, query: ''}}",
        ".alarm.query",
        "'' is not an alarm's query such as CpuUtilization[1m].mean() > 80 or CpuUtilization[1m].absent()",
    ),
    "a name and an OCID": (
        "{stream: {name: s, existing_id: ocid1.stream.oc1..a}}",
        ".stream",
        "give either name, of this stack's own, or existing_id",
    ),
    "a stream of another type": (
        "{stream: {existing_id: ocid1.queue.oc1..a}}",
        ".stream.existing_id",
        "expected the OCID of a stream, found one of a queue",
    ),
    "two sizes of a batch": (
        "{queue: {name: q, batch_size_in_num: 1, batch_size_in_kbs: 1}}",
        ".queue",
        "give batch_size_in_kbs or batch_size_in_num, not both",
    ),
    "a batch that is too large": (
        "{queue: {name: q, batch_size_in_kbs: 6000}}",
        ".queue.batch_size_in_kbs",
        "6000 is not between 1 and 5000 KB",
    ),
    "a form of the grant that is none": (
        "{queue: {name: q, grant: wide}}",
        ".queue.grant",
        "'wide' is not one of narrow, documented",
    ),
    "no logs": ("{logs: {sources: []}}", ".logs.sources", "needs at least one log"),
    "a created bucket in another compartment": (
        "{event_types: [com.oraclecloud.objectstorage.createobject], bucket: {name: b}, compartment_id: "
        "ocid1.compartment.oc1..a}",
        "",
        "compartment_id: a bucket that is created is in the stack's; give bucket existing: true",
    ),
    "the compartment of a source that has one": (
        "{topic: {name: t}, compartment_id: ocid1.compartment.oc1..a}",
        "",
        "topic stands alone in a trigger; give compartment_id another one",
    ),
    "events of the whole tenancy": (
        "{event_types: [com.oraclecloud.cloudguard.problemdetected], compartment_id: ocid1.tenancy.oc1..a}",
        ".compartment_id",
        "is the OCID of the tenancy, whose root reaches every compartment; name one compartment",
    ),
    "events of another realm": (
        "{event_types: [com.oraclecloud.cloudguard.problemdetected], compartment_id: "
        "ocid1.compartment.oc2..a}",
        ".compartment_id",
        "is in the realm oc2, while eu-frankfurt-1 (oci:region) is in oc1",
    ),
    "a log of the audit log": (
        "{logs: {sources: [{group_id: _Audit, log_id: ocid1.log.oc1.eu-frankfurt-1.a}]}}",
        ".logs.sources[0]",
        "log_id belongs to a log group; _Audit is a log by itself",
    ),
    "the audit log by a name of another": (
        "{logs: {sources: [{group_id: _audit}]}}",
        ".logs.sources[0].group_id",
        "'_audit' is not an OCID (ocid1.loggroup.…), nor _Audit or _Audit_Include_Subcompartment",
    ),
    "a log of another region": (
        "{logs: {sources: [{group_id: ocid1.loggroup.oc1.us-phoenix-1.a}]}}",
        ".logs.sources[0].group_id",
        "is in us-phoenix-1, while the stack deploys to eu-frankfurt-1 (oci:region)",
    ),
    "a stream of another region": (
        "{stream: {existing_id: ocid1.stream.oc1.us-phoenix-1.a}}",
        ".stream.existing_id",
        "is in us-phoenix-1, while the stack deploys to eu-frankfurt-1 (oci:region)",
    ),
    "an empty condition": (
        f"{{logs: {{sources: [{{group_id: {LOG}}}], condition: ''}}}}",
        ".logs.condition",
        "is empty or longer than 2000 characters",
    ),
    "no secret": (
        "{secret_rotation: {}}",
        ".secret_rotation",
        "give either existing_id, or name, vault_id and key_id",
    ),
    "half a secret": (
        "{secret_rotation: {name: s, key_id: ocid1.key.oc1..a}}",
        ".secret_rotation",
        "give either existing_id, or name, vault_id and key_id",
    ),
    "two secrets": (
        "{secret_rotation: {existing_id: ocid1.vaultsecret.oc1..a, name: s, vault_id: ocid1.vault.oc1..a, "
        "key_id: ocid1.key.oc1..a}}",
        ".secret_rotation",
        "existing_id and compartment_id are those of one that exists; give no name",
    ),
}
DESTINATIONS: dict[str, tuple[str, str, str]] = {
    "nothing": ("{failure: {}}", ".failure", "give exactly one of topic, queue, stream"),
    "two": (
        f"{{failure: {{{TOPIC}, queue: {{name: q}}}}}}",
        ".failure",
        "give exactly one of topic, queue, stream",
    ),
    "an end that is none": (f"{{failed: {{{TOPIC}}}}}", ".failed", "unknown key; did you mean failure?"),
    "a name that is none": (
        "{success: {stream: {name: My Stream}}}",
        ".success.stream.name",
        f"'My Stream' {NAME}",
    ),
    "another region": (
        "{success: {queue: {existing_id: ocid1.queue.oc1.us-phoenix-1.a}}}",
        ".success.queue.existing_id",
        "is in us-phoenix-1, while the stack deploys to eu-frankfurt-1 (oci:region)",
    ),
}


@pytest.mark.parametrize("mistake", TRIGGERS)
def test_each_mistake_in_a_trigger_has_its_line(problems: Check, mistake: str) -> None:
    """One mistake gives exactly one line: the file, the place as the config nests, the reason."""
    written, place, reason = TRIGGERS[mistake]

    found = problems(edited("      triggers:\n", f"      triggers:\n        t: {written}\n"))

    assert found == [f"{HERE}.triggers.t{place}: {reason}"]


@pytest.mark.parametrize("mistake", DESTINATIONS)
def test_each_mistake_in_a_destination_has_its_line(problems: Check, mistake: str) -> None:
    """The same."""
    written, place, reason = DESTINATIONS[mistake]

    assert problems(edited(TIMEOUT, f"destinations: {written}")) == [f"{HERE}.destinations{place}: {reason}"]


def test_long_names_are_counted_with_what_ends_them(problems: Check) -> None:
    """The name of a connector's policy is longer than that of a rule's would be."""
    name = "oci-ai-functions:application:\n    name: " + "a" * 40
    key = "t" * 36

    def found(said: str) -> list[str]:
        text = edited("      triggers:\n", f"      triggers:\n        {key}: {said}\n")
        return problems(text.replace("oci-ai-functions:functions:", f"{name}\n  oci-ai-functions:functions:"))

    (line,) = found("{queue: {name: q}}")

    assert line.startswith(f"{HERE}.triggers.{key}: the name in OCI would be ")
    assert line.endswith("-connector: expected at most 100 characters, found 101")
    assert found("{event_types: [com.oraclecloud.cloudguard.problemdetected]}") == []
