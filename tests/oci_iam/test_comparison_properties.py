"""The promise of a comparison: where nothing is listed, no request is allowed that was not before.

Sets of policies with aliases, domains, denials and one principal under several forms, and the same sets
changed a little, are asked for every request of a small tenancy.
"""

from __future__ import annotations

import random
from dataclasses import replace
from itertools import product

import pytest

from oci_iam import (
    Compartment,
    Directory,
    DynamicGroup,
    Group,
    Policy,
    Principal,
    Request,
    compare,
    decide,
)

TENANCY = "ocid1.tenancy.oc1..root"
P, D, Q = (f"ocid1.compartment.oc1..{name}" for name in ("p", "pd", "q"))
OPS, DEV_OPS, WORKERS = "ocid1.group.oc1..ops", "ocid1.group.oc1..devops", "ocid1.dynamicgroup.oc1..workers"
ONE, OTHER = (f"ocid1.fnfunc.oc1.iad.{name}" for name in ("one", "other"))
RULE = "ocid1.eventrule.oc1.iad.rule"
DIRECTORY = Directory(
    TENANCY,
    {P: Compartment("P"), D: Compartment("D", P), Q: Compartment("Q")},
    {
        OPS: Group("Ops", frozenset({"ocid1.user.oc1..ann"})),
        DEV_OPS: Group("Ops", frozenset({"ocid1.user.oc1..bob"}), "Dev"),
    },
    {WORKERS: DynamicGroup("Workers", f"ALL {{resource.type = 'fnfunc', resource.id = '{ONE}'}}")},
    deny_enabled=True,
)
PRINCIPALS = (
    Principal("user", "ocid1.user.oc1..ann"),
    Principal("user", "ocid1.user.oc1..bob"),
    Principal("fnfunc", ONE, P),
    Principal("fnfunc", OTHER, Q),
    Principal("eventrule", RULE, P),
    Principal("service", service="faas"),
)
PERMISSIONS = ("FN_INVOCATION", "FN_FUNCTION_UPDATE", "FN_APP_READ", "OBJECT_READ")
REQUESTS = [
    Request(principal, permission, place, target={"target.function.id": target})
    for principal, permission, place, target in product(PRINCIPALS, PERMISSIONS, (P, D, Q), (ONE, OTHER))
]

DEFINES = (
    f"Define group Friends as {OPS.upper()}",
    f"Define group Dev/Friends as {DEV_OPS}",
    f"Define compartment Apps as {P.upper()}",
)
SUBJECTS = [
    *("group Ops", "group 'Default'/'OPS'", f"group id {OPS}", "group Friends"),
    *("group Dev/Ops", f"group id {DEV_OPS.upper()}", "group dev/friends"),
    *("dynamic-group Workers", "dynamic-group default/workers", f"dynamic-group id {WORKERS}"),
    *("any-user", "any-group", "service faas", "group Ops, Dev/Ops"),
]
ACTIONS = [
    *("use fn-invocation", "manage fn-function", "manage functions-family", "{FN_INVOCATION}"),
    *("read functions-family", "manage all-resources", "read objects", "read object", "manage object-family"),
]
DENIALS = ["use fn-invocation", "inspect functions-family", "manage fn-function", "{FN_INVOCATION}"]
LOCATIONS = [
    "tenancy",
    "compartment P",
    f"compartment id {P}",
    "compartment P:D",
    f"compartment id {D.upper()}",
]
LOCATIONS += ["compartment Apps", "compartment Apps:D", "compartment Q"]
LEAVES = [
    f"target.function.id = '{ONE}'",
    f"target.function.id = '{OTHER.upper()}'",
    f"target.function.id in ('{ONE}', '{OTHER}')",
    f"target.function.id != '{ONE}'",
    f"request.principal.id = '{ONE.upper()}'",
    f"request.principal.id = '{RULE}'",
    "request.principal.type = 'fnfunc'",
    f"request.groups.id = '{OPS}'",
    "request.permission = 'FN_INVOCATION'",
]


def condition(draw: random.Random) -> str:
    """No condition, one leaf, or a block of two or three."""
    size = draw.choice((0, 1, 1, 2, 3))
    leaves = draw.sample(LEAVES, k=size)
    return (
        " where " + (leaves[0] if size == 1 else f"{draw.choice(('any', 'all'))} {{{', '.join(leaves)}}}")
        if size
        else ""
    )


def statement(draw: random.Random) -> str:
    """One statement; one in six denies."""
    kind, actions = ("Deny", DENIALS) if draw.random() < 0.17 else ("Allow", ACTIONS)
    place = draw.choice(LOCATIONS)
    return f"{kind} {draw.choice(SUBJECTS)} to {draw.choice(actions)} in {place}{condition(draw)}"


def policies(draw: random.Random) -> list[Policy]:
    """One or two policies, attached to the root or to a compartment, with their aliases."""
    return [
        Policy(
            draw.choice((TENANCY, TENANCY, P)),
            (*DEFINES, *(statement(draw) for _ in range(draw.randint(1, 3)))),
            f"p{number}",
        )
        for number in range(draw.randint(1, 2))
    ]


def changed(draw: random.Random, given: list[Policy]) -> list[Policy]:
    """The same with a part of one statement changed, a statement gone or added, or in other letters."""
    at = draw.randrange(len(given))
    texts = list(given[at].statements)
    place = draw.randrange(len(DEFINES), len(texts))
    match draw.randrange(6):
        case 0:
            texts[place] = texts[place].split(" where ")[0] + condition(draw)
        case 1:
            old = next(one for one in SUBJECTS if f" {one} to " in texts[place])
            texts[place] = texts[place].replace(f" {old} to ", f" {draw.choice(SUBJECTS)} to ")
        case 2:
            head, rest = texts[place].split(" in ", 1)
            where = rest.partition(" where ")
            texts[place] = f"{head} in {draw.choice(LOCATIONS)}{where[1]}{where[2]}"
        case 3:
            del texts[place]
        case 4:
            texts.append(statement(draw))
        case _:
            texts[place] = texts[place].replace(" to ", "\n TO  ").replace("ocid1.", "OCID1.")
    return [*given[:at], replace(given[at], statements=tuple(texts)), *given[at + 1 :]]


@pytest.mark.parametrize("directory", [None, DIRECTORY], ids=["alone", "directory"])
def test_where_nothing_is_listed_nothing_is_gained(directory: Directory | None) -> None:
    """Each request that only the later set allows is listed with what allows it, or with a denial lifted."""
    quiet = gaining = 0
    for seed in range(400):
        draw = random.Random(seed)  # noqa: S311 - the same cases in every run
        before = policies(draw)
        after = changed(draw, before)
        listed = compare(before, after, directory)
        gained = [
            request
            for request in REQUESTS
            if decide(request, after, DIRECTORY).allowed and not decide(request, before, DIRECTORY).allowed
        ]
        quiet += not listed
        gaining += bool(gained)

        assert listed or not gained, (seed, before, after, gained[0])
        for request in gained:
            by = " ".join((decide(request, after, DIRECTORY).statement or "").split())
            assert any(
                one.lifted or one.statement == by or _may(one.permission, request) for one in listed
            ), seed
    assert quiet > 100
    assert gaining > 80


def _may(permission: str, request: Request) -> bool:
    """Whether what is listed is of the request's permission; another statement may be named as its grant."""
    return permission == request.permission or "resources" in permission or "object" in permission
