"""Reads one statement by recursive descent over its tokens, and writes one. Fails closed: see ``parse``.

The functions here take the token list and a position, and return what they read with the next position.
They are plain functions without an object around them because they run some thirty times per statement,
thousands of statements a second.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Literal, NoReturn, TypeAlias, cast

from oci_iam.language.tokens import END, split, split_comments, token_spans
from oci_iam.statement import (
    AllOf,
    AnyOf,
    Association,
    Comparison,
    Condition,
    DefinedKind,
    Definition,
    FunctionCall,
    Kind,
    Location,
    Member,
    MemberKind,
    Operator,
    Pattern,
    Presence,
    Statement,
    Subject,
    Text,
    Unparsable,
    Value,
    Variable,
)

__all__ = ["MAX_DEPTH", "MAX_LENGTH", "parse", "parse_condition"]

MAX_DEPTH = 24
"""How deep `any {...}` and `all {...}` may be nested. Statements in use have two levels."""

MAX_LENGTH = 65_536
"""Longest text that is read, in characters."""

VERBS = frozenset({"inspect", "read", "use", "manage"})
FUNCTIONS = frozenset({"sets-equal", "sets-intersect"})
"""Functions in conditions. Spelling from public statements; Oracle's page on deny policies names
`sets-equal`."""

_WORD_START = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_")
_ID = re.compile(r"ocid1\.[A-Za-z0-9._-]+", re.IGNORECASE).fullmatch
_OPAQUE = re.compile(r"[A-Za-z0-9._:-]+").fullmatch
_VARIABLE = re.compile(r"[A-Za-z][A-Za-z0-9_.@:-]*").fullmatch
_PARTNER_VARIABLE = re.compile(r"[12](?:\.[A-Za-z][A-Za-z0-9_-]*)+").fullmatch
"""`2.subnet.id`, in Oracle's policies with `associate ... with ...`: of the second resource-type."""
_RESOURCE = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]*").fullmatch
_ENDS_MEMBER = frozenset({"to", "of", ",", "{", END})
_Crossing: TypeAlias = Literal["endorse", "admit"] | None


class _Stop(Exception):
    """Reading cannot go on at token ``at``."""

    def __init__(self, at: int, reason: str) -> None:
        self.at = at
        self.reason = reason


def parse(text: str) -> Statement | Unparsable:
    """The statement a text holds, or why it is none.

    Fails closed: a character, a token or a second statement this grammar does not know makes the whole text
    ``Unparsable``; nothing is ever skipped except white space and a trailing ``// comment``. ASCII is
    checked before anything else, so that no look-alike letter survives case folding.
    """
    if not text.isascii() or len(text) > MAX_LENGTH:
        return _not_read(text)
    if "//" in text:
        return _parse_commented(text)
    try:
        return _statement(split(text), text)
    except _Stop as stop:
        return Unparsable(text, _offset(text, stop.at), stop.reason)


def _parse_commented(text: str) -> Statement | Unparsable:
    """A text with ``//`` in it, when it means the same whether a comment ends with its line or with the text.

    Both readings are in use and no page of Oracle's settles it. What follows a comment's line counts
    only if the statement is incomplete without it; a ``where`` on the next line may be a condition or a
    remark.
    """
    try:
        by_line, to_the_end = split_comments(text)
    except ValueError as error:
        return Unparsable(text, text.index("//"), f"The comment cannot be read with certainty: {error}.")
    try:
        statement = _statement(by_line, text)
    except _Stop as stop:
        return Unparsable(text, _offset(text, stop.at), stop.reason)
    if to_the_end is not None and _is_statement(to_the_end):
        reason = "What follows the comment's line may belong to the statement or to the comment."
        return Unparsable(text, text.index("//"), reason)
    return statement


def _is_statement(tokens: list[str]) -> bool:
    try:
        _statement(tokens, "")
    except _Stop:
        return False
    return True


def parse_condition(text: str) -> Condition | Unparsable:
    """A condition that stands alone, without comments; as strict as ``parse``."""
    if not text.isascii() or len(text) > MAX_LENGTH:
        return _not_read(text)
    try:
        tokens = split(text)
        condition, at = _condition(tokens, 0, 0)
        if tokens[at] != END:
            _stop(tokens, at, "the end of the condition")
    except _Stop as stop:
        return Unparsable(text, _offset(text, stop.at), stop.reason)
    return condition


def _not_read(text: str) -> Unparsable:
    """A text too long or not ASCII."""
    if len(text) > MAX_LENGTH:
        return Unparsable(text, MAX_LENGTH, f"The text is longer than {MAX_LENGTH} characters.")
    position, character = next((i, c) for i, c in enumerate(text) if ord(c) > 127)
    return Unparsable(text, position, f"The character U+{ord(character):04X} is not ASCII.")


def _offset(text: str, at: int) -> int:
    spans = token_spans(text)
    if at < len(spans):
        return spans[at][0]
    return spans[-1][1] if spans else 0


_KNOWN_STRAYS = {
    '"': "Double quotes are not part of the policy language; literals are written in single quotes.",
    ";": "A semicolon is not part of the policy language; one string holds one statement.",
    "#": "`#` does not begin a comment in the policy language; `//` does.",
    "'": "A quoted string is not closed, or contains a backslash or control character.",
    "\\": "A backslash is not part of the policy language.",
    "<": "This looks like a placeholder that was not filled in.",
    "$": "This looks like a placeholder that was not filled in.",
}


def _stop(tokens: list[str], at: int, expected: str) -> NoReturn:
    token = tokens[at]
    if token in _KNOWN_STRAYS:
        raise _Stop(at, _KNOWN_STRAYS[token])
    if token.startswith("/*"):
        raise _Stop(at, "`/* */` is not a comment in the policy language; `//` begins one.")
    if token == END:
        raise _Stop(at, f"Expected {expected}, found end of statement.")
    shown = token if len(token) <= 40 else token[:37] + "..."
    raise _Stop(at, f"Expected {expected}, found `{shown}`.")


# --- statement -----------------------------------------------------------------------------------------


def _statement(tokens: list[str], text: str) -> Statement:
    first = tokens[0].lower()
    crossing: _Crossing = None
    denied: Literal["allow", "endorse", "admit"] | None = None
    at = 1
    if first == "deny":
        second = tokens[1].lower()
        if second == "endorse" or second == "admit":
            crossing = denied = cast("Literal['endorse', 'admit']", second)
            at = 2
        else:
            denied = "allow"
    elif first == "endorse" or first == "admit":
        crossing = cast("Literal['endorse', 'admit']", first)
    elif first == "define":
        return _define(tokens, text)
    elif first != "allow":
        _stop(tokens, 0, "allow, deny, define, endorse or admit")

    begin = at
    subject, at = _subject(tokens, at, crossing)
    who = action = at
    slips: tuple[str, ...] = ()
    word = tokens[at].lower()
    if word == "to":
        at += 1
        action = at
        word = tokens[at].lower()
    elif tokens[at - 1].lower() == "to":  # the name is missing, or called `to`: who could tell
        _stop(tokens, at, "`to`")
    elif word in VERBS:
        slips = ("to",)
    partner = condition = None
    permissions: tuple[str, ...] = ()
    verb = resource = None
    if word == "{":
        permissions, at = _permissions(tokens, at + 1)
        behind = _resource_types(tokens, at)
        if behind != at:
            slips = (*slips, "resource-type")
            at = behind
    elif word in VERBS or (word == "associate" and crossing):
        verb = word
        resource = _resource_type(tokens, at + 1)
        at += 2
    else:
        _stop(tokens, at, "a verb (inspect, read, use, manage) or a permission list")
    place = at
    word = tokens[at].lower()
    if word != "in":
        if word != "on":
            _stop(tokens, at, "`in`")
        slips = (*slips, "in")
    location, at = _location(tokens, at + 1, crossing)
    if location.id is not None and tokens[place + 2].lower() != "id":
        slips = (*slips, "id")
    if verb == "associate" and tokens[at].lower() == "with":
        partner, at = _partner(tokens, at + 1, crossing)
    after = at
    if tokens[at].lower() == "where":
        condition, at = _condition(tokens, at + 1, 0)
    if tokens[at] != END:
        _leftover(tokens, at, after)
    return Statement(
        cast("Kind", first),
        subject,
        verb,
        resource,
        permissions,
        location,
        condition,
        partner,
        None,
        denied,
        text,
        slips,
        ((begin, who), (action, place), (place, after), (after, at)),
    )


def _leftover(tokens: list[str], at: int, condition_starts: int) -> NoReturn:
    if tokens[at].lower() in ("allow", "deny", "define", "endorse", "admit"):
        raise _Stop(at, "A second statement begins here; one string holds one statement.")
    _stop(
        tokens,
        at,
        "the end of the statement" if at > condition_starts else "`where` or the end of the statement",
    )


def _define(tokens: list[str], text: str) -> Statement:
    kind = tokens[1].lower()
    if kind not in ("tenancy", "group", "dynamic-group", "compartment"):
        _stop(tokens, 1, "tenancy, group, dynamic-group or compartment")
    domain, name, at = _name(tokens, 2)
    if tokens[at].lower() != "as":
        _stop(tokens, at, "`as`")
    ocid = _content(tokens, at + 1, "an OCID")
    if not _ID(ocid):
        _stop(tokens, at + 1, "an OCID")
    if tokens[at + 2] != END:
        _leftover(tokens, at + 2, at)
    label = name if domain is None else f"{domain}/{name}"
    definition = Definition(cast("DefinedKind", kind), label, ocid)
    return Statement(
        "define", Subject(()), None, None, (), Location("none"), definition=definition, source=text
    )


def _resource_type(tokens: list[str], at: int) -> str:
    token = tokens[at]
    if not _RESOURCE(token):
        _stop(tokens, at, "a resource-type")
    return token.lower()


def _resource_types(tokens: list[str], at: int) -> int:
    """Where reading goes on behind a resource-type, or several in braces, that follow a permission list.

    OCI's grammar has none there. In any reading the list is the most that is granted.
    """
    if _RESOURCE(tokens[at]) and tokens[at].lower() not in ("in", "on"):
        return at + 1
    if tokens[at] != "{":
        return at
    while True:
        _resource_type(tokens, at + 1)
        if tokens[at + 2] == "}":
            return at + 3
        if tokens[at + 2] != ",":
            _stop(tokens, at + 2, "`,` or `}`")
        at += 2


def _permissions(tokens: list[str], at: int) -> tuple[tuple[str, ...], int]:
    found: list[str] = []
    while True:
        token = tokens[at]
        if not token.isidentifier():
            _stop(tokens, at, "a permission")
        found.append(token.upper())
        at += 1
        separator = tokens[at]
        at += 1
        if separator == "}":
            return tuple(found), at
        if separator != ",":
            _stop(tokens, at - 1, "`,` or `}`")


# --- names ---------------------------------------------------------------------------------------------


def _content(tokens: list[str], at: int, expected: str) -> str:
    """What a word or a quoted literal holds; never empty."""
    token = tokens[at]
    start = token[:1]
    if start in _WORD_START and start:
        return token
    if start == "'" and len(token) > 2:
        return token[1:-1]
    _stop(tokens, at, expected)


def _name(tokens: list[str], at: int) -> tuple[str | None, str, int]:
    """`name`, `domain/name`, `'domain'/'name'`: (domain, name, next position)."""
    content = _content(tokens, at, "a name")
    if tokens[at].lower() == "to":  # a group called so stands in quotes
        _stop(tokens, at, "a name")
    if tokens[at + 1] == "/":
        if "/" in content:
            _stop(tokens, at + 1, "the end of the name")
        name = _content(tokens, at + 2, "a name")
        if "/" in name:
            _stop(tokens, at + 2, "a name without a domain")
        return content, name, at + 3
    if "/" in content:
        domain, _, name = content.partition("/")
        if not domain or not name or "/" in name:
            _stop(tokens, at, "a name, or a domain and a name")
        return domain, name, at + 1
    return None, content, at + 1


# --- subject -------------------------------------------------------------------------------------------

_NAMED = frozenset({"group", "dynamic-group", "service"})
_EVERYONE = frozenset({"any-user", "any-group"})


def _subject(tokens: list[str], at: int, crossing: _Crossing) -> tuple[Subject, int]:
    kind = tokens[at].lower()
    if kind == "resource":
        members, at = _opaque(tokens, at + 1)
    elif tokens[at + 2].lower() == "to" and kind in _NAMED:  # by far the most frequent: one name
        members, at = _single(kind, tokens, at + 1)
    else:
        members, at = _members(tokens, at)
    tenancy = None
    if tokens[at].lower() == "of":
        tenancy, at = _of_tenancy(tokens, at, crossing)
    elif crossing == "admit":
        _stop(tokens, at, "`of tenancy` with the tenancy that is admitted")
    return (Subject(members, tenancy) if tenancy else _plain_subject(members)), at


@lru_cache(maxsize=4096)
def _plain_subject(members: tuple[Member, ...]) -> Subject:
    return Subject(members)


def _single(kind: str, tokens: list[str], at: int) -> tuple[tuple[Member, ...], int]:
    token = tokens[at]
    if token[:1] not in _WORD_START or "/" in token or token[:5].lower() in ("ocid1", "id", "to"):
        member, at = _one_member(kind, tokens, at)
        return (member,), at
    return (_member(kind, token, None),), at + 1


@lru_cache(maxsize=4096)
def _member(kind: str, name: str, domain: str | None) -> Member:
    """A named principal. A group called `any-user` is taken for any-user: nobody has such a group, and a
    reading that is too wide only refuses."""
    if name.strip().lower() in _EVERYONE:
        return Member(cast("MemberKind", name.strip().lower()))
    return Member(cast("MemberKind", kind), name, None, domain)


def _members(tokens: list[str], at: int) -> tuple[tuple[Member, ...], int]:
    """A comma list of one kind of principal ("only one type of principal, but many instances": Subject), each
    with or without its keyword. any-user and any-group are taken in any company, so that they are seen."""
    found: list[Member] = []
    kind = ""
    while True:
        word = tokens[at].lower()
        if word in _NAMED and (not kind or tokens[at + 1].lower() not in _ENDS_MEMBER):
            if kind in _NAMED and word != kind:
                _stop(tokens, at, f"another {kind}: a statement names one kind of principal")
            kind = word
            at += 1
            word = tokens[at].lower()
        if word in _EVERYONE:
            found.append(Member(cast("MemberKind", word)))
            kind = kind or word
            at += 1
        elif kind in _NAMED:
            member, at = _one_member(kind, tokens, at)
            found.append(member)
        else:
            _stop(tokens, at, "group, dynamic-group, service, any-group or any-user")
        if tokens[at] != ",":
            return tuple(found), at
        at += 1


def _one_member(kind: str, tokens: list[str], at: int) -> tuple[Member, int]:
    if tokens[at].lower() == "id":  # a group called so stands in quotes
        ocid = _content(tokens, at + 1, "an OCID")
        if not _ID(ocid):
            _stop(tokens, at + 1, "an OCID")
        return Member(cast("MemberKind", kind), None, ocid), at + 2
    domain, name, behind = _name(tokens, at)
    if domain is None and name[:6].lower() == "ocid1.":  # `group ocid1...` without `id`
        if not _ID(name):
            _stop(tokens, at, "an OCID")
        return Member(cast("MemberKind", kind), None, name), behind
    return _member(kind, name, domain), behind


def _opaque(tokens: list[str], at: int) -> tuple[tuple[Member, ...], int]:
    """`resource <id> [<id>]`: one or two words OCI does not document."""
    words: list[str] = []
    while len(words) < 2 and (not words or tokens[at].lower() not in ("to", "of", "{")):
        word = _content(tokens, at, "the id of a resource")
        if not _OPAQUE(word):
            _stop(tokens, at, "the id of a resource")
        words.append(word)
        at += 1
    return (Member("resource", " ".join(words)),), at


def _of_tenancy(tokens: list[str], at: int, crossing: _Crossing) -> tuple[str, int]:
    if not crossing:
        _stop(tokens, at, "`to`")
    word = tokens[at + 1].lower()
    if word == "any-tenancy":
        return "any-tenancy", at + 2
    if word != "tenancy":
        _stop(tokens, at + 1, "`tenancy`")
    return _content(tokens, at + 2, "the alias of a tenancy"), at + 3


# --- location ------------------------------------------------------------------------------------------

_TENANCY = Location("tenancy")
_ENDS_LOCATION = frozenset({"where", "with", END})


def _location(tokens: list[str], at: int, crossing: _Crossing) -> tuple[Location, int]:
    word = tokens[at].lower()
    if word == "tenancy":
        at += 1
        if crossing and tokens[at].lower() not in _ENDS_LOCATION:
            return Location("tenancy", tenancy=_content(tokens, at, "the alias of a tenancy")), at + 1
        return _TENANCY, at
    if word == "any-tenancy" and crossing:
        return Location("any-tenancy"), at + 1
    if word != "compartment":
        _stop(tokens, at, "`tenancy` or `compartment`")
    location, at = _compartment(tokens, at + 1)
    if crossing and tokens[at].lower() == "of":
        tenancy, at = _of_tenancy(tokens, at, crossing)
        return Location("compartment", location.path, location.id, tenancy), at
    return location, at


def _compartment(tokens: list[str], at: int) -> tuple[Location, int]:
    token = tokens[at]
    if token.lower() == "id":  # a compartment called so stands in quotes
        ocid = _content(tokens, at + 1, "an OCID")
        if not _ID(ocid):
            _stop(tokens, at + 1, "an OCID")
        return _by_id(ocid), at + 2
    content = _content(tokens, at, "the name of a compartment")
    if content[:3].lower() == "id ":  # `compartment 'id ocid1...'`: quoted together
        content = content[3:].strip() or content
    if content[:6].lower() == "ocid1.":  # `compartment ocid1...` without `id`, quoted or not
        if not _ID(content):
            _stop(tokens, at, "an OCID")
        return _by_id(content), at + 1
    at += 1
    if tokens[at] == "(" and tokens[at + 1].lower() == "root" and tokens[at + 2] == ")":
        return Location("compartment", (f"{content} (root)",)), at + 3  # as the console shows the tenancy
    while tokens[at] == ":" or content[-1] == ":":  # 'A':'B', A : B, A: B
        if tokens[at] == ":":
            content += ":"
            at += 1
        content += _content(tokens, at, "the name of a compartment")
        at += 1
    location = _by_path(content)
    if location is None:
        _stop(tokens, at - 1, "a path of compartment names")
    return location, at


@lru_cache(maxsize=4096)
def _by_id(ocid: str) -> Location:
    return Location("compartment", (), ocid)


@lru_cache(maxsize=4096)
def _by_path(content: str) -> Location | None:
    names = tuple(content.split(":"))
    if not all(name.strip() and "/" not in name and not _is_ocid_like(name) for name in names):
        return None
    return Location("compartment", names)


def _is_ocid_like(name: str) -> bool:
    """An OCID inside a path, or behind a blank, is no compartment's name."""
    return name.strip()[:6].lower() == "ocid1."


def _partner(tokens: list[str], at: int, crossing: _Crossing) -> tuple[Association, int]:
    resource = _resource_type(tokens, at)
    if tokens[at + 1].lower() != "in":
        _stop(tokens, at + 1, "`in`")
    location, at = _location(tokens, at + 2, crossing)
    return Association(resource, location), at


# --- conditions ----------------------------------------------------------------------------------------


def _condition(tokens: list[str], at: int, depth: int) -> tuple[Condition, int]:
    word = tokens[at].lower()
    after = tokens[at + 1]
    if after == "{":
        return _block(tokens, at, word, depth)
    begin = at
    if word == "!" or word == "not":
        name = _variable(tokens, at + 1)
        return Presence(name, False, (begin, at + 2)), at + 2
    if after == "(":
        return _call(tokens, at, word)
    name = _variable(tokens, at)
    at += 1
    if after == "=" or after == "!=":
        value, at = _value(tokens, at + 1)
        return Comparison(name, cast("Operator", after), (value,), (begin, at)), at
    if after == "!":
        if tokens[at + 1] != "=":
            _stop(tokens, at + 1, "`=`")
        value, at = _value(tokens, at + 2)
        return Comparison(name, "!=", (value,), (begin, at)), at
    return _worded(tokens, at, name)


def _worded(tokens: list[str], at: int, name: str) -> tuple[Condition, int]:
    """The operators that are words, and the bare variable."""
    begin = at - 1
    word = tokens[at].lower()
    if word == "in":
        values, at = _list(tokens, at + 1)
        return Comparison(name, "in", values, (begin, at)), at
    if word == "not":
        if tokens[at + 1].lower() != "in":
            _stop(tokens, at + 1, "`in`")
        values, at = _list(tokens, at + 2)
        return Comparison(name, "not in", values, (begin, at)), at
    if word == "before" or word == "after":
        value, at = _value(tokens, at + 1)
        return Comparison(name, cast("Operator", word), (value,), (begin, at)), at
    if word == "between":
        low, at = _value(tokens, at + 1)
        if tokens[at].lower() != "and":
            _stop(tokens, at, "`and`")
        high, at = _value(tokens, at + 1)
        return Comparison(name, "between", (low, high), (begin, at)), at
    if word in ("", ",", "}"):
        return Presence(name, True, (begin, at)), at
    _stop(tokens, at, "an operator (`=`, `!=`, `in`, `not in`, `before`, `after`, `between`)")


def _block(tokens: list[str], at: int, word: str, depth: int) -> tuple[Condition, int]:
    if word != "all" and word != "any":
        _stop(tokens, at, "`all` or `any`")
    if depth >= MAX_DEPTH:
        raise _Stop(at, f"Conditions are nested deeper than {MAX_DEPTH} levels.")
    found: list[Condition] = []
    at += 2
    while True:
        condition, at = _condition(tokens, at, depth + 1)
        found.append(condition)
        separator = tokens[at]
        at += 1
        if separator == "}":
            return (AllOf(tuple(found)) if word == "all" else AnyOf(tuple(found))), at
        if separator != ",":
            _stop(tokens, at - 1, "`,` or `}`")


def _variable(tokens: list[str], at: int) -> str:
    name = tokens[at].lower()
    if not _VARIABLE(name) or name == "all" or name == "any":  # these two begin a block that is missing
        _stop(tokens, at, "a variable")
    return name


def _value(tokens: list[str], at: int) -> tuple[Value, int]:
    token = tokens[at]
    start = token[:1]
    if start == "'" and len(token) > 1:
        return Text(token[1:-1]), at + 1
    if start == "/" and len(token) > 1:
        return Pattern(token[1:-1]), at + 1
    if not _VARIABLE(token) and not _PARTNER_VARIABLE(token):
        _stop(tokens, at, "a quoted value, a pattern or a variable")
    return Variable(token.lower()), at + 1


def _list(tokens: list[str], at: int) -> tuple[tuple[Value, ...], int]:
    if tokens[at] != "(":
        _stop(tokens, at, "`(`")
    found: list[Value] = []
    at += 1
    while True:
        value, at = _value(tokens, at)
        found.append(value)
        separator = tokens[at]
        at += 1
        if separator == ")":
            return tuple(found), at
        if separator != ",":
            _stop(tokens, at - 1, "`,` or `)`")


def _call(tokens: list[str], at: int, name: str) -> tuple[Condition, int]:
    if name not in FUNCTIONS:
        _stop(tokens, at, "an operator, or one of the functions " + ", ".join(sorted(FUNCTIONS)))
    begin = at
    arguments: list[tuple[Value, ...]] = []
    at += 2
    while True:
        if tokens[at] == "(":
            values, at = _list(tokens, at)
            arguments.append(values)
        else:
            value, at = _value(tokens, at)
            arguments.append((value,))
        separator = tokens[at]
        at += 1
        if separator == ")":
            return FunctionCall(name, tuple(arguments), (begin, at)), at
        if separator != ",":
            _stop(tokens, at - 1, "`,` or `)`")
