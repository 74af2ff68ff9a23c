"""Reads input files as text or JSON; whatever is wrong is one line that names the file and the line."""

from __future__ import annotations

import json
import sys
from typing import Any

__all__ = ["Unusable", "line_of", "parsed_json", "read_file", "shown_name", "why"]


class Unusable(Exception):
    """An input that cannot be used at all; the text is one line that names the file and the line."""


def read_file(path: str, *, mark: bool = False) -> str:
    """The text of a file, or of standard input for ``-``; with the byte order mark it begins with only where
    ``mark`` is set. Raises Unusable.
    """
    name = shown_name(path)
    try:
        if path == "-":
            if sys.stdin is None:  # it was closed before this program began
                raise Unusable(f"{name}: no standard input")
            content = sys.stdin.buffer.read()
        else:
            with open(path, "rb") as file:
                content = file.read()
    except OSError as error:
        raise Unusable(f"{name}: {error.strerror or error}") from None
    try:
        return content.decode("utf-8" if mark else "utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise Unusable(f"{name}:{line}: not UTF-8") from None


def shown_name(path: str) -> str:
    """How messages name an input."""
    return "<stdin>" if path == "-" else path


def parsed_json(text: str, name: str, **options: Any) -> Any:
    """A whole JSON document. Raises Unusable."""
    try:
        return json.loads(text, **options)
    except (ValueError, RecursionError) as error:
        raise Unusable(f"{name}:{line_of(error, 1)}: not valid JSON: {why(error)}") from None


def line_of(error: Exception, otherwise: int) -> int:
    """The line an error of the JSON decoder names."""
    return error.lineno if isinstance(error, json.JSONDecodeError) else otherwise


def why(error: Exception) -> str:
    """What an error of the JSON decoder says."""
    if isinstance(error, json.JSONDecodeError):
        return error.msg
    return "it is nested too deeply" if isinstance(error, RecursionError) else str(error)
