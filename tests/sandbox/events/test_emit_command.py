"""`emit` and `invoke` as commands: what they print, where errors go, and the exit status."""

from __future__ import annotations

import argparse
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from sandbox.events.command import add_emit_arguments, add_invoke_arguments, run_emit, run_invoke

Emit = Callable[..., tuple[int, str, str]]
EVENT = {
    "eventType": "com.oraclecloud.objectstorage.createobject",
    "data": {
        "compartmentId": "ocid1.compartment.oc1..aaaaaaaasandboxdevelopmentsample00000000000000000000000b",
        "resourceName": "mine.json",
        "additionalDetails": {"bucketName": "ai-results-dev", "namespace": "axsample"},
    },
}


@pytest.fixture
def emit(capsys: Any) -> Emit:
    """Runs `emit` in a sandbox folder: status, stdout, stderr."""

    def run(folder: Path, *arguments: str) -> tuple[int, str, str]:
        parser = argparse.ArgumentParser()
        add_emit_arguments(parser)
        status = run_emit(parser.parse_args(arguments), folder)
        printed = capsys.readouterr()
        return status, printed.out, printed.err

    return run


@pytest.fixture
def invoke(capsys: Any) -> Emit:
    """Runs `invoke` in a sandbox folder: status, stdout, stderr."""

    def run(folder: Path, *arguments: str) -> tuple[int, str, str]:
        parser = argparse.ArgumentParser()
        add_invoke_arguments(parser)
        status = run_invoke(parser.parse_args(arguments), folder)
        printed = capsys.readouterr()
        return status, printed.out, printed.err

    return run


def test_the_default_sample_reaches_the_function(dev: Any, emit: Emit) -> None:
    """`make emit` with nothing else."""
    status, out, err = emit(dev.folder)

    assert (status, err) == (0, "")
    assert "1 delivered" in out.splitlines()[-1]
    assert '"severity": "critical"' in out


def test_json_is_one_document(dev: Any, emit: Emit) -> None:
    """For scripts; the same exit status."""
    status, out, _ = emit(dev.folder, "--json", "--sample", "transcribed", "--stack", "dev")

    assert (status, json.loads(out)["ok"]) == (0, True)


def test_an_event_from_a_file_with_its_object(dev: Any, emit: Emit, tmp_path: Path) -> None:
    """What Events would set is added, and the trace says so; the object is read by the function."""
    (tmp_path / "event.json").write_text(json.dumps(EVENT))
    (tmp_path / "result.json").write_text('{"score": 0.8, "label": "mine"}')

    status, out, _ = emit(
        dev.folder, "--file", str(tmp_path / "event.json"), "--object", str(tmp_path / "result.json")
    )

    assert status == 0
    assert "added to the event, as Events would: cloudEventsVersion" in out
    assert '"label": "mine"' in out


def test_an_event_no_rule_wants_is_not_delivered(dev: Any, emit: Emit, tmp_path: Path) -> None:
    """Exit status 1, and why each rule did not match."""
    (tmp_path / "event.json").write_text(json.dumps(EVENT | {"eventType": "com.oraclecloud.x.y"}))

    status, out, _ = emit(dev.folder, "--file", str(tmp_path / "event.json"))

    assert status == 1
    assert out.count("eventType is") == 2
    assert "no enabled rule matches" in out


def test_a_refused_event_is_status_1(dev: Any, emit: Emit) -> None:
    """It was delivered, but nothing came of it."""
    status, out, _ = emit(dev.folder, "--sample", "broken")

    assert status == 1
    assert "refused by the function" in out.splitlines()[-1]


def test_without_a_grant_nothing_is_delivered(dev: Any, emit: Emit) -> None:
    """Exit status 1, and the statement that is missing."""
    dev.take_away(lambda text: "fn-invocation" in text)

    status, out, _ = emit(dev.folder)

    assert status == 1
    assert out.count("missing") == 2
    assert "process" not in out


BAD_FILES: list[tuple[str, bytes, str]] = [
    ("empty", b"", ":1:1: not JSON"),
    ("not JSON", b"{'a': 1}", ":1:2: not JSON"),
    ("not UTF-8", b'{"a": "\xff"}', ": not UTF-8"),
    ("NaN", b'{"a": NaN}', ": NaN is not JSON"),
    ("nested", b"[" * 200_000, ": nested too deeply"),
    ("a long number", b'{"a": ' + b"9" * 5000 + b"}", ": a number is too long"),
    ("a list", b"[]", ": an event is a JSON object, not a list"),
    ("null", b"null", ": an event is a JSON object, not null"),
    ("no type", b'{"data": {}}', ": eventType is missing"),
    ("a type that is no text", b'{"eventType": 7, "data": {}}', ": eventType is missing"),
    ("no data", b'{"eventType": "x"}', ": data is missing"),
    ("data that is no object", b'{"eventType": "x", "data": []}', ": data is missing"),
    ("no compartment", b'{"eventType": "x", "data": {}}', ": data.compartmentId is missing"),
    ("large", b" " * (9 * 1024 * 1024), ": larger than"),
]


@pytest.mark.parametrize(
    ("body", "said"), [pytest.param(body, said, id=name) for name, body, said in BAD_FILES]
)
def test_a_bad_file_is_one_line_that_names_it(
    dev: Any, emit: Emit, tmp_path: Path, body: bytes, said: str
) -> None:
    """Exit status 2, no traceback, nothing on stdout."""
    path = tmp_path / "event.json"
    path.write_bytes(body)

    status, out, err = emit(dev.folder, "--file", str(path))

    assert (status, out) == (2, "")
    assert err.startswith(f"{path}{said}")
    assert err.count("\n") == 1


@pytest.mark.parametrize("option", ["--file", "--object"])
def test_a_missing_file_is_named(dev: Any, emit: Emit, tmp_path: Path, option: str) -> None:
    """Also a folder in its place."""
    for path, reason in ((tmp_path / "none", "No such file"), (tmp_path, "Is a directory")):
        status, out, err = emit(dev.folder, option, str(path))

        assert (status, out) == (2, "")
        assert err.startswith(f"{path}: {reason}")


def test_an_object_needs_an_event_that_names_one(dev: Any, emit: Emit, tmp_path: Path) -> None:
    """A transcription event has no object."""
    (tmp_path / "o").write_text("{}")

    status, _, err = emit(dev.folder, "--sample", "transcribed", "--object", str(tmp_path / "o"))

    assert status == 2
    assert "names no object" in err


@pytest.mark.parametrize(
    ("namespace", "bucket", "name"),
    [
        ("axsample", "ai-results-dev", "../../../escaped.json"),
        ("axsample", "ai-results-dev", "/escaped.json"),
        ("axsample", "ai-results-dev", "a//escaped.json"),
        ("..", "ai-results-dev", "escaped.json"),
        ("axsample", "../..", "escaped.json"),
        ("axsample", "ai-results-dev", "escaped\0.json"),
    ],
)
def test_an_object_name_cannot_lead_out_of_the_sandbox(
    dev: Any, emit: Emit, tmp_path: Path, namespace: str, bucket: str, name: str
) -> None:
    """Exit status 2, and no file anywhere."""
    details = {"bucketName": bucket, "namespace": namespace}
    data = EVENT["data"] | {"resourceName": name, "additionalDetails": details}  # type: ignore[operator]  # a dict
    (tmp_path / "event.json").write_text(json.dumps(EVENT | {"data": data}))
    (tmp_path / "o").write_text("{}")

    status, _, err = emit(dev.folder, "--file", str(tmp_path / "event.json"), "--object", str(tmp_path / "o"))

    assert status == 2
    assert err.count("\n") == 1
    assert list(tmp_path.rglob("*escaped*")) == []


def test_without_a_store_nothing_is_deployed(tmp_path: Path, emit: Emit) -> None:
    """One sentence with the way out; nothing is created."""
    status, out, err = emit(tmp_path / "none")

    assert (status, out) == (1, "")
    assert "nothing is deployed" in err
    assert "make up" in err
    assert not (tmp_path / "none").exists()


def test_an_empty_store_has_no_rule(empty: Any, emit: Emit) -> None:
    """After `make down`, say."""
    status, _, err = emit(empty.folder)

    assert status == 1
    assert "no Events rule is deployed" in err


def test_a_stack_that_is_not_deployed_is_named(dev: Any, emit: Emit) -> None:
    """The other stack's rules don't count."""
    status, _, err = emit(dev.folder, "--stack", "prod")

    assert status == 1
    assert err.startswith("stack prod: no Events rule is deployed")


def test_a_damaged_store_is_one_line(dev: Any, emit: Emit) -> None:
    """As the store words it, with its file."""
    for path in dev.folder.glob("store.db*"):
        path.write_bytes(b"garbage" * 1000)

    status, _, err = emit(dev.folder)

    assert status == 1
    assert err.startswith(str(dev.folder / "store.db"))
    assert err.count("\n") == 1


def test_invoke_as_a_member_of_the_invokers(dev: Any, invoke: Emit) -> None:
    """Directly, with a body of one's own."""
    status, out, _ = invoke(
        dev.folder, "responder", "--as", "group:ai-functions-dev-responder-invokers", "--body", '{"score": 1}'
    )

    assert status == 0
    assert "may       user" in out
    assert '"severity": "critical"' in out


def test_invoke_as_somebody_else_is_denied(dev: Any, invoke: Emit) -> None:
    """A user in no group, and a group without the right."""
    for caller in ("user:ocid1.user.oc1..somebody", "group:ai-functions-dev-responder-auditors"):
        status, out, _ = invoke(dev.folder, "responder", "--as", caller)

        assert status == 1
        assert "may not" in out


@pytest.mark.parametrize(
    ("function", "caller", "said"),
    [
        ("nobody", "group:x", "function nobody: not deployed in this sandbox; there are: responder"),
        ("responder", "group:nobody", "no such group is deployed; there are: ai-functions-dev-"),
        ("responder", "me", "write group:<name or OCID> or user:<OCID>"),
        ("responder", "user:me", "write group:<name or OCID> or user:<OCID>"),
    ],
)
def test_invoke_of_or_as_nobody_is_unusable(
    dev: Any, invoke: Emit, function: str, caller: str, said: str
) -> None:
    """Exit status 2, and what there is."""
    status, out, err = invoke(dev.folder, function, "--as", caller)

    assert (status, out) == (2, "")
    assert said in err
