"""The words of findings: the statement's own text at fault, who it is about and what they may do."""

from __future__ import annotations

from oci_iam.language.rendering import render
from oci_iam.language.tokens import token_spans
from oci_iam.statement import Span, Statement, Subject

__all__ = ["doing", "names", "slice_of", "whom"]


def slice_of(statement: Statement, span: Span) -> str:
    """The statement's own text for a run of tokens; all of it for a statement that was built, not read."""
    if not statement.source:
        return _written(statement)
    spans = token_spans(statement.source)
    first, behind = span
    return statement.source[spans[first][0] : spans[behind - 1][1]]


def _written(statement: Statement) -> str:
    try:
        return render(statement)
    except ValueError:  # it holds a name no text can hold: there is nothing to show
        return ""


def names(permissions: frozenset[str]) -> str:
    """The permissions in order."""
    return ", ".join(sorted(permissions))


_DOING = (
    ("FN_INVOCATION", "invoke"),
    ("FN_FUNCTION_CREATE", "create"),
    ("FN_APP_CREATE", "create"),
    ("FN_FUNCTION_UPDATE", "update"),
    ("FN_APP_UPDATE", "update"),
    ("FN_FUNCTION_DELETE", "delete"),
    ("FN_APP_DELETE", "delete"),
)


def doing(reach: frozenset[str]) -> str:
    """What a reach lets somebody do, as a verb phrase."""
    acts = list(dict.fromkeys(act for name, act in _DOING if name in reach))
    joined = acts[0] if len(acts) == 1 else ", ".join(acts[:-1]) + " and " + acts[-1]
    only_apps = all(name.startswith("FN_APP") for name in reach)
    no_apps = not any(name.startswith("FN_APP") for name in reach)
    return joined + (
        " applications" if only_apps else " functions" if no_apps else " functions and applications"
    )


def whom(subject: Subject) -> str:
    """The subject as a sentence names it."""
    member = subject.members[0]
    who: str = member.kind
    if member.kind in ("any-user", "any-group"):
        pass
    elif member.kind == "resource":
        who = f"resource {member.name}"
    else:
        who = f"{member.kind} {member.name or member.id}"
    if len(subject.members) > 1:
        who += f" and {len(subject.members) - 1} more"
    return who
