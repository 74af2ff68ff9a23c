"""Statements of which some parts are known only when they are deployed: `Allow group ${var.g} to …`.

An unknown that fills a whole name, OCID, subject, location or quoted literal is read as one of that kind: a
stand-in takes its place, and what is assumed of it is a note. Anywhere else it could be anything, and there
is no reading. Does not judge, and does not know where the unknowns come from.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields, is_dataclass
from itertools import product
from typing import Final, NamedTuple, TypeAlias

from oci_iam.catalogue.permissions import FUNCTIONS_PERMISSIONS
from oci_iam.language.parser import parse
from oci_iam.statement import Comparison, Definition, Location, Member, Statement, Subject, Text, Unparsable

__all__ = ["Parts", "Reading", "Unknown", "read_parts", "shown", "written"]


class Unknown(NamedTuple):
    """What is not known: the expression it comes from, what tells it apart from another of the same
    spelling, and the value it has where nobody sets another one (None: it is no string, or there is none)."""

    expression: str
    identity: str = ""
    default: str | None = None
    has_default: bool = False


Parts: TypeAlias = tuple[str | Unknown, ...]
"""The pieces of a text, in their order."""


def written(parts: Parts) -> str:
    """The text as its author wrote it, each unknown as `${expression}`."""
    return "".join(part if isinstance(part, str) else _shown(part) for part in parts)


def _shown(unknown: Unknown) -> str:
    return "${" + " ".join(unknown.expression.split()) + "}"


@dataclass(frozen=True, slots=True)
class Reading:
    """How a text with unknowns is read.

    ``text`` has a stand-in for each of them. ``also`` are texts with other values that must not be judged
    worse, ``defaults`` the text with the values that stand where nobody sets others. ``notes`` say what was
    assumed, ``stands_for`` what each stand-in means. ``is_whole`` is False where an unknown is only a part
    of a name, OCID or literal.
    """

    text: str
    also: tuple[str, ...]
    defaults: tuple[str, ...]
    notes: tuple[str, ...]
    stands_for: Mapping[str, str]
    is_whole: bool

    def shown(self, text: str) -> str:
        """A text with what the stand-ins in it stand for in their place."""
        return shown(text, self.stands_for)


def shown(text: str, stands_for: Mapping[str, str]) -> str:
    """A text with what each stand-in means in its place; the longest first, since one may contain another."""
    for stand_in, meaning in sorted(stands_for.items(), key=lambda pair: -len(pair[0])):
        text = re.sub(re.escape(stand_in), lambda _, said=meaning: said, text, flags=re.IGNORECASE)  # type: ignore[misc]
    return text


_BEGINS: Final = re.compile(
    r"\s*(?:allow|endorse|admit|deny(?:\s+(?:allow|endorse|admit))?)\s+", re.IGNORECASE
)
_TO: Final = re.compile(r"\s+to\b", re.IGNORECASE)
_IN: Final = re.compile(r"(?:.*[\s}])?in\s+", re.IGNORECASE | re.DOTALL)
_ENDS_LOCATION: Final = re.compile(r"\s*(?:where\b.*)?", re.IGNORECASE | re.DOTALL)
_ID: Final = re.compile(r"\bid\s+['\"]?$", re.IGNORECASE)
_KINDS: Final = re.compile(r"\b(compartment|tenancy|dynamic-group|group)\b", re.IGNORECASE)
_AS: Final = re.compile(r"\s*define\s+([\w-]+)\s.*\sas\s+['\"]?", re.IGNORECASE | re.DOTALL)
_PATH: Final = re.compile(r"\bcompartment\s+(?:[\w.'\" -]*:)*['\"]?$", re.IGNORECASE)
_LITERAL: Final = re.compile(r"([\w.-]+)\s*(?:!?=|\bin\s*\([^()]*)\s*['\"]$", re.IGNORECASE)
_OCID_TYPES: Final = {
    "compartment": "compartment",
    "tenancy": "tenancy",
    "group": "group",
    "dynamic-group": "dynamicgroup",
    "target.function.id": "fnfunc",
    "target.app.id": "fnapp",
    "request.user.id": "user",
    "request.groups.id": "group",
    "request.principal.cluster_id": "cluster",
    "target.secret.id": "vaultsecret",
    "target.queue.id": "queue",
    "target.stream.id": "stream",
    "target.key.id": "key",
    "target.vault.id": "vault",
    "target.topic.id": "onstopic",
}
_EQUALITIES: Final = frozenset({"=", "!=", "in", "not in"})
_MOST_TEXTS: Final = 64
"""How many texts with other values are looked at; where there would be more, the text has no reading."""


def read_parts(parts: Parts) -> Reading | None:
    """None where an unknown stands where it could change what the statement is."""
    filled: list[str] = []
    notes: list[str] = []
    stands_for: dict[str, str] = {}
    for index, part in enumerate(parts):
        if isinstance(part, str):
            filled.append(part)
            continue
        text, note = _stand_in(part, "".join(filled), written(parts[index + 1 :]))
        filled.append(text)
        notes += [note] if note else []
        if part.has_default:
            notes.append(f"The default of `{_shown(part)}` can be overridden: its value counts as unknown.")
        stands_for |= {text: _shown(part), _mark(part): _shown(part)}
    marks = [_mark(part) for part in parts if not isinstance(part, str)]
    text = "".join(filled)
    found = tuple(_places(parse(text), frozenset(marks)))
    if len(found) != len(marks) or not all(place.is_name for place in found):
        return None
    also = _with_other_values(text, found)
    if also is None:
        return None
    is_whole = all(place.is_whole for place in found)
    return Reading(text, also, _with_defaults(parts), tuple(dict.fromkeys(notes)), stands_for, is_whole)


def _mark(unknown: Unknown) -> str:
    """The same letters for the same unknown, in every statement."""
    said = f"{unknown.expression}\0{unknown.identity}"
    return "u" + hashlib.sha256(said.encode("utf-8", "surrogatepass")).hexdigest()[:24]


def _stand_in(unknown: Unknown, before: str, after: str) -> tuple[str, str]:
    """What takes the unknown's place between two texts, and the note on what that assumes."""
    mark, shown = _mark(unknown), _shown(unknown)
    tenancy = f"This holds unless `{shown}` is the tenancy."
    if _BEGINS.fullmatch(before) and _TO.match(after):
        return f"group {mark}", f"This holds unless `{shown}` is any-user, any-group or a service."
    if _IN.fullmatch(before) and _ENDS_LOCATION.fullmatch(after):
        return f"compartment {mark}", tenancy
    defined = _AS.fullmatch(before)
    named = [defined[1]] if defined else _KINDS.findall(before) if _ID.search(before) else []
    if named:
        kind = _OCID_TYPES.get(named[-1].lower(), "group")
        return _ocid(kind, mark), tenancy if kind == "compartment" else ""
    if _PATH.search(before):
        return mark, tenancy
    if found := _LITERAL.search(before):
        variable = found[1].lower()
        if variable.endswith("compartment.id"):
            return _ocid("compartment", mark), tenancy
        if variable == "request.principal.type":
            return mark, f"This holds unless `{shown}` is user or service."
        if variable in _OCID_TYPES or variable.endswith(".id"):
            return _ocid(_OCID_TYPES.get(variable, "resource"), mark), ""
    return mark, ""


def _ocid(kind: str, mark: str) -> str:
    return f"ocid1.{kind}.oc1..{mark}"


class _Found(NamedTuple):
    """One place in a statement that holds a mark: whether it is a name, OCID or literal, whether the
    stand-in fills it, and for a literal its variable."""

    text: str
    is_name: bool
    is_whole: bool
    variable: str = ""


def _places(node: object, marks: frozenset[str], variable: str = "") -> Iterator[_Found]:
    """Every place of a tree that holds a mark, as often as it does; none of a text that cannot be read."""
    if isinstance(node, tuple):
        for one in node:
            yield from _places(one, marks, variable)
    if not is_dataclass(node) or isinstance(node, Unparsable):
        return
    inside = node.variable if isinstance(node, Comparison) and node.op in _EQUALITIES else ""
    for named in fields(node):
        if not named.compare:  # where it was written, not what it says
            continue
        value = getattr(node, named.name)
        for text in value if isinstance(value, tuple) else (value,):
            if isinstance(text, str):
                for mark in marks:
                    for _ in range(text.lower().count(mark)):
                        yield _Found(text, _is_name(node, variable), _fills(text, mark), variable)
        yield from _places(value, marks, inside or variable)


def _is_name(node: object, variable: str) -> bool:
    if isinstance(node, Text):
        return bool(variable)
    if isinstance(node, Member):
        return node.kind != "resource"
    return isinstance(node, Location | Subject | Definition)


def _fills(text: str, mark: str) -> bool:
    return re.fullmatch(rf"(?:ocid1\.[a-z]+\.oc1\.\.)?{mark}", text, re.IGNORECASE) is not None


# --- other values ----------------------------------------------------------------------------------------


def _with_other_values(text: str, found: tuple[_Found, ...]) -> tuple[str, ...] | None:
    """The text with each value that could make the condition mean something else: a literal compared with
    the same variable elsewhere in it, one value for all unknowns of a variable, every permission."""
    statement = parse(text)
    if not isinstance(statement, Statement):
        return None
    literals: dict[str, set[str]] = {}
    _collect(statement.condition, literals)
    choices: list[list[tuple[frozenset[str], str]]] = []
    for variable in sorted({place.variable for place in found if place.variable}):
        here = frozenset(place.text for place in found if place.variable == variable)
        values = sorted(literals.get(variable, set()))
        if variable == "request.permission":
            values += sorted(FUNCTIONS_PERMISSIONS)
        if len(values) > 1 or len(here) > 1:
            choices.append([(here, value) for value in values])
    texts: dict[str, None] = {}
    for picked in product(*([None, *options] for options in choices)):
        if len(texts) > _MOST_TEXTS:
            return None
        changed = text
        for choice in filter(None, picked):
            for stand_in in choice[0]:
                changed = changed.replace(stand_in, choice[1])
        texts[changed] = None
    texts.pop(text, None)
    return tuple(texts)


def _collect(node: object, found: dict[str, set[str]]) -> None:
    """Every literal of a condition by its variable."""
    if isinstance(node, Comparison):
        found.setdefault(node.variable, set()).update(
            one.text for one in node.values if isinstance(one, Text)
        )
    for one in getattr(node, "conditions", ()):
        _collect(one, found)


def _with_defaults(parts: Parts) -> tuple[str, ...]:
    """The text with every default in place, where all that is unknown has one."""
    values = [part if isinstance(part, str) else part.default for part in parts]
    if any(value is None for value in values):
        return ()
    return ("".join(value for value in values if value is not None),)
