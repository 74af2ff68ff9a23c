"""Texts that OCI refuses, and what to write instead: some this model can read on, some it cannot.

Does not know what a statement grants; ``would`` is what the judge says the statement would do if it were read
as it was meant ("reach functions").
"""

from __future__ import annotations

import re

from oci_iam.language.literals import unquoted_literal
from oci_iam.language.tenancy import alias, is_root, is_tenancy
from oci_iam.language.wording import slice_of
from oci_iam.statement import Statement, Unparsable
from oci_iam.verdict import Context, Finding
from oci_iam.ways.normal_form import MAX_WAYS

__all__ = ["SLIP_NOTES", "refused_in_any_case", "refused_where_narrow", "too_large", "unparsable"]

_PLACEHOLDER = re.compile(r"[*<>{}$%\[\]]").search
_SHOWN = 40
"""How many characters of a text that cannot be read a finding quotes."""

SLIP_NOTES = {
    "id": "OCI takes the OCID for a compartment's name and refuses the statement: write `compartment id …`.",
    "quotes": "OCI refuses a literal without quotes: write it in single quotes.",
    "to": "OCI's grammar requires `to` before the verb, so OCI refuses this statement.",
    "in": "OCI's grammar requires `in` before the location, so OCI refuses this statement.",
    "resource-type": "OCI's grammar has no resource-type after a permission list; the list alone counts.",
}
_SLIPPED = {
    "to": (1, "`to` is missing from a statement that would {would}."),
    "in": (2, "`in` is missing from a statement that would {would}."),
    "resource-type": (
        1,
        "A resource-type follows the permission list of a statement that would {would}.",
    ),
}


def refused_in_any_case(statement: Statement, context: Context, would: str) -> Finding | None:
    """A slip after which nobody can say what the statement was to be: it counts before any other finding."""
    unquoted = unquoted_literal(statement.condition)
    if unquoted:
        return _unquoted(statement, unquoted)
    for slip in statement.slips:
        if slip != "id":
            return _slipped(statement, slip, would)
    return _misplaced_id(statement, context, would)


def refused_where_narrow(statement: Statement, context: Context, would: str) -> Finding | None:
    """A slip in the name of a place or a principal: it counts where the statement is narrow otherwise."""
    return _without_id(statement) if statement.slips else _no_name(statement, context, would)


def too_large(statement: Statement) -> Finding:
    """More ways than can be told apart."""
    return Finding(
        "condition-too-large",
        f"The condition can hold in more than {MAX_WAYS} ways, too many to tell them apart.",
        slice_of(statement, statement.spans[3])[:_SHOWN],
        "Write several statements, or list the values of one variable: `target.function.id in ('…', '…')`.",
    )


def _slipped(statement: Statement, slip: str, would: str) -> Finding:
    span, message = _SLIPPED[slip]
    return Finding(
        "unparsable",
        message.format(would=would),
        slice_of(statement, statement.spans[span]),
        SLIP_NOTES[slip],
    )


def _unquoted(statement: Statement, literal: str) -> Finding:
    return Finding(
        "unquoted-literal",
        f"Expected a quoted literal, found `{literal}`; OCI refuses the statement.",
        slice_of(statement, statement.spans[3])[:_SHOWN],
        f"Write `'{literal}'`.",
    )


def _without_id(statement: Statement) -> Finding:
    return Finding(
        "ocid-without-id",
        "Expected `id` before the OCID of a compartment; OCI takes it for a name and refuses the statement.",
        slice_of(statement, statement.spans[2]),
        f"Write `compartment id {statement.location.id}`.",
    )


def _misplaced_id(statement: Statement, context: Context, would: str) -> Finding | None:
    """What to say when an OCID stands where a thing of its type cannot: who knows what was meant."""
    place = statement.location.id
    if place is not None and _kind(place) != "compartment" and not is_tenancy(place, context):
        return _misplaced(statement, place, "a compartment", 2, would)
    for member in statement.subject.members:
        if member.id is not None and "group" not in _kind(member.id):
            return _misplaced(statement, member.id, f"a {member.kind}", 0, would)
    return None


def _misplaced(statement: Statement, ocid: str, wanted: str, span: int, would: str) -> Finding:
    return Finding(
        "misplaced-ocid",
        f"Expected the OCID of {wanted}, found one of type `{_kind(ocid)}`, in a statement that would"
        f" {would}.",
        slice_of(statement, statement.spans[span]),
        f"Write the OCID of {wanted} there, or its name without `id`.",
    )


def _no_name(statement: Statement, context: Context, would: str) -> Finding | None:
    """What to say when a placeholder or a wildcard stands where a name should: who knows what it becomes."""
    path = statement.location.path
    names = [name for member in statement.subject.members for name in (member.domain, member.name) if name]
    root = bool(path) and (is_root(path) or (path[0].strip().lower() == "tenancy" and len(path) == 1))
    if any(map(_PLACEHOLDER, path)) or (root and alias(path[0], context.aliases) is None):
        span = 2
    elif any(map(_PLACEHOLDER, names)):
        span = 0
    else:
        return None
    return Finding(
        "placeholder",
        f"Placeholder where a name is required, in a statement that would {would}.",
        slice_of(statement, statement.spans[span]),
        "Write the name itself, or `id` and an OCID; the whole tenancy is `in tenancy`.",
    )


def _kind(ocid: str) -> str:
    return ocid.lower().partition(".")[2].partition(".")[0]


_CONFINED = "target.function.id = '<function OCID>'"
_EXAMPLE = f"Allow group <name> to use fn-invocation in compartment <name> where {_CONFINED}"


def unparsable(text: Unparsable, example: str = _EXAMPLE) -> Finding:
    """A text that cannot be read, with the place where reading stopped; ``example`` is one that can."""
    rest = text.text[text.position : text.position + _SHOWN] or text.text[-_SHOWN:]
    message = f"The statement cannot be read with certainty: {text.reason}"
    return Finding("unparsable", message, rest, _instead_of(text, example))


_INSTEAD = (
    (re.compile(r"Expected `tenancy` or `compartment`, found `([\w.:-]+)`"), "Write `compartment {0}`."),
    (
        re.compile(r"Expected group, dynamic-group, .*, found `([\w./-]+)`"),
        "Write `group {0}`, or `dynamic-group {0}`.",
    ),
    (
        re.compile(r"Double quotes|The character U\+20(?:18|19|1C|1D)"),
        "Write literals in single quotes: `'…'`.",
    ),
    (re.compile(r"A semicolon"), "Leave the semicolon out; write one statement per string."),
    (re.compile(r"A second statement"), "Write one statement per string."),
)
"""What the reason of a text that cannot be read says -> the one thing to write."""


def _instead_of(text: Unparsable, example: str) -> str:
    for reason, advice in _INSTEAD:
        match = reason.match(text.reason)
        if match is not None:
            return advice.format(*match.groups())
    return f"Write one statement in OCI's documented grammar, in ASCII, such as `{example}`."
