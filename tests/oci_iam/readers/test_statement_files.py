"""The files `oci-iam` reads statements from, and what it cannot use."""

from __future__ import annotations

import io
import json
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.oci_iam.conftest import Run, Write, verdicts
from tests.oci_iam.statements import BROAD, BROKEN, FUNCTION, OK, OTHER


def test_plain_text(run: Run, write: Write) -> None:
    """Plain text holds one statement a line; blank lines and comment lines hold none, CRLF is no matter."""
    path = write("a.txt", f"{OK}\r\n\n   \n// a comment\n  {BROAD}\n{BROKEN}\n{OTHER}")

    assert verdicts(run, path) == ["ok", "over-broad", "unjudgeable", "unrelated"]


def test_json_list(run: Run, write: Write) -> None:
    """A JSON list holds texts or objects with a statement."""
    path = write(
        "a.json", json.dumps([OK, {"statement": BROAD, "id": 2}, "Allow group A\nto read x"], indent=1)
    )

    assert verdicts(run, path) == ["ok", "over-broad", "unjudgeable"]


def test_stdin(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    """A dash reads standard input."""
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(BROAD.encode())))

    assert verdicts(run, "-") == ["over-broad"]


def test_byte_order_mark_is_the_files_not_the_statements(run: Run, write: Write) -> None:
    """A file may begin with a byte order mark; a statement may not hold one."""
    assert verdicts(run, write("a.txt", b"\xef\xbb\xbf" + OK.encode())) == ["ok"]
    assert verdicts(run, write("b.txt", b"\n\xef\xbb\xbf" + OK.encode())) == ["unjudgeable"]


def test_unusual_separators_hide_nothing(run: Run, write: Write) -> None:
    """Only a line feed ends a line: other separators stay in the statement, which is refused."""
    for separator in ("\x0b", "\x0c", "\x85", "\u2028"):
        assert verdicts(run, write("a.txt", f"{OTHER}{separator}{BROAD}")) == ["unjudgeable"]


def test_aliases_are_shared_in_a_list_but_not_in_json_lines(run: Run, write: Write) -> None:
    """The statements of a text or a list are one policy's; a row of JSON Lines stands alone."""
    pair = [
        "Allow group A to use fn-invocation in compartment Top",
        "Define compartment Top as ocid1.tenancy.oc1..root",
    ]
    rows = "\n".join(json.dumps({"statement": statement}) for statement in pair)

    assert verdicts(run, write("a.json", pair)) == ["over-broad", "unrelated"]
    assert verdicts(run, write("a.txt", "\n".join(pair))) == ["over-broad", "unrelated"]
    assert verdicts(run, write("b.txt", pair[1]), write("a.jsonl", rows)) == ["unrelated", "ok", "unrelated"]


@pytest.mark.parametrize(
    ("name", "content", "line"),
    [
        ("a.jsonl", f'{{"statement": "{OTHER}"}}\n{{"statement"', 2),
        ("a.jsonl", '{"statement": "x"}\n["x"]', 2),
        ("a.jsonl", '{"statement": 3}', 1),
        ("a.jsonl", '{"statment": "x"}', 1),
        ("a.jsonl", '{"statement": "x"} {"statement": "y"}', 1),
        ("a.json", '["x",\n "y"', 2),
        ("a.json", '["x",\n "y" "z"]', 2),
        ("a.json", '["x",\n 7]', 2),
        ("a.json", '["x",\n]', 2),
        ("a.json", '["x"]\n["y"]', 2),
        ("a.json", '["x",\n {"a": 1}]', 2),
        ("a.json", "[" * 100_000, 1),
        ("a.txt", b"Allow\n\xff\xfe", 2),
    ],
)
def test_unusable_input(run: Run, write: Write, name: str, content: Any, line: int) -> None:
    """What cannot be read is one line with file and line, exit status 2, and no answer at all."""
    path = write(name, content)

    status, out, err = run("judge", write("first.txt", BROAD), path)

    assert (status, out, err.count("\n")) == (2, "", 1)
    assert err.startswith(f"oci-iam: {path}:{line}: ")


def test_missing_file_and_no_file(run: Run, tmp_path: Path) -> None:
    """A file that is not there, a folder, and no file at all are unusable input too."""
    for arguments in ((str(tmp_path / "none"),), (str(tmp_path),), ()):
        status, out, err = run("judge", *arguments)

        assert (status, out, err.count("\n")) == (2, "", 1)


def test_two_statements_in_one_object_are_refused(run: Run, write: Write) -> None:
    """JSON takes the last of two equal keys in silence; which one was meant can't be told."""
    row = f'{{"statement": "{BROAD}", "statement": "{OTHER}"}}'

    for name, content in (("a.jsonl", row), ("a.json", f"[{row}]")):
        status, _, error = run("judge", write(name, content))
        assert status == 2
        assert '"statement" is given twice' in error


NARROW = "Allow group A\n  to use fn-invocation\n  in compartment P\n"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (NARROW, ["ok"]),
        (f"{NARROW}  where target.function.id = '{FUNCTION}'\n", ["ok"]),
        (f"{NARROW}{NARROW}", ["ok", "ok"]),
        (f"{NARROW}\n{NARROW}", ["ok", "ok"]),
        (f"{NARROW}# a remark\n    // another\n  where target.function.id = '{FUNCTION}'\n", ["ok"]),
        (f"{BROAD}\n  where target.function.id = '{FUNCTION}'", ["ok"]),
        ("Allow group A to use fn-invocation in tenancy\nwhere target.function.id = 'x'", ["over-broad"]),
        (f"Allow group A to use fn-invocation in tenancy\n\twhere target.function.id = '{FUNCTION}'", ["ok"]),
        (f"{BROAD}\n\nwhere target.function.id = '{FUNCTION}'", ["over-broad", "unjudgeable"]),
        (f"{OTHER}\ngroup B to manage functions-family in tenancy", ["unrelated", "unjudgeable"]),
        (f"{OTHER}\n  to manage functions-family in tenancy\n  and more", ["unrelated", "unjudgeable"]),
        ("group B to manage functions-family in tenancy\n  where x = 'y'", ["unjudgeable", "unjudgeable"]),
        ("Allow group A\n  to manage\n  functions-family", ["unjudgeable"]),
        ("1. Allow group A to manage functions-family in tenancy\n", ["unjudgeable"]),
        (f"{OTHER}\ndefine compartment X as ocid1.tenancy.oc1..a\nALLOW group A to read x in tenancy", ["unrelated"] * 3),  # noqa: E501
        (f"Allowance\n{OTHER}", ["unjudgeable", "unrelated"]),
        (f"{OTHER} // and\n  where a = 'b'", ["unrelated", "unjudgeable"]),
    ],
)  # fmt: skip
def test_a_statement_may_have_several_lines(run: Run, write: Write, text: str, expected: list[str]) -> None:
    """It runs on until the next one begins or a line is blank; a whole one keeps its verdict whatever
    follows, and what belongs to none is judged by itself."""
    assert verdicts(run, write("a.txt", text)) == expected


def test_nothing_of_a_text_is_lost(run: Run, write: Write) -> None:
    """Every line that is no remark stands in exactly one answer, at the line its statement begins on."""
    text = f"{NARROW}# x\n\nodd one\n{OTHER}\nodd two\nodd three\n  {BROAD}\n"
    rows = json.loads(run("judge", write("a.txt", text), "--format", "json")[1])

    words = [line.strip() for line in text.split("\n") if line.strip() and "#" not in line]
    assert " ".join(row["statement"] for row in rows) == " ".join(words)
    assert [row["place"]["line"] for row in rows] == [1, 6, 7, 8, 10]
