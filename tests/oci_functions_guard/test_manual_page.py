"""docs/oci-iam.md: its examples print what it shows, and it names everything that the command takes."""

from __future__ import annotations

import argparse
import os
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from oci_functions_guard import command
from oci_iam import cli
from tests.oci_functions_guard.manual_page import PAGE, Shell, examples, files, rewritten, write_files

TEXT = PAGE.read_text("utf-8")


@pytest.fixture
def shell(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Shell:
    """A folder with the files that the page shows."""
    monkeypatch.chdir(tmp_path)
    write_files(TEXT, tmp_path)
    return Shell()


def test_the_examples_print_what_the_page_shows(shell: Shell) -> None:
    """One after another, as a reader would type them. The program `manual_page` writes what they print."""
    shown = [(one.command, one.printed) for one in examples(TEXT)]
    found = [(one.command, shell.run(one.command)) for one in examples(TEXT)]

    assert len(shown) > 25
    assert shown == found


def test_the_page_is_rewritten_as_it_is(shell: Shell) -> None:
    """The program that writes it changes nothing else."""
    assert rewritten(TEXT) == TEXT


def test_every_file_of_an_example_is_shown_or_made_before(shell: Shell) -> None:
    """No example depends on a file that a reader does not have."""
    known = {name for name, _ in files(TEXT)}
    for one in examples(TEXT):
        given, _, kept = one.command.partition(" > ")
        for word in re.findall(r"[\w.-]+\.(?:txt|json|md|sarif)\b", given):
            assert word in known, one.command
        known.add(kept)


def subcommands() -> Iterator[tuple[str, argparse.ArgumentParser]]:
    """Every subcommand of the installed command, with its parser."""
    parser = cli._parser((command._add_check_config, command._add_fingerprint))
    (chosen,) = (one for one in parser._actions if isinstance(one, argparse._SubParsersAction))
    yield from chosen.choices.items()


SECTIONS = dict(re.findall(r"^## `oci-iam ([\w-]+)`\n(.*?)(?=^## |\Z)", TEXT, re.MULTILINE | re.DOTALL))
SYNOPSIS = re.findall(r"^oci-iam ([\w-]+) (.*(?:\n +.*)*)", TEXT, re.MULTILINE)


def test_every_subcommand_has_its_section_and_an_example() -> None:
    """And there is no section of one that is gone."""
    names = [name for name, _ in subcommands()]
    run = {one.command.split()[1] for one in examples(TEXT) if one.command.startswith("oci-iam ")}

    assert sorted(names) == sorted(name for name in SECTIONS if not name.startswith("--"))
    assert set(names) | {"--version"} == run


@pytest.mark.parametrize(("name", "parser"), [pytest.param(*one, id=one[0]) for one in subcommands()])
def test_every_option_is_named(name: str, parser: argparse.ArgumentParser) -> None:
    """In the synopsis and in the section of its subcommand, with every value it takes."""
    (synopsis,) = (text for command, text in SYNOPSIS if command == name)
    section = SECTIONS[name]
    for action in parser._actions:
        if isinstance(action, argparse._HelpAction):
            continue
        for option in action.option_strings:
            assert option in synopsis
            assert f"`{option}" in section
        if action.option_strings and action.choices and name != "diff":
            for value in action.choices:
                assert re.search(rf"[` |]{value}\b", section), (name, value)
        if not action.option_strings:
            assert str(action.metavar).split()[0] in synopsis


def test_only_options_that_exist_are_named() -> None:
    """A section speaks of no option that its subcommand does not take."""
    for name, parser in subcommands():
        taken = {option for action in parser._actions for option in action.option_strings}
        named = set(re.findall(r"`(--[a-z-]+)", SECTIONS[name]))

        assert named <= taken, name


def test_the_shell_keeps_status_and_output(shell: Shell) -> None:
    """What the page says of a run is what a shell would: output, errors, status, and what goes to a file."""
    Path("bad.txt").write_text("Allow group A to manage functions-family in tenancy\n", "utf-8")

    assert "over-broad" in shell.run("oci-iam judge bad.txt")
    assert shell.run("echo $?") == "1\n"
    assert shell.run("oci-iam judge nowhere.txt") == "oci-iam: nowhere.txt: No such file or directory\n"
    assert shell.run("echo $?") == "2\n"
    assert shell.run("oci-iam judge bad.txt > kept.txt") == ""
    assert "over-broad" in Path("kept.txt").read_text("utf-8")
    with pytest.raises(AssertionError):
        shell.run("rm kept.txt")
    assert os.path.exists("kept.txt")
