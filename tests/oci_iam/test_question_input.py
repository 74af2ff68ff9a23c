"""A question and its files: which policies there are, where they are attached, and what exists."""

from __future__ import annotations

import io
import json
import sys
from collections.abc import Callable
from typing import Any

import pytest

from oci_iam.answering.doubts import NOT_KNOWN
from oci_iam.inputs import Unusable
from oci_iam.question_input import question

TENANCY, APPS = "ocid1.tenancy.oc1..t", "ocid1.compartment.oc1..apps"
GRANT = "Allow group Callers to use fn-invocation in compartment Apps"
TENANCY_FILE = {
    "tenancy": TENANCY,
    "compartments": [{"id": APPS, "name": "Apps"}],
    "policies": [{"name": "own", "compartment": APPS, "statements": [GRANT]}],
}
EXPORT = {
    "deployment": {
        "resources": [
            {
                "type": "oci:Identity/policy:Policy",
                "urn": "urn:pulumi:dev::p::oci:Identity/policy:Policy::grants",
                "id": "ocid1.policy.oc1..p",
                "outputs": {
                    "compartmentId": APPS,
                    "statements": [GRANT, {"4dabf18193072939515e22adb298388d": "?"}],
                },
            },
            {
                "type": "oci:Identity/compartment:Compartment",
                "urn": "urn:pulumi:dev::p::oci:Identity/compartment:Compartment::apps",
                "id": APPS,
                "outputs": {"compartmentId": TENANCY, "name": "Apps"},
            },
        ]
    }
}
Write = Callable[[str, Any], str]


def test_statements_in_text_are_attached_to_the_tenancy_or_where_one_says(write: Write) -> None:
    """The compartments they name are taken to exist; nothing tells where the one asked about lies."""
    file = write("p.txt", f"{GRANT}\n")
    asked = question("FN_INVOCATION", ["compartment=Apps", file])
    below = question("FN_INVOCATION", ["compartment=Apps", file], attached_to=APPS)

    assert [(one.statements, one.name) for one in asked.policies] == [((GRANT,), file)]
    assert asked.policies[0].compartment_id == asked.known.directory.tenancy_id
    assert below.policies[0].compartment_id == APPS
    assert (asked.is_placed, asked.known.is_complete) == (False, False)


def test_a_tenancy_file_has_policies_and_says_all_there_is(write: Write) -> None:
    """Its policies say where they are attached."""
    asked = question("FN_INVOCATION", ["compartment=Apps", write("t.json", TENANCY_FILE)])

    assert (asked.target.compartment_id, asked.is_placed, asked.known.is_complete) == (APPS, True, True)
    assert [(one.name, one.compartment_id) for one in asked.policies] == [("own", APPS)]


def test_a_stack_export_has_policies_and_says_what_it_made(write: Write) -> None:
    """What is hidden in it stands for itself, so that it is a doubt and never nothing."""
    asked = question("FN_INVOCATION", ["compartment=Apps", write("s.json", EXPORT)])
    texts = [text for policy in asked.policies for text in policy.statements]

    assert (asked.target.compartment_id, asked.is_placed, asked.known.is_complete) == (APPS, True, False)
    assert GRANT in texts
    assert [
        policy.name for policy in asked.policies if NOT_KNOWN + "it is not a string" in policy.statements
    ] == [next(policy.name for policy in asked.policies if policy.name.endswith("statements[1]"))]


def test_what_is_not_known_yet_is_not_understood(write: Write) -> None:
    """A literal that a plan leaves open is never taken for another value than the one asked about."""
    plan = {
        "format_version": "1.2",
        "terraform_version": "1.9.0",
        "planned_values": {"root_module": {}},
        "resource_changes": [
            {
                "address": "oci_identity_policy.p",
                "type": "oci_identity_policy",
                "name": "p",
                "mode": "managed",
                "change": {
                    "actions": ["create"],
                    "before": None,
                    "after": {"name": "p", "compartment_id": APPS},
                    "after_unknown": {"statements": True},
                },
            }
        ],
    }
    asked = question("FN_INVOCATION", ["compartment=Apps", write("plan.json", plan)])

    assert [len(policy.statements) for policy in asked.policies if policy.statements] == [1]
    assert all(text.startswith(NOT_KNOWN) for policy in asked.policies for text in policy.statements)
    assert all("plan.json" in policy.name for policy in asked.policies if policy.statements)


def test_a_place_that_is_no_ocid_is_the_tenancy_or_where_one_says(write: Write) -> None:
    """Else the policy would reach nothing, though it may reach all that it names."""
    policy = {"name": "p", "compartment-id": "(left out)", "statements": [GRANT]}
    asked = question("FN_INVOCATION", ["compartment=Apps", write("s.json", {"data": [policy]})])

    assert [one.compartment_id for one in asked.policies] == [asked.known.directory.tenancy_id]


def test_the_directory_of_the_option_counts(write: Write) -> None:
    """Its own policies are not asked about, and what a file says of the tenancy is passed over."""
    directory = write(
        "t.json", TENANCY_FILE | {"policies": [{"statements": ["Allow group X to read buckets in tenancy"]}]}
    )
    asked = question("FN_INVOCATION", ["compartment=Apps", write("s.json", EXPORT)], directory=directory)

    assert asked.known.is_complete
    assert not any("group X" in text for policy in asked.policies for text in policy.statements)


def test_standard_input(write: Write, monkeypatch: pytest.MonkeyPatch) -> None:
    """Of any form, read once."""
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(json.dumps(TENANCY_FILE).encode())))

    assert question("FN_INVOCATION", ["compartment=Apps", "-"]).known.is_complete


@pytest.mark.parametrize(
    ("files", "options", "said"),
    [
        ({}, {}, "give a FILE with policies"),
        ({"a.json": TENANCY_FILE, "b.json": TENANCY_FILE}, {}, "several files say what exists"),
        (
            {"a.txt": GRANT},
            {"attached_to": "ocid1.user.oc1..a"},
            "--attached-to: expected the OCID of a compartment",
        ),
        ({"a.txt": GRANT}, {"directory": "a.txt"}, "neither a tenancy file nor a stack export"),
        ({"a.json": {"tenancy": "x"}}, {}, "a.json: tenancy: expected the OCID of a tenancy"),
        ({"a.json": "{"}, {}, "not valid JSON"),
        ({"a.txt": f"{GRANT} where"}, {"directory": "nowhere"}, "nowhere: No such file"),
    ],
)
def test_what_is_wrong_is_said(
    write: Write, files: dict[str, Any], options: dict[str, str], said: str
) -> None:
    """In one sentence that names the file or the option."""
    paths = {name: write(name, content) for name, content in files.items()}
    directory = options.get("directory")
    with pytest.raises(Unusable) as problem:
        question(
            "FN_INVOCATION",
            ["compartment=Apps", *paths.values()],
            directory=directory and paths.get(directory, directory),
            attached_to=options.get("attached_to", "tenancy"),
        )

    assert said in str(problem.value)


def test_no_target_is_said() -> None:
    """Where a file stands in its place."""
    with pytest.raises(Unusable, match="TARGET: expected compartment=NAME"):
        question("FN_INVOCATION", ["p.txt"])
