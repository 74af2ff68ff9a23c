"""Runs the command and writes its inputs, for the tests of what it reads and answers."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from oci_iam.cli import main

Run = Callable[..., tuple[int, str, str]]
Write = Callable[[str, Any], str]


def verdicts(run: Run, *arguments: str) -> list[str]:
    """The verdicts in the order of the answer."""
    _, out, _ = run("judge", "--format", "jsonl", *arguments)
    return [json.loads(line)["verdict"] for line in out.splitlines()]


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str]) -> Run:
    """Runs the command in this process: (exit status, standard output, standard error)."""

    def command(*arguments: str) -> tuple[int, str, str]:
        status = main(arguments)
        captured = capsys.readouterr()
        return status, captured.out, captured.err

    return command


@pytest.fixture
def write(tmp_path: Path) -> Write:
    """Writes a file (text, bytes, or anything else as JSON) and returns its path."""

    def file(name: str, content: Any) -> str:
        path = tmp_path / name
        if isinstance(content, bytes):
            path.write_bytes(content)
        else:
            path.write_text(content if isinstance(content, str) else json.dumps(content))
        return str(path)

    return file
