"""docs/soundness.md says of each kind of answer what is proved, by which tests, and what is not seen."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
TEXT = (ROOT / "docs" / "soundness.md").read_text("utf-8")
SECTIONS = dict(re.findall(r"^## (.+?)\n(.*?)(?=^## |\Z)", TEXT, re.MULTILINE | re.DOTALL))
FRAME = ["What is proved", "How it is checked", "What is not seen"]


def test_the_page_has_its_sections() -> None:
    """What holds for all of them comes last."""
    assert len(SECTIONS) >= 5
    assert list(SECTIONS)[-1] == "What holds for all of it"


@pytest.mark.parametrize("name", list(SECTIONS)[:-1])
def test_every_section_says_what_is_proved_how_and_what_is_not_seen(name: str) -> None:
    """In this order, and none of the three is empty."""
    parts = re.findall(r"^### ([^\n]+)\n(.*?)(?=^### |\Z)", SECTIONS[name], re.MULTILINE | re.DOTALL)

    assert [heading for heading, _ in parts] == FRAME
    assert all(text.strip() for _, text in parts)


@pytest.mark.parametrize("name", list(SECTIONS)[:-1])
def test_every_check_is_a_file_of_the_tests(name: str) -> None:
    """So that a check that is renamed or removed is not named any more."""
    how = SECTIONS[name].partition("### How it is checked")[2].partition("### ")[0]
    files = re.findall(r"`(?:tests/oci_iam/(?:\w+/)?)?(\w+\.(?:py|jsonl))`", how)

    assert files
    assert [file for file in files if not any((ROOT / "tests" / "oci_iam").rglob(file))] == []
