"""How the time of sets grows: `find_combinations` and `compare` at 10, 100 and 1,000 policies.

Run: `.venv/bin/python -m benchmarks.set_growth`. Each policy has five statements, and each step ten times the
policies, so time that grows with the policies grows tenfold; compared all with all it would grow a
hundredfold. Nothing is remembered from one run to the next: every statement is parsed anew. Processor
time is counted, of the best of three rounds.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from functools import partial
from itertools import pairwise

from oci_iam import Policy, compare, find_combinations
from oci_iam.policy import aliases_of, read

TENANCY = "ocid1.tenancy.oc1..root"
SIZES = (10, 100, 1_000)

_INVOKE = "use fn-invocation in compartment id {place} where target.function.id = '{function}'"
_AS_FUNCTION = "in compartment id {place} where request.principal.id = '{function}'"
SHAPES: dict[str, tuple[str, ...]] = {
    "one subject": (
        "Allow group A to manage fn-function in compartment id {place}",
        "Allow group A to manage fn-app in compartment id {place}",
        f"Allow group A to {_INVOKE}",
        "Allow group A to read objects in compartment id {place}",
        "Allow group A to use repos in compartment id {place}",
    ),
    "many subjects": (
        "Allow group G{n} to manage fn-function in compartment id {place}",
        "Allow group G{n} to manage fn-app in compartment id {place}",
        f"Allow group G{{n}} to {_INVOKE}",
        "Allow group G{n} to read objects in compartment id {place}",
        "Allow group G{n} to use repos in compartment id {place}",
    ),
    "any-user by id": (
        f"Allow any-user to use fn-invocation {_AS_FUNCTION}",
        f"Allow any-user to read objects {_AS_FUNCTION}",
        f"Allow any-user to use ons-topics {_AS_FUNCTION}",
        "Allow group A to manage fn-function in compartment id {place}"
        " where target.function.id = '{function}'",
        "Allow group B to manage fn-app in compartment id {place}",
    ),
    "nested scopes": (
        "Allow group A to use fn-app in compartment T{team}:P{n}",
        "Allow group A to use fn-function in compartment T{team}",
        "Allow group A to use fn-invocation in compartment T{team}:P{n}:Dev",
        "Allow group A to manage policies in compartment T{team}:P{n}",
        "Allow group A to read objects in tenancy",
    ),
    "everyone": (
        "Allow any-user to use fn-invocation in compartment id {place}",
        "Allow group G{n} to manage fn-function in compartment id {place}",
        "Allow group G{n} to manage policies in compartment id {place}",
        "Allow group G{n} to use repos in compartment id {place}",
        "Allow any-user to read objects in compartment id {place}",
    ),
    "denies": (
        f"Deny group A to {_INVOKE}",
        "Deny group G{n} to inspect functions-family in compartment id {place}",
        "Allow group A to use fn-invocation in compartment id {place}",
        "Allow group G{n} to manage fn-function in compartment id {place}",
        "Deny any-user to manage policies in compartment id {place}",
    ),
}


def policies(shape: str, count: int) -> list[Policy]:
    """That many policies of a shape, each in a compartment of its own."""
    return [
        Policy(
            TENANCY,
            tuple(
                text.format(
                    n=n,
                    team=n // 10,
                    place=f"ocid1.compartment.oc1..c{n:05d}",
                    function=f"ocid1.fnfunc.oc1.iad.f{n:05d}",
                )
                for text in SHAPES[shape]
            ),
            f"policy-{n}",
        )
        for n in range(count)
    ]


def seconds(work: Callable[[], object], rounds: int = 3) -> float:
    """The time of the fastest round, each without what an earlier one remembered."""
    best = float("inf")
    for _ in range(rounds):
        read.cache_clear()
        aliases_of.cache_clear()
        start = time.process_time()
        work()
        best = min(best, time.process_time() - start)
    return best


def one_changed(given: list[Policy]) -> list[Policy]:
    """The same policies, the last one with another statement."""
    *others, last = given
    extra = "Allow group Others to use buckets in compartment Elsewhere"
    return [*others, Policy(last.compartment_id, (*last.statements, extra), last.name)]


def all_changed(given: list[Policy]) -> list[Policy]:
    """The same policies, every group another one."""
    return [
        Policy(
            one.compartment_id,
            tuple(text.replace("group ", "group New/") for text in one.statements),
            one.name,
        )
        for one in given
    ]


def main() -> None:
    """Print for each shape the time at each size, and how often the time of the size before it."""
    works: dict[str, Callable[[list[Policy]], object]] = {
        "find_combinations": find_combinations,
        "compare, one changed": lambda given: compare(given, one_changed(given)),
        "compare, all changed": lambda given: compare(given, all_changed(given)),
    }
    print("each step ten times the policies (of 5 statements): the time grows N times")
    for name, work in works.items():
        for shape in SHAPES:
            times = [seconds(partial(work, policies(shape, size))) for size in SIZES]
            ratios = " ".join(f"{after / before:6.1f}" for before, after in pairwise(times))
            shown = " ".join(f"{one:7.3f}" for one in times)
            print(f"{name:<21} {shape:<15} {shown} s   {ratios} times")


if __name__ == "__main__":
    main()
