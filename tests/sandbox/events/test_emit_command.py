"""`emit` and `invoke` as commands: what they print, where errors go, and the exit status."""

from __future__ import annotations

import argparse
import io
import json
import os
import re
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from oci_iam import judge
from sandbox.events.command import (
    add_emit_arguments,
    add_invoke_arguments,
    add_logs_arguments,
    run_emit,
    run_invoke,
    run_logs,
)
from sandbox.events.samples import SAMPLES

ROOT = Path(__file__).resolve().parents[3]
Emit = Callable[..., tuple[int, str, str]]
DYNAMIC_GROUP, POLICY = "oci:Identity/dynamicGroup:DynamicGroup", "oci:Identity/policy:Policy"
COMPARTMENT = "ocid1.compartment.oc1..aaaaaaaasandboxdevelopmentsample00000000000000000000000b"
EVENT = {
    "eventType": "com.oraclecloud.objectstorage.createobject",
    "data": {
        "compartmentId": COMPARTMENT,
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


@pytest.fixture
def logs(capsys: Any) -> Emit:
    """Runs `logs` in a sandbox folder: status, stdout, stderr."""

    def run(folder: Path, *arguments: str) -> tuple[int, str, str]:
        parser = argparse.ArgumentParser()
        add_logs_arguments(parser)
        status = run_logs(parser.parse_args(arguments), folder)
        printed = capsys.readouterr()
        return status, printed.out, printed.err

    return run


def test_the_default_sample_reaches_the_function(dev: Any, emit: Emit) -> None:
    """`make emit` with nothing else."""
    status, out, err = emit(dev.folder)

    assert status == 0
    assert [line for line in err.splitlines() if not line.startswith("live      responder: ")] == []
    assert "1 delivered" in out.splitlines()[-1]
    assert '"severity": "critical"' in out


def test_a_sample_is_made_for_one_function(dev: Any, emit: Emit) -> None:
    """By name or OCID; for one that no rule invokes there is no sample that fits."""
    (function,) = dev.deployment().functions.values()
    status, out, _ = emit(dev.folder, "--to", function.id, "--json")
    unknown = emit(dev.folder, "--to", "nobody")
    from_file = emit(dev.folder, "--to", "responder", "--file", "event.json")

    assert (status, json.loads(out)["summary"]) == (0, "1 delivered")
    assert unknown == (2, "", "function nobody: not deployed in this sandbox; there are: responder\n")
    assert from_file[0] == 2
    assert "an event from a file goes where the rules send it" in from_file[2]


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


def test_an_event_of_a_tenancy_names_its_bucket_here(dev: Any, emit: Emit, tmp_path: Path) -> None:
    """One that was captured names the tenancy's namespace, where no client would find the object."""
    (tmp_path / "event.json").write_text(json.dumps(EVENT).replace("axsample", "axtenancyns"))
    (tmp_path / "result.json").write_text('{"score": 0.8, "label": "mine"}')

    status, out, _ = emit(
        dev.folder, "--file", str(tmp_path / "event.json"), "--object", str(tmp_path / "result.json")
    )

    assert "namespace axtenancyns of the event changed to that of its bucket here" in out
    assert "object kept at /n/axsample/b/ai-results-dev/" in out
    assert (status, '"label": "mine"' in out) == (0, True)


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
    (
        "half a pair",
        b'{"eventType": "x", "data": {"a": ["\\ud83d"]}}',
        ": data.a[0] contains half of a surrogate",
    ),
    ("half a pair as key", b'{"data": {"\\udc00": 1}}', ": a key of data contains half of a surrogate pair"),
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


@pytest.mark.parametrize("option", ["--file", "--object"])
def test_a_pipe_or_a_device_is_refused_at_once(dev: Any, emit: Emit, tmp_path: Path, option: str) -> None:
    """Nobody may ever write into the one, and the other may never end."""
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    for path in (pipe, Path("/dev/zero")):
        status, out, err = emit(dev.folder, option, str(path))

        assert (status, out) == (2, "")
        assert err == f"{path}: not a regular file; use - to read standard input\n"


def test_a_whole_pair_is_a_character(dev: Any, emit: Emit, tmp_path: Path) -> None:
    """A name beyond the basic plane, as JSON may spell it."""
    text = json.dumps(EVENT).replace("mine.json", "\\ud83d\\ude00.json")
    (tmp_path / "event.json").write_text(text)

    _, out, _ = emit(dev.folder, "--file", str(tmp_path / "event.json"))

    assert "resource  \U0001f600.json" in out


def test_an_event_from_standard_input(dev: Any, emit: Emit, monkeypatch: pytest.MonkeyPatch) -> None:
    """`-` reads it; both the event and the object from there cannot be told apart."""
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(json.dumps(EVENT).encode())))
    _, out, _ = emit(dev.folder, "--file", "-")
    status, _, err = emit(dev.folder, "--file", "-", "--object", "-")

    assert "resource  mine.json" in out
    assert (status, err) == (2, "standard input can be the event or the object, not both\n")


@pytest.mark.parametrize("name", SAMPLES)
def test_every_sample_can_be_printed(dev: Any, emit: Emit, tmp_path: Path, name: str) -> None:
    """The event alone on stdout, what it is on stderr; as a file it goes where the sample goes."""
    status, out, err = emit(dev.folder, "--sample", name, "--print-event")

    assert (status, err) == (0, f"event     sample {name}: {SAMPLES[name].says}\n")
    assert json.loads(out)["eventType"] == SAMPLES[name].event_type
    (tmp_path / "event.json").write_text(out)
    again = emit(dev.folder, "--file", str(tmp_path / "event.json"), "--print-event")
    assert json.loads(again[1]) == json.loads(out)


def test_a_sample_can_be_printed_before_anything_is_deployed(tmp_path: Path, emit: Emit) -> None:
    """It fits no rule then, and that is said; no sandbox is made."""
    status, out, err = emit(tmp_path / "none", "--print-event")

    assert status == 0
    assert json.loads(out)["data"]["resourceName"] == "results/anomaly-0001.json"
    assert "the event fits no rule" in err
    assert not (tmp_path / "none").exists()


def test_the_help_lists_every_sample_with_what_it_is() -> None:
    """One line each."""
    parser = argparse.ArgumentParser()
    add_emit_arguments(parser)
    lines = [" ".join(line.split()) for line in parser.format_help().splitlines()]

    assert [name for name, sample in SAMPLES.items() if f"{name} {sample.says}" not in lines] == []


def test_the_event_in_the_docs_reaches_the_function(dev: Any, emit: Emit) -> None:
    """The file that docs/sandbox.md starts from, with its object."""
    folder = ROOT / "docs" / "events"
    status, out, _ = emit(
        dev.folder, "--file", str(folder / "object-created.json"), "--object", str(folder / "pump-7.json")
    )

    assert status == 0
    assert "added to the event" not in out
    assert '"severity": "critical"' in out


CHATTY = """
import sys, time
from fdk import response

def handler(ctx, data=None):
    print("first", flush=True)
    time.sleep(1)
    print("\x1b[2Jsecond")
    return response.Response(ctx, response_data=b"\\x89PNG\\xff", status_code=422, headers={
        "Content-Type": "image/png", "X-Why": "test"})
"""


@pytest.fixture
def chatty(dev: Any, tmp_path: Path) -> Any:
    """The dev stack with a function that prints, waits, and answers with bytes and a status of its own."""
    source = tmp_path / "chatty"
    source.mkdir()
    (source / "func.py").write_text(CHATTY)
    digest = f"sha256:{'c' * 64}"
    dev.keep_image(source, digest)
    dev.change("oci:Functions/function:Function", sourceDetails={"image": "", "imageDigest": digest})
    return dev


def test_what_a_function_prints_is_shown_while_it_runs(
    chatty: Any, emit: Emit, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each line when it is printed, with control characters escaped."""
    heard: list[tuple[float, str]] = []
    monkeypatch.setattr("sandbox.events.command.say", lambda line: heard.append((time.monotonic(), line)))
    emit(chatty.folder)

    lines = [line for _, line in heard if "first" in line or "second" in line]
    assert lines == ["live      responder: first", "live      responder: \\x1b[2Jsecond"]
    moments = [moment for moment, line in heard if line in lines]
    assert moments[1] - moments[0] > 0.5


def test_an_answer_that_is_no_text_and_a_status_of_its_own(chatty: Any, emit: Emit) -> None:
    """OCI passes on 200 and drops the status; the trace shows it, the headers, and what the bytes are."""
    status, out, _ = emit(chatty.folder)
    _, traced, _ = emit(chatty.folder, "--json")
    (delivery,) = json.loads(traced)["rules"][0]["deliveries"]

    assert status == 1
    assert re.search(r"status +200 in [\d.]+ ms, its own status 422\n", out)
    assert re.search(r"headers +content-type: image/png\n +x-why: test\n", out)
    assert "<5 bytes that are not text (image/png), beginning 89 50 4e 47 ff>" in out
    assert "sandbox-own-status" not in traced
    assert (delivery["status"], delivery["own_status"], delivery["headers"]["x-why"]) == (200, 422, "test")


def test_logs_show_the_runs_and_what_they_printed(chatty: Any, emit: Emit, logs: Emit) -> None:
    """Oldest first, as many as asked for, of one stack or function."""
    emit(chatty.folder)
    emit(chatty.folder)
    _, out, _ = logs(chatty.folder)
    _, last, _ = logs(chatty.folder, "--last", "1", "--json")

    assert len(re.findall(r"^\S+Z  dev responder  200 in [\d.]+ ms, its own status 422$", out, re.M)) == 2
    assert out.count("  first\n  \\x1b[2Jsecond") == 2
    assert [run["lines"][0] for run in json.loads(last)] == ["first"]
    assert logs(chatty.folder, "--stack", "prod")[1] == logs(chatty.folder, "--function", "other")[1] == ""


def test_a_log_that_cannot_be_written_hides_nothing(dev: Any, emit: Emit) -> None:
    """The delivery is shown and counts; that it is not noted is said."""
    (dev.folder / "logs").touch()

    status, out, err = emit(dev.folder)

    assert status == 0
    assert "1 delivered" in out
    assert "functions.jsonl: the functions' log cannot be written" in err


def test_a_sandbox_without_room_for_a_run_is_one_line(dev: Any, emit: Emit) -> None:
    """It names the place."""
    (dev.folder / "run").touch()

    status, out, err = emit(dev.folder)

    assert (status, out) == (1, "")
    assert err == f"{dev.folder / 'run'}: cannot be made: File exists\n"


def test_logs_before_any_run(tmp_path: Path, logs: Emit) -> None:
    """The way to one; nothing is made."""
    status, out, err = logs(tmp_path / "none")

    assert (status, out) == (0, "")
    assert "make emit" in err
    assert not (tmp_path / "none").exists()


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


def test_invoke_as_a_member_of_a_dynamic_group(dev: Any, invoke: Emit) -> None:
    """What its rule says of every member holds for the caller; a rule that cannot be read has no members."""
    rule = f"ALL {{resource.type = 'fnfunc', resource.compartment.id = '{COMPARTMENT}'}}"
    group = dev.add(DYNAMIC_GROUP, "batch", {"name": "batch", "matchingRule": rule})
    before, out, _ = invoke(dev.folder, "responder", "--as", "dynamic-group:batch")
    statement = (
        f"Allow dynamic-group id {group} to use fn-invocation in compartment id {COMPARTMENT}"
        " where request.principal.type = 'fnfunc'"
    )
    dev.add(POLICY, "added", {"compartmentId": COMPARTMENT, "name": "p", "statements": [statement]})
    after, _, _ = invoke(dev.folder, "responder", "--as", f"dynamic-group:{group}")
    dev.add(DYNAMIC_GROUP, "broken", {"name": "broken", "matchingRule": "ALL {resource.type = 'fnfunc'"})
    status, _, err = invoke(dev.folder, "responder", "--as", "dynamic-group:broken")

    assert (before, after) == (1, 0)
    assert "may not   fnfunc in dynamic-group batch" in out
    assert (status, "its matching rule cannot be read" in err) == (2, True)


def test_invoke_as_somebody_else_is_denied(dev: Any, invoke: Emit) -> None:
    """A user in no group, and a group without the right."""
    for caller in ("user:ocid1.user.oc1..somebody", "group:ai-functions-dev-responder-auditors"):
        status, out, _ = invoke(dev.folder, "responder", "--as", caller)

        assert status == 1
        assert "may not" in out
        assert "note      members of these groups may invoke it: ai-functions-dev-responder-invokers" in out


@pytest.mark.parametrize(
    ("caller", "subject"),
    [
        ("user:ocid1.user.oc1..aaaaaaaasomebody", "any-user to"),
        ("user:ocid1.user.oc1..aaaaaaaamember", "group id ocid1.group."),
        ("group:ai-functions-dev-responder-auditors", "group id ocid1.group."),
        ("dynamic-group:batch", "dynamic-group id ocid1.dynamicgroup."),
    ],
)
def test_the_statement_that_is_missing_is_one_that_oci_takes(
    dev: Any, invoke: Emit, caller: str, subject: str
) -> None:
    """A user is named by a group of theirs, or by a condition; taken over, the statement is enough."""
    groups = dev.records("oci:Identity/group:Group")
    auditors = next(one for one in groups if one.outputs["name"].endswith("auditors"))
    member = {"groupId": auditors.id, "userId": "ocid1.user.oc1..aaaaaaaamember"}
    dev.add("oci:Identity/userGroupMembership:UserGroupMembership", "m", member)
    dev.add(DYNAMIC_GROUP, "batch", {"name": "batch", "matchingRule": "tag.team.batch.value"})
    denied, out, _ = invoke(dev.folder, "responder", "--as", caller, "--json")
    (access,) = json.loads(out)["calls"][0]["access"]
    policy = {"compartmentId": COMPARTMENT, "name": "p", "statements": [access["missing"]]}
    dev.add("oci:Identity/policy:Policy", "added", policy)
    allowed, _, _ = invoke(dev.folder, "responder", "--as", caller)

    assert access["missing"].startswith(f"Allow {subject}")
    assert judge(access["missing"]).verdict != "unjudgeable"
    assert (denied, allowed) == (1, 0)


@pytest.mark.parametrize(
    ("function", "caller", "said"),
    [
        ("nobody", "group:x", "function nobody: not deployed in this sandbox; there are: responder"),
        ("responder", "group:nobody", "no such group is deployed; there are: ai-functions-dev-"),
        ("responder", "me", "write group:<name or OCID>, dynamic-group:<name or OCID> or user:<OCID>"),
        ("responder", "user:me", "write group:<name or OCID>, dynamic-group:<name or OCID> or user:<OCID>"),
        (
            "responder",
            "dynamic-group:nobody",
            "no such dynamic group is deployed; there are: ai-functions-dev-",
        ),
        ("responder", "dynamic-group:", "write group:<name or OCID>, dynamic-group:<name or OCID>"),
    ],
)
def test_invoke_of_or_as_nobody_is_unusable(
    dev: Any, invoke: Emit, function: str, caller: str, said: str
) -> None:
    """Exit status 2, and what there is."""
    others = {"name": "ai-functions-dev-others", "matchingRule": "ALL {resource.type = 'instance'}"}
    dev.add(DYNAMIC_GROUP, "others", others)

    status, out, err = invoke(dev.folder, function, "--as", caller)

    assert (status, out) == (2, "")
    assert said in err
