"""The one line each mistake in a config gets."""

from __future__ import annotations

import pytest

from components.config.loading import validate
from components.errors import ConfigError
from tests.components.config.stack_files import (
    CONFIG,
    DIGEST,
    EVENT,
    HERE,
    MEMORY,
    NAME,
    TIMEOUT,
    TYPES,
    Check,
    edited,
)

OBJECT = "com.oraclecloud.objectstorage.createobject"

ONE_LINE: dict[str, tuple[str, str, str]] = {
    "memory": (
        MEMORY,
        "memory_in_mbs: 200",
        f"{HERE}.memory_in_mbs: 200 is not one of 128, 256, 512, 1024, 2048, 3072",
    ),
    "memory as text": (
        MEMORY,
        "memory_in_mbs: '256'",
        f"{HERE}.memory_in_mbs: '256' is not a whole number; leave out the quotes",
    ),
    "memory as a switch": (
        MEMORY,
        "memory_in_mbs: true",
        f"{HERE}.memory_in_mbs: true is not a whole number",
    ),
    "memory as nothing": (
        MEMORY,
        "memory_in_mbs:",
        f"{HERE}.memory_in_mbs: an empty value is not a whole number",
    ),
    "timeout": (
        TIMEOUT,
        "timeout_in_seconds: 301",
        f"{HERE}.timeout_in_seconds: 301 is not between 1 and 300 seconds",
    ),
    "no time": (
        TIMEOUT,
        "timeout_in_seconds: 0",
        f"{HERE}.timeout_in_seconds: 0 is not between 1 and 300 seconds",
    ),
    "detached timeout": (
        TIMEOUT,
        "detached_mode_timeout_in_seconds: 3601",
        f"{HERE}.detached_mode_timeout_in_seconds: 3601 is not between 5 and 3600 seconds",
    ),
    "concurrency": (
        TIMEOUT,
        "provisioned_concurrency: 10",
        f"{HERE}: provisioned_concurrency: 10 is not a multiple of 20, as 256 MB of memory needs",
    ),
    "unknown key": (
        TIMEOUT,
        "timeout_in_second: 60",
        f"{HERE}.timeout_in_second: unknown key; did you mean timeout_in_seconds?",
    ),
    "unknown key of the stack": (
        "oci-ai-functions:functions",
        "oci-ai-functions:home: x\n  oci-ai-functions:functions",
        "home: unknown key; did you mean home_region?",
    ),
    "key of nearly this project": (
        "oci-ai-functions:tenancy_id",
        "oci-ai-function:tenancy_id",
        "oci-ai-function:tenancy_id: unknown key; did you mean oci-ai-functions:tenancy_id?",
    ),
    "key of no project": (
        "oci-ai-functions:tenancy_id",
        "tenancy_id",
        "tenancy_id: needs a namespace: oci-ai-functions:tenancy_id",
    ),
    "missing": (
        "oci-ai-functions:tenancy_id",
        "other:tenancy_id",
        "tenancy_id: missing; set it with `pulumi config set tenancy_id <value>`",
    ),
    "missing region": (
        "oci:region: eu",
        "oci:other: eu",
        "oci:region: missing; set it with `pulumi config set oci:region <region>`",
    ),
    "region key": (
        "oci:region: eu-frankfurt-1",
        "oci:region: FRA",
        "oci:region: 'FRA' is not a region identifier such as eu-frankfurt-1",
    ),
    "OCID of another type": (
        "compartment_id: ocid1.compartment",
        "compartment_id: ocid1.subnet",
        "compartment_id: expected the OCID of a compartment, found one of a subnet",
    ),
    "no OCID": (
        "compartment_id: ocid1.compartment",
        "compartment_id: my-compartment # ",
        "compartment_id: 'my-compartment' is not an OCID (ocid1.compartment.…)",
    ),
    "the tenancy as compartment": (
        "compartment_id: ocid1.compartment",
        "compartment_id: ocid1.tenancy",
        "compartment_id: is the OCID of the tenancy, whose root reaches every compartment; "
        "name one compartment",
    ),
    "unknown event type": (
        EVENT,
        "com.oraclecloud.aiservice.anomalydetected",
        f"{TYPES}: com.oraclecloud.aiservice.anomalydetected is not a known event type; "
        f"did you mean {EVENT}?",
    ),
    "event type of a service that the handler does not serve": (
        EVENT,
        "com.oraclecloud.computeapi.launchinstance.end",
        f"{TYPES}: com.oraclecloud.computeapi.launchinstance.end is not a known event type; the shipped "
        "handler does not serve it, code of your own can",
    ),
    "a pattern of event types": (
        EVENT,
        "com.oraclecloud.datasciencejob.*",
        f"{TYPES}: com.oraclecloud.datasciencejob.* is a pattern; list the event types by their full names",
    ),
    "event type like no other": (
        EVENT,
        "nothing",
        f"{TYPES}: nothing is not an event type such as {OBJECT}",
    ),
    "event type of another kind": (EVENT, "7", f"{TYPES}: 7 is not a string; put it in quotes"),
    "object events without a bucket": (
        "          bucket:\n            name: ai-results\n",
        "",
        f"{HERE}.triggers.results: com.oraclecloud.objectstorage.createobject needs a bucket: without one, "
        "every bucket of the compartment would invoke it",
    ),
    "a bucket beside other events": (
        "com.oraclecloud.objectstorage.updateobject",
        EVENT,
        f"{HERE}.triggers.results: {EVENT} names no bucket, so it would never match beside one; "
        "give it its own trigger",
    ),
    "the bucket's name given twice": (
        'resource_names: ["*.json"]',
        "attributes: {bucketName: [other]}",
        f"{HERE}.triggers.results: attributes.bucketName: is set by bucket",
    ),
    "an attribute without values": (
        'resource_names: ["*.json"]',
        "attributes: {eTag: []}",
        f"{HERE}.triggers.results: an empty list or string would never match",
    ),
    "an empty resource name": (
        'resource_names: ["*.json"]',
        'resource_names: [""]',
        f"{HERE}.triggers.results: an empty list or string would never match",
    ),
    "bucket name": (
        "name: ai-results",
        "name: ai/results",
        f"{HERE}.triggers.results.bucket.name: 'ai/results' is not a bucket name of 1 to 256 letters, "
        "digits, hyphens, underscores or periods",
    ),
    "event principal": (
        "oci-ai-functions:functions",
        "oci-ai-functions:event_principal: rule\n  oci-ai-functions:functions",
        "event_principal: 'rule' is not one of eventrule, service, both",
    ),
    "4.1 KB of config": (
        CONFIG,
        f'SEVERITY_WARNING: "{"x" * 4061}"',
        f"{HERE}.config: expected at most 4096 bytes of keys and values, found 4097"
        " (the application's config included)",
    ),
    "config key": (
        CONFIG,
        '7A: "1"',
        f"{HERE}.config: key '7A' is not ASCII letters, digits and underscores beginning with no digit",
    ),
    "reserved config key": (
        CONFIG,
        'OCI_X: "1"',
        f"{HERE}.config: key OCI_X has a prefix that the platform sets itself (FN_, OCI_)",
    ),
    "config value": (
        CONFIG,
        "SEVERITY_WARNING: 0.7",
        f"{HERE}.config.SEVERITY_WARNING: the value is not a string; put it in quotes",
    ),
    "a name for a section": (
        "name: ai-results",
        "name: {bucket: ai-results}",
        f"{HERE}.triggers.results.bucket.name: a mapping is not a string",
    ),
    "a section by its name alone": (
        "bucket:\n            name: ai-results",
        "bucket: ai-results",
        f"{HERE}.triggers.results.bucket: 'ai-results' is not a mapping; expected name, existing",
    ),
    "a section as a switch": (
        "invokers: {}",
        "invokers: true",
        f"{HERE}.access.invokers: true is not a mapping; expected existing_id, existing_name, members, or "
        "{} alone",
    ),
    "an empty section": (
        "invokers: {}",
        "invokers:",
        f"{HERE}.access.invokers: is empty; write {{}} for a section without options, or take the key out",
    ),
    "an empty section of the stack": (
        "oci-ai-functions:functions",
        "oci-ai-functions:api:\n  oci-ai-functions:functions",
        "api: is empty; write {} for a section without options, or take the key out",
    ),
    "a list of what has names": (
        "oci-ai-functions:functions",
        "oci-ai-functions:buckets: [results]\n  oci-ai-functions:functions",
        "buckets: a list is not a mapping; its keys are names of your choice",
    ),
    "one of a list": (
        'resource_names: ["*.json"]',
        "resource_names: in/*",
        f"{HERE}.triggers.results.resource_names: 'in/*' is not a list; write ['in/*']",
    ),
    "a word of other tools": (
        TIMEOUT,
        "environment: {A: b}",
        f"{HERE}.environment: unknown key; did you mean config?",
    ),
    "the beginning of a key": (
        TIMEOUT,
        "timeout: 60",
        f"{HERE}.timeout: unknown key; did you mean timeout_in_seconds?",
    ),
    "a key like no other": (
        "name: ai-results",
        "name: ai-results\n            storage: x",
        f"{HERE}.triggers.results.bucket.storage: unknown key; expected name, existing",
    ),
    "a prefix of what is watched": (
        "name: ai-results",
        "name: ai-results\n            prefix: in/",
        f"{HERE}.triggers.results.bucket.prefix: unknown key; say resource_names in the trigger, e.g. [in/*]",
    ),
    "a key of the stack like no other": (
        "oci-ai-functions:functions",
        "oci-ai-functions:xyz: x\n  oci-ai-functions:functions",
        "xyz: unknown key; every key is in docs/configuration.md",
    ),
    "the region under the wrong name": (
        "oci-ai-functions:functions",
        "oci-ai-functions:regions: [eu-frankfurt-1]\n  oci-ai-functions:functions",
        "regions: unknown key; did you mean oci:region?",
    ),
    "defined tags by their namespace": (
        "oci-ai-functions:functions",
        "oci-ai-functions:tags: {defined: {Operations: {CostCenter: '42'}}}\n  oci-ai-functions:functions",
        "tags.defined.Operations: a mapping is not a string; write Operations.CostCenter: <value>",
    ),
    "function name": ("responder:", "Responder:", f"functions.Responder: 'Responder' {NAME}"),
    "group of another type": (
        "invokers: {}",
        "invokers: {existing_id: ocid1.user.oc1..a}",
        f"{HERE}.access.invokers.existing_id: expected the OCID of a group, found one of a user",
    ),
    "members of a named group": (
        "invokers: {}",
        "invokers: {existing_name: Default/Them, members: [ocid1.user.oc1..a]}",
        f"{HERE}.access.invokers: members can be added only to a group that is created or given by OCID",
    ),
    "group named twice": (
        "invokers: {}",
        "invokers: {existing_name: Them, existing_id: ocid1.group.oc1..a}",
        f"{HERE}.access.invokers: existing_id and existing_name are two ways to name one group; give one",
    ),
    "member twice": (
        "invokers: {}",
        "invokers: {members: [ocid1.user.oc1..a, ocid1.user.oc1..a]}",
        f"{HERE}.access.invokers.members: names a user twice",
    ),
    "reference without digest": (
        TIMEOUT,
        "image: {reference: 'ocir.eu-frankfurt-1.oci.oraclecloud.com/ns/repo:1'}",
        f"{HERE}.image: reference and digest belong together; give both, or neither to build the image",
    ),
    "image of another registry": (
        TIMEOUT,
        f"image: {{reference: 'docker.io/ns/repo:1', digest: '{DIGEST}'}}",
        f"{HERE}.image.reference: 'docker.io/ns/repo:1' is not an image of Oracle's registry such as "
        "ocir.eu-frankfurt-1.oci.oraclecloud.com/<namespace>/<repository>:<tag>",
    ),
    "an image by its digest alone": (
        TIMEOUT,
        f"image: {{reference: 'fra.ocir.io/ns/repo@{DIGEST}', digest: '{DIGEST}'}}",
        f"{HERE}.image.reference: 'fra.ocir.io/ns/repo@{DIGEST[:37]}…' is not an image of Oracle's registry "
        "such as ocir.eu-frankfurt-1.oci.oraclecloud.com/<namespace>/<repository>:<tag>; its digest is a "
        "key of its own",
    ),
    "short digest": (
        TIMEOUT,
        "image: {reference: 'ocir.eu-frankfurt-1.oci.oraclecloud.com/ns/repo:1', digest: 'sha256:abc'}",
        f"{HERE}.image.digest: 'sha256:abc' is not a digest (sha256: and 64 hexadecimal digits)",
    ),
    "built and given": (
        TIMEOUT,
        f"image: {{context: x, reference: 'fra.ocir.io/ns/repo:1', digest: '{DIGEST}'}}",
        f"{HERE}.image: an image is either built (context) or given (reference, digest)",
    ),
    "an image and an archive": (
        TIMEOUT,
        "image: {context: function_src}\n      source: {archive: {}}",
        f"{HERE}: the code is either an image (image) or an archive (source); give one of them",
    ),
    "an archive that is built and given": (
        TIMEOUT,
        "source: {archive: {folder: x, object: {bucket: b, name: a.zip, version: v}}}",
        f"{HERE}.source.archive: an archive is either built (folder) or given (object)",
    ),
    "an object with a digest": (
        TIMEOUT,
        f"source: {{archive: {{digest: '{DIGEST}', object: {{bucket: b, name: a.zip, version: v}}}}}}",
        f"{HERE}.source.archive: digest is that of a built archive; an object is pinned by its version",
    ),
    "an object without a version": (
        TIMEOUT,
        "source: {archive: {object: {bucket: b, name: a.zip}}}",
        f"{HERE}.source.archive.object.version: missing (Id of the version; it decides what runs)",
    ),
    "an image of another function and its own": (
        TIMEOUT,
        "image: {of: other, context: function_src}",
        f"{HERE}.image: the image is that of another function (of); say the rest there",
    ),
    "a given image in an immutable repository": (
        TIMEOUT,
        f"image: {{immutable: true, reference: 'fra.ocir.io/ns/repo:1', digest: '{DIGEST}'}}",
        f"{HERE}.image: immutable is about an image that is built, and this one is given",
    ),
    "a function's endpoint as origin": (
        "oci-ai-functions:functions",
        "oci-ai-functions:edge: {domain: a.example.com, origin: x.phx.functions.oci.oraclecloud.com"
        ', rules: {r: {template: \'SecRule ARGS "x" "id: {{id_1}}, ctl:ruleEngine={{mode}}"\'}}}\n'
        "  oci-ai-functions:functions",
        "edge.origin: is a function's own invoke endpoint, which answers only requests signed by OCI; an "
        "edge policy forwards unsigned ones. Put an API gateway or a load balancer in front and name that",
    ),
    "a token in plaintext": (
        "oci-ai-functions:functions",
        "oci-ai-functions:registry_auth_token: hunter2\n  oci-ai-functions:functions",
        "registry_auth_token: is stored in plaintext in this file; set it with "
        "`pulumi config set --secret registry_auth_token <value>`",
    ),
    "a secret among a function's variables": (
        CONFIG,
        "SEVERITY_WARNING: {secure: 'v1:abc'}",
        f"{HERE}.config.SEVERITY_WARNING: is a secret, and would be readable in OCI and in the state; "
        "keep it in a Vault secret instead",
    ),
}


@pytest.mark.parametrize("mistake", ONE_LINE)
def test_each_mistake_has_its_line(problems: Check, mistake: str) -> None:
    """One mistake gives exactly one line: the file, the place as the config nests, the reason."""
    old, new, expected = ONE_LINE[mistake]

    assert problems(edited(old, new)) == [expected]


def test_messages_never_show_a_secret() -> None:
    """A wrong user name, token or function variable is told by its place only."""
    raw = {
        "registry_username": "hunter2",
        "registry_auth_token": 7,
        "functions": {"f": {"config": {"A": 12345}}},
    }

    with pytest.raises(ConfigError) as refused:
        validate(raw, "Pulumi.dev.yaml")

    text = str(refused.value)
    assert "registry_username: is not <namespace>/<user>" in text
    assert "registry_auth_token: the value is not a string" in text
    assert not any(secret in text for secret in ("hunter2", "12345"))
