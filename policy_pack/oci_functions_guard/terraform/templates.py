"""Strings and heredocs of Terraform: what is literal in them, and where their expressions are."""

from __future__ import annotations

import re
from collections.abc import Iterator

__all__ = ["heredoc_body", "split", "unescaped"]

_ESCAPES = {"n": "\n", "r": "\r", "t": "\t", '"': '"', "\\": "\\"}
_ESCAPE = re.compile(r"\\(?:u([0-9a-fA-F]{4})|U([0-9a-fA-F]{8})|(.))", re.DOTALL)


def unescaped(text: str) -> str:
    """What a quoted string says where it was written so."""
    return _ESCAPE.sub(_meant, text)


def _meant(escape: re.Match[str]) -> str:
    short, long, character = escape.groups()
    if character is not None:
        return _ESCAPES.get(character, escape[0])
    try:
        return chr(int(short or long, 16))
    except (ValueError, OverflowError):
        return escape[0]


def heredoc_body(token: str) -> str:
    """The lines of a heredoc as they stand, or without the indentation all of them share (`<<-`)."""
    opening, _, rest = token.rstrip("\r\n").partition("\n")
    lines = rest.replace("\r\n", "\n").split("\n")[:-1]  # the last one is the marker
    if opening.startswith("<<-"):
        shared = min((len(line) - len(line.lstrip(" \t")) for line in lines if line.strip()), default=0)
        lines = [line[shared:] for line in lines]
    return "".join(f"{line}\n" for line in lines)


def split(template: str) -> Iterator[tuple[str, str]]:
    """The pieces of a template without quotes: ("text", …), ("expression", …) or ("directive", …)."""
    at = literal = 0
    plain: list[str] = []
    while (at := _next(template, at)) >= 0:
        if template[at : at + 3] in ("$${", "%%{"):
            plain.append(template[literal:at] + template[at + 1 : at + 3])
            at = literal = at + 3
            continue
        end = _closing(template, at + 2)
        if end < 0:
            break
        plain.append(template[literal:at])
        if "".join(plain):
            yield "text", "".join(plain)
        plain = []
        inside = template[at + 2 : end].removeprefix("~").removesuffix("~")
        yield ("expression" if template[at] == "$" else "directive"), inside.strip()
        at = literal = end + 1
    plain.append(template[literal:])
    if "".join(plain):
        yield "text", "".join(plain)


def _next(template: str, at: int) -> int:
    """Where the next `${`, `%{` or an escaped one of them begins; -1 where there is none."""
    found = re.compile(r"\$\$\{|%%\{|\$\{|%\{").search(template, at)
    return -1 if found is None else found.start()


def _closing(template: str, at: int) -> int:
    """The brace that closes the one before ``at``; braces and quotes inside strings do not count."""
    depth, quoted = 1, False
    while at < len(template):
        character = template[at]
        if quoted and character == "\\":
            at += 1
        elif character == '"':
            quoted = not quoted
        elif not quoted and character in "{}":
            depth += 1 if character == "{" else -1
            if depth == 0:
                return at
        at += 1
    return -1
