"""What is looked up is what is found by comparing every statement with every other; and it stays quick."""

from __future__ import annotations

import random
import time

import pytest

from oci_iam import Combinations, Compartment, Directory, Policy, find_combinations
from tests.oci_iam.plain_combinations import plain_combinations

TENANCY = "ocid1.tenancy.oc1..root"
PLACES = [f"ocid1.compartment.oc1..c{number}" for number in range(3)]
FUNCTIONS = [f"ocid1.fnfunc.oc1.iad.f{number}" for number in range(2)]
DIRECTORY = Directory(
    TENANCY,
    {PLACES[0]: Compartment("P"), PLACES[1]: Compartment("Q", PLACES[0]), PLACES[2]: Compartment("Q")},
)
SUBJECTS = ["group A", "group A", "group B", "any-user", "dynamic-group D", "any-group", "service faas"]
ACTIONS = [
    *("use fn-app", "use fn-function", "use fn-invocation", "manage fn-app", "manage fn-function"),
    *("read functions-family", "read all-resources", "use functions-family", "manage all-resources"),
    *("{FN_INVOCATION}", "{FN_FUNCTION_UPDATE}", "{FN_APP_LIST, FN_APP_READ}"),
    *("manage policies", "use dynamic-groups", "use groups", "use users", "manage users", "use repos"),
    *("use tag-namespaces", "{FN_INVOCATION, GROUP_UPDATE, USER_UPDATE}", "{POLICY_UPDATE, FN_INVOCATION}"),
]
LOCATIONS = ["tenancy", "compartment P", "compartment P:Q", "compartment Q", "compartment P:R"]
LOCATIONS += [f"compartment id {place}" for place in PLACES]
CONDITIONS = [
    *([""] * 6),
    f" where target.function.id = '{FUNCTIONS[0]}'",
    f" where target.function.id in ('{FUNCTIONS[0]}', '{FUNCTIONS[1]}')",
    " where target.app.id = 'ocid1.fnapp.oc1.iad.a'",
    f" where all {{target.function.id = '{FUNCTIONS[1]}', target.app.id = 'ocid1.fnapp.oc1.iad.a'}}",
    " where target.resource.tag.teams.role = 'worker'",
]


def policies(draw: random.Random, attached: list[str]) -> list[Policy]:
    """A few policies over few subjects and actions, so that many add up."""
    actions, subjects = draw.sample(ACTIONS, k=6), draw.sample(SUBJECTS, k=2)

    def statement() -> str:
        what = f"{draw.choice(subjects)} to {draw.choice(actions)} in {draw.choice(LOCATIONS)}"
        return f"Allow {what}{draw.choice(CONDITIONS)}"

    return [
        Policy(draw.choice(attached), tuple(statement() for _ in range(draw.randint(1, 3))), f"p{number}")
        for number in range(draw.randint(1, 6))
    ]


@pytest.mark.parametrize("directory", [None, DIRECTORY], ids=["alone", "directory"])
def test_the_same_is_found_as_by_comparing_all(directory: Directory | None) -> None:
    """Policy by policy, the codes and statements of every finding are those of the plain way."""
    attached = [TENANCY] if directory is None else [TENANCY, PLACES[0]]
    adding_up = ("family-", "manage-and-invoke", "escalation-")
    others = ("escalation-function-code", "escalation-service-invokes", "escalation-instance-commands")
    count = 0
    for seed in range(300):
        given = policies(random.Random(seed), attached)  # noqa: S311 - the same cases in every run
        combinations = Combinations(directory)
        actual = [
            {
                (one.code, frozenset(one.contributions))
                for one in combinations.add(policy)
                if one.code.startswith(adding_up) and one.code not in others
            }
            for policy in given
        ]
        expected = plain_combinations(given, directory)
        count += sum(map(len, expected))

        assert expected == actual, (seed, given)
    assert count > 1_000


def one_subject(count: int) -> list[Policy]:
    """Policies that give one group five rights each, in compartments of their own."""
    grants = ("manage fn-function", "manage fn-app", "use fn-invocation", "read objects", "use repos")
    return [
        Policy(
            TENANCY,
            tuple(
                f"Allow group A to {grant} in compartment id ocid1.compartment.oc1..c{n}" for grant in grants
            ),
            f"p{n}",
        )
        for n in range(count)
    ]


def test_the_time_of_one_subject_grows_with_its_policies() -> None:
    """Eight times the policies take about eight times as long; compared all with all, sixty times."""

    def seconds(count: int) -> float:
        given = one_subject(count)
        best = float("inf")
        for _ in range(3):
            start = time.process_time()
            find_combinations(given)
            best = min(best, time.process_time() - start)
        return best

    assert seconds(200) < 24 * seconds(25)
