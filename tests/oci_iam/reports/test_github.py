"""The answer as workflow commands of GitHub Actions."""

from __future__ import annotations

import re

from tests.oci_iam.conftest import Run, Write
from tests.oci_iam.statements import BROAD, BROKEN, OK, OTHER

COMMAND = re.compile(r"::(error|warning|notice) ([^:]*)::(.*)")


def commands(out: str) -> list[tuple[str, dict[str, str], str]]:
    """Each command as the runner reads it: its name, its properties and its message."""
    found = []
    for line in out.splitlines():
        match = COMMAND.fullmatch(line)
        assert match is not None, line
        pairs = dict(pair.split("=", 1) for pair in match[2].split(","))
        found.append((match[1], pairs, match[3].replace("%0A", "\n").replace("%25", "%")))
    return found


def test_each_finding_is_an_annotation(run: Run, write: Write) -> None:
    """With file, line and the code as its title; a statement without findings has none."""
    path = write("a.txt", f"{OK}\n{BROAD}\n")

    found = commands(run("judge", path, "--format", "github")[1])

    assert {(name, pairs["file"], pairs["line"]) for name, pairs, _ in found} == {("error", path, "2")}
    assert {pairs["title"] for _, pairs, _ in found} == {"tenancy-wide", "whole-family"}


def test_no_input_ends_a_command(run: Run, write: Write) -> None:
    """Colons, commas, percent signs and line ends of an input stay inside their part."""
    name = "50%,a::b.json"
    text = f"{BROKEN}\n::error file=x,line=1::gotcha 100%"

    found = commands(run("judge", write(name, [text, BROAD]), "--format", "github")[1])

    assert {pairs["file"].rpartition("/")[2] for _, pairs, _ in found} == {"50%25%2Ca%3A%3Ab.json"}
    assert all("gotcha" not in pairs.get("title", "") for _, pairs, _ in found)


def test_levels(run: Run, write: Write) -> None:
    """What a workload may do too much is a warning; what is in the baseline a notice."""
    workload = "Allow dynamic-group D to manage object-family in tenancy"
    path = write("a.json", [workload, BROAD])
    baseline = write("base.json", run("judge", write("b.json", [BROAD]), "--format", "json")[1])

    found = commands(run("judge", path, "--format", "github", "--baseline", baseline)[1])

    assert {name for name, pairs, _ in found if pairs["line"]} == {"warning", "notice"}


def test_diff(run: Run, write: Write) -> None:
    """New access is an error at the statement that gives it; nothing new is no command."""
    old, new = write("a.txt", OTHER), write("b.txt", f"{OTHER}\n{OK}")

    assert run("diff", old, old, "--format", "github") == (0, "", "")
    (found,) = commands(run("diff", old, new, "--format", "github")[1])
    assert (found[0], found[1]["file"], found[1]["line"]) == ("error", new, "2")
