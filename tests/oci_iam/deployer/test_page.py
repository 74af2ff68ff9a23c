"""The files: what stands before each statement, and what is never written."""

from __future__ import annotations

import json

import pytest

from oci_iam.deployer import page
from oci_iam.deployer.right import Right
from oci_iam.deployer.statements import Granted

T, C = "ocid1.tenancy.oc1..t", "ocid1.compartment.oc1..c"


def _granted(action: str, *steps: str, place: str = f"compartment id {C}") -> Granted:
    rights = tuple(Right(step, "Do", "P", "t", C) for step in steps)
    return Granted(f"Allow group d to {action} in {place}", rights)


CREATE = _granted("{FN_FUNCTION_CREATE}", "create Function a", "create Function b", "create Function a")
INVOKE = _granted("{FN_INVOCATION}", "create Rule r")


def test_each_statement_says_what_it_is_for() -> None:
    """Each step once, in a comment; commands of the head are not broken into lines."""
    text = page.as_text(["Head.", "", f"  oci {'x' * 200}"], [CREATE], T)

    assert text == (
        f"# Head.\n#\n#   oci {'x' * 200}\n\n# for: create Function a; create Function b\n{CREATE.text}\n"
    )


def test_what_they_add_up_to_is_in_the_head() -> None:
    """Whoever attaches them sees it before the first statement."""
    text = page.as_text(["Head."], [CREATE, INVOKE], T)

    assert "\n# manage-and-invoke: group default/d" in text.partition("\nAllow ")[0]


def test_too_many_for_one_policy() -> None:
    """OCI's limit is told before it refuses."""
    many = [Granted(f"Allow group d to read queues in compartment c{n}", CREATE.rights) for n in range(51)]

    assert "attach these 51 as several" in page.as_text([], many, T)
    assert "as several" not in page.as_text([], many[:50], T)


def test_the_list_is_of_texts() -> None:
    """As OCI's command line takes it."""
    assert json.loads(page.as_json([CREATE, INVOKE])) == [CREATE.text, INVOKE.text]


@pytest.mark.parametrize(
    "refused",
    [
        _granted("manage functions-family"),
        _granted("{FN_INVOCATION}", place="tenancy"),
        _granted("{FN_INVOCATION", "s"),
        Granted("Allow dynamic-group d to manage all-resources in tenancy", ()),
        Granted(f"Allow dynamic-group d to use virtual-network-family in compartment id {C}", ()),
    ],
)
def test_nothing_is_written_that_a_judge_refuses(refused: Granted) -> None:
    """Neither as text nor as a list: it would be a defect of what composed it."""
    with pytest.raises(page.Refused):
        page.as_text([], [CREATE, refused], T)
    with pytest.raises(page.Refused):
        page.as_json([CREATE, refused])
