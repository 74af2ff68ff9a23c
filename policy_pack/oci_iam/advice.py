"""Says what may be written in place of a refused statement, in its author's own words.

Candidates are made from the statement (one action of a family at a time, its condition without what makes it
loose, a compartment or group that it names) and each is tried: judged ok, granting nothing the original did
not (``compare``), adding up to no finding of its own (``find_combinations``), and allowing something at all.
Nothing is made up: what a statement would have to say and does not is named in ``missing``.

Costs about a millisecond a statement, so it is computed only when asked for.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from oci_iam.advising.correction import corrected, quoted, respelt
from oci_iam.advising.functions_advice import functions_refusal
from oci_iam.advising.replacement import Found, has_placeholder, replacements
from oci_iam.advising.requirements import missing_values, unfilled
from oci_iam.advising.workload_advice import missing_of_types, missing_of_workload, workload_refusal
from oci_iam.combinations import find_combinations
from oci_iam.granted import granted
from oci_iam.judge import judge
from oci_iam.language.literals import unquoted_literal
from oci_iam.language.parser import parse
from oci_iam.language.rendering import render
from oci_iam.statement import Statement, Unparsable
from oci_iam.verdict import Context, Verdict
from oci_iam.workload import WorkloadVerdict, judge_workload

__all__ = ["Advice", "advise"]


@dataclass(frozen=True, slots=True)
class Advice:
    """What may take the place of one refused statement.

    ``alternatives``: each a tuple of statements that together replace it; one is to be chosen, not all.
    ``missing``: values that the author has to supply, in words: before there is an alternative, or in place
    of literals that name nothing.
    ``dropped``: what an alternative leaves out of the original: conditions that confine nothing, and a
    subject that is everybody.
    """

    alternatives: tuple[tuple[str, ...], ...] = ()
    missing: tuple[str, ...] = ()
    dropped: tuple[str, ...] = ()


_NOTHING = Advice()
_TOO_MUCH = ("over-broad", "unscoped")


def advise(statement: str | Statement | Unparsable, context: Context | None = None) -> Advice:
    """What to write in place of a statement that ``judge`` refuses, or else ``judge_workload``; empty for one
    that neither does.

    No alternative grants anything that the statement did not. A text that OCI refuses for its form is
    corrected first where that is certain, and the advice is about the corrected one.
    """
    parsed = parse(statement) if isinstance(statement, str) else statement
    context = context or Context()
    try:
        return _advise(parsed, context)
    except ValueError:  # a statement built in code can hold a name that no text can
        return _NOTHING


def _advise(statement: Statement | Unparsable, context: Context) -> Advice:
    verdict = judge(statement, context)
    workload = None if verdict.refused else judge_workload(statement, context)
    if isinstance(statement, Unparsable):
        is_refused = verdict.refused or (workload is not None and workload.verdict == "unjudgeable")
        return _of_text(statement, context) if is_refused else _NOTHING
    if verdict.verdict == "unjudgeable":
        return _of_slip(statement, verdict.findings[0].code, context) or Advice(
            missing=missing_values(statement, verdict)
        )
    if verdict.refused:
        return _of_functions(statement, verdict, context)
    if workload is not None and workload.verdict == "unjudgeable":
        return _of_slip(statement, workload.findings[0].code, context) or _NOTHING
    if workload is not None and workload.verdict in _TOO_MUCH:
        return _of_workload(statement, workload, context)
    return _NOTHING


# --- statements that grant too much --------------------------------------------------------------------


def _of_functions(statement: Statement, verdict: Verdict, context: Context) -> Advice:
    found = replacements(statement, functions_refusal(statement, verdict, context), context)
    if not found:
        return Advice(missing=missing_values(statement, verdict))
    return _advice(found, unfilled(statement.condition))


def _of_workload(statement: Statement, verdict: WorkloadVerdict, context: Context) -> Advice:
    refusal = workload_refusal(statement, verdict, context)
    found = replacements(statement, refusal, context)
    if not found:
        return Advice(missing=_once(missing_of_workload(statement, verdict)))
    is_all = len(found) >= len(refusal.actions)
    return _advice(found, () if is_all else _once(missing_of_types(statement)))


def _advice(found: list[Found], missing: tuple[str, ...] = ()) -> Advice:
    dropped = _once(text for one in found for text in one.dropped)
    return Advice(tuple(one.texts for one in found), missing, dropped)


def _once(texts: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(texts))


# --- texts that OCI refuses ----------------------------------------------------------------------------


def _of_text(text: Unparsable, context: Context) -> Advice:
    """Each statement of the corrected text as it is, or what may take its place."""
    found = corrected(text)
    if not found.statements:
        return Advice(missing=found.missing)
    parts = [_itself_or_advice(statement, context) for statement in found.statements]
    if len(parts) == 1:
        return parts[0]
    if not all(part.alternatives for part in parts):
        return Advice(missing=_once(one for part in parts for one in part.missing))
    together = _once(text for part in parts for text in part.alternatives[0])
    return Advice((together,), (), _once(one for part in parts for one in part.dropped))


def _itself_or_advice(statement: Statement, context: Context) -> Advice:
    """A corrected statement; what may take its place where it grants too much, or adds up to a finding."""
    written = replace(statement, source="", slips=())
    verdict = judge(written, context)
    if verdict.verdict == "unjudgeable":
        return _advise(written, context)
    if verdict.refused or _FUNCTIONS_ALONE & _codes_of(written):
        return _of_functions(written, verdict, context)
    if judge_workload(written, context).verdict in ("over-broad", "unjudgeable"):
        return _advise(written, context)
    text = render(written)
    return _NOTHING if has_placeholder(text) else Advice(((text,),))


_FUNCTIONS_ALONE = frozenset({"manage-and-invoke"})
"""What a statement that names its functions adds up to by itself."""


def _codes_of(statement: Statement) -> frozenset[str]:
    return frozenset(finding.code for finding in find_combinations([render(statement)]))


def _of_slip(statement: Statement, code: str, context: Context) -> Advice | None:
    """Advice on a statement that can be read and is not written as OCI wants it; None where it is not clear
    how to write it."""
    meant = respelt(statement, granted(statement)) if code == "near-miss" else None
    if code == "near-miss" and meant is None:
        return _NOTHING
    is_unquoted = bool(unquoted_literal(statement.condition))
    if not (meant or is_unquoted or statement.slips):
        return None
    condition = quoted(statement.condition) if is_unquoted else statement.condition
    resource = meant or statement.resource
    return _itself_or_advice(replace(statement, resource=resource, condition=condition), context)
