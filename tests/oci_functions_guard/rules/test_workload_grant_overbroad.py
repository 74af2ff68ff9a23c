"""What `workload-grant-overbroad` refuses, lets pass, and leaves for later."""

from __future__ import annotations

import json
from typing import Any

import pytest

import oci_functions_guard.judged_workloads as judged_workloads
from oci_iam.fingerprint import fingerprint
from oci_iam.workload import judge_workload
from tests.oci_functions_guard.conftest import PACK, UNKNOWN

NAME = "workload-grant-overbroad"
C = "ocid1.compartment.oc1..aaaaaaaacompartment"
BROAD = "Allow dynamic-group workers to read objects in tenancy"
NARROW = f"Allow dynamic-group workers to read objects in compartment id {C} where target.bucket.name = 'in'"


@pytest.mark.parametrize(
    ("statement", "code"),
    [
        (BROAD, "workload-tenancy-wide"),
        (f"Allow any-user to use ons-topics in compartment id {C}", "workload-any-principal"),
        (f"Allow dynamic-group w to manage object-family in compartment id {C}", "workload-whole-family"),
        ("Endorse dynamic-group w to use keys in tenancy Partner", "workload-crosses-tenancies"),
        (f"Allow dynamic-group w to read objects in compartment id {C} # for now", "unparsable"),
    ],
)
def test_what_is_too_broad_is_refused(pack: Any, statement: str, code: str) -> None:
    """The finding shows the statement, the reason and what to write instead."""
    (text,) = pack.policy(statement).of(NAME)

    assert text.startswith(f"statements[0]: {statement[:40]}")
    assert f"({code})" in text
    assert "instead: Write " in text


@pytest.mark.parametrize(
    "statement",
    [
        NARROW,
        f"Allow dynamic-group w to read objects in compartment id {C}",
        "Allow dynamic-group w to inspect all-resources in tenancy",
        "Allow group people to manage all-resources in tenancy",
        "Deny dynamic-group w to manage all-resources in tenancy",
    ],
)
def test_what_is_narrow_or_no_workload_passes(pack: Any, statement: str) -> None:
    """So does a statement that only names no target: another rule says that."""
    assert pack.policy(statement).of(NAME) == []


def test_it_advises_unless_the_config_says_more(pack_of: Any) -> None:
    """Advisory by default; mandatory where a config makes it so, as the config for prod does."""
    assert pack_of().policy(BROAD).blocking == set()

    pack = pack_of()
    pack.configure(json.loads((PACK / "config" / "prod.json").read_text(encoding="utf-8")))

    assert NAME in pack.policy(BROAD).blocking


def test_an_exemption_names_one_statement(pack_of: Any) -> None:
    """The fingerprint of a statement exempts that one and no other of the same policy."""
    exemption = {"resource": "it", "reason": "moves in July", "owner": "team-a", "expires": "2026-06-30"}
    pack = pack_of()
    pack.configure({NAME: {"exemptions": [exemption | {"statement": fingerprint(BROAD)}]}})

    texts = pack.policy(BROAD, BROAD.replace("objects", "keys").replace("read", "use")).of(NAME)

    assert sorted(text.startswith("exempted until") for text in texts) == [False, True]


def test_a_define_holds_for_the_policy(pack: Any) -> None:
    """An alias of the tenancy is the tenancy."""
    defined = "Define compartment Everything as ocid1.tenancy.oc1..aaaaaaaaroot"
    granted = "Allow dynamic-group w to use ons-topics in compartment Everything"

    assert len(pack.policy(defined, granted).of(NAME)) == 1
    assert pack.policy(granted).of(NAME) == []


def test_an_unknown_statement_is_left_to_other_rules(pack: Any) -> None:
    """What has no text is neither refused nor passed here, and takes nothing from its neighbours."""
    answer = pack.policy(UNKNOWN, BROAD)

    assert len(answer.of(NAME)) == 1
    assert "functions-grant-unknown-at-preview" in answer.rules


def test_wrong_shapes_are_answered(pack: Any) -> None:
    """A list, a number or nothing in the place of statements is no exception."""
    for statements in ([1, None, ["x"]], 7, None):
        assert pack.analyze("oci:Identity/policy:Policy", {"statements": statements}).of(NAME) == []


def test_a_failing_judge_is_a_finding(pack: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """A statement the judge fails on is refused by name; its neighbours keep their verdicts."""

    def fail(*_: Any) -> Any:
        raise ValueError("broken")

    alone = judge_workload
    monkeypatch.setattr(judged_workloads, "judge_workload_policy", fail)
    monkeypatch.setattr(
        judged_workloads,
        "judge_workload",
        lambda text, context: fail() if text == NARROW else alone(text, context),
    )

    first, second = pack.policy(NARROW, BROAD).of(NAME)

    assert "the judge failed, so the statement is not allowed" in first
    assert "workload-tenancy-wide" in second


def test_a_judge_that_forgets_a_statement_is_asked_again(pack: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """Too few verdicts are no verdicts."""
    monkeypatch.setattr(judged_workloads, "judge_workload_policy", lambda *_: ())

    assert len(pack.policy(BROAD).of(NAME)) == 1
