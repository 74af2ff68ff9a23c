"""Draws what was read of a statement, or marks the place where reading stopped.

Plain ASCII, readable without colour, for a terminal or a log. Decides nothing: the verdict is ``judge``'s,
the example ``counterexample``'s, what to write instead ``advise``'s.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence, Set
from textwrap import wrap

from oci_iam.advice import Advice, advise
from oci_iam.catalogue.permissions import FUNCTIONS_REACH
from oci_iam.conditions import literals, must
from oci_iam.counterexample import Counterexample, counterexample, workload_counterexample
from oci_iam.granted import granted
from oci_iam.judge import judge
from oci_iam.language.parser import parse
from oci_iam.language.rendering import render_condition, render_location, render_subject
from oci_iam.remediation import is_anyone
from oci_iam.statement import (
    AllOf,
    AnyOf,
    Comparison,
    Condition,
    FunctionCall,
    Presence,
    Statement,
    Unparsable,
)
from oci_iam.verdict import Finding, Verdict
from oci_iam.ways.normal_form import NormalForm, Way, normal_form
from oci_iam.ways.pins import pins_principal
from oci_iam.workload import judge_workload

__all__ = ["explain"]

_LABEL = 10
_MOST_PERMISSIONS = 12
_MOST_WAYS = 6
_MOST_VALUES = 3
_WIDTH = 80


def explain(text: str) -> str:
    """A drawing of one statement: subject, permissions, scope, what each condition confines, the ways in
    which the whole condition can hold, and the verdict; of a refusal an example of what it would let happen
    (``counterexample``) and what to write instead (``advise``).

    For a text that cannot be read: its line, a caret below the place, the reason, and the corrected text
    where that is certain.
    """
    statement = parse(text)
    if isinstance(statement, Unparsable):
        return _ascii("\n".join(_error(statement)))
    if statement.definition is not None:
        known = statement.definition
        return _ascii(f"define    {known.kind} {known.name}\n`- as      {known.id}")
    verdict = judge(statement)
    return _ascii("\n".join([*_drawing(statement, verdict), *_verdict(statement, verdict)]))


def _ascii(text: str) -> str:
    return text.encode("ascii", "replace").decode("ascii")


def _error(broken: Unparsable) -> Iterator[str]:
    """The line that holds the position, a caret under it, and why."""
    start = max(broken.text.rfind(end, 0, broken.position) for end in "\r\n") + 1
    ends = [at for at in (broken.text.find(end, broken.position) for end in "\r\n") if at >= 0]
    line = broken.text[start : min(ends, default=len(broken.text))]
    column = broken.position - start
    if column > 90:  # a long line is shown from shortly before the place
        line, column = "..." + line[column - 60 :], 63
    shown = "".join(character if character.isprintable() else " " for character in line)
    yield shown[:110]
    yield " " * column + "^"
    yield f"unjudgeable: {broken.reason}"
    advice = advise(broken)
    yield from _advice(advice, () if advice == Advice() else judge(broken).findings)


def _drawing(statement: Statement, verdict: Verdict) -> Iterator[str]:
    kind = statement.kind if statement.denied in (None, "allow") else f"deny {statement.denied}"
    yield kind
    grant = granted(statement)
    form = normal_form(statement.condition, grant.reach)
    yield _row("who", render_subject(statement.subject))
    yield from (_below(line) for line in _who(statement, form.ways))
    yield _row("may not" if statement.kind == "deny" else "may", _action(statement))
    for line in _permissions(statement, verdict):
        yield f"|  {line}"
    yield _row("where", _scope(statement))
    if statement.partner is not None:
        yield _row("with", f"{statement.partner.resource} in {render_location(statement.partner.location)}")
    if statement.condition is None:
        yield _row("if", "always")
    else:
        yield from _rows("if", _condition(statement.condition))
        if grant.reach:
            yield from _rows("ways", _ways(form, grant.reach))


def _rows(label: str, lines: Iterable[str]) -> Iterator[str]:
    for number, line in enumerate(lines):
        yield _row(label, line) if number == 0 else _below(line)


def _below(line: str) -> str:
    return "|" + " " * (_LABEL + 2) + line


def _row(label: str, text: str) -> str:
    return f"|- {label:<{_LABEL}}{text}"


def _action(statement: Statement) -> str:
    if statement.verb is None:
        return "{" + ", ".join(statement.permissions) + "}"
    return f"{statement.verb} {statement.resource}"


def _permissions(statement: Statement, verdict: Verdict) -> Iterator[str]:
    """What the action yields, and what of it the condition takes away."""
    grant = granted(statement)
    if not grant.permissions:
        known = f"a name similar to {grant.meant}" if grant.meant else "no known permission"
        yield f"  ({known})"
        return
    left = grant.permissions if statement.kind == "deny" else verdict.permissions
    ordered = sorted(grant.permissions, key=_by_weight)
    for name in ordered[:_MOST_PERMISSIONS]:
        marks = "* " if name in FUNCTIONS_REACH else "  "
        yield marks + name + ("" if name in left else "   (taken away by the condition)")
    if len(ordered) > _MOST_PERMISSIONS:
        yield f"  and {len(ordered) - _MOST_PERMISSIONS} more"
    if grant.reach:
        yield "  (* reaches functions)"


def _by_weight(permission: str) -> tuple[bool, bool, str]:
    """What reaches functions first, then what else concerns them."""
    return permission not in FUNCTIONS_REACH, not permission.startswith("FN_"), permission


def _scope(statement: Statement) -> str:
    location = statement.location
    text = render_location(location)
    if location.kind == "tenancy" and location.tenancy is None:
        return f"{text}, every compartment of it"
    if (location.id or "").lower().startswith("ocid1.tenancy."):
        return f"{text}, which is the tenancy with every compartment of it"
    return f"{text} and every compartment below it" if location.kind == "compartment" else text


def _who(statement: Statement, ways: Sequence[Way]) -> Iterator[str]:
    """Who is meant by a subject that names nobody."""
    if not any(map(is_anyone, statement.subject.members)):
        return
    if ways and all(map(pins_principal, ways)):
        yield "only principals that the condition names"
        return
    kinds = {member.kind for member in statement.subject.members}
    if "any-user" in kinds or "resource" in kinds:
        yield "every user, resource and service of the tenancy"
    elif "any-group" in kinds:
        yield "every user in a group, every resource in a dynamic group"
    else:
        yield "every user of an identity domain"


def _ways(form: NormalForm, reach: frozenset[str]) -> Iterator[str]:
    """The normal form: in each way what is certain, and what it leaves of the rights over functions."""
    for number, way in enumerate(form.ways[:_MOST_WAYS], 1):
        said = [f"{name} {_one_of(values)}" for name, values in way.said] or ["nothing named"]
        if way.reach != reach:
            said.append(f"for {', '.join(sorted(way.reach))}")
        label = f"{number}. " if len(form.ways) > 1 else ""
        yield f"{label}{said[0]}"
        yield from (" " * len(label) + line for line in said[1:])
    if len(form.ways) > _MOST_WAYS:
        yield f"and {len(form.ways) - _MOST_WAYS} more"
    if not form.complete:
        yield "too many ways to tell them all apart"


def _one_of(values: frozenset[str]) -> str:
    ordered = sorted(values)
    shown = ", ".join(ordered[:_MOST_VALUES])
    if len(ordered) == 1:
        return f"= {shown}"
    more = f" and {len(ordered) - _MOST_VALUES} more" if len(ordered) > _MOST_VALUES else ""
    return f"in ({shown}{more})"


def _condition(condition: Condition, loose: Set[str] | None = None) -> Iterator[str]:
    """The condition as a tree. ``loose`` are the variables that every block `any` around it confines; None
    where there is none."""
    if isinstance(condition, AllOf | AnyOf):
        yield "all of" if isinstance(condition, AllOf) else "any of"
        if isinstance(condition, AnyOf) and len(condition.conditions) > 1:
            confined = must(condition).keys()
            loose = confined if loose is None else confined & loose
        for part in condition.conditions:
            first, *rest = _condition(part, loose)
            yield f"|- {first}"
            yield from (f"|  {line}" for line in rest)
        return
    yield f"{render_condition(condition)}   [{_effect(condition, loose)}]"


def _effect(leaf: Comparison | Presence | FunctionCall, around: Set[str] | None) -> str:
    """What the abstract reading makes of a leaf where it stands."""
    if literals(leaf) is None or not isinstance(leaf, Comparison):
        return "confines nothing"
    if around is not None and leaf.variable not in around:
        return "confines nothing here"
    if leaf.variable in ("request.permission", "request.operation"):
        return "takes permissions away"
    return f"confines {leaf.variable}"


def _verdict(statement: Statement, verdict: Verdict) -> Iterator[str]:
    yield f"`- {'verdict':<{_LABEL}}{verdict.verdict}"
    yield from _refusal(verdict.findings, counterexample(statement))
    if verdict.refused:
        yield from _advice(advise(statement), verdict.findings)
    workload = judge_workload(statement)
    if workload.findings:
        yield f"   {'workload':<{_LABEL}}{workload.verdict}"
        yield from _refusal(workload.findings, workload_counterexample(statement))
        if not verdict.refused:
            yield from _advice(advise(statement), workload.findings)
    for note in dict.fromkeys((*verdict.notes, *workload.notes)):
        yield from _wrapped("   - ", note)


def _refusal(findings: Sequence[Finding], found: Counterexample | None) -> Iterator[str]:
    """Why a statement is refused, and a call that shows it."""
    for finding in findings:
        yield from _wrapped("   ! ", f"{finding.code}: {finding.message}")
        yield from _wrapped("     here:    ", " ".join(finding.fragment.split()))
    if found is not None:
        yield from _wrapped("   example: ", found.sentence)


def _advice(advice: Advice, findings: Sequence[Finding]) -> Iterator[str]:
    """What to write: each statement on a line of its own, to be copied. Where there is none, what is missing,
    and the findings' own sentences with placeholders for it."""
    for number, alternative in enumerate(advice.alternatives):
        yield "   instead:" if number == 0 else "   or:"
        yield from (f"     {text}" for text in alternative)
    if advice.dropped:
        yield from _wrapped("   left out: ", "; ".join(advice.dropped))
    if advice.missing:
        yield from _wrapped("   missing: ", "; ".join(advice.missing))
    if not advice.alternatives:
        for sentence in dict.fromkeys(finding.remediation for finding in findings):
            yield from _wrapped("   instead: ", sentence)


def _wrapped(label: str, text: str) -> Iterator[str]:
    """A sentence under its label, in lines of at most 80 columns where its words allow."""
    lines = wrap(text, _WIDTH - len(label), break_long_words=False, break_on_hyphens=False) or [""]
    yield f"{label}{lines[0]}"
    yield from (" " * len(label) + line for line in lines[1:])
