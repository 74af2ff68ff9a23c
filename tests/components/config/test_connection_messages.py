"""The one line each mistake in a connection gets."""

from __future__ import annotations

import pytest

from tests.components.config.stack_files import HERE, NAME, TIMEOUT, Check, edited

EVERY_INTENT = "read, list, write, push, pull, publish, encrypt, decrypt, post, invoke, use"
EVERY_SERVICE = (
    "generative-ai-chat, generative-ai-embeddings, generative-ai-rerank, language-detection, "
    "language-sentiments, language-entities, language-key-phrases, language-classification, language-pii, "
    "language-translation, vision, document-understanding, document-understanding-jobs, "
    "speech-transcription, speech-synthesis"
)
QUEUE = "existing_id: ocid1.queue.oc1..a"

# What is written, the place after `connections.out`, and the reason.
ONE_LINE: dict[str, tuple[str, str, str]] = {
    "nothing": ("{}", "", f"give exactly one of {EVERY_INTENT}"),
    "two intents": (
        "{use: vision, publish: {topic: {name: t}}}",
        "",
        f"give exactly one of {EVERY_INTENT}",
    ),
    "an intent that is none": (
        "{writes: {bucket: {name: b}}}",
        ".writes",
        "unknown key; did you mean write?",
    ),
    "no destination": ("{read: {}}", ".read", "give exactly one of bucket, secret, table, wallet"),
    "no destination where there is one kind": ("{publish: {}}", ".publish", "give topic"),
    "two destinations": (
        "{push: {queue: {name: q}, stream: {name: s}}}",
        ".push",
        "give exactly one of queue, stream, log",
    ),
    "a destination of another intent": (
        "{publish: {queue: {name: q}}}",
        ".publish.queue",
        "unknown key; expected topic",
    ),
    "a service that is none": (
        "{use: generative-ai}",
        ".use",
        f"'generative-ai' is not one of {EVERY_SERVICE}",
    ),
    "a model of another service": (
        "{use: {service: vision, model_id: cohere.a}}",
        ".use",
        "model_id belongs to generative-ai-chat, generative-ai-embeddings, generative-ai-rerank",
    ),
    "a model served in two ways": (
        "{use: {service: generative-ai-chat, model_id: cohere.a, "
        "endpoint_id: ocid1.generativeaiendpoint.oc1..a}}",
        ".use",
        "give either model_id, served on demand, or endpoint_id",
    ),
    "a region of no model": (
        "{use: {service: generative-ai-chat, region: us-chicago-1}}",
        ".use",
        "region belongs to model_id or endpoint_id",
    ),
    "a model that is none": (
        "{use: {service: generative-ai-chat, model_id: Command}}",
        ".use.model_id",
        "'Command' is neither a model's name such as cohere.command-a-03-2025 nor its OCID",
    ),
    "an endpoint of another region than said": (
        "{use: {service: generative-ai-chat, region: us-chicago-1, "
        "endpoint_id: ocid1.generativeaiendpoint.oc1.eu-frankfurt-1.a}}",
        ".use.endpoint_id",
        "is in eu-frankfurt-1, while region says us-chicago-1",
    ),
    "a region of another realm": (
        "{use: {service: generative-ai-chat, region: us-langley-1, model_id: cohere.a}}",
        ".use.region",
        "is in the realm oc2, while eu-frankfurt-1 (oci:region) is in oc1",
    ),
    "a name and an OCID": (
        f"{{push: {{queue: {{name: q, {QUEUE}, endpoint: 'https://a.example.com'}}}}}}",
        ".push.queue",
        "give either name, of this stack's own, or existing_id",
    ),
    "neither a name nor an OCID": (
        "{publish: {topic: {}}}",
        ".publish.topic",
        "give either name, of this stack's own, or existing_id",
    ),
    "an OCID without an address": (
        f"{{pull: {{queue: {{{QUEUE}}}}}}}",
        ".pull.queue",
        "existing_id and endpoint belong together; give both, or name alone",
    ),
    "a name with an address": (
        "{pull: {stream: {name: s, endpoint: 'https://a.example.com'}}}",
        ".pull.stream",
        "existing_id and endpoint belong together; give both, or name alone",
    ),
    "an address with a path": (
        f"{{pull: {{queue: {{{QUEUE}, endpoint: 'https://a.example.com/x'}}}}}}",
        ".pull.queue.endpoint",
        "'https://a.example.com/x' is not an address such as https://host.example.com, with nothing after it",
    ),
    "where something created is": (
        "{publish: {topic: {name: t, compartment_id: ocid1.compartment.oc1..a}}}",
        ".publish.topic",
        "compartment_id belongs to existing_id; what is created is the stack's",
    ),
    "where a created bucket is": (
        "{write: {bucket: {name: b, compartment_id: ocid1.compartment.oc1..a}}}",
        ".write.bucket",
        "compartment_id is that of a bucket that exists; give existing: true with it",
    ),
    "the whole tenancy": (
        "{read: {table: {name: t, compartment_id: ocid1.tenancy.oc1..a}}}",
        ".read.table.compartment_id",
        "is the OCID of the tenancy, whose root reaches every compartment; name one compartment",
    ),
    "a prefix when listing": (
        "{list: {bucket: {name: b, prefix: a/}}}",
        ".list.bucket.prefix",
        "unknown key; expected compartment_id, name, existing",
    ),
    "a prefix that is a pattern": (
        "{read: {bucket: {name: b, prefix: 'a*'}}}",
        ".read.bucket.prefix",
        "'a*' is not a prefix of 1 to 200 letters, digits, periods, hyphens, underscores or slashes that "
        "begins with no slash, and no star",
    ),
    "an OCID of another type": (
        "{decrypt: {key: {id: ocid1.vault.oc1..a, endpoint: 'https://a.example.com'}}}",
        ".decrypt.key.id",
        "expected the OCID of a key, found one of a vault",
    ),
    "a name that is none": (
        "{publish: {topic: {name: My Topic}}}",
        ".publish.topic.name",
        f"'My Topic' {NAME}",
    ),
    "metrics of a service": (
        "{post: {metrics: {namespace: oci_faas}}}",
        ".post.metrics.namespace",
        "'oci_faas' is not a namespace of letters, digits and underscores that begins with a lower-case "
        "letter, and neither with oci_ nor with oracle_",
    ),
}


@pytest.mark.parametrize("mistake", ONE_LINE)
def test_each_mistake_has_its_line(problems: Check, mistake: str) -> None:
    """One mistake gives exactly one line: the file, the place as the config nests, the reason."""
    written, place, reason = ONE_LINE[mistake]

    assert problems(edited(TIMEOUT, f"connections: {{out: {written}}}")) == [
        f"{HERE}.connections.out{place}: {reason}"
    ]


def test_a_connection_has_a_name_of_its_own(problems: Check) -> None:
    """Of which its variables' names are made."""
    assert problems(edited(TIMEOUT, "connections: {My_Chat: {use: vision}}")) == [
        f"{HERE}.connections.My_Chat: 'My_Chat' {NAME}"
    ]
