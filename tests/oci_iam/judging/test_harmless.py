"""Texts that OCI refuses pass where none of their readings reaches a function, and nowhere else."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from oci_iam import Unparsable, judge, parse
from tests.oci_iam.fuzz_statement import MIGHT_REACH


@pytest.mark.parametrize(
    "text",
    [
        "Allow Admins to read buckets in tenancy",
        "Allow Admins to use fn-function in compartment X",
        "Allow Admins to {FN_FUNCTION_READ} in compartment X",
        "Allow group A to read all-resources in tenancy;",
        'Allow service faas to use fn-function in tenancy where target.function.id = "ocid1.fnfunc.oc1..a"',
        "Allow group \u2018A\u2019 to manage buckets in tenancy",
        "Allow group A to manage {buckets, objects} in compartment X",
        "Allow group A to manage {DATA_SCIENCE_MODEL_DEPLOYMENT_PREDICT} in compartment X",
        "Allow group A to manage buckets, objects in compartment X",
        "Allow group A to manage buckets in X",
        "Allow group A to manage buckets in tenancy where request.region = 'iad' or request.region = 'fra'",
        "Admit any-user of banana to manage object-family in tenancy",
        "Endorse group A to associate subnets in tenancy with vnics",
        "Deny group A to manage all-resources in tenancy;",
        "Deny A to manage functions-family in tenancy",
        "Deny group A to",
    ],
)
def test_no_reading_reaches_functions(text: str) -> None:
    """What it is about is plain though something else is wrong: it passes, with a note that says so."""
    verdict = judge(text)

    assert isinstance(parse(text), Unparsable)
    assert not verdict.refused
    assert not verdict.permissions
    assert "OCI refuses this statement" in verdict.notes[-1]


@pytest.mark.parametrize(
    "text",
    [
        "",
        "group A to read buckets in tenancy",
        "Allow group A to buckets in tenancy",
        "Allow group A to manage in tenancy",
        "Allow group A to manage ${type} in tenancy",
        "Allow group A to manage <resource> in tenancy",
        "Allow group A to manage all resources in tenancy",
        "Allow Admins to use fn-invocation in compartment X",
        "Allow Admins to manage fn-function in compartment X",
        "Allow Admins to manage {FN_APP_READ, FN_APP_UPDATE} in compartment X",
        "Allow Admins to {fn-function} in compartment X",
        "Allow Admins to read manage fn-app in compartment X",
        "Allow Admins to manage buckets, fn-functions in compartment X",
        "Allow Admins to manage all_resources in tenancy",
        "Allow Admins to use functions_family in compartment X",
        "Allow Admins to {FN_INVOKE_ALL} in compartment X",
        "Allow Admins to manage my_functions in compartment X",
        "Allow Admins to read buckets in tenancy and manage functions-family in tenancy",
        "Allow Admins to read buckets in tenancy, manage objects",
        "Allow group A to read buckets in tenancy; Allow group A to manage all-resources in tenancy",
        "Deny group A to read buckets in tenancy; Allow group A to manage all-resources in tenancy",
        "Deny group A to read buckets in tenancy\nAdmit group A of tenancy B to manage fn-app in tenancy",
        "Allow Admins to read buckets in tenancy \u0430ll-resources",
        "Allow Admins to read buc\u212aets in tenancy",
        "Allow Admins\x0cto read buckets in tenancy",
        "Allow Admins to read buckets in tenancy where fn-invocation",
        "Endorse group A to associate subnets in tenancy with fn-invocation",
    ],
)
def test_some_reading_might(text: str) -> None:
    """What nobody can tell, or a second statement, or a functions type anywhere, is refused."""
    assert judge(text).verdict == "unjudgeable"


BROAD = (
    "Allow group A to manage functions-family in tenancy",
    "Allow any-user to use fn-invocation in compartment id ocid1.compartment.oc1..a",
    "Allow group A to manage all-resources in tenancy where any {request.region = 'iad', a.b = 'c'}",
    "Allow group A to {FN_INVOCATION, BUCKET_READ} in tenancy",
    "Endorse group A to manage fn-function in tenancy T",
)
PIECES = st.sampled_from(
    [
        ";",
        '"',
        "#",
        "//",
        "\n",
        "{",
        "}",
        "'",
        "to",
        "in",
        "manage",
        "buckets",
        "deny",
        "allow",
        ",",
        "\u2019",
        "read",
    ]
)


@settings(max_examples=600)
@given(
    st.sampled_from(BROAD),
    st.lists(st.tuples(st.integers(0, 80), st.integers(0, 2), PIECES), min_size=1, max_size=4),
)
def test_a_damaged_grant_over_functions_never_passes(text: str, damage: list[tuple[int, int, str]]) -> None:
    """However words are added and taken out: while the words of the grant are there, the text is refused."""
    words = text.split(" ")
    for at, kind, piece in damage:
        place = at % (len(words) + 1)
        words[place : place + (kind > 0)] = [] if kind == 2 else [piece]
    damaged = " ".join(words)

    if MIGHT_REACH(damaged) and isinstance(parse(damaged), Unparsable) and words[:1] != ["deny"]:
        assert judge(damaged).refused
