"""What `workload-grant-scoped` asks for, and what satisfies it."""

from __future__ import annotations

import json
from typing import Any

import pytest

import oci_functions_guard.judged_workloads as judged_workloads
from tests.oci_functions_guard.conftest import PACK

NAME = "workload-grant-scoped"
C = "ocid1.compartment.oc1..aaaaaaaacompartment"
UNSCOPED = f"Allow dynamic-group workers to read secret-bundles in compartment id {C}"


def test_a_target_that_could_be_named_is_asked_for(pack: Any) -> None:
    """The finding names the variable."""
    (text,) = pack.policy(UNSCOPED).of(NAME)

    assert "(workload-unscoped)" in text
    assert "target.secret.id = '<OCID of the secret>'" in text


@pytest.mark.parametrize(
    "statement",
    [
        f"{UNSCOPED} where target.secret.id = 'ocid1.vaultsecret.oc1.iad.aaaasecret'",
        f"Allow dynamic-group w to use ons-topics in compartment id {C}",
        "Allow dynamic-group w to read secret-bundles in tenancy",
        f"Allow group people to read secret-bundles in compartment id {C}",
        f"Allow dynamic-group w to read secret-bundles in compartment id {C} # for now",
    ],
)
def test_the_rest_passes_here(pack: Any, statement: str) -> None:
    """A named target, a type without a variable, and what another rule refuses."""
    assert pack.policy(statement).of(NAME) == []


def test_it_blocks_in_prod(pack_of: Any) -> None:
    """Advisory by default; mandatory by the config for prod."""
    assert pack_of().policy(UNSCOPED).blocking == set()

    pack = pack_of()
    pack.configure(json.loads((PACK / "config" / "prod.json").read_text(encoding="utf-8")))

    assert NAME in pack.policy(UNSCOPED).blocking


def test_a_failing_judge_is_a_finding(pack: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """Silence is no answer."""

    def fail(*_: Any) -> Any:
        raise ValueError("broken")

    monkeypatch.setattr(judged_workloads, "judge_workload_policy", fail)
    monkeypatch.setattr(judged_workloads, "judge_workload", fail)

    (text,) = pack.policy(UNSCOPED).of(NAME)

    assert "the judge failed, so the statement is not allowed" in text
