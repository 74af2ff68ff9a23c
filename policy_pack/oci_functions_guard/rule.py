"""What a rule is, and what becomes of its answer: config checked, exemptions applied, failures found.

Rule.check        ─► Violation | Later     what a rule says about one resource
Question.conclude ─► Outcome               what becomes of that, or of its failure to say anything
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, TypeAlias

from oci_functions_guard import exemptions
from oci_functions_guard.catalogue import RuleInfo
from oci_functions_guard.deadline import Answer, DeadlinePassed
from oci_functions_guard.failure import describe
from oci_functions_guard.judged_policy import JudgedPolicy, judge_resource
from oci_functions_guard.memory import Memory
from oci_functions_guard.pack_config import settings_problems
from oci_functions_guard.resource import Resource, Stage

__all__ = ["Case", "Later", "Outcome", "Question", "Rule", "Said", "Violation", "failed"]


@dataclass(frozen=True, slots=True)
class Violation:
    """The resource breaks the rule. The text shows the offending fragment and no secret."""

    text: str


@dataclass(frozen=True, slots=True)
class Later:
    """A value is unknown and will be judged at deploy. At deploy this is a violation."""

    text: str


Said: TypeAlias = "Violation | Later"


@dataclass(frozen=True, slots=True)
class Case:
    """What a rule is asked: a resource, the stage, what was seen before, and the rule's own settings."""

    resource: Resource
    stage: Stage
    memory: Memory
    settings: Mapping[str, Any]

    def policy(self) -> JudgedPolicy:
        """The policy's statements with their verdicts, judged for whichever rule asks first."""
        known = self.memory.policy(self.resource.urn)
        if known is None:
            known = judge_resource(self.resource, self.stage, self.memory.registered)
            self.memory.keep(known)
        return known


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule: its entry in the catalogue, the resources it is asked about, and the question."""

    info: RuleInfo
    applies: Callable[[Resource], bool]
    check: Callable[[Case], Iterable[Said]]


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a rule's answer comes to.

    `violations` are reported at the rule's own level, `refusals` as mandatory at any level (the config itself
    is wrong), `notices` as advisory, `later` not at all except as the reason why there is no answer yet.
    """

    violations: tuple[str, ...] = ()
    refusals: tuple[str, ...] = ()
    notices: tuple[str, ...] = ()
    later: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Question:
    """A rule put to one resource. Settings that are wrong are not followed; `problems` says what is wrong."""

    rule: Rule
    case: Case
    problems: tuple[str, ...] = ()

    @classmethod
    def of(cls, rule: Rule, case: Case) -> Question:
        problems = settings_problems(rule.info, case.settings)
        return cls(rule, replace(case, settings={}) if problems else case, problems)

    def ask(self) -> tuple[Said, ...]:
        return tuple(self.rule.check(self.case))

    def conclude(self, answer: Answer[Any], seconds: float, today: date) -> Outcome:
        """What the answer comes to, with the rule's exemptions applied."""
        outcome = _answered(self.case, answer, seconds)
        if answer.error is None:
            outcome = _exempted(self.case, outcome, today)
        name = self.rule.info.name
        return replace(outcome, refusals=tuple(f"the config of {name} is wrong: {p}" for p in self.problems))


def failed(error: BaseException) -> Outcome:
    """What it comes to when a rule breaks: a violation that says so and shows no value."""
    return Outcome(violations=(f"the rule failed, so this is not allowed: {describe(error)}",))


def _answered(case: Case, answer: Answer[Any], seconds: float) -> Outcome:
    if isinstance(answer.error, DeadlinePassed):
        return Outcome(
            violations=(f"the rule did not answer within {seconds:g} seconds, so this is not allowed",)
        )
    if answer.error is not None:
        return failed(answer.error)
    said: tuple[Said, ...] = answer.value or ()
    later = tuple(one.text for one in said if isinstance(one, Later))
    violations = tuple(one.text for one in said if isinstance(one, Violation))
    if case.stage is Stage.DEPLOY:
        unknown = tuple(f"{text}, and a value must be known at deploy" for text in later)
        return Outcome(violations=(*violations, *unknown))
    return Outcome(violations=violations, later=later)


def _exempted(case: Case, outcome: Outcome, today: date) -> Outcome:
    """The outcome, with violations turned into notices where an exemption covers the resource today."""
    listed = exemptions.read_exemptions(case.settings.get("exemptions", []))
    exemption = exemptions.find(listed, case.resource.name, today)
    if exemption is None or not outcome.violations:
        return outcome
    words = f"exempted until {exemption.expires} by {exemption.owner} ({exemption.reason})"
    return replace(outcome, violations=(), notices=tuple(f"{words}: {text}" for text in outcome.violations))
