"""Asks the rules about one resource after another, with one memory for all of them."""

from __future__ import annotations

import importlib
import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date
from typing import Any

from oci_functions_guard.catalogue import CATALOGUE, RuleInfo
from oci_functions_guard.deadline import Answer, Deadline, DeadlinePassed, seconds_from_environment
from oci_functions_guard.exemptions import Exemption, today
from oci_functions_guard.memory import Memory
from oci_functions_guard.resource import Resource, Stage
from oci_functions_guard.rule import Case, Outcome, Question, Rule

__all__ = ["Examiner", "load_rules"]


def load_rules() -> tuple[Rule, ...]:
    """Every rule of the catalogue, each from its own module."""
    return tuple(_load(info) for info in CATALOGUE)


def _load(info: RuleInfo) -> Rule:
    module = importlib.import_module(info.module)
    return Rule(info, module.applies, module.check)


class Examiner:
    """The rules, and what they have seen in this operation. Safe to ask from several threads.

    A rule that ran out of time is not asked again in this operation: each of its later answers is the same
    violation, and the engine does not wait for the deadline once a resource.
    """

    def __init__(
        self,
        rules: Sequence[Rule] | None = None,
        *,
        seconds: float | None = None,
        today: Callable[[], date] = today,
    ) -> None:
        self.rules = tuple(load_rules() if rules is None else rules)
        self.memory = Memory()
        self._deadline = Deadline(seconds_from_environment() if seconds is None else seconds)
        self.today = today
        self._late: set[str] = set()
        self._used: set[tuple[str, Exemption]] = set()

    def see(self, resource: Resource) -> None:
        """Remembers a resource. The one hook that feeds the memory, called before any rule is. Raises what
        breaks in it, and DeadlinePassed.
        """
        (answer,) = self._deadline.run([lambda: self.memory.record(resource)])
        if answer.error is not None:
            raise answer.error

    def examine(
        self,
        resource: Resource,
        asked: Sequence[tuple[Rule, Mapping[str, Any]]],
        stage: Stage | None = None,
    ) -> list[Outcome | None]:
        """What each of these rules, with its settings, says about the resource; None where it is not about
        such resources.

        `stage` is what the engine says about the operation. One that says nothing says it in the environment.
        """
        if stage is None:
            stage = Stage.PREVIEW if os.environ.get("PULUMI_DRY_RUN") == "true" else Stage.DEPLOY
        day = self.today()
        questions = [
            Question.of(rule, Case(resource, stage, self.memory, settings), day) for rule, settings in asked
        ]
        return [
            self._concluded(question, answer, day)
            for question, answer in zip(questions, self._answers(questions), strict=True)
        ]

    def _answers(self, questions: Sequence[Question]) -> list[Answer[object]]:
        """An answer to each question, in order, without asking those that were too late before."""
        late = frozenset(self._late)
        asked = [question for question in questions if question.rule.info.name not in late]
        answers = iter(self._deadline.run([question.ask for question in asked]) if asked else ())
        too_late: Answer[object] = Answer(error=DeadlinePassed())
        return [too_late if question.rule.info.name in late else next(answers) for question in questions]

    def _concluded(self, question: Question, answer: Answer[object], day: date) -> Outcome | None:
        name = question.rule.info.name
        if isinstance(answer.error, DeadlinePassed):
            self._late.add(name)
        outcome = question.conclude(answer, self._deadline.seconds, day)
        if outcome is not None:
            self._used.update((name, exemption) for exemption in outcome.used)
        return outcome

    def unused(self, info: RuleInfo, exemptions: Sequence[Exemption]) -> Iterator[tuple[Exemption, str]]:
        """The exemptions from a rule that covered nothing in this operation, each with why."""
        names = self.memory.registered.names()
        for exemption in exemptions:
            if (info.name, exemption) in self._used:
                continue
            if exemption.expires < self.today():
                yield exemption, f"expired on {exemption.expires} and is ignored"
            elif any(exemption.names(name) for name in names):
                yield exemption, "covers nothing: the rule finds no such fault in the resource"
            else:
                yield exemption, "covers nothing: the program has no resource of this name"
