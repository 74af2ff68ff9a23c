"""The resource that completes a dangerous set is refused, whatever the order, and counts once."""

from __future__ import annotations

import itertools
from typing import Any

import pytest

from oci_iam import Combinations, Policy, SetFinding

SEPARATED = "functions-manage-and-invoke-separated"
ESCALATION = "functions-privilege-escalation"
UNKNOWN_AT_PREVIEW = "functions-grant-unknown-at-preview"
DYNAMIC_GROUP = "oci:Identity/dynamicGroup:DynamicGroup"

C = "ocid1.compartment.oc1..aaaaaaaacompartment"
F = "ocid1.fnfunc.oc1.phx.aaaaaaaafunction"
MANAGE = f"Allow group team to manage fn-function in compartment id {C}"
INVOKE = f"Allow group team to use fn-invocation in compartment id {C} where target.function.id = '{F}'"
OTHERS_INVOKE = INVOKE.replace("team", "callers")
POLICIES = f"Allow group team to manage policies in compartment id {C}"


@pytest.fixture(name="pack")
def _strict(pack: Any) -> Any:
    pack.configure({SEPARATED: "mandatory", ESCALATION: "mandatory"})
    return pack


class TestSeveralPolicies:
    @pytest.mark.parametrize("order", list(itertools.permutations([MANAGE, INVOKE, OTHERS_INVOKE])))
    def test_the_one_that_completes_the_set_is_refused(self, pack: Any, order: tuple[str, ...]) -> None:
        """Split over several policies, the later of the two that add up is refused, and only that one."""
        answers = [pack.policy(text, name=f"p{number}") for number, text in enumerate(order)]

        last = max(order.index(MANAGE), order.index(INVOKE))
        assert [{SEPARATED} if number == last else set() for number in range(3)] == [
            answer.blocking for answer in answers
        ]

    def test_the_finding_says_where_the_parts_stand(self, pack: Any) -> None:
        """It names both policies and the places in them, and repeats no statement."""
        pack.policy(OTHERS_INVOKE, MANAGE, name="first")

        answer = pack.policy(INVOKE, name="second")

        (text,) = answer.of(SEPARATED)
        assert "by:      first statements[1], second statements[0]" in text
        assert MANAGE not in text

    def test_one_policy_can_hold_the_whole_set(self, pack: Any) -> None:
        """Both statements in one policy are found as well."""
        assert {SEPARATED} == pack.policy(MANAGE, INVOKE).blocking

    def test_two_groups_are_no_set(self, pack: Any) -> None:
        """Management and invocation by two groups is what is wanted."""
        pack.policy(MANAGE, name="a")

        assert pack.policy(OTHERS_INVOKE, name="b").diagnostics == ()

    def test_a_way_to_more_rights_is_refused(self, pack: Any) -> None:
        """Writing policies beside rights on functions is an escalation."""
        pack.policy(POLICIES, name="a")

        assert {ESCALATION} == pack.policy(MANAGE, name="b").blocking

    def test_a_secret_statement_is_not_shown(self, pack: Any, sample: Any) -> None:
        """Where a part of the set is a secret the finding says only what kind it is and where."""
        pack.policy(sample.secret(MANAGE), name="a")

        (text,) = pack.policy(INVOKE, name="b").of(SEPARATED)

        assert "manage-and-invoke: a statements[0], b statements[0] (a statement is a secret" in text
        assert "team" not in text


class TestMemory:
    def test_a_resource_analysed_again_counts_once(self, pack: Any) -> None:
        """The same policy again, under the same URN, completes nothing with its earlier self."""
        pack.policy(MANAGE, name="a")

        assert set() == pack.policy(INVOKE, name="a").blocking

    def test_a_resource_analysed_again_is_judged_as_it_is_now(self, pack: Any) -> None:
        """A policy that was changed so that it completes a set is refused."""
        pack.policy(OTHERS_INVOKE, name="a")
        pack.policy(MANAGE, name="b")

        assert {SEPARATED} == pack.policy(INVOKE, name="a").blocking

    def test_what_a_changed_resource_used_to_say_is_forgotten(self, pack: Any) -> None:
        """The earlier text of a policy takes no part in later sets."""
        pack.policy(MANAGE, name="a")
        pack.policy(OTHERS_INVOKE, name="a")

        assert set() == pack.policy(INVOKE, name="b").blocking

    def test_the_same_question_gets_the_same_answer(self, pack: Any) -> None:
        """Asked twice about the resource that completes a set, it is refused twice."""
        pack.policy(MANAGE, name="a")

        assert {SEPARATED} == pack.policy(INVOKE, name="b").blocking
        assert {SEPARATED} == pack.policy(INVOKE, name="b").blocking

    def test_two_rules_ask_and_the_policy_is_added_once(
        self, pack: Any, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """What a policy completes is computed once, however many rules ask."""
        added = []
        add = Combinations.add

        def counting(self: Combinations, policy: Policy) -> tuple[SetFinding, ...]:
            added.append(policy)
            return add(self, policy)

        monkeypatch.setattr(Combinations, "add", counting)

        pack.policy(MANAGE, name="a")

        assert len(added) == 1

    def test_another_operation_starts_with_nothing(self, pack_of: Any) -> None:
        """What one pack has seen is nothing to another: preview and deploy are two processes."""
        pack_of().policy(MANAGE, name="a")
        other = pack_of()
        other.configure({SEPARATED: "mandatory"})

        assert set() == other.policy(INVOKE, name="b").blocking

    def test_many_at_once_miss_nothing(self, pack: Any) -> None:
        """Asked from several threads at once, one of two policies that add up is refused."""
        from concurrent.futures import ThreadPoolExecutor

        jobs = [
            (text.replace("team", f"team{n}"), f"{n}-{i}")
            for n in range(20)
            for i, text in enumerate((MANAGE, INVOKE))
        ]
        with ThreadPoolExecutor(4) as threads:
            answers = list(threads.map(lambda job: pack.policy(job[0], name=job[1]), jobs))

        assert [sum(bool(answers[2 * n + i].of(SEPARATED)) for i in range(2)) for n in range(20)] == [1] * 20


class TestUnknownValues:
    def test_a_registered_grant_takes_part(self, pack: Any, sample: Any) -> None:
        """A statement unknown at preview adds up with others as its component registered it."""
        component = "aifunctions:index:GrantedPolicy"
        pack.analyze("oci:Functions/function:Function", {"imageDigest": sample.unknown}, "fn")
        grant = {
            "text": INVOKE.replace(F, "${f}"),
            "refs": {"f": sample.urn("oci:Functions/function:Function", "fn")},
        }
        pack.analyze(component, {"grants": {"child": [grant]}}, "access")
        pack.policy(MANAGE, name="a")

        answer = pack.policy(sample.unknown, name="child", parent=sample.urn(component, "access"))

        assert {SEPARATED} == answer.blocking

    def test_two_groups_that_do_not_exist_yet_are_two(self, pack: Any, sample: Any) -> None:
        """Stand-ins for ids tell one group from another, so that two groups make no set."""
        component = "aifunctions:index:GrantedPolicy"
        group = "oci:Identity/group:Group"
        for name, text in (("developers", MANAGE), ("invokers", INVOKE)):
            pack.analyze(group, {"description": "d"}, name)
            grant = {
                "text": text.replace("group team", "group id ${group}"),
                "refs": {"group": sample.urn(group, name)},
            }
            pack.analyze(component, {"grants": {name: [grant]}}, f"{name}-access")

        answers = [
            pack.policy(sample.unknown, name=name, parent=sample.urn(component, f"{name}-access"))
            for name in ("developers", "invokers")
        ]

        assert [answer.diagnostics for answer in answers] == [(), ()]

    def test_an_unknown_statement_takes_no_part(self, pack: Any, sample: Any) -> None:
        """What nobody registered cannot add up to anything at preview; at deploy it is known."""
        pack.policy(MANAGE, name="a")

        assert pack.policy(sample.unknown, name="b").rules == [UNKNOWN_AT_PREVIEW]


class TestDynamicGroups:
    RULE = f"ALL {{resource.type = 'fnfunc', resource.compartment.id = '{C}'}}"

    @pytest.mark.parametrize("group_first", [True, False])
    def test_a_group_a_new_function_would_join(self, pack: Any, group_first: bool) -> None:
        """Creating functions where a dynamic group takes all in: the later of the two is refused."""
        ask = [
            lambda: pack.analyze(DYNAMIC_GROUP, {"matchingRule": self.RULE}, "all-functions"),
            lambda: pack.policy(MANAGE, name="developers"),
        ]
        first, second = ask if group_first else reversed(ask)

        assert ESCALATION not in first().blocking
        assert ESCALATION in second().blocking

    BY_NAME = f"Allow dynamic-group workers to manage fn-function in compartment id {C}"
    BY_ID = (
        f"Allow any-user to use fn-invocation in compartment id {C} where all {{request.principal.id = '{F}',"
    )
    BY_ID += " target.function.id = 'ocid1.fnfunc.oc1.phx.aaaaaaaaanother'}"

    @pytest.mark.parametrize("named", [F, "ocid1.fnfunc.oc1.phx.aaaaaaaastranger"])
    def test_a_rule_that_shows_two_forms_to_be_one_principal(self, pack: Any, named: str) -> None:
        """A function pinned by OCID and in a dynamic group is one principal, once the rule says so."""
        pack.policy(self.BY_NAME, name="a")
        pack.policy(self.BY_ID, name="b")
        rule = f"ALL {{resource.type = 'fnfunc', resource.id = '{named}'}}"

        answer = pack.analyze(DYNAMIC_GROUP, {"name": "Workers", "matchingRule": rule}, "group")

        assert (SEPARATED in answer.blocking) == (named == F)


class TestActingThroughAnother:
    POWER = (
        f"Allow any-user to use fn-invocation in compartment id {C} where all {{request.principal.id = '{F}',"
    )
    POWER += " target.function.id = 'ocid1.fnfunc.oc1.phx.aaaaaaaaanother'}"

    @pytest.mark.parametrize("order", [(MANAGE, POWER), (POWER, MANAGE)])
    def test_who_replaces_the_code_of_a_privileged_function(self, pack: Any, order: tuple[str, str]) -> None:
        """The policy that lends a function's rights to its developers is refused, in either order."""
        pack.policy(order[0], name="a")

        answer = pack.policy(order[1], name="b")

        assert {ESCALATION} == answer.blocking
        (text,) = answer.of(ESCALATION)
        assert "acts as any-user with principal.id" in text
        assert "a statements[0]" in text
        assert "b statements[0]" in text

    def test_who_manages_another_compartment_does_not(self, pack: Any) -> None:
        """Developers of another compartment gain nothing by the function."""
        pack.policy(self.POWER, name="a")

        assert set() == pack.policy(MANAGE.replace(C, C + "s"), name="b").blocking
