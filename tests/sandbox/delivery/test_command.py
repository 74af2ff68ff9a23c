"""`sandbox deliveries` about one event."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from sandbox.__main__ import main
from sandbox.cloud.deliveries import Outbox
from sandbox.cloud.store import Store


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A sandbox in which a rule owes two events to a function, and gave one up."""
    made = tmp_path / "sandbox"
    monkeypatch.setenv("OCI_SANDBOX_DIR", str(made))
    made.mkdir(mode=0o700)
    with Store(made / "store.db") as store:
        outbox = Outbox(store)
        for id in ("11-a", "11-a", "22-b"):
            payload = json.dumps({"eventID": id}).encode()
            number = outbox.record(
                source=("rule", "r"), destination=("function", "f"), payload=payload, now=0
            )
        outbox.failed(number - 1, "refused", None)
    return made


@pytest.mark.parametrize(
    ("arguments", "numbers"),
    [
        (["11"], [1, 2]),
        (["22-b"], [3]),
        (["11", "--failed"], [2]),
        (["11", "--last", "1"], [2]),
        ([], [1, 2, 3]),
    ],
)
def test_the_deliveries_of_one_event(
    folder: Path, capsys: Any, arguments: list[str], numbers: list[int]
) -> None:
    """By its id or the beginning of it, together with the other filters."""
    assert main(["deliveries", "--json", *arguments]) == 0
    assert [one["number"] for one in json.loads(capsys.readouterr().out)] == numbers


def test_an_event_that_nothing_is_owed_of(folder: Path, capsys: Any) -> None:
    """One line says so."""
    assert main(["deliveries", "33"]) == 0
    assert capsys.readouterr().err == "event 33: nothing of it is among the deliveries\n"
