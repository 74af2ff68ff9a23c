"""Variables that no service supplies are named, with the one that was probably meant."""

from __future__ import annotations

import pytest

from oci_iam import judge
from oci_iam.catalogue.variables import FUNCTIONS, GENERAL, SERVICES

INVOKE = "Allow group A to use fn-invocation in compartment X where "


def told(text: str) -> list[str]:
    """What the notes say of variables."""
    return [note for note in judge(text).notes if "policy-variable-unknown" in note]


@pytest.mark.parametrize(
    ("variable", "meant"),
    [
        ("target.function.name", "target.function.id"),
        ("target.fn.id", "target.function.id"),
        ("target.functions.id", "target.function.id"),
        ("target.fn-function.id", "target.function.id"),
        ("target.application.id", "target.app.id"),
        ("target.app.name", "target.app.id"),
        ("request.principle.id", "request.principal.id"),
        ("request.user.ids", "request.user.id"),
    ],
)
def test_an_unknown_variable_is_named_with_what_was_meant(variable: str, meant: str) -> None:
    """The note names the variable and the known one; the verdict is not changed by it."""
    text = f"{INVOKE}{variable} = 'x'"
    (note,) = told(text)

    assert f"`{variable}`" in note
    assert note.endswith(f"did you mean `{meant}`?")
    assert judge(text).verdict == judge(INVOKE.removesuffix(" where ")).verdict


def test_an_unknown_variable_confines_nothing() -> None:
    """It neither names a function nor pins who asks."""
    family = "Allow any-user to manage functions-family in tenancy where target.fn.id = 'ocid1.fnfunc.oc1..a'"
    verdict = judge(family)

    assert [finding.code for finding in verdict.findings] == ["tenancy-wide", "any-principal", "whole-family"]
    assert told(family)


def test_a_word_nobody_knows_is_named_without_a_guess() -> None:
    """Of a statement about functions every variable is known, so any other is named."""
    (note,) = told(f"{INVOKE}target.banana.colour = 'yellow'")

    assert note.endswith("(policy-variable-unknown).")


@pytest.mark.parametrize("name", sorted((GENERAL | FUNCTIONS) - {"request.utc-timestamp"}))
def test_supplied_variables_are_not_named(name: str) -> None:
    """What the general page and that of Functions list draws no note, in any letter case."""
    variable = name.replace(".tag.*", ".tag.Ops.Env").replace("mfatotp", "mfaTotp")

    assert told(f"{INVOKE}{variable} = 'x'") == []


def test_of_other_services_only_near_misses_are_named() -> None:
    """The catalogue does not hold every service, so an unknown word of theirs is no news."""
    assert told("Allow group A to read objects in tenancy where target.buckets.name = 'b'")
    assert told("Allow group A to read objects in tenancy where target.bucket.name = 'b'") == []
    assert told("Allow group A to manage iot-domain in tenancy where target.iot-domain.shape = 'b'") == []
    assert told("Allow group A to read all-resources in tenancy where target.bucket.name = 'b'") == []


def test_each_is_named_once() -> None:
    """A variable that is compared with several values draws one note."""
    assert len(told(f"{INVOKE}any {{target.fn.id = 'a', target.fn.id = 'b', !target.fn.id}}")) == 1


def test_names_are_as_the_parser_folds_them() -> None:
    """Lower case, under `request.` or `target.`."""
    names = {*GENERAL, *FUNCTIONS, *(name for names in SERVICES.values() for name in names)}

    assert not [
        name for name in names if name != name.lower() or not name.startswith(("request.", "target."))
    ]
