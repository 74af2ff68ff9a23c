"""The instructions of a Dockerfile, and as much about them as it takes to say that it cannot be built.

Finds a misspelt instruction, a missing FROM and files to copy that aren't in the context. Runs nothing and
does not check arguments.
"""

from __future__ import annotations

import difflib
import glob
import itertools
import re
import shlex
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

INSTRUCTIONS = frozenset(
    [
        "ADD",
        "ARG",
        "CMD",
        "COPY",
        "ENTRYPOINT",
        "ENV",
        "EXPOSE",
        "FROM",
        "HEALTHCHECK",
        "LABEL",
        "MAINTAINER",
        "ONBUILD",
        "RUN",
        "SHELL",
        "STOPSIGNAL",
        "USER",
        "VOLUME",
        "WORKDIR",
    ]
)
_HEREDOC = re.compile(r"<<-?(['\"]?)(\w+)\1")
_DIRECTIVE = re.compile(r"#\s*escape\s*=\s*(\S)")


@dataclass(frozen=True)
class Instruction:
    """One instruction: its line, its word in capitals, and the rest with continued lines joined."""

    line: int
    word: str
    rest: str
    documents: Mapping[str, str] = field(default_factory=dict)
    """Here-documents: the word that ends each, and its text."""


def instructions(text: str) -> Iterator[Instruction]:
    """The instructions of a Dockerfile, in order."""
    directive = _DIRECTIVE.match(text)
    escape = directive[1] if directive else "\\"
    lines = enumerate(text.splitlines(), 1)
    for number, line in lines:
        joined = line.strip()
        if not joined or joined.startswith("#"):
            continue
        while joined.endswith(escape):
            joined = joined[:-1].rstrip()
            following = next((text.strip() for _, text in lines if not text.strip().startswith("#")), None)
            if following is None:
                break
            joined = f"{joined} {following}"
        word, _, rest = joined.partition(" ")
        documents = {}
        if word.upper() in ("RUN", "COPY", "ADD"):
            for _, end in _HEREDOC.findall(rest):
                documents[end] = _document(lines, end)
        yield Instruction(number, word.upper(), rest.strip(), documents)


def _document(lines: Iterator[tuple[int, str]], end: str) -> str:
    body = itertools.takewhile(lambda line: line.strip() != end, (line for _, line in lines))
    return "".join(f"{line}\n" for line in body)


def problem(text: str) -> str | None:
    """Why a Dockerfile cannot be built, or None."""
    begun = False
    for instruction in instructions(text):
        if instruction.word not in INSTRUCTIONS:
            near = difflib.get_close_matches(instruction.word, INSTRUCTIONS, 1)
            hint = f" (did you mean {near[0]}?)" if near else ""
            return f"line {instruction.line}: unknown instruction {instruction.word}{hint}"
        if instruction.word == "FROM":
            if not instruction.rest:
                return f"line {instruction.line}: FROM requires an image"
            begun = True
        elif not begun and instruction.word != "ARG":
            return f"line {instruction.line}: {instruction.word} before the first FROM"
    return None if begun else "it has no FROM instruction"


def missing_source(text: str, context: Path, included: frozenset[str]) -> str | None:
    """The first file a COPY or ADD names that the context doesn't hold, as a sentence, or None.

    `included` are the paths Docker sees. What comes from another stage, from the network or out of a
    variable isn't looked at.
    """
    for instruction in instructions(text):
        if instruction.word not in ("COPY", "ADD"):
            continue
        for source in _sources(instruction.rest):
            if not _is_there(source, included):
                return f'line {instruction.line}: "{source}" is not in the build context {context}'
    return None


def _sources(rest: str) -> list[str]:
    if "<<" in rest or rest.startswith("["):
        return []
    try:
        words = shlex.split(rest)
    except ValueError:
        return []
    if any(word.startswith("--from") for word in words):
        return []
    plain = [word for word in words if not word.startswith("--")]
    return [
        word for word in plain[:-1] if "$" not in word and "://" not in word and not word.startswith("git@")
    ]


def _is_there(source: str, included: frozenset[str]) -> bool:
    path = source.removeprefix("./").strip("/")
    if path in ("", "."):
        return True
    if glob.has_magic(path):
        return True  # Docker accepts a pattern as long as something matches; not worth imitating
    return path in included or any(name.startswith(f"{path}/") for name in included)
