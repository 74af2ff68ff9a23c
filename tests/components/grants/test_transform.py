"""The refusal inside the program: what runs without the policy pack."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import Any

import pulumi
import pulumi_oci as oci
import pytest

from components.errors import RefusedStatement
from components.grants.transform import refuse_overbroad_statements

COMPARTMENT = "ocid1.compartment.oc1..aaaaaaaafunctions"
TENANCY = "ocid1.tenancy.oc1..aaaaaaaatenancy"
GOOD = f"Allow group readers to read fn-function in compartment id {COMPARTMENT}"
BAD = "Allow group devs to manage functions-family in tenancy"
WORSE = "Allow any-user to use fn-invocation in tenancy"

Statements = Callable[[], Any]


def later(text: str) -> Any:
    """The text, known only once a group has been created (so unknown at preview)."""
    group = oci.identity.Group(f"g{len(text)}", description="d", name="n")
    return group.id.apply(lambda _: text)


def declare(statements: Statements) -> Callable[[], None]:
    """A program of somebody else's, with one policy."""

    def program() -> None:
        refuse_overbroad_statements()
        oci.identity.Policy("p", compartment_id=COMPARTMENT, description="d", statements=statements())

    return program


def refused(world: Any, statements: Statements, *, preview: bool = False) -> list[str]:
    """The lines the program ends with."""
    with pytest.raises(pulumi.RunError) as error:
        world.run(declare(statements), preview=preview)
    assert isinstance(error.value, RefusedStatement)
    return list(error.value.lines)


def shown(line: str) -> str:
    """The statement a line is about."""
    found = re.fullmatch(r"policy p: refused \(.+\)\. .+ Found: (.+) Instead: .+", line)
    assert found is not None
    return found[1]


def test_good_statements_pass_unchanged(world: Any) -> None:
    """Known and later statements that the judge does not refuse arrive as written, in their order."""
    world.run(declare(lambda: [GOOD, later(GOOD), GOOD]))

    assert world.one("oci:Identity/policy:Policy").inputs["statements"] == [GOOD, GOOD, GOOD]


@pytest.mark.parametrize("position", [0, 1, 2])
def test_a_known_statement_is_refused_among_unknown_ones(world: Any, position: int) -> None:
    """At preview, one over-broad statement is refused at once wherever unknown ones stand beside it."""

    def statements() -> Sequence[Any]:
        neighbours: list[Any] = [later(GOOD), later(GOOD + " ")]
        return [*neighbours[:position], BAD, *neighbours[position:]]

    lines = refused(world, statements, preview=True)

    assert [shown(line) for line in lines] == [BAD]
    assert world.all("oci:Identity/policy:Policy") == []


@pytest.mark.parametrize("position", [0, 1, 2])
def test_a_late_statement_is_refused_when_it_is_known(world: Any, position: int) -> None:
    """At deploy, an over-broad statement known only after another resource exists stops its policy."""

    def statements() -> Sequence[Any]:
        neighbours: list[Any] = [GOOD, later(GOOD)]
        return [*neighbours[:position], later(BAD), *neighbours[position:]]

    assert [shown(line) for line in refused(world, statements)] == [BAD]
    assert world.all("oci:Identity/policy:Policy") == []


def test_at_preview_a_late_statement_is_let_through(world: Any) -> None:
    """What is unknown at preview cannot be judged here; the policy pack has its evidence."""
    world.run(declare(lambda: [GOOD, later(BAD)]), preview=True)

    assert world.one("oci:Identity/policy:Policy").inputs["statements"] == [GOOD, "<unknown>"]


def test_a_list_that_is_late_as_a_whole_is_refused(world: Any) -> None:
    """Statements may be one output of a list; each of its elements is judged."""
    lines = refused(world, lambda: later("x").apply(lambda _: [GOOD, BAD, WORSE]))

    assert [shown(line) for line in lines] == [BAD, WORSE]


def test_every_known_refusal_is_told(world: Any) -> None:
    """Two over-broad statements give the lines of both, not of the first only."""
    lines = refused(world, lambda: [BAD, GOOD, WORSE])

    assert [shown(line) for line in lines] == [BAD, WORSE]


def test_a_statement_that_cannot_be_read_is_refused(world: Any) -> None:
    """Unjudgeable counts as over-broad."""
    (line,) = refused(world, lambda: ["Alow group x to use fn-invocation in tenancy"])

    assert line.startswith("policy p: refused (unparsable)")


def test_the_tenancy_is_known_by_its_ocid(world: Any) -> None:
    """A compartment that is the tenancy's root is the tenancy."""
    assert refused(world, lambda: [f"Allow group x to use fn-invocation in compartment id {TENANCY}"])


def test_policies_inside_components_are_seen(world: Any) -> None:
    """A policy that a component creates below the stack is judged like any other."""

    class Inner(pulumi.ComponentResource):
        def __init__(self) -> None:
            super().__init__("somebody:else:Inner", "inner")
            oci.identity.Policy(
                "deep",
                compartment_id=COMPARTMENT,
                description="d",
                statements=[BAD],
                opts=pulumi.ResourceOptions(parent=self),
            )

    def program() -> None:
        refuse_overbroad_statements()
        Inner()

    with pytest.raises(RefusedStatement, match="policy deep: refused"):
        world.run(program)


def test_other_resources_are_left_alone(world: Any) -> None:
    """Nothing but policies is looked at, whatever their properties are called."""

    def program() -> None:
        refuse_overbroad_statements()
        oci.limits.Quota("q", compartment_id=TENANCY, description="d", name="n", statements=[BAD])

    world.run(program)

    assert world.one("oci:Limits/quota:Quota").inputs["statements"] == [BAD]


@pytest.mark.parametrize("as_list", [True, False])
def test_a_secret_statement_is_refused_and_not_shown(world: Any, as_list: bool) -> None:
    """A statement that is a secret is judged like any other, and told by its codes only."""

    def statements() -> Any:
        return pulumi.Output.secret([BAD]) if as_list else [pulumi.Output.secret(BAD)]

    (line,) = refused(world, statements)

    assert "devs" not in line
    assert line.startswith("policy p: refused (")
    assert line.endswith("The statement is a secret, so it is not shown")


def test_a_secret_statement_stays_a_secret(world: Any) -> None:
    """Passing the judge does not uncover what was covered."""
    world.run(declare(lambda: [pulumi.Output.secret(GOOD)]))

    assert world.one("oci:Identity/policy:Policy").inputs["statements"] == {"<secret>": [GOOD]}


ALIAS = f"define compartment everywhere as {TENANCY}"
USER = "Allow group devs to use fn-invocation in compartment everywhere"


@pytest.mark.parametrize("late", [(), ("alias",), ("user",), ("alias", "user")])
def test_a_name_that_another_statement_defines_is_seen_through(world: Any, late: tuple[str, ...]) -> None:
    """A compartment that is an alias of the tenancy is the tenancy, whichever statement is known first."""

    def statements() -> Sequence[Any]:
        return [
            later(ALIAS) if "alias" in late else ALIAS,
            later(USER + " ") if "user" in late else USER,
        ]

    (line,) = refused(world, statements)

    assert shown(line).strip() == USER
    assert world.all("oci:Identity/policy:Policy") == []
