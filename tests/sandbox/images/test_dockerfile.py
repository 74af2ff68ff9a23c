"""Dockerfiles that cannot be built are refused before anything is."""

from __future__ import annotations

from pathlib import Path

import pytest

from sandbox.images.dockerfile import missing_source, problem

GOOD = """\
# syntax=docker/dockerfile:1
ARG BASE=python:3.12
FROM ${BASE} AS build
RUN pip install \\
    # a comment in between
    fdk && \\
    true
COPY <<EOF /etc/file
NOT an instruction
EOF
from scratch
copy --from=build /x /y
CMD ["a", "b"]
"""


def test_a_good_one_has_no_problem() -> None:
    """Continued lines, comments, here-documents, several stages, small letters."""
    assert problem(GOOD) is None


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "it has no FROM instruction"),
        ("# nothing", "it has no FROM instruction"),
        ("FRM python", "line 1: unknown instruction FRM (did you mean FROM?)"),
        ("FROM", "line 1: FROM requires an image"),
        ("\nRUN x\nFROM y", "line 2: RUN before the first FROM"),
        ("FROM x\nRUN a \\\n  b\nCOPPY . .", "line 4: unknown instruction COPPY (did you mean COPY?)"),
        ("# escape=`\nFROM x\nRUN a `\nb\nXYZZY", "line 5: unknown instruction XYZZY"),
    ],
)
def test_a_bad_one_is_told_with_its_line(text: str, reason: str) -> None:
    """One sentence."""
    assert problem(text) == reason


@pytest.mark.parametrize(
    ("instruction", "there"),
    [
        ("COPY func.py /", True),
        ("COPY ./func.py lib /x/", True),
        ("COPY . /", True),
        ("COPY lib/ /", True),
        ("COPY --chown=1:1 func.py /", True),
        ("COPY *.txt /", True),
        ("COPY $FILE /", True),
        ("ADD https://example.com/x /", True),
        ("COPY --from=build nothing /", True),
        ("COPY nothing /", False),
        ("ADD func.py nothing.txt /", False),
    ],
)
def test_a_file_to_copy_must_be_in_the_context(instruction: str, there: bool) -> None:
    """Where its name is plain; what comes from elsewhere isn't looked at."""
    found = missing_source(f"FROM x\n{instruction}", Path("ctx"), frozenset({"func.py", "lib/a.py"}))

    assert (found is None) is there
