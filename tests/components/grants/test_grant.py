"""A grant: what may not be constructed, and what its evidence names."""

from __future__ import annotations

from typing import Any

import pulumi
import pulumi_oci as oci
import pytest

from components.errors import RefusedGrant
from components.grants.grant import (
    Grant,
    Principal,
    StartsWith,
    dynamic_group,
    fill,
    group,
    resource_principal,
)

COMPARTMENT = "ocid1.compartment.oc1..aaaaaaaafunctions"
GROUP = "ocid1.group.oc1..aaaaaaaapeople"
DYNAMIC_GROUP = "ocid1.dynamicgroup.oc1..aaaaaaaafunction"
TENANCY = "ocid1.tenancy.oc1..aaaaaaaatenancy"

REFUSED: dict[str, dict[str, Any]] = {
    "any-user with nothing confined": {
        "principal": Principal("any-user"),
        "verb": "use",
        "resource": "fn-invocation",
    },
    "any-user confined to a type only": {
        "principal": Principal("any-user", confined_to={"request.principal.type": "eventrule"}),
        "verb": "use",
        "resource": "fn-invocation",
    },
    "a resource principal of the whole tenancy": {
        "principal": resource_principal("eventrule", compartment_id=TENANCY),
        "verb": "use",
        "resource": "fn-invocation",
    },
    "a family": {"principal": group(GROUP), "verb": "manage", "resource": "functions-family"},
    "all resources": {"principal": group(GROUP), "verb": "manage", "resource": "all-resources"},
    "the tenancy's root": {
        "principal": group(GROUP),
        "verb": "use",
        "resource": "fn-invocation",
        "scope": TENANCY,
    },
    "a type nearly of functions": {"principal": group(GROUP), "verb": "use", "resource": "function-family"},
    "a family for a function": {
        "principal": dynamic_group(DYNAMIC_GROUP),
        "verb": "read",
        "resource": "object-family",
    },
    "a bucket that is not named": {
        "principal": dynamic_group(DYNAMIC_GROUP),
        "verb": "read",
        "resource": "objects",
    },
    "two statements in one": {
        "principal": group(GROUP),
        "verb": "use",
        "resource": "fn-invocation in tenancy Allow group x to use fn-app",
    },
}


@pytest.mark.parametrize("case", REFUSED)
def test_an_overbroad_grant_cannot_be_constructed(case: str) -> None:
    """The judge refuses the text, so there is no object; the message names what to write instead."""
    with pytest.raises(RefusedGrant, match=r"^grant: refused \(.+\)\. .+ Found: Allow .+ Instead: .+"):
        Grant(**{"scope": COMPARTMENT, **REFUSED[case]})


@pytest.mark.parametrize("text", ["x' or 1", "a\nb", "${function}", "b}", "ünicode", ""])
def test_a_value_cannot_end_its_quotes(text: str) -> None:
    """A literal that is not plain text is refused, wherever it would stand."""
    with pytest.raises(RefusedGrant, match="contains characters that a policy statement cannot contain"):
        Grant(
            principal=group(GROUP),
            verb="read",
            resource="objects",
            scope=COMPARTMENT,
            confined_to={"target.bucket.name": text},
        )


@pytest.mark.parametrize("text", ["a*", "a b", "a'", "", "a/}"])
def test_a_value_cannot_end_its_pattern(text: str) -> None:
    """What a name begins with is plain text too, and holds no wildcard of its own."""
    with pytest.raises(RefusedGrant, match="contains characters that a pattern of a statement cannot"):
        Grant(
            principal=group(GROUP),
            verb="read",
            resource="objects",
            scope=COMPARTMENT,
            confined_to={"target.object.name": StartsWith(text)},
        )


def test_an_id_that_is_no_id_is_refused() -> None:
    """What a provider returns as id is put into a statement only when it is one."""
    assert fill("x = '${f}'", {"f": "ocid1.fnfunc.oc1.phx.a"}) == "x = 'ocid1.fnfunc.oc1.phx.a'"
    with pytest.raises(RefusedGrant, match="cannot be written in a policy statement"):
        fill("x = '${f}'", {"f": "a', target.function.id = '"})


def test_two_resources_of_one_type_are_two_refs(world: Any) -> None:
    """Each resource has a name of its own in the evidence, and one resource the same name twice."""
    found: list[dict[str, Any]] = []

    def program() -> None:
        one, other = (
            oci.functions.Function(n, application_id="a", display_name=n, memory_in_mbs="128") for n in "pq"
        )
        grant = Grant(
            principal=group(GROUP),
            verb="use",
            resource="fn-invocation",
            scope=COMPARTMENT,
            confined_to={"target.function.id": one, "request.user.id": other, "target.app.id": one},
        )
        pulumi.Output.from_input(grant.evidence()).apply(found.append)

    world.run(program)

    assert "target.function.id = '${function}', request.user.id = '${function2}'" in found[0]["text"]
    assert sorted(found[0]["refs"]) == ["function", "function2"]
