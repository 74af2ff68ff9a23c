"""A stack file read strictly: what YAML lets pass is an error here."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from components.config.loading import check_file
from components.errors import ConfigError
from tests.components.config.stack_files import (
    CONFIG,
    HERE,
    MEMORY,
    Check,
    edited,
)

ONE_LINE: dict[str, tuple[str, str, str]] = {
    "function name twice": (
        "      triggers:",
        "    responder: {}\n      triggers:".replace("      triggers:", "") + "    other:\n      triggers:",
        f"{HERE}: given twice (lines 13 and 23)",
    ),
    "not YAML": ("oci:region:", "oci:region: [", "line 8: is not YAML: expected ',' or ']', but got ':'"),
    "another top-level key": ("config:", "confg: {}\nconfig:", "confg: unknown key beside config"),
    "a value that contains itself": (
        "oci-ai-functions:functions:",
        "oci-ai-functions:edge: &a [*a]\n  oci-ai-functions:functions:",
        "is nested too deeply, or contains itself",
    ),
    "an object of Python": (
        MEMORY,
        "memory_in_mbs: !!python/object:os.system {}",
        "line 14: is not YAML: could not determine a constructor for the tag "
        "'tag:yaml.org,2002:python/object:os.system'",
    ),
}


@pytest.mark.parametrize("mistake", ONE_LINE)
def test_each_mistake_has_its_line(problems: Check, mistake: str) -> None:
    """One mistake gives exactly one line: the file, the place as the config nests, the reason."""
    old, new, expected = ONE_LINE[mistake]

    assert problems(edited(old, new)) == [expected]


@pytest.mark.parametrize(
    "text", ["", "- a\n", "7\n", "\t\n", "config: 7\n", "config:\n", "\ud83d\ude00: [\n"]
)
def test_what_is_no_stack_file_is_one_line(problems: Check, text: str) -> None:
    """Any text that is not a mapping with a config is refused, without a traceback."""
    encoded = text.encode("utf-16", "surrogatepass").decode("utf-16")

    assert len(problems(encoded)) == 1


def test_an_unreadable_file_is_one_line(tmp_path: Path) -> None:
    """A file that is missing or not text is named with the reason."""
    binary = tmp_path / "Pulumi.dev.yaml"
    binary.write_bytes(b"\xff\xfe\x00")

    with pytest.raises(ConfigError, match=r"^Pulumi\.dev\.yaml: cannot be read: is not UTF-8 text$"):
        check_file(binary)
    with pytest.raises(ConfigError, match=r"^Pulumi\.no\.yaml: cannot be read: No such file or directory$"):
        check_file(tmp_path / "Pulumi.no.yaml")


def test_a_pipe_is_no_stack_file(tmp_path: Path) -> None:
    """It is refused, not waited for."""
    os.mkfifo(tmp_path / "Pulumi.dev.yaml")

    with pytest.raises(ConfigError, match="cannot be read: not a regular file"):
        check_file(tmp_path / "Pulumi.dev.yaml")


def test_yaml_words_stay_text(problems: Check) -> None:
    """`yes` and a date are text here as in the engine, not a switch and not a date."""
    assert problems(edited(CONFIG, "LABEL: yes")) == []
    assert problems(edited(CONFIG, "LABEL: 2026-01-01")) == []
