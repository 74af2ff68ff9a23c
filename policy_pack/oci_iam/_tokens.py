"""Cuts a policy statement into tokens. Every character that is not white space ends up in a token, so that what
no rule of the grammar takes is noticed instead of skipped.

Does not say what a token means. One compiled pattern does the work: ``findall`` on it is the cheapest way CPython
has, and none of its alternatives can backtrack over more than one token, so any text is cut in linear time.
"""

from __future__ import annotations

import re

__all__ = ["END", "CommentError", "split", "token_spans"]

END = ""
"""Stands behind the last token; equal to no token."""

# Order matters: a comment before a pattern (`//` is never an empty pattern), a word before a single character.
# A word may hold `:` (compartment path, tag variable), `@`, `+` and, between word characters, `/` (domain/name).
# A literal holds neither control characters nor a backslash: how OCI escapes inside quotes is not documented, so a
# text that would need to know is not read at all. The same goes for what a pattern may hold.
_TOKEN = re.compile(
    r"[A-Za-z0-9_][A-Za-z0-9_.@:+-]*(?:/[A-Za-z0-9_][A-Za-z0-9_.@:+-]*)*"
    r"|'[^'\\\x00-\x1f\x7f]*'"
    r"|//[\x00-\x7f]*"
    r"|/[A-Za-z0-9_.@:+*& -]*/(?!/)"
    r"|!="
    r"|[^ \t\r\n]"
)
_findall = _TOKEN.findall


class CommentError(ValueError):
    """The text goes on after the end of a comment's line, so what belongs to the comment is a matter of reading."""


def split(text: str) -> list[str]:
    """The tokens of an ASCII text, without its trailing ``//`` comment, and with ``END`` twice behind them.

    Raises CommentError when something other than further comments follows the comment's line: "to the end of the
    line" and "to the end of the statement" are both in use, and they would mean different statements.
    """
    tokens: list[str] = _findall(text)
    if tokens and tokens[-1].startswith("//"):
        _check_comment(tokens.pop())
    tokens.append(END)
    tokens.append(END)
    return tokens


def token_spans(text: str) -> list[tuple[int, int]]:
    """Start and end offset of each token of ``split`` (comment and END left out)."""
    return [match.span() for match in _TOKEN.finditer(text) if not match.group().startswith("//")]


def _check_comment(comment: str) -> None:
    for line in re.split(r"[\r\n]", comment):
        line = line.strip(" \t")
        if line and not line.startswith("//"):
            raise CommentError("text follows the line of a comment")
        if not line.replace("\t", " ").isprintable():
            raise CommentError("a comment holds a control character")
