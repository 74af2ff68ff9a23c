"""Lays findings out for a terminal: a line for each thing, cut where it is long, eighty columns at most."""

from __future__ import annotations

import textwrap
from typing import Final

__all__ = ["WIDTH", "shorten", "wrapped"]

WIDTH: Final = 70  # the CLI indents a finding by ten columns, and a terminal has eighty
_LONGEST_FRAGMENT: Final = 160


def shorten(text: str, longest: int = _LONGEST_FRAGMENT) -> str:
    """The text on one line and cut where it is long; characters that would not be seen are escaped."""
    shown = "".join(char if char.isprintable() else f"\\u{ord(char):04x}" for char in " ".join(text.split()))
    return shown if len(shown) <= longest else shown[: longest - 1] + "…"


def wrapped(text: str) -> str:
    """The text in lines that fit a terminal; what a line goes on with is indented four columns deeper. OCIDs
    and other long words stay whole."""
    return "\n".join(line for whole in text.split("\n") for line in _wrapped_line(whole))


def _wrapped_line(line: str) -> list[str]:
    indent = line[: len(line) - len(line.lstrip())]
    return textwrap.wrap(
        line.strip(),
        WIDTH,
        initial_indent=indent,
        subsequent_indent=indent + "    ",
        break_long_words=False,
        break_on_hyphens=False,
    ) or [""]
