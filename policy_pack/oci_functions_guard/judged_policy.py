"""What the judge says of every statement of one policy, each under its own guard.

Computed once a policy and shared by all rules that ask about grants. A statement the judge fails on keeps its
place with the failure; it takes nothing from its neighbours.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import oci_iam
from oci_functions_guard.evidence import resolve
from oci_functions_guard.failure import describe
from oci_functions_guard.registered import Registered
from oci_functions_guard.resource import Resource, Stage
from oci_functions_guard.statements import Entry, read_statements
from oci_functions_guard.values import reveal
from oci_iam import Context, Verdict

__all__ = [
    "ROOT",
    "JudgedPolicy",
    "JudgedStatement",
    "context_of",
    "failed_on",
    "judge_failed",
    "judge_resource",
]

ROOT: Final = (
    "root"  # the place of a policy attached to the tenancy; no OCID, so it can be no other compartment
)


@dataclass(frozen=True, slots=True)
class JudgedStatement:
    """One entry with its verdict, or with the failure of the judge; neither where there is no text."""

    entry: Entry
    verdict: Verdict | None = None
    failure: str = ""


def judge_failed(judged: JudgedStatement) -> str:
    """What a rule says of a statement the judge failed on."""
    return failed_on(judged.entry, judged.failure)


def failed_on(entry: Entry, failure: str) -> str:
    """The sentence for an entry a judge failed on."""
    return f"{entry.place}: the judge failed, so the statement is not allowed: {failure}"


@dataclass(frozen=True, slots=True)
class JudgedPolicy:
    """A policy resource and what its statements were judged to be."""

    resource: Resource
    statements: tuple[JudgedStatement, ...]

    @property
    def compartment_id(self) -> str | None:
        """The compartment the policy is attached to, where that is known."""
        return self.resource.text("compartmentId")

    @property
    def place(self) -> str:
        """The compartment the policy counts for: ROOT for the tenancy, the policy's own URN where unknown."""
        compartment = self.compartment_id
        if compartment is None:
            return self.resource.urn
        return ROOT if compartment.casefold().startswith("ocid1.tenancy.") else compartment

    @property
    def texts(self) -> tuple[str, ...]:
        """The statements whose text is known or registered, for rules about sets."""
        return tuple(one.entry.text for one in self.statements if one.entry.text is not None)


def judge_resource(resource: Resource, stage: Stage, registered: Registered) -> JudgedPolicy:
    """Reads and judges the policy's statements; at preview with the grants its component registered."""
    entries = read_statements(resource)
    if stage is Stage.PREVIEW:
        entries = resolve(resource, entries, registered)
    return JudgedPolicy(resource, _judge(entries, context_of(resource)))


def context_of(resource: Resource) -> Context:
    """What the provider's configuration tells about the tenancy."""
    tenancy = reveal(resource.provider.get("tenancyOcid"))
    return Context(tenancy_id=tenancy if isinstance(tenancy, str) else None)


def _judge(entries: tuple[Entry, ...], context: Context) -> tuple[JudgedStatement, ...]:
    """All known texts together, because a `define` holds for its policy; one by one where that fails."""
    places = [place for place, entry in enumerate(entries) if entry.text is not None]
    texts = [entry.text for entry in entries if entry.text is not None]
    judged = [JudgedStatement(entry) for entry in entries]
    for place, (verdict, failure) in zip(places, _verdicts(texts, context), strict=True):
        judged[place] = JudgedStatement(entries[place], verdict, failure)
    return tuple(judged)


def _verdicts(texts: list[str], context: Context) -> list[tuple[Verdict | None, str]]:
    """A verdict for each text, or what went wrong with that one."""
    if not texts:
        return []
    try:
        verdicts: Sequence[Verdict] = oci_iam.judge_policy(texts, context)
    except Exception:  # noqa: BLE001 - whatever it was, each statement is judged again by itself
        verdicts = ()
    if len(verdicts) == len(texts):
        return [(verdict, "") for verdict in verdicts]
    return [_verdict_alone(text, context) for text in texts]


def _verdict_alone(text: str, context: Context) -> tuple[Verdict | None, str]:
    try:
        return oci_iam.judge(text, context), ""
    except Exception as error:  # noqa: BLE001 - a failure of the judge is a finding, not the end of the rule
        return None, describe(error)
