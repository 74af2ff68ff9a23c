"""Judges one statement, or the statements of one policy, by what they can grant on functions.

A statement that can yield a permission to invoke, create, update or delete a function or application is
over-broad when

1. it applies to the whole tenancy,
2. any-user or any-group (or an opaque ``resource``) may use it and the condition does not pin the principal,
3. it says ``use`` or ``manage`` of ``functions-family`` or ``all-resources``, or
4. it crosses tenancies (``endorse``, ``admit``),

each unless its condition certainly confines it to named functions or applications (which does not help 2).
Rule 3 spares the form Oracle documents for services that invoke functions: ``use functions-family`` with the
principal's type and compartment, or its OCID, certainly confined. A condition is judged way by way (see
``_normal_form``): every way in which it can hold must be narrow by itself.

Does not know which statements already exist: sets of statements have rules of their own, and never change
the verdict of one.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from functools import lru_cache

from oci_iam._harmless import harmless_kind, harmless_reading
from oci_iam._literals import unquoted_literal
from oci_iam._normal_form import MAX_WAYS, NormalForm, Way, normal_form
from oci_iam._parser import parse
from oci_iam._pins import is_service_form, names_target, pins_principal, why_unpinned
from oci_iam._tenancy import is_root
from oci_iam._variables import unknown_variables
from oci_iam._wording import doing, names, slice_of, whom
from oci_iam.catalogue.permissions import ALL_RESOURCES
from oci_iam.conditions import yielded
from oci_iam.granted import Grant, granted, only_looks
from oci_iam.remediation import is_anyone, narrower
from oci_iam.statement import Location, Statement, Unparsable
from oci_iam.verdict import Context, Finding, Verdict

__all__ = ["judge", "judge_policy", "names_functions"]

_NO_CONTEXT = Context()
_FAMILIES = frozenset({"functions-family", ALL_RESOURCES})
_PLACEHOLDER = re.compile(r"[*<>{}$%\[\]]").search
_SHOWN = 40
"""How many characters of a text that cannot be read a finding quotes."""


def judge(statement: str | Statement | Unparsable, context: Context | None = None) -> Verdict:
    """The verdict on one statement, given as text or already parsed."""
    if isinstance(statement, str):
        statement = parse(statement)
    if isinstance(statement, Unparsable):
        return _harmless_text(statement) or _unparsable(statement)
    if statement.kind == "define":
        return _UNRELATED
    grant = granted(statement)
    if statement.kind == "deny":
        return _DENIES if grant.standing == "functions" else _UNRELATED
    if grant.standing == "near-miss" and not only_looks(statement):
        return _near_miss(statement, grant)
    if grant.reach:
        verdict = _judge_reach(statement, grant, context or _NO_CONTEXT)
    else:
        verdict = _harmless(statement, grant)
    if statement.condition is None:
        return verdict
    only_functions = grant.standing == "functions" and statement.resource != ALL_RESOURCES
    notes = tuple(unknown_variables(statement.condition, of_functions=only_functions))
    return replace(verdict, notes=(*verdict.notes, *notes)) if notes else verdict


def judge_policy(
    statements: Iterable[str | Statement | Unparsable], context: Context | None = None
) -> tuple[Verdict, ...]:
    """A verdict for each statement of one policy, in their order.

    What the policy's own ``define`` statements say holds for all of them, wherever it stands. An alias
    defined more than once, or also in ``context``, is taken for a tenancy when any of its definitions is
    one.
    """
    parsed = [parse(item) if isinstance(item, str) else item for item in statements]
    context = _with_aliases(parsed, context or _NO_CONTEXT)
    return tuple(judge(item, context) for item in parsed)


def _with_aliases(parsed: Sequence[Statement | Unparsable], context: Context) -> Context:
    definitions = [
        item.definition for item in parsed if isinstance(item, Statement) and item.definition is not None
    ]
    if not definitions:
        return context
    aliases = {name.lower(): ocid for name, ocid in context.aliases.items()}
    for definition in definitions:
        name = definition.name.lower()
        if definition.kind == "tenancy":
            aliases[name] = _SOME_TENANCY
        elif not _is_tenancy(aliases.get(name, ""), context):  # whatever kind of thing it calls the tenancy
            aliases[name] = definition.id
    return replace(context, aliases=aliases)


_SOME_TENANCY = "ocid1.tenancy.oc1..alias"
"""Stands for whatever a `define tenancy` names: that it is a tenancy is all the judge asks."""


# --- the short answers ---------------------------------------------------------------------------------

_UNRELATED = Verdict("unrelated")
_DENIES = Verdict("ok", notes=("A deny grants nothing; whether deny takes effect depends on the tenancy.",))
_SLIPS = {
    "id": "OCI takes the OCID for a compartment's name and refuses the statement: write `compartment id …`.",
    "quotes": "OCI refuses a literal without quotes: write it in single quotes.",
    "to": "OCI's grammar requires `to` before the verb, so OCI refuses this statement.",
    "in": "OCI's grammar requires `in` before the location, so OCI refuses this statement.",
    "resource-type": "OCI's grammar has no resource-type after a permission list; the list alone counts.",
}
_SLIPPED = {
    "to": (1, "`to` is missing from a statement that would reach functions."),
    "in": (2, "`in` is missing from a statement that would reach functions."),
    "resource-type": (
        1,
        "A resource-type follows the permission list of a statement that would reach functions.",
    ),
}


def _harmless_text(text: Unparsable) -> Verdict | None:
    """The verdict on a text that OCI refuses and none of whose readings reaches functions; else None."""
    widest = harmless_reading(text)
    found = harmless_kind(text, widest)
    if found is None:
        return None
    note, is_about_functions = found
    if widest is not None:
        verdict = judge(widest)
        return replace(verdict, notes=(*verdict.notes, note))
    return Verdict("ok" if is_about_functions else "unrelated", notes=(note,))


def _unparsable(text: Unparsable) -> Verdict:
    rest = text.text[text.position : text.position + _SHOWN] or text.text[-_SHOWN:]
    message = f"The statement cannot be read with certainty: {text.reason}"
    return Verdict("unjudgeable", (Finding("unparsable", message, rest, _instead_of(text)),))


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


def _instead_of(text: Unparsable) -> str:
    for reason, advice in _INSTEAD:
        match = reason.match(text.reason)
        if match is not None:
            return advice.format(*match.groups())
    return (
        "Write one statement in OCI's documented grammar, in ASCII, such as `Allow group <name> to use"
        " fn-invocation in compartment <name> where target.function.id = '<function OCID>'`."
    )


def _near_miss(statement: Statement, grant: Grant) -> Verdict:
    said = statement.resource or "one of the permissions"
    return Verdict(
        "unjudgeable",
        (
            Finding(
                "near-miss",
                f"`{said}` is unknown to this model and resembles `{grant.meant}`.",
                slice_of(statement, statement.spans[1]),
                f"If `{grant.meant}` is meant: {narrower(statement, grant.reach)}",
            ),
        ),
    )


def _harmless(statement: Statement, grant: Grant) -> Verdict:
    if statement.condition is None and not statement.slips:
        return _harmless_plain(statement.verb, statement.resource, grant)
    permissions = yielded(statement.condition, grant.permissions) - grant.reach
    plain = _harmless_plain(statement.verb, statement.resource, grant)
    slips = [*statement.slips, *(["quotes"] if unquoted_literal(statement.condition) else [])]
    return Verdict(plain.verdict, (), permissions, plain.notes + tuple(_SLIPS[slip] for slip in slips))


@lru_cache(maxsize=4096)
def _harmless_plain(verb: str | None, resource: str | None, grant: Grant) -> Verdict:
    notes: tuple[str, ...] = ()
    if grant.standing == "unknown" and verb is not None:
        notes = (f"The resource-type `{resource}` is unknown to this model; it is not a functions type.",)
    elif grant.standing == "near-miss":
        notes = (
            f"The resource-type `{resource}` is unknown to this model; whatever is meant"
            f" (`{grant.meant}`?), `{verb}` reaches no function.",
        )
    concerns_functions = grant.standing == "functions" or grant.standing == "near-miss"
    return Verdict("ok" if concerns_functions else "unrelated", (), grant.permissions, notes)


# --- statements that can reach functions ---------------------------------------------------------------


def _judge_reach(statement: Statement, grant: Grant, context: Context) -> Verdict:
    form = normal_form(statement.condition, grant.reach)
    permissions = _left(statement, grant, form)
    unquoted = unquoted_literal(statement.condition)
    if not form.ways:
        return _harmless(statement, grant)
    slips = [slip for slip in statement.slips if slip != "id"]
    if unquoted or slips:
        refused = _unquoted(statement, unquoted) if unquoted else _slipped(statement, slips[0])
        return Verdict("unjudgeable", (refused,))
    misplaced = _misplaced_id(statement, context)
    if misplaced is not None:
        return Verdict("unjudgeable", (misplaced,))
    findings: list[Finding] = []
    rules = [_rule_subject, _rule_family]
    if statement.kind != "allow":
        rules.insert(0, _rule_crossing)
    if _is_tenancy_wide(statement.location, context):
        rules.insert(0, _rule_scope)
    for rule in rules:
        found = next(filter(None, (rule(statement, way) for way in form.ways)), None)
        if found is not None:
            findings.append(found)
    if findings and not form.complete:
        return Verdict("unjudgeable", (_too_large(statement),))
    if findings:
        return Verdict("over-broad", tuple(findings), permissions)
    unnamed = _without_id(statement) if statement.slips else _no_name(statement, context)
    if unnamed is not None:
        return Verdict("unjudgeable", (unnamed,))
    return Verdict("ok", (), permissions)


def _left(statement: Statement, grant: Grant, form: NormalForm) -> frozenset[str]:
    """The permissions the statement can yield: of those that reach functions, what some way leaves."""
    reach = frozenset[str]().union(*(way.reach for way in form.ways))
    return yielded(statement.condition, grant.permissions) - (grant.reach - reach)


def _too_large(statement: Statement) -> Finding:
    return Finding(
        "condition-too-large",
        f"The condition can hold in more than {MAX_WAYS} ways, too many to tell them apart.",
        slice_of(statement, statement.spans[3])[:_SHOWN],
        "Write several statements, or list the values of one variable: `target.function.id in ('…', '…')`.",
    )


def _slipped(statement: Statement, slip: str) -> Finding:
    span, message = _SLIPPED[slip]
    return Finding("unparsable", message, slice_of(statement, statement.spans[span]), _SLIPS[slip])


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


def _misplaced_id(statement: Statement, context: Context) -> Finding | None:
    """What to say when an OCID stands where a thing of its type cannot: who knows what was meant."""
    place = statement.location.id
    if place is not None and _kind(place) != "compartment" and not _is_tenancy(place, context):
        return _misplaced(statement, place, "a compartment", 2)
    for member in statement.subject.members:
        if member.id is not None and "group" not in _kind(member.id):
            return _misplaced(statement, member.id, f"a {member.kind}", 0)
    return None


def _misplaced(statement: Statement, ocid: str, wanted: str, span: int) -> Finding:
    return Finding(
        "misplaced-ocid",
        f"Expected the OCID of {wanted}, found one of type `{_kind(ocid)}`, in a statement that would reach"
        " functions.",
        slice_of(statement, statement.spans[span]),
        f"Write the OCID of {wanted} there, or its name without `id`.",
    )


def _no_name(statement: Statement, context: Context) -> Finding | None:
    """What to say when a placeholder or a wildcard stands where a name should: who knows what it becomes."""
    path = statement.location.path
    names = [name for member in statement.subject.members for name in (member.domain, member.name) if name]
    root = bool(path) and (is_root(path) or (path[0].strip().lower() == "tenancy" and len(path) == 1))
    if any(map(_PLACEHOLDER, path)) or (root and _alias(path[0], context.aliases) is None):
        span = 2
    elif any(map(_PLACEHOLDER, names)):
        span = 0
    else:
        return None
    return Finding(
        "placeholder",
        "Placeholder where a name is required, in a statement that would reach functions.",
        slice_of(statement, statement.spans[span]),
        "Write the name itself, or `id` and an OCID; the whole tenancy is `in tenancy`.",
    )


def _kind(ocid: str) -> str:
    return ocid.lower().partition(".")[2].partition(".")[0]


def _rule_scope(statement: Statement, way: Way) -> Finding | None:
    if names_target(way):
        return None
    return Finding(
        "tenancy-wide",
        f"The statement lets {whom(statement.subject)} {doing(way.reach)} in every compartment of the"
        f" tenancy ({names(way.reach)}).",
        slice_of(statement, statement.spans[2]),
        narrower(statement, way.reach),
    )


def _rule_crossing(statement: Statement, way: Way) -> Finding | None:
    if names_target(way):
        return None
    return Finding(
        "crosses-tenancies",
        f"The statement lets {whom(statement.subject)} {doing(way.reach)} across tenancies"
        f" ({names(way.reach)}).",
        slice_of(statement, (statement.spans[1][0], statement.spans[2][1])),
        narrower(statement, way.reach),
    )


def _rule_subject(statement: Statement, way: Way) -> Finding | None:
    broad = next(filter(is_anyone, statement.subject.members), None)
    if broad is None or pins_principal(way):
        return None
    who = _BROAD.get(broad.kind, broad.kind)
    return Finding(
        "any-principal",
        f"The subject is {who}, and {why_unpinned(way)}, so more principals than intended can"
        f" {doing(way.reach)} ({names(way.reach)}).",
        slice_of(statement, statement.spans[0]),
        narrower(statement, way.reach),
    )


_BROAD = {"resource": "an undocumented `resource` subject", "group": "every user of an identity domain"}


def _rule_family(statement: Statement, way: Way) -> Finding | None:
    resource = statement.resource
    if resource not in _FAMILIES or names_target(way):
        return None
    if resource == "functions-family" and statement.verb == "use" and is_service_form(way):
        return None
    return Finding(
        "whole-family",
        f"`{statement.verb} {resource}` lets {whom(statement.subject)} {doing(way.reach)}"
        f" without naming one ({names(way.reach)}).",
        slice_of(statement, statement.spans[1]),
        narrower(statement, way.reach),
    )


def names_functions(statement: Statement) -> bool:
    """Whether every way in which the statement can reach functions names them, or their application, by
    OCID."""
    return all(map(names_target, normal_form(statement.condition, granted(statement).reach).ways))


# --- where ---------------------------------------------------------------------------------------------


def _is_tenancy_wide(location: Location, context: Context) -> bool:
    if location.kind != "compartment":
        return True
    if location.id is not None:
        return _is_tenancy(location.id, context)
    known = _alias(":".join(location.path), context.aliases) if context.aliases else None
    return _is_tenancy(known, context) if known is not None else is_root(location.path)


def _alias(name: str, aliases: Mapping[str, str]) -> str | None:
    folded = name.lower()
    return next((ocid for alias, ocid in aliases.items() if alias.lower() == folded), None)


def _is_tenancy(ocid: str, context: Context) -> bool:
    folded = ocid.lower()
    if folded.startswith("ocid1.tenancy"):
        return True
    return context.tenancy_id is not None and folded == context.tenancy_id.lower()
