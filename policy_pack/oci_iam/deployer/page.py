"""The files of a deployer's policy: statements with what each is for, and what all of them add up to.

Nothing is written that the judge refuses.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from textwrap import wrap

from oci_iam.combinations import find_combinations
from oci_iam.deployer.statements import Granted
from oci_iam.judge import judge
from oci_iam.policy import Policy
from oci_iam.workload import judge_workload

__all__ = ["LARGEST", "Refused", "as_json", "as_text", "findings"]

_WIDTH = 108
LARGEST = 50
"""Statements that one policy of OCI holds (IAM: Service Limits)."""


class Refused(Exception):
    """A statement that the judge does not let pass: a defect of what composed it."""


def as_json(statements: Iterable[Granted]) -> str:
    """The list that `oci iam policy create --statements file://…` takes. Raises `Refused`."""
    return json.dumps(_judged(statements), indent=2) + "\n"


def as_text(head: Sequence[str], statements: Sequence[Granted], tenancy_id: str) -> str:
    """The statements for a person: a comment before each says which steps need it. Raises `Refused`."""
    found = findings(_judged(statements), tenancy_id)
    lines = [*head, *(_sum(found))]
    if len(statements) > LARGEST:
        lines.append(
            f"One policy of OCI holds {LARGEST} statements: attach these {len(statements)} as several."
        )
    text = "".join(_comment(line) for line in lines)
    for each in statements:
        text += "\n" + _comment(_steps(each)) + each.text + "\n"
    return text


def findings(statements: Iterable[str], tenancy_id: str) -> dict[str, str]:
    """What statements add up to: codes of `find_combinations` to one sentence each."""
    policy = Policy(tenancy_id, tuple(statements), "the deployer's")
    return {each.code: each.message for each in find_combinations([policy])}


def _judged(statements: Iterable[Granted]) -> list[str]:
    texts = [each.text for each in statements]
    for text in texts:
        verdicts = judge(text).verdict, judge_workload(text).verdict
        if not {*verdicts} <= _PASSES:
            raise Refused(f"{' and '.join(verdicts)}: {text}")
    return texts


# `unscoped` is said of a dynamic group's creates: what does not exist has no name to be confined to.
_PASSES = {"ok", "unrelated", "none", "unscoped"}


def _sum(found: dict[str, str]) -> Iterator[str]:
    if found:
        yield ""
        yield "Each is narrow; together they still are what a deployer is. What they add up to:"
        for code, message in sorted(found.items()):
            yield f"{code}: {message}"


def _steps(granted: Granted) -> str:
    return "for: " + "; ".join(dict.fromkeys(right.step for right in granted.rights))


def _comment(line: str) -> str:
    if line.startswith(" "):  # a command, which is copied as it is
        return f"# {line}\n"
    return "".join(f"# {part}".rstrip() + "\n" for part in wrap(line, _WIDTH, subsequent_indent="  ") or [""])
