"""What is printed as JSON is what the published schema says."""

from __future__ import annotations

import json
from importlib.resources import files
from typing import Any

import pytest
from jsonschema import Draft202012Validator
from jsonschema.exceptions import ValidationError

from tests.oci_iam.conftest import Run, Write
from tests.oci_iam.statements import BROAD, BROKEN, OK, OTHER

SCHEMA = json.loads((files("oci_iam.reports") / "report.schema.json").read_text(encoding="utf-8"))
WORKLOAD = "Allow dynamic-group D to manage object-family in tenancy"
HIDDEN = {"urn": "urn:p", "type": "oci:Identity/policy:Policy", "inputs": {"statements": "[secret]"}}


def valid(document: Any) -> None:
    """Raises ValidationError."""
    Draft202012Validator(SCHEMA).validate(document)


def test_the_schema_is_one() -> None:
    """It is a schema of the draft it names."""
    Draft202012Validator.check_schema(SCHEMA)


@pytest.mark.parametrize("form", ["json", "jsonl", "report"])
@pytest.mark.parametrize(
    "statements", [[OK, BROAD, BROKEN, OTHER, WORKLOAD, BROAD.replace("tenancy", "compartment P")]]
)
def test_judge(run: Run, write: Write, form: str, statements: list[str]) -> None:
    """Every form, of every verdict, with and without text."""
    state = {"deployment": {"resources": [HIDDEN]}}
    out = run("judge", write("a.json", statements), write("s.json", state), "--format", form)[1]

    for document in map(json.loads, out.splitlines() if form == "jsonl" else [out]):
        valid(document)


@pytest.mark.parametrize("form", ["json", "jsonl", "report"])
def test_diff(run: Run, write: Write, form: str) -> None:
    """Every form of new access."""
    deny = "Deny group A to use fn-app in tenancy"
    out = run(
        "diff", write("a.txt", f"{OTHER}\n{deny}"), write("b.txt", f"{OTHER}\n{BROAD}"), "--format", form
    )[1]
    documents = [json.loads(one) for one in (out.splitlines() if form == "jsonl" else [out])]

    assert "no longer" not in out
    assert '"lifted": true' in out
    for document in documents:
        valid(document)


def test_nothing_is_a_list_too(run: Run, write: Write) -> None:
    """An answer without rows is an empty list."""
    same = write("a.txt", OTHER)

    valid(json.loads(run("diff", same, same, "--format", "json")[1]))
    valid(json.loads(run("judge", write("s.json", {"steps": []}), "--format", "json")[1]))


def test_a_report_holds_what_statements_add_up_to(run: Run, write: Write) -> None:
    """Findings about sets and the version stand beside the rows."""
    pair = [
        f"Allow group A to {what} in compartment P" for what in ("manage fn-function", "use fn-invocation")
    ]
    report = json.loads(run("judge", write("a.json", pair), "--format", "report")[1])

    assert {"manage-and-invoke"} <= {finding["code"] for finding in report["sets"]}
    assert report["version"]


def test_a_row_that_lacks_something_is_invalid(run: Run, write: Write) -> None:
    """The schema can fail: each field that is promised is required, and no verdict is made up."""
    (row,) = json.loads(run("judge", write("a.txt", BROAD), "--format", "json")[1])

    for name in set(row):
        with pytest.raises(ValidationError):
            valid([{key: value for key, value in row.items() if key != name}])
    with pytest.raises(ValidationError):
        valid([row | {"verdict": "fine"}])
