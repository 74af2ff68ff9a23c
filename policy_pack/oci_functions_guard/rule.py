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
from oci_functions_guard.exemptions import Exemption
from oci_functions_guard.failure import describe
from oci_functions_guard.judged_policy import JudgedPolicy, judge_resource
from oci_functions_guard.memory import Memory
from oci_functions_guard.pack_config import settings_problems
from oci_functions_guard.resource import Resource, Stage

__all__ = ["Case", "Later", "Outcome", "Question", "Rule", "Said", "Violation", "failed"]


@dataclass(frozen=True, slots=True)
class Violation:
    """The resource breaks the rule. The text shows the offending fragment and no secret.

    `statements` are the fingerprints of the statements it is about, by which an exemption can name it. A
    failure of the pack itself is covered by no exemption. Where it takes several resources, each with its
    statement or none, any of them may be the one that is asked about: `shared` has their names, by which an
    exemption covers it as well.
    """

    text: str
    statements: tuple[str, ...] = ()
    is_failure: bool = False
    shared: tuple[tuple[str, str], ...] = ()


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
    `used` are the exemptions that covered something.
    """

    violations: tuple[Violation, ...] = ()
    refusals: tuple[str, ...] = ()
    notices: tuple[str, ...] = ()
    later: tuple[str, ...] = ()
    used: frozenset[Exemption] = frozenset()


@dataclass(frozen=True, slots=True)
class Question:
    """A rule put to one resource. Settings that are wrong are not followed; `problems` says what is wrong."""

    rule: Rule
    case: Case
    problems: tuple[str, ...] = ()

    @classmethod
    def of(cls, rule: Rule, case: Case, day: date) -> Question:
        problems = tuple(map(str, settings_problems(rule.info, case.settings, day)))
        return cls(rule, replace(case, settings={}) if problems else case, problems)

    def ask(self) -> tuple[Said, ...] | None:
        """What the rule says; None where it is not about such resources."""
        applies = self.rule.applies(self.case.resource)
        if not isinstance(applies, bool):
            raise TypeError("whether a rule applies is neither true nor false")
        return tuple(map(_as_said, self.rule.check(self.case))) if applies else None

    def conclude(self, answer: Answer[Any], seconds: float, day: date) -> Outcome | None:
        """What the answer comes to, with the rule's exemptions applied."""
        if answer.error is None and answer.value is None:
            return None
        outcome = self._exempted(_answered(self.case, answer, seconds), day)
        name = self.rule.info.name
        return replace(outcome, refusals=tuple(f"the config of {name} is wrong: {p}" for p in self.problems))

    def _exempted(self, outcome: Outcome, day: date) -> Outcome:
        """The outcome, with a violation turned into a notice where an exemption covers it today."""
        listed = exemptions.read_exemptions(self.case.settings.get("exemptions", []))
        violations, notices, used = [], [], set()
        for violation in outcome.violations:
            statement = violation.statements[0] if len(violation.statements) == 1 else ""
            places = ((self.case.resource.name, statement), *violation.shared)
            found = (exemptions.find(listed, name, each, day) for name, each in places)
            one = next((each for each in found if each is not None), None)
            if one is None or violation.is_failure:
                violations.append(violation)
                continue
            used.add(one)
            notices.append(f"exempted until {one.expires} by {one.owner} ({one.reason}): {violation.text}")
        return replace(outcome, violations=tuple(violations), notices=tuple(notices), used=frozenset(used))


def _as_said(one: Any) -> Said:
    """What a rule said, if a rule can say that. Anything else may be meant as a refusal: it is no silence."""
    if isinstance(one, Later) or (isinstance(one, Violation) and isinstance(one.text, str)):
        return one
    raise TypeError(f"a rule says a Violation or a Later, found {type(one).__name__}")


def failed(error: BaseException, seconds: float) -> Violation:
    """What it comes to when a rule breaks or hangs: a violation that says so and shows no value."""
    if isinstance(error, DeadlinePassed):
        said = f"the rule did not answer within {seconds:g} seconds, so this is not allowed"
    else:
        said = f"the rule failed, so this is not allowed: {describe(error)}"
    return Violation(said, is_failure=True)


def _answered(case: Case, answer: Answer[Any], seconds: float) -> Outcome:
    if answer.error is not None:
        return Outcome(violations=(failed(answer.error, seconds),))
    said: tuple[Said, ...] = answer.value or ()
    later = tuple(one.text for one in said if isinstance(one, Later))
    violations = tuple(one for one in said if isinstance(one, Violation))
    if case.stage is Stage.DEPLOY:
        unknown = tuple(Violation(f"{text}, and a value must be known at deploy") for text in later)
        return Outcome(violations=(*violations, *unknown))
    return Outcome(violations=violations, later=later)
