"""The examples of the pages, as a reader would try them: in a folder of their own, by pytest as a command."""

from __future__ import annotations

import os
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
_HOME = os.path.expanduser("~")  # before a test gets one of its own
_OPTIONS = ("-p", "no:asyncio", "-W", "error", "--durations=6")
_FILE = re.compile(r"^`(?P<path>[\w./-]+)`\n\n```\w+\n(?P<text>.*?)^```$", re.DOTALL | re.MULTILINE)


def test_the_example_of_the_pytest_page(pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> None:
    """Its files, written down as they are, give tests that pass."""
    page = (ROOT / "docs/how-to/test-a-function-with-pytest.md").read_text(encoding="utf-8")
    for found in _FILE.finditer(page):
        place = pytester.path / found["path"]
        place.parent.mkdir(exist_ok=True)
        place.write_text(found["text"])
    monkeypatch.setenv("PYTHONPATH", str(ROOT))
    monkeypatch.setenv("HOME", _HOME)  # where pip's settings and the functions' packages are
    result = pytester.runpytest_subprocess("-p", "oci_sandbox.plugin", *_OPTIONS)

    result.assert_outcomes(passed=3)
