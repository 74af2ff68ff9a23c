"""What is kept of logs, and how a search compares texts."""

from __future__ import annotations

from pathlib import Path

import pytest

from sandbox.cloud.store import Store
from sandbox.services.logging import LOG, entries, search


def test_the_oldest_entries_go(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Beyond a number; who reads on sees what is left, in order."""
    monkeypatch.setattr(entries, "KEPT", 2)
    with Store(tmp_path / "store.db") as store:
        log = store.create(LOG, "", {}, {"compartmentId": "c", "logGroupId": "g"}, "log")
        new = [entries.NewEntry(data=text, time=0, source="s", type="t") for text in "abc"]
        entries.record(store, log, new, 0)

        found = entries.after(store, ["log"], 0, 10)
        assert [one.content["data"]["message"] for one in found] == ["b", "c"]
        assert entries.newest(store) == found[-1].number == 3


@pytest.mark.parametrize(
    ("pattern", "fits"),
    [
        ("abcab", True),
        ("abc", False),
        ("ab*", True),
        ("*ab", True),
        ("*b*a*", True),
        ("ab*ab", True),
        ("abca*cab", False),
        ("*", True),
        ("*x*", False),
        ("a*a*a*a*", False),
        ("a.*", False),
    ],
)
def test_a_star_stands_for_anything(pattern: str, fits: bool) -> None:
    """And for nothing; no other character is special."""
    asked = search.read(f"search \"c\" | where data.message = '{pattern}'")

    assert asked.condition({"logContent": {"data": {"message": "abcab"}}}) is fits


def test_quotes_in_a_query() -> None:
    """Are doubled, in strings and in the names of fields."""
    asked = search.read('search "c" | where data."a ""b""" = \'it\'\'s\'')

    assert asked.condition({"logContent": {"data": {'a "b"': "it's"}}})
