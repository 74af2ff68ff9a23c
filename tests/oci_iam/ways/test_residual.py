"""What is left of a condition holds for the rest of a request exactly when the whole condition does."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from oci_iam.conditions import holds
from oci_iam.language.parser import parse_condition
from oci_iam.statement import Condition, Unparsable
from oci_iam.ways.residual import residual
from tests.oci_iam.test_soundness import CONDITIONS

NAMES = ("request.region", "request.principal.type", "target.app.id", "target.function.id", "request.user.id")


def condition(text: str) -> Condition:
    """The condition a text holds."""
    found = parse_condition(text)
    assert not isinstance(found, Unparsable)
    return found


VALUES = st.sampled_from(["iad", "fra", "fnfunc", "eventrule", "ocid1.fnapp.oc1.iad.pictures"])


@given(
    CONDITIONS,
    st.dictionaries(st.sampled_from(NAMES), VALUES),
    st.dictionaries(st.sampled_from(NAMES), VALUES),
    st.sets(st.sampled_from(NAMES)),
)
def test_what_is_left_means_the_same(
    given_condition: object, known: dict[str, str], more: dict[str, str], absent: set[str]
) -> None:
    """For every completion of the known variables, by those that are not certainly absent."""
    whole = condition(str(given_condition)) if given_condition is not None else None
    left = residual(whole, known, absent)
    variables = {name: value for name, value in more.items() if name not in absent} | known
    expected = left if isinstance(left, bool) else holds(left, variables)

    assert expected == holds(whole, variables)


def test_what_is_known_is_left_out() -> None:
    """Parts that hold and branches that do not are gone; nothing is left of what is decided."""
    whole = condition("all {request.region = 'iad', any {request.user.id = 'a', target.app.id = 'b'}}")

    assert residual(whole, {"request.region": "IAD"}, {"request.user.id"}) == condition("target.app.id = 'b'")
    assert residual(whole, {"request.region": "fra"}) is False
    assert residual(whole, {"request.region": "iad", "target.app.id": "b"}) is True
    assert residual(None, {}) is True


def test_a_variable_on_the_right_must_be_known_too() -> None:
    """A comparison with it stays; so does a set of which a part is open."""
    compared = condition("target.app.id = request.region")
    sets = condition("sets-equal(request.region, target.app.id)")

    assert residual(compared, {"target.app.id": "x"}) == compared
    assert residual(sets, {"target.app.id": "x"}) == sets
    assert residual(compared, {"target.app.id": "x", "request.region": "x"}) is True
