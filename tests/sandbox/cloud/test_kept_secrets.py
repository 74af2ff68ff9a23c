"""What programs marked as secret, kept out of texts."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from sandbox.cloud.kept_secrets import KeptSecrets, places, values
from sandbox.cloud.store import Store
from sandbox.providers.wire import Secret

VALUE = "correct horse battery"


def keep(folder: Path, inputs: dict[str, Any], *secret: str) -> str:
    """A resource in the store of a folder; its id."""
    with Store(folder / "store.db") as store:
        id = f"id{store.count('t')}"
        store.create("t", "", inputs, inputs, id, secret=secret)
    return id


def test_where_a_secret_is_among_inputs() -> None:
    """The input as a whole, or the very place inside of it, whatever its keys look like."""
    inputs = {
        "a": Secret("x"),
        "b": {"plain": "y", "to/ken": Secret("z"), "list": [1, {"n": Secret("w")}]},
        "c": "plain",
    }

    assert places(inputs, Secret) == ["a", "b", "/b/to~1ken", "/b/list/1/n"]


def test_the_values_at_the_places() -> None:
    """A whole input where nothing more is known; only what lies at the places where something is."""
    inputs = {"a": {"k": "x", "l": ["y"]}, "b": {"plain": "no", "to/ken": "z", "list": [1, {"n": "w"}]}}

    assert list(values(inputs, ["a", "b", "/b/to~1ken", "/b/list/1/n", "/b/gone/2", "c"])) == [
        "x",
        "y",
        "z",
        "w",
    ]


def test_a_value_is_hidden_wherever_it_stands(tmp_path: Path) -> None:
    """In a text, broken over lines, in JSON as it is escaped there, and in data."""
    keep(tmp_path, {"a": VALUE, "b": 'say "ü"', "c": "plain text"}, "a", "b")
    kept = KeptSecrets(tmp_path)

    assert kept.hide(f"<{VALUE}> and correct\n     horse battery") == "<[secret]> and [secret]"
    assert (
        kept.hide(json.dumps({"x": 'I say "ü"', "y": "plain text"}))
        == '{"x": "I [secret]", "y": "plain text"}'
    )
    assert kept.hide_in({VALUE: [(VALUE, 1)], "n": None}) == {"[secret]": [["[secret]", 1]], "n": None}


@pytest.mark.parametrize(
    ("value", "text", "shown"),
    [
        ("s3cr3t", "s3cr3t, s3cr3ts", "[secret], s3cr3ts"),
        ("password", "mypasswords", "my[secret]s"),
        ("yes", "yes", "yes"),
    ],
)
def test_a_short_value_is_hidden_where_it_stands_alone(
    tmp_path: Path, value: str, text: str, shown: str
) -> None:
    """A long one everywhere; one of three letters is in too many words to be hidden at all."""
    keep(tmp_path, {"a": value}, "a")

    assert KeptSecrets(tmp_path).hide(text) == shown


def test_the_longest_of_several_wins(tmp_path: Path) -> None:
    """None leaves a part of another one."""
    keep(tmp_path, {"a": "abcdefgh", "b": "abcdefghijkl"}, "a", "b")

    assert KeptSecrets(tmp_path).hide("abcdefghijkl abcdefgh") == "[secret] [secret]"


def test_a_change_of_the_store_counts_at_once(tmp_path: Path) -> None:
    """Whoever makes it, with the store open or not; without a store there is nothing to hide."""
    by_file = KeptSecrets(tmp_path)
    assert by_file.hide(VALUE) == VALUE
    assert not (tmp_path / "store.db").exists()
    with Store(tmp_path / "store.db") as store:
        by_store = KeptSecrets(tmp_path, store)
        assert by_store.hide(VALUE) == VALUE
        keep(tmp_path, {"a": VALUE}, "a")

        assert (by_file.hide(VALUE), by_store.hide(VALUE)) == ("[secret]", "[secret]")
