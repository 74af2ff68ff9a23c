"""Asks the rules about one resource after another, with one memory for all of them."""

from __future__ import annotations

import importlib
import os
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, date, datetime
from typing import Any

from oci_functions_guard.catalogue import CATALOGUE, RuleInfo
from oci_functions_guard.deadline import Deadline, seconds_from_environment
from oci_functions_guard.memory import Memory
from oci_functions_guard.resource import Resource, Stage
from oci_functions_guard.rule import Case, Outcome, Question, Rule, failed

__all__ = ["Examiner", "load_rules"]


def load_rules() -> tuple[Rule, ...]:
    """Every rule of the catalogue, each from its own module."""
    return tuple(_load(info) for info in CATALOGUE)


def _load(info: RuleInfo) -> Rule:
    module = importlib.import_module(info.module)
    return Rule(info, module.applies, module.check)


def _today() -> date:
    return datetime.now(UTC).date()


class Examiner:
    """The rules, and what they have seen in this operation. Safe to ask from several threads."""

    def __init__(
        self,
        rules: Sequence[Rule] | None = None,
        *,
        seconds: float | None = None,
        today: Callable[[], date] = _today,
    ) -> None:
        self.rules = tuple(load_rules() if rules is None else rules)
        self.memory = Memory()
        self._deadline = Deadline(seconds_from_environment() if seconds is None else seconds)
        self._today = today

    def see(self, resource: Resource) -> None:
        """Remembers a resource. The one hook that feeds the memory, called before any rule is."""
        self.memory.record(resource)

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
        outcomes: dict[str, Outcome] = {}
        questions = []
        for rule, settings in asked:
            try:
                applies = rule.applies(resource)
            except Exception as error:  # noqa: BLE001 - a rule that throws is a finding
                outcomes[rule.info.name] = failed(error)
                continue
            if applies:
                questions.append(Question.of(rule, Case(resource, stage, self.memory, settings)))
        if questions:
            answers = self._deadline.run([question.ask for question in questions])
            today = self._today()
            for question, answer in zip(questions, answers, strict=True):
                name = question.rule.info.name
                outcomes[name] = question.conclude(answer, self._deadline.seconds, today)
        return [outcomes.get(rule.info.name) for rule, _ in asked]
