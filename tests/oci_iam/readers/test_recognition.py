"""What an input is recognised as, by what it holds."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.oci_iam.conftest import Run, Write, verdicts
from tests.oci_iam.statements import BROAD, OK, OTHER

POLICY = "oci:Identity/policy:Policy"
STATE = {"urn": f"urn:pulumi:dev::p::{POLICY}::p", "type": POLICY, "inputs": {"statements": [BROAD]}}
PLANNED = {
    "address": "oci_identity_policy.p",
    "type": "oci_identity_policy",
    "values": {"statements": [BROAD]},
}
FORMS: dict[str, Any] = {
    "stack export": {"version": 3, "deployment": {"resources": [STATE]}},
    "preview": {"steps": [{"op": "create", "urn": STATE["urn"], "newState": STATE}]},
    "plan": {"format_version": "1.2", "planned_values": {"root_module": {"resources": [PLANNED]}}},
    "state shown": {"terraform_version": "1.9.0", "values": {"root_module": {"resources": [PLANNED]}}},
    "state file": {
        "version": 4,
        "resources": [
            {"type": "oci_identity_policy", "instances": [{"attributes": {"statements": [BROAD]}}]},
        ],
    },
    "policy list": {"data": [{"name": "p", "statements": [BROAD]}]},
    "policy get": {"data": {"name": "p", "statements": [BROAD]}, "etag": "x"},
    "query data": [{"name": "p", "statements": [BROAD]}],
    "list": [BROAD],
    "rows": [{"statement": BROAD}],
    "JSON Lines": {"statement": BROAD},
}  # fmt: skip


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("indent", [None, 2])
def test_every_form_without_an_option(run: Run, write: Write, form: str, indent: int | None) -> None:
    """The content says what a file is; its name does not matter, nor how it is indented."""
    if form == "JSON Lines" and indent:
        return
    path = write("whatever.txt", json.dumps(FORMS[form], indent=indent))

    status, out, err = run("judge", path, "--format", "jsonl")

    assert (status, err) == (1, "")
    assert [json.loads(line)["verdict"] for line in out.splitlines()] == ["over-broad"]


@pytest.mark.parametrize("form", FORMS)
def test_the_place_is_the_line_of_the_statement(run: Run, write: Write, form: str) -> None:
    """Whatever the form, a statement is found again by file and line; an object by the line it begins on."""
    text = json.dumps(FORMS[form], indent=None if form == "JSON Lines" else 1)
    path = write("a.json", text)
    line = next(n for n, one in enumerate(text.split("\n"), 1) if BROAD in one) - (form == "rows")

    (row,) = json.loads(run("judge", path, "--format", "json")[1])

    assert (row["place"]["file"], row["place"]["line"]) == (path, line)


@pytest.mark.parametrize(
    "content",
    ["", " \n\n", "# a remark\n// another\n", "[]", "[\n]\n"],
)
def test_an_input_without_a_statement_is_unusable(run: Run, write: Write, content: str) -> None:
    """A check of an empty file is never green: one line says what is missing."""
    path = write("a.txt", content)

    status, out, err = run("judge", write("full.txt", OTHER), path)

    assert (status, out) == (2, "")
    assert err == f"oci-iam: {path}: expected at least one statement, found none\n"


@pytest.mark.parametrize(
    "document",
    [
        {"deployment": {"resources": []}},
        {"steps": []},
        {"format_version": "1.2", "terraform_version": "1.9.0", "resource_changes": []},
        {"format_version": "1.0", "terraform_version": "1.9.0"},
        {"version": 4, "resources": []},
        {"data": []},
    ],
)
def test_an_export_may_hold_no_statement(run: Run, write: Write, document: Any) -> None:
    """What says what exists may say that there is no policy."""
    assert run("judge", write("a.json", document)) == (0, "0 statements\n", "")


@pytest.mark.parametrize(
    "document",
    [
        {},
        {"a": 1, "b": 2, "c": 3, "d": 4},
        {"data": [{"name": "a bucket"}]},
        {"data": [3]},
        {"steps": 3},
        {"version": 3, "resources": []},
        {"@level": "info", "@message": "Terraform 1.9.0"},
    ],
)
def test_another_document_is_refused_with_what_was_expected(run: Run, write: Write, document: Any) -> None:
    """A file of another kind is one line and status 2, never an empty answer."""
    path = write("a.json", document)

    status, out, err = run("judge", path)

    assert (status, out, err.count("\n")) == (2, "", 1)
    assert err.startswith(f'oci-iam: {path}:1: expected "statement", a Pulumi stack export')


def test_a_log_of_terraform_is_told_apart(run: Run, write: Write) -> None:
    """`terraform plan -json` is easily taken for the plan; the message says what to give."""
    err = run("judge", write("a.json", {"@level": "info"}))[2]

    assert "`terraform show -json PLAN`" in err


@pytest.mark.parametrize("name", ["main.tf", "main.tf.json", "piped.txt"])
def test_configuration_says_what_to_install(run: Run, write: Write, name: str) -> None:
    """The package by itself has no parser for Terraform's language, and says so in one line."""
    text = f'resource "oci_identity_policy" "p" {{\n  statements = ["{OTHER}"]\n}}\n'
    path = write(name, "{}" if name.endswith(".json") else f"# a policy\n{text}")

    status, out, err = run("judge", path)

    assert (status, out, err.count("\n")) == (2, "", 1)
    assert err.endswith("pip install 'oci-functions-guard[terraform]'\n")


def test_a_folder_without_configuration(run: Run, tmp_path: Path) -> None:
    """A folder is that of a Terraform module."""
    status, out, err = run("judge", str(tmp_path))

    assert (status, out) == (2, "")
    assert "expected a file, or a folder with Terraform configuration" in err


def test_several_forms_at_once(run: Run, write: Write) -> None:
    """Inputs of different forms are answered in their order."""
    paths = [
        write("a.json", FORMS["policy list"]),
        write("b.txt", OK),
        write("c.json", FORMS["stack export"]),
    ]

    assert verdicts(run, *paths) == ["over-broad", "ok", "over-broad"]
