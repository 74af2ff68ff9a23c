"""Cuts a policy statement into tokens. Every character that is not white space ends up in a token, so
that what no rule of the grammar takes is noticed instead of skipped.

Does not say what a token means. One compiled pattern does the work: ``findall`` on it is the cheapest way
CPython has, and none of its alternatives can backtrack over more than one token, so any text is cut in
linear time.
"""

from __future__ import annotations

import re

__all__ = ["END", "split", "split_comments", "token_spans"]

END = ""
"""Stands behind the last token; equal to no token."""

# Order matters: a comment before a pattern (`//` is never an empty pattern), a word before a single
# character. A word may hold `:` (compartment path, tag variable), `@`, `+` and, between word characters,
# `/` (domain/name). A literal holds neither control characters nor a backslash: how OCI escapes inside
# quotes is not documented, so a text that would need to know is not read at all. The same goes for what a
# pattern may hold; and what closes a pattern is not the first slash of a comment behind a domain's name. A
# pattern without spaces may hold slashes (`/team/app*/`); their number is bounded, so that no text can make
# the search for the last one slow. None begins behind a quotation: that slash parts a domain and a name.
_TOKEN = re.compile(
    r"[A-Za-z0-9_][A-Za-z0-9_.@:+-]*(?:/[A-Za-z0-9_][A-Za-z0-9_.@:+-]*)*"
    r"|'[^'\\\x00-\x1f\x7f]*'"
    r"|//[^\r\n]*"
    r"|(?<!')/(?:[A-Za-z0-9_.@:+*&-]{1,64}/){1,8}(?=[\s,)}]|$)"
    r"|(?<!')/[A-Za-z0-9_.@:+*& -]*/(?!/(?!/))"
    r"|!="
    r"|[^ \t\r\n]"
)
_findall = _TOKEN.findall
_BEHIND = (END, END, END, END)  # the parser looks at most two tokens ahead
_LONE_RETURN = re.compile(r"\r(?!\n)").search


def split(text: str) -> list[str]:
    """The tokens of an ASCII text, comments among them, with ``END`` behind them."""
    tokens: list[str] = _findall(text)
    tokens += _BEHIND
    return tokens


def split_comments(text: str) -> tuple[list[str], list[str] | None]:
    """The tokens of an ASCII text in the two readings of ``//`` in use, each with ``END`` behind it.

    In the first a comment ends with its line. In the second it ends with the statement, so that the rest is
    missing; it is None where both are the same because nothing follows the first comment. Raises
    ValueError when it cannot be told where a comment ends, or when it holds a control character.
    """
    tokens: list[str] = _findall(text)
    comments = [at for at, token in enumerate(tokens) if token.startswith("//")]
    if comments and _LONE_RETURN(text):
        raise ValueError("a carriage return without a line feed may or may not end a comment")
    if not all(tokens[at].replace("\t", " ").isprintable() for at in comments):
        raise ValueError("a comment contains a control character")
    by_line = [token for token in tokens if not token.startswith("//")]
    to_the_end = tokens[: comments[0]] if comments and len(by_line) > comments[0] else None
    by_line += _BEHIND
    if to_the_end is not None:
        to_the_end += _BEHIND
    return by_line, to_the_end


def token_spans(text: str) -> list[tuple[int, int]]:
    """Start and end offset of each token of ``split`` (comments and END left out)."""
    return [match.span() for match in _TOKEN.finditer(text) if not match.group().startswith("//")]
