"""Answers to `can` and `who-can` as text and as JSON. Decides nothing."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from typing import Any

from oci_iam.decision import short
from oci_iam.questions import Answer
from oci_iam.reports.text import one_line
from oci_iam.who_can import Ability, Denial, Holder, Holders

__all__ = ["can_as_json", "can_as_text", "who_can_as_json", "who_can_as_text"]

_MOST_USERS = 20


def can_as_text(answers: Sequence[Answer], allowed: bool) -> Iterator[str]:
    """A line for each permission, the statement that would allow what is not, and whether it is enough."""
    for answer in answers:
        decision = answer.decision
        yield f"{'allowed' if decision.allowed else 'not allowed'}: {one_line(decision.because)}"
        if answer.suggestion is not None:
            yield f"    this would allow it: {one_line(answer.suggestion.statement)}"
            if answer.suggestion.refused:
                yield f"    but the judge would refuse that: {one_line(answer.suggestion.refused)}"
    if len(answers) > 1:
        yield f"in all: {'allowed' if allowed else 'not allowed'}"


def can_as_json(answers: Sequence[Answer], allowed: bool) -> Iterator[str]:
    """One object: ``allowed``, and a row for each permission."""
    rows = [
        {
            "permission": answer.permission,
            "allowed": answer.decision.allowed,
            "because": answer.decision.because,
            "statement": answer.decision.statement,
            "policy": answer.decision.policy,
            "nearest": answer.decision.nearest,
            "lacks": answer.decision.lacks,
            "would_allow": answer.suggestion.statement if answer.suggestion else "",
            "would_be_refused": answer.suggestion.refused if answer.suggestion else "",
        }
        for answer in answers
    ]
    yield json.dumps({"allowed": allowed, "permissions": rows}, indent=2)


def who_can_as_text(found: Sequence[Holders]) -> Iterator[str]:
    """For each permission who may, by which statement, under which conditions, and what may grant it too."""
    for holders in found:
        if not holders.abilities:
            yield f"{holders.permission}: nobody"
        else:
            yield f"{holders.permission}:"
        for ability in holders.abilities:
            yield from map(_indented, _ability(ability))
        for doubt in holders.doubts:
            yield f"  may grant: '{one_line(short(doubt.statement))}' of {one_line(doubt.policy)}"
            yield f"      because: {one_line(doubt.why)}"


def _indented(line: str) -> str:
    """One line, its indentation kept."""
    return line[: len(line) - len(line.lstrip(" "))] + one_line(line)


def _ability(ability: Ability) -> Iterator[str]:
    yield f"  {ability.subject}{_members(ability)}"
    yield f"      by: '{short(ability.statement)}' of {ability.policy}"
    if ability.condition:
        yield f"      if: {ability.condition}"
    yield from _denials(ability.unless, "      ")
    for holder in (ability.users or ())[:_MOST_USERS]:
        if holder.condition != ability.condition and holder.condition:
            yield f"      {_user(holder)}, if: {holder.condition}"
        if holder.unless != ability.unless:
            yield from _denials(holder.unless, f"      {_user(holder)}, ")


def _members(ability: Ability) -> str:
    if ability.rule:
        return f": {ability.rule}"
    if ability.users is None:
        return ": who is in it is not known"
    if ability.users:
        named = ", ".join(map(_user, ability.users[:_MOST_USERS]))
        more = len(ability.users) - _MOST_USERS
        also = "among others, " if ability.subject in ("any-user", "any-group") else ""
        return f": {also}{named}" + (f" and {more} more" if more > 0 else "")
    return ": nobody that the directory knows" if ability.subject.startswith("group ") else ""


def _user(holder: Holder) -> str:
    return f"{holder.name} ({holder.id})" if holder.name else holder.id


def _denials(denials: Sequence[Denial], before: str) -> Iterator[str]:
    for denial in denials:
        where = f" where {denial.condition}" if denial.condition else ""
        yield f"{before}unless: {denial.subject}{where}, by '{short(denial.statement)}' of {denial.policy}"


def who_can_as_json(found: Sequence[Holders], somebody: bool) -> Iterator[str]:
    """One object: ``somebody``, and for each permission ``who`` and ``may_grant``."""
    rows = [
        {
            "permission": holders.permission,
            "who": [_row(ability) for ability in holders.abilities],
            "may_grant": [doubt._asdict() for doubt in holders.doubts],
        }
        for holders in found
    ]
    yield json.dumps({"somebody": somebody, "permissions": rows}, indent=2)


def _row(ability: Ability) -> dict[str, Any]:
    users = None if ability.users is None else [_holder(holder) for holder in ability.users]
    unless = [denial._asdict() for denial in ability.unless]
    return ability._asdict() | {"users": users, "unless": unless}


def _holder(holder: Holder) -> dict[str, Any]:
    return holder._asdict() | {"unless": [denial._asdict() for denial in holder.unless]}
