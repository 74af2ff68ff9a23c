"""Runs the examples of docs/oci-iam.md. As a program, writes into the page what they print.

A block whose first line is a language and a file's name (```` ```json tenancy.json ````) is that file. In a
`console` block a line that begins with `$ ` is a command, and what follows is what it prints; `> FILE` keeps
that instead, and `$ echo $?` prints the exit status of the command before.
"""

from __future__ import annotations

import contextlib
import io
import os
import re
import shlex
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from oci_functions_guard.command import main

PAGE = Path(__file__).resolve().parents[2] / "docs" / "oci-iam.md"

_BLOCK = re.compile(r"^```(\w+)(?: (\S+))?\n(.*?)^```$", re.MULTILINE | re.DOTALL)


class Example(NamedTuple):
    """One command of the page and what the page says it prints."""

    command: str
    printed: str


def files(page: str) -> Iterator[tuple[str, str]]:
    """The files that the page shows: name and content."""
    return ((name, text) for _, name, text in _BLOCK.findall(page) if name)


def examples(page: str) -> Iterator[Example]:
    """The commands in their order."""
    for language, _, text in _BLOCK.findall(page):
        if language == "console":
            for part in re.split(r"^\$ ", text, flags=re.MULTILINE)[1:]:
                command, _, printed = part.partition("\n")
                yield Example(command, printed)


class Shell:
    """Runs commands of the page one after another in the folder it is made in."""

    def __init__(self) -> None:
        self.status = 0

    def run(self, command: str) -> str:
        """What a command prints, on standard output and then on standard error."""
        if command == "echo $?":
            return f"{self.status}\n"
        given, _, kept = command.partition(" > ")
        program, *arguments = shlex.split(given)
        assert program == "oci-iam", command
        out, err = io.StringIO(), io.StringIO()
        with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
            try:
                self.status = main(arguments)
            except SystemExit as stop:
                self.status = int(stop.code or 0)
        if kept:
            Path(kept).write_text(out.getvalue(), "utf-8")
            return err.getvalue()
        return out.getvalue() + err.getvalue()


def rewritten(page: str) -> str:
    """The page with what its commands print now; its files must stand in the working folder."""
    shell = Shell()

    def block(found: re.Match[str]) -> str:
        if found[1] != "console":
            return found[0]
        printed = "".join(f"$ {one.command}\n{shell.run(one.command)}" for one in examples(found[0]))
        return f"```console\n{printed}```"

    return _BLOCK.sub(block, page)


def write_files(page: str, folder: Path) -> None:
    """Writes the files that the page shows."""
    for name, text in files(page):
        (folder / name).write_text(text, "utf-8")


if __name__ == "__main__":
    page = PAGE.read_text("utf-8")
    with tempfile.TemporaryDirectory() as folder:
        os.chdir(folder)
        write_files(page, Path(folder))
        PAGE.write_text(rewritten(page), "utf-8")
