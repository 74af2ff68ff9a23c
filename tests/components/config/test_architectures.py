"""The page on architectures: each stack that it shows can be loaded, and every statement it makes is ok."""

from __future__ import annotations

import json
from typing import Any

import pytest
import yaml

import oci_iam
from oci_iam.workload import judge_workload
from tests.components.config.architectures import OWN, TEMPLATE, shown, whole
from tests.components.config.stack_files import ROOT, Check

STACKS = {number: whole(sections) for number, sections in shown().items()}


def test_there_are_twelve() -> None:
    """In their order; four of them have an example that is a program of its own."""
    examples = {each.parent.name for each in (ROOT / "examples").glob("*/Pulumi.yaml")}
    used = {
        each for each in examples if any(f"examples/{each}/function" in str(said) for said in STACKS.values())
    }

    assert list(STACKS) == list(range(1, 13))
    assert used == examples - {"many_functions"}


@pytest.mark.parametrize("number", STACKS)
def test_it_can_be_loaded(problems: Check, number: int) -> None:
    """With the lines that every stack has."""
    assert problems(yaml.safe_dump({"config": STACKS[number]})) == []


# How many statements each makes: what a reader is told it needs, and no more.
COUNTS = {1: 6, 2: 10, 3: 5, 4: 3, 5: 5, 6: 2, 7: 5, 8: 4, 9: 2, 10: 6, 11: 2, 12: 4}


@pytest.mark.parametrize("number", STACKS)
def test_every_statement_is_ok(deployed: Any, number: int) -> None:
    """By the judge and as what a workload may do; and there are no more of them than needed."""
    text = json.dumps(STACKS[number]).replace(f'"{OWN}"', f'"{TEMPLATE}"')
    changes = {
        key.partition(":")[2]: value if isinstance(value, str) else json.dumps(value)
        for key, value in json.loads(text).items()
        if not key.startswith("oci:")
    }
    without = {"subnet_ids": None} if "network" in changes else {}

    policies = deployed("dev", **changes, **without).all("oci:Identity/policy:Policy")

    statements = [text for policy in policies for text in policy.inputs["statements"]]
    assert {oci_iam.judge(each).verdict for each in statements} <= {"ok", "unrelated"}
    assert {judge_workload(each).verdict for each in statements} <= {"ok", "none"}
    assert len(statements) == COUNTS[number]
