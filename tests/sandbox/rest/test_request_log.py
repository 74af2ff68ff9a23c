"""The log of requests."""

from __future__ import annotations

import dataclasses
from pathlib import Path
from typing import Any

import pytest

from sandbox.cloud.store import Store
from sandbox.rest import request_log
from sandbox.rest.request_log import Entry, RequestLog, Right
from sandbox.rest.why import explained


def entry(request_id: str, **more: Any) -> Entry:
    """A request that was answered."""
    return Entry(time="t", request_id=request_id, host="h", status=200, **more)


def test_a_request_is_found_by_any_part_of_its_id(tmp_path: Path) -> None:
    """And whole, or by several parts as they stand; the newest of one id; not by a piece of a part."""
    log = RequestLog(tmp_path)
    for number, id in enumerate(("A/B/C", "A/D/E")):
        log.append(entry(id, milliseconds=float(number)))
    ids = ("A/B/C", "B", "A", "A/B", "AA", "A/", "")

    assert [found and found.request_id for found in map(log.find, ids)] == [
        "A/B/C",
        "A/B/C",
        "A/D/E",
        "A/B/C",
        None,
        None,
        None,
    ]


def test_the_last_that_was_refused(tmp_path: Path) -> None:
    """Whatever was answered after it; none where all was well."""
    log = RequestLog(tmp_path)
    log.append(entry("A"))
    before = log.last_refused()
    for id, status in (("B", 404), ("C", 401), ("D", 200), ("E", 501), ("F", 429)):
        log.append(dataclasses.replace(entry(id), status=status))
    found = log.last_refused()

    assert before is None
    assert found is not None
    assert found.request_id == "C"


def test_the_log_is_bounded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The newest stay; a line that a kill cut off is passed over."""
    monkeypatch.setattr(request_log, "_LARGEST", 2000)
    log = RequestLog(tmp_path)
    for number in range(50):
        log.append(entry(str(number)))
    with (tmp_path / "logs" / "requests.jsonl").open("a") as file:
        file.write('{"time": "t", "requ')
    kept = [one.request_id for one in log.entries()]

    assert kept == [str(number) for number in range(50 - len(kept), 50)]
    assert 5 < len(kept) < 30
    assert {path.name for path in (tmp_path / "logs").iterdir()} == {"requests.1.jsonl", "requests.jsonl"}


def test_an_explanation_names_what_is_missing() -> None:
    """With the statement that would allow it, and its place."""
    right = Right(
        permission="BUCKET_READ",
        compartment_id="c",
        allowed=False,
        because="no statement grants it",
        variables={"target.bucket.name": "b"},
        suggestion="Allow group id g to read buckets in compartment id c",
        place="compartment c",
    )
    granted = Right(permission="BUCKET_INSPECT", compartment_id="c", allowed=True, because="'…' grants it")
    text = explained(
        entry(
            "A",
            operation="GetBucket",
            service="Object Storage",
            principal="user alice",
            principal_id="ocid1.user.oc1..a",
            rights=[granted, right],
        )
    )

    assert text.splitlines() == [
        "request     A  t",
        "operation   Object Storage GetBucket",
        "answer      200",
        "principal   user alice (ocid1.user.oc1..a)",
        "groups      none",
        "granted     BUCKET_INSPECT in c",
        "  because   '…' grants it",
        "missing     BUCKET_READ in c",
        "  target.bucket.name = b",
        "  because   no statement grants it",
        "  allows it Allow group id g to read buckets in compartment id c",
        "  attach to compartment c",
    ]


def test_an_explanation_says_where_no_right_was_refused() -> None:
    """A 404 that no right explains is about what is not there; nothing is added to another answer."""
    right = Right(permission="P", compartment_id="c", allowed=True, because="'…' grants it")
    refused = dataclasses.replace(right, allowed=False)

    def told(status: int, rights: list[Right]) -> bool:
        asked = dataclasses.replace(entry("A", principal="user a", rights=rights), status=status)
        return "not on the sandbox" in explained(asked)

    assert [told(404, []), told(404, [right]), told(404, [right, refused]), told(200, [right])] == [
        True,
        True,
        False,
        False,
    ]


def test_what_a_program_marked_as_secret_is_not_in_it(tmp_path: Path) -> None:
    """Not in a variable, nor in the statement that nearly grants it, nor in what would."""
    inputs = {"name": "hushed-bucket", "statements": ["Allow group hushed-team to read buckets in tenancy"]}
    with Store(tmp_path / "store.db") as store:
        store.create("t", "", inputs, inputs, "id", secret=["name", "statements"])
    log = RequestLog(tmp_path)
    right = Right(
        permission="BUCKET_READ",
        compartment_id="c",
        allowed=False,
        because=f"the nearest is {inputs['statements'][0]!r}",
        variables={"target.bucket.name": "hushed-bucket"},
        suggestion="Allow any-user to read buckets where target.bucket.name = 'hushed-bucket'",
    )
    log.append(entry("A", reason="no bucket named 'hushed-bucket'", rights=[right]))

    assert b"hushed" not in (tmp_path / "logs" / "requests.jsonl").read_bytes()
    found = log.find("A")
    assert found is not None
    assert found.rights[0].because == "the nearest is '[secret]'"
    assert found.rights[0].compartment_id == "c"
