"""Whatever happens inside a rule, the answer is a finding: never silence, never an endless wait, never a
value.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import pytest

import oci_iam
from oci_functions_guard import catalogue
from oci_functions_guard.deadline import DeadlinePassed
from oci_functions_guard.resource import Resource
from oci_functions_guard.rule import Case, Later, Rule, Said, Violation

OVERBROAD = "functions-grant-overbroad"


UNJUDGEABLE = "functions-grant-unjudgeable"


def rule(
    check: Callable[[Case], Any], name: str = OVERBROAD, applies: Callable[[Resource], bool] | None = None
) -> Rule:
    return Rule(catalogue.find(name), applies or (lambda _: True), check)


def says(text: str) -> Callable[[Case], Iterator[Said]]:
    return lambda _: iter([Violation(text)])


class TestExceptions:
    @pytest.mark.parametrize("error", [KeyError("hunter2"), RecursionError("hunter2"), SystemExit("hunter2")])
    def test_a_rule_that_throws_is_a_violation(self, pack_of: Any, error: BaseException) -> None:
        """The violation names the type and the place of the exception, and not what it says."""

        def check(case: Case) -> Iterator[Said]:
            raise error
            yield

        answer = pack_of(rule(check)).policy()

        (text,) = answer.of(OVERBROAD)
        assert (
            f"the rule failed, so this is not allowed: {type(error).__name__} "
            "at oci_functions_guard/test_examiner.py:"
        ) in text
        assert "hunter2" not in text
        assert {OVERBROAD} == answer.blocking

    @pytest.mark.parametrize("said", ["refuse it", None, ("refuse", "it"), Violation(7)])  # type: ignore[arg-type]
    def test_a_rule_that_says_what_no_rule_can_say_is_a_violation(self, pack_of: Any, said: Any) -> None:
        """A string, say, that was meant as a refusal: it is not passed over."""
        answer = pack_of(rule(lambda _: iter([said]))).policy()

        assert "the rule failed, so this is not allowed: TypeError" in answer.text
        assert {OVERBROAD} == answer.blocking

    @pytest.mark.parametrize("applies", [None, 0, "", "no"])
    def test_a_rule_that_does_not_say_whether_it_applies_is_a_violation(
        self, pack_of: Any, applies: Any
    ) -> None:
        """One that forgot to return is not taken for one that is about something else."""
        answer = pack_of(rule(lambda _: (), applies=lambda _: applies)).policy()

        assert "the rule failed, so this is not allowed: TypeError" in answer.text
        assert {OVERBROAD} == answer.blocking

    def test_a_rule_that_throws_after_findings_still_blocks(self, pack_of: Any) -> None:
        """An exception half way is a violation, also when the rule has an answer already."""

        def check(case: Case) -> Iterator[Said]:
            yield Violation("first")
            raise ValueError

        assert {OVERBROAD} == pack_of(rule(check)).policy().blocking

    def test_a_rule_that_throws_takes_no_other_rule_with_it(self, pack_of: Any) -> None:
        """The rules after it are asked as if nothing had happened."""

        def check(case: Case) -> Iterator[Said]:
            raise ValueError
            yield

        answer = pack_of(rule(check), rule(says("still here"), UNJUDGEABLE)).policy()

        assert answer.of(UNJUDGEABLE) == ["still here"]

    def test_a_rule_that_cannot_say_whether_it_applies_blocks(self, pack_of: Any) -> None:
        """An exception in the question "is this rule about that resource" is a violation too."""

        def applies(_: Resource) -> bool:
            raise LookupError

        answer = pack_of(rule(says("never"), applies=applies)).policy()

        assert {OVERBROAD} == answer.blocking
        assert "LookupError" in answer.text

    def test_the_judge_failing_on_one_statement_spares_the_others(
        self, pack: Any, sample: Any, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """A failure of the judge is a finding in the place of its statement; the neighbours are judged."""
        judge = oci_iam.judge

        def fails_on_one(text: Any, context: Any = None) -> Any:
            if "poison" in text:
                raise RecursionError(text)
            return judge(text, context)

        def fails(_texts: Any, _context: Any = None) -> Any:
            raise RecursionError

        monkeypatch.setattr(oci_iam, "judge", fails_on_one)
        monkeypatch.setattr(oci_iam, "judge_policy", fails)

        answer = pack.policy("Allow group poison to use fn-app in tenancy", sample.broad)

        assert (
            "statements[0]: the judge failed, so the statement is not allowed: RecursionError"
            in answer.of(UNJUDGEABLE)[0]
        )
        assert {"statements[0]", "statements[1]"} == {text.split(":")[0] for text in answer.of(OVERBROAD)}
        assert "poison" not in answer.text

    def test_a_judge_that_answers_too_little_is_not_believed(
        self, pack: Any, sample: Any, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """Fewer verdicts than statements means each statement is judged again by itself."""
        monkeypatch.setattr(oci_iam, "judge_policy", lambda _texts, _context=None: ())

        assert {OVERBROAD} == pack.policy(sample.broad).blocking


class TestDeadline:
    def test_a_hanging_rule_is_a_violation(self, pack_of: Any) -> None:
        """A rule that does not answer in time blocks, and the answer comes when the deadline is over."""

        def check(case: Case) -> Iterator[Said]:
            time.sleep(30)
            yield Violation("too late")

        pack = pack_of(rule(check), seconds=0.2)
        began = time.monotonic()

        answer = pack.policy()

        assert time.monotonic() - began < 5
        assert answer.of(OVERBROAD) == ["the rule did not answer within 0.2 seconds, so this is not allowed"]
        assert {OVERBROAD} == answer.blocking

    def test_the_rules_after_a_hanging_one_are_asked(self, pack_of: Any) -> None:
        """One rule that hangs takes no other with it, in this call and in the next."""

        def check(case: Case) -> Iterator[Said]:
            time.sleep(30)
            yield Violation("too late")

        pack = pack_of(rule(check), rule(says("still here"), UNJUDGEABLE), seconds=0.2)

        assert pack.policy().of(UNJUDGEABLE) == ["still here"]
        assert pack.policy().of(UNJUDGEABLE) == ["still here"]

    def test_a_rule_that_hangs_when_asked_whether_it_applies(self, pack_of: Any) -> None:
        """The question whether a rule is about a resource stands under the deadline too."""

        def applies(_: Resource) -> bool:
            time.sleep(30)
            return False

        pack = pack_of(rule(says("never"), applies=applies), seconds=0.2)
        began = time.monotonic()

        answer = pack.policy()

        assert time.monotonic() - began < 5
        assert {OVERBROAD} == answer.blocking

    def test_a_rule_that_hung_is_not_waited_for_again(self, pack_of: Any) -> None:
        """Each later resource is refused at once: the engine waits for one deadline, not for many."""
        asked: list[Resource] = []

        def check(case: Case) -> Iterator[Said]:
            asked.append(case.resource)
            time.sleep(30)
            yield Violation("too late")

        pack = pack_of(rule(check), seconds=0.2)

        answers = [pack.policy(name=f"p{number}") for number in range(3)]

        assert [{OVERBROAD}] * 3 == [answer.blocking for answer in answers]
        assert len(asked) == 1

    def test_a_memory_that_hangs_is_an_error_to_the_engine(self, pack_of: Any, monkeypatch: Any) -> None:
        """What feeds the memory stands under the deadline too, and takes the whole call with it."""
        pack = pack_of(rule(says("never")), seconds=0.2)
        monkeypatch.setattr(pack.examiner.memory, "record", lambda _: time.sleep(30))

        with pytest.raises(DeadlinePassed):
            pack.policy()

    @pytest.mark.parametrize("error", [KeyboardInterrupt, SystemExit, MemoryError])
    def test_a_memory_that_breaks_is_an_error_to_the_engine(
        self, pack_of: Any, monkeypatch: Any, error: type[BaseException]
    ) -> None:
        """Also what would end a thread without a word."""

        def record(_: Resource) -> None:
            raise error

        pack = pack_of(rule(says("never")))
        monkeypatch.setattr(pack.examiner.memory, "record", record)

        with pytest.raises(error):
            pack.policy()


class TestUnknownValues:
    def test_a_value_to_be_judged_later_is_no_finding_at_preview(self, pack_of: Any) -> None:
        """At preview a rule that cannot tell yet does not apply yet, and says why."""
        pack = pack_of(rule(lambda _: iter([Later("matchingRule is unknown")])))

        answer = pack.policy()

        assert answer.diagnostics == ()
        assert answer.not_applicable == {OVERBROAD: "matchingRule is unknown"}

    def test_a_value_still_unknown_at_deploy_is_a_violation(self, pack_of: Any) -> None:
        """At deploy there is no later."""
        pack = pack_of(rule(lambda _: iter([Later("matchingRule is unknown")])))
        pack.deploy()

        assert pack.policy().of(OVERBROAD) == ["matchingRule is unknown, and a value must be known at deploy"]


class TestStage:
    def test_without_a_word_from_the_engine_it_is_a_deploy(
        self, pack_of: Any, sample: Any, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """Where nobody says that it is a preview, unknown values are refused."""
        monkeypatch.delenv("PULUMI_DRY_RUN", raising=False)
        pack = pack_of()
        pack.servicer._stage = None

        assert {UNJUDGEABLE} == pack.policy(sample.unknown).blocking

    def test_an_older_engine_says_it_in_the_environment(
        self, pack_of: Any, sample: Any, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """Engines that do not call ConfigureStack set PULUMI_DRY_RUN."""
        monkeypatch.setenv("PULUMI_DRY_RUN", "true")
        pack = pack_of()
        pack.servicer._stage = None

        assert set() == pack.policy(sample.unknown).blocking

    def test_what_the_engine_says_counts_more_than_the_environment(
        self, pack: Any, sample: Any, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """A variable left over in the environment does not make a preview of a deploy."""
        monkeypatch.setenv("PULUMI_DRY_RUN", "true")
        pack.deploy()

        assert {UNJUDGEABLE} == pack.policy(sample.unknown).blocking


def test_rules_can_be_replaced_one_by_one() -> None:
    """A rule is data and two functions; another check is a replaced field."""
    one = rule(says("a"))

    assert replace(one, check=says("b")).check(None).__next__().text == "b"  # type: ignore[attr-defined, arg-type]


class TestEveryRuleOfThePack:
    @pytest.mark.parametrize("name", [info.name for info in catalogue.CATALOGUE])
    def test_any_shape_of_input_gets_an_answer(self, pack: Any, sample: Any, name: str) -> None:
        """No rule breaks on inputs of any type in any place of the resources it is about."""
        shapes = [
            None,
            True,
            0,
            1.5,
            "",
            "text",
            [],
            {},
            [None],
            [[]],
            {"a": None},
            sample.unknown,
            sample.secret("x"),
        ]
        keys = {
            "oci:Identity/policy:Policy": ("statements", "versionDate", "compartmentId"),
            "oci:Identity/dynamicGroup:DynamicGroup": ("matchingRule",),
            "oci:Functions/function:Function": ("image", "imageDigest", "sourceDetails", "config"),
            "oci:Functions/application:Application": ("config",),
            "oci:Events/rule:Rule": ("condition", "conditionDetails"),
            "oci:Waas/customProtectionRule:CustomProtectionRule": ("template",),
        }

        said = [
            text
            for token, names in keys.items()
            for key in names
            for shape in [*shapes, {"imageDigest": shapes, "eventTypes": shapes}, {"sourceType": "ARCHIVE"}]
            for text in pack.analyze(token, {key: shape}).of(name)
        ]

        assert [text for text in said if "the rule failed" in text] == []
