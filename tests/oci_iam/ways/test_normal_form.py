"""The ways in which a condition can hold, written alike for conditions of one meaning."""

from __future__ import annotations

import itertools
import random
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from oci_iam.catalogue.permissions import FUNCTIONS_REACH
from oci_iam.conditions import holds
from oci_iam.language.parser import parse_condition
from oci_iam.statement import AllOf, AnyOf, Comparison, Condition, Text, Unparsable
from oci_iam.ways.normal_form import MAX_WAYS, normal_form

ID, APP, TYPE = "target.function.id", "target.app.id", "request.principal.type"
PRINCIPAL, GROUPS = "request.principal.id", "request.groups.id"


def read(text: str) -> Condition:
    condition = parse_condition(text)
    assert not isinstance(condition, Unparsable), condition
    return condition


def ways(text: str) -> list[dict[str, set[str]]]:
    """What each way says, in a fixed order; permissions left out."""
    form = normal_form(read(text), FUNCTIONS_REACH)
    assert form.complete
    found = [{name: set(values) for name, values in way.said} for way in form.ways]
    return sorted(found, key=lambda said: sorted((name, sorted(values)) for name, values in said.items()))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (f"{ID} = 'X'", [{ID: {"x"}}]),
        ("request.region = 'x'", [{}]),
        (f"{ID} != 'x'", [{}]),
        (f"{ID} = /x*/", [{}]),
        (f"{ID} in ('x', '*')", [{}]),
        (f"all {{{ID} = 'x', request.region = 'y', {APP} = 'z'}}", [{ID: {"x"}, APP: {"z"}}]),
        (f"any {{{ID} = 'x', {ID} = 'y'}}", [{ID: {"x", "y"}}]),
        (f"any {{{ID} = 'x', request.region = 'y'}}", [{}]),
        (f"any {{{ID} = 'x', {APP} = 'z'}}", [{APP: {"z"}}, {ID: {"x"}}]),
        (f"all {{any {{{ID} = 'x', {ID} = 'y'}}, {APP} = 'z'}}", [{ID: {"x", "y"}, APP: {"z"}}]),
        (f"any {{all {{{ID} = 'x', {APP} = 'z'}}, {ID} = 'y'}}", [{ID: {"x"}, APP: {"z"}}, {ID: {"y"}}]),
        (f"any {{all {{{ID} = 'x', {APP} = 'z'}}, {ID} = 'x'}}", [{ID: {"x"}}]),
        (
            f"any {{all {{{ID} = 'x', {APP} = 'z'}}, all {{{APP} = 'z', {ID} = 'y'}}}}",
            [{ID: {"x", "y"}, APP: {"z"}}],
        ),
        (f"all {{{ID} in ('x', 'y'), {ID} in ('y', 'z')}}", [{ID: {"y"}}]),
        (f"all {{{ID} = 'x', {ID} = 'y'}}", []),
        (f"all {{{ID} = 'x', {ID} != 'X'}}", []),
        (f"all {{{ID} in ('x', 'y'), all {{{ID} not in ('x', 'q')}}}}", [{ID: {"y"}}]),
        (f"all {{{ID} = 'x', {ID} != '*'}}", [{ID: {"x"}}]),
        (f"all {{{ID} in ('x', 'y'), any {{all {{any {{{ID} != 'x'}}}}}}}}", [{ID: {"y"}}]),
        (f"all {{{GROUPS} = 'a', {GROUPS} = 'b'}}", [{GROUPS: {"a"}}]),
        (f"all {{{GROUPS} = 'a', {GROUPS} != 'a'}}", [{GROUPS: {"a"}}]),
        (f"all {{{TYPE} = 'fnfunc', {PRINCIPAL} = 'ocid1.user.oc1..a'}}", []),
        (
            f"all {{{TYPE} = 'ApiGateway', {PRINCIPAL} in ('ocid1.user.oc1..a', 'ocid1.apigateway.oc1..a')}}",
            [{TYPE: {"apigateway"}, PRINCIPAL: {"ocid1.apigateway.oc1..a"}}],
        ),
        (
            f"all {{{TYPE} = 'schedule', {PRINCIPAL} = 'ocid1.user.oc1..a'}}",
            [{TYPE: {"schedule"}, PRINCIPAL: {"ocid1.user.oc1..a"}}],
        ),
        ("request.permission = 'FN_APP_READ'", []),
        ("request.permission = ''", []),
        (f"any {{request.permission = 'FN_APP_READ', {ID} = 'x'}}", [{ID: {"x"}}]),
    ],
)
def test_ways(text: str, expected: list[dict[str, set[str]]]) -> None:
    """Each way in which a condition can hold, by what it confines the variables to."""
    assert expected == ways(text)


def test_each_way_leaves_permissions_of_its_own() -> None:
    """A branch that names a permission leaves that one, and only on its way."""
    form = normal_form(read(f"any {{request.permission = 'FN_INVOCATION', {ID} = 'x'}}"), FUNCTIONS_REACH)

    assert {frozenset({"FN_INVOCATION"}): False, FUNCTIONS_REACH: True} == {
        way.reach: bool(way.said) for way in form.ways
    }


def test_no_condition_is_one_way_that_says_nothing() -> None:
    """Without a condition everything is left."""
    (way,) = normal_form(None, FUNCTIONS_REACH).ways

    assert way == (FUNCTIONS_REACH, ())
    assert not normal_form(None, frozenset()).ways


LEAVES = st.builds(
    lambda variable, values: Comparison(variable, "in", tuple(map(Text, values))),
    st.sampled_from((ID, APP, TYPE, "request.region")),
    st.lists(st.sampled_from("abc"), min_size=1, max_size=2),
)
CONDITIONS: st.SearchStrategy[Condition] = st.recursive(
    LEAVES,
    lambda inner: st.builds(
        lambda kind, parts: kind(tuple(parts)),
        st.sampled_from((AllOf, AnyOf)),
        st.lists(inner, min_size=1, max_size=3),
    ),
    max_leaves=8,
)
EVERY_REQUEST = [
    {
        "request.permission": "FN_INVOCATION",
        "request.region": region,
        **dict(zip((ID, APP, TYPE), values, strict=True)),
    }
    for region in "ab"
    for values in itertools.product("abc", repeat=3)
]


@settings(max_examples=400)
@given(CONDITIONS)
def test_the_ways_hold_when_the_condition_can(condition: Condition) -> None:
    """Up to variables nobody asks about, a request is on one of the ways exactly when the condition holds."""
    form = normal_form(condition, FUNCTIONS_REACH)
    on_a_way, meets = set(), set()
    for request in EVERY_REQUEST:
        asked = tuple(request[name] for name in (ID, APP, TYPE))
        if any(all(request[name] in values for name, values in way.said) for way in form.ways):
            on_a_way.add(asked)
        if holds(condition, request):
            meets.add(asked)

    assert form.complete
    assert meets <= on_a_way
    if "request.region" not in repr(condition):
        assert meets == on_a_way


def respelt(condition: Condition, chance: random.Random) -> Condition:
    """The same in other words: another order, nested once more, said twice, lists taken apart, a branch that
    another one includes, and `all` spread over `any`."""
    if isinstance(condition, Comparison):
        if len(condition.values) > 1 and chance.random() < 0.7:
            return AnyOf(tuple(Comparison(condition.variable, "=", (value,)) for value in condition.values))
        others: list[Condition] = [condition, AllOf((condition,)), AnyOf((condition, condition))]
        return chance.choice(others)
    assert isinstance(condition, AllOf | AnyOf)
    parts = [respelt(part, chance) for part in condition.conditions]
    chance.shuffle(parts)
    if chance.random() < 0.3:
        parts.append(chance.choice(parts))
    if isinstance(condition, AllOf):
        split = next((at for at, part in enumerate(parts) if isinstance(part, AnyOf)), None)
        if split is not None and chance.random() < 0.5:
            branches = parts[split].conditions  # type: ignore[union-attr]
            rest = (*parts[:split], *parts[split + 1 :])
            return AnyOf(tuple(AllOf((branch, *rest)) for branch in branches))
        return AllOf(tuple(parts))
    if chance.random() < 0.3:
        parts.append(AllOf((parts[0], chance.choice(parts))))
    return AnyOf(tuple(parts))


@settings(max_examples=400)
@given(CONDITIONS, st.integers(0, 10**6))
def test_one_meaning_on_the_same_ways(condition: Condition, seed: int) -> None:
    """However a condition is spelt, the same requests are on its ways."""
    chance = random.Random(seed)  # noqa: S311 - nothing secret
    found = []
    for one in (condition, respelt(condition, chance)):
        form = normal_form(one, FUNCTIONS_REACH)
        assert form.complete
        found.append(
            {
                values
                for values in itertools.product("abc", repeat=3)
                if any(
                    all(
                        dict(zip((ID, APP, TYPE), values, strict=True))[name] in said
                        for name, said in way.said
                    )
                    for way in form.ways
                )
            }
        )

    assert found[0] == found[1]


def test_siblings_are_no_ways_of_their_own() -> None:
    """Many literals of one variable are one way, in a list or one by one, beside a block of another kind."""
    wide = AnyOf(tuple(Comparison(ID, "=", (Text(f"f{n}"),)) for n in range(4 * MAX_WAYS)))
    block = read(f"any {{{APP} = 'x', {TYPE} = 'y'}}")

    form = normal_form(AllOf((wide, block)), FUNCTIONS_REACH)

    assert form.complete
    assert [len(way.of(ID)) for way in form.ways] == [4 * MAX_WAYS] * 2


def crossing(blocks: int) -> Condition:
    """`blocks` blocks whose branches may all hold at once: 2 ** blocks ways."""
    names = [f"v{n}" for n in range(blocks + 1)]
    return AllOf(
        tuple(
            AnyOf(
                tuple(
                    Comparison(variable, "in", tuple(Text(name) for name in names if name != f"v{block}"))
                    for variable in (ID, APP)
                )
            )
            for block in range(blocks)
        )
    )


def test_up_to_the_bound_every_way_is_told_apart() -> None:
    """The bound is what is still told apart; above it parts are left out, and that is said."""
    within = MAX_WAYS.bit_length() - 1
    whole, part = (
        normal_form(crossing(within), FUNCTIONS_REACH),
        normal_form(crossing(within + 3), FUNCTIONS_REACH),
    )

    assert (whole.complete, len(whole.ways)) == (True, MAX_WAYS)
    assert not part.complete
    assert 0 < len(part.ways) <= MAX_WAYS


def test_very_wide_any_is_folded() -> None:
    """Above the bound the branches of one `any` become one way with what they say together."""
    pairs = tuple(
        AllOf((Comparison(ID, "=", (Text(f"f{n}"),)), Comparison(APP, "=", (Text(f"a{n}"),))))
        for n in range(MAX_WAYS + 1)
    )

    within, beyond = (
        normal_form(AnyOf(pairs[1:]), FUNCTIONS_REACH),
        normal_form(AnyOf(pairs), FUNCTIONS_REACH),
    )

    assert (within.complete, len(within.ways)) == (True, MAX_WAYS)
    assert not beyond.complete
    assert [{name: len(values) for name, values in way.said} for way in beyond.ways] == [
        {ID: MAX_WAYS + 1, APP: MAX_WAYS + 1}
    ]


@pytest.mark.parametrize("blocks", [9, 20, 60])
def test_many_blocks_take_no_time(blocks: int) -> None:
    """What would multiply beyond all bounds is never written down."""
    begin = time.process_time()

    normal_form(crossing(blocks), FUNCTIONS_REACH)

    assert time.process_time() - begin < 3
