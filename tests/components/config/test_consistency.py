"""What only two values of a config together show to be wrong."""

from __future__ import annotations

import pytest

from tests.components.config.stack_files import (
    DIGEST,
    EVENT,
    HERE,
    TIMEOUT,
    Check,
    edited,
)

ONE_LINE: dict[str, tuple[str, str, str]] = {
    "another region": (
        "oci:region: eu-frankfurt-1",
        "oci:region: us-phoenix-1",
        "subnet_ids[0]: is in eu-frankfurt-1, while the stack deploys to us-phoenix-1 (oci:region)",
    ),
    "one group for both": (
        "invokers: {}\n        developers: {}",
        "invokers: {existing_id: ocid1.group.oc1..a}\n        developers: {existing_id: ocid1.group.oc1..a}",
        f"{HERE}.access.developers: is also {HERE}.access.invokers; "
        "who changes a function must not be who invokes it",
    ),
    "image of another region": (
        TIMEOUT,
        f"image: {{reference: 'ocir.us-phoenix-1.oci.oraclecloud.com/ns/repo:1', digest: '{DIGEST}'}}",
        f"{HERE}.image.reference: is in us-phoenix-1, and Functions pulls only from its own region, "
        "eu-frankfurt-1 (oci:region)",
    ),
    "an edge before itself": (
        "oci-ai-functions:functions",
        "oci-ai-functions:edge: {domain: a.example.com, origin: a.example.com, rules: {r: {rules: "
        "[{variables: [ARGS], operator: '@detectSQLi', msg: m}]}}}\n  oci-ai-functions:functions",
        "edge.origin: is the protected domain itself; the edge would forward to itself",
    ),
    "two triggers of one name in OCI": (
        "    responder:\n",
        f"    responder-a: {{triggers: {{b: {{event_types: [{EVENT}]}}}}}}\n    responder:\n"
        f"      triggers: {{a-b: {{event_types: [{EVENT}]}}}}\n    other:\n",
        f"{HERE}.triggers.a-b: would have the same names in OCI as functions.responder-a.triggers.b",
    ),
}


@pytest.mark.parametrize("mistake", ONE_LINE)
def test_each_mistake_has_its_line(problems: Check, mistake: str) -> None:
    """One mistake gives exactly one line: the file, the place as the config nests, the reason."""
    old, new, expected = ONE_LINE[mistake]

    assert problems(edited(old, new)) == [expected]


def test_a_bucket_is_created_once(problems: Check) -> None:
    """Two triggers that both create one bucket contradict each other."""
    trigger = "{event_types: [com.oraclecloud.objectstorage.createobject], bucket: {name: ai-results}}"
    text = edited("        services:", f"        another: {trigger}\n        services:")

    assert problems(text) == [
        f"{HERE}.triggers.another.bucket: ai-results is created by {HERE}.triggers.results.bucket already"
    ]


def test_signed_images_allow_five_functions(problems: Check) -> None:
    """OCI holds at most five functions in an application that checks signatures."""
    keys = "application: {image_signing_key_ids: [ocid1.key.oc1.eu-frankfurt-1.a]}"
    more = "".join(f"    f{number}: {{}}\n" for number in range(5))

    assert problems(edited("functions:\n", f"{keys}\n  oci-ai-functions:functions:\n{more}")) == [
        "application.image_signing_key_ids: signed images allow at most 5 functions"
    ]


def test_the_application_s_config_counts_too(problems: Check) -> None:
    """4 KB hold for application and function together, whose keys may override each other."""
    config = f"application: {{config: {{SHARED: '{'x' * 4000}'}}}}"

    assert problems(edited("functions:\n", f"{config}\n  oci-ai-functions:functions:\n")) == [
        f"{HERE}.config: 4147 bytes of keys and values, at most 4096 (the application's config included)"
    ]
