"""Names the values a statement would have to hold before it could be narrow. Makes none up."""

from __future__ import annotations

from collections.abc import Iterator, Set

from oci_iam.advising.narrowing import equalities, names_something
from oci_iam.granted import granted
from oci_iam.statement import Comparison, Condition, Statement, Text, leaves
from oci_iam.verdict import Verdict
from oci_iam.ways.normal_form import TARGET_VARIABLES, Way, normal_form
from oci_iam.ways.pins import pins_principal
from oci_iam.ways.principals import bare

__all__ = ["missing_values", "unfilled"]

_TYPE = "request.principal.type"
_ACCOUNT = {
    "request.principal.cluster_id": "the OCID of the principal's cluster",
    "request.principal.namespace": "the principal's namespace",
    "request.principal.service_account": "the principal's service account",
}


def missing_values(statement: Statement, verdict: Verdict) -> tuple[str, ...]:
    """What to supply, in words, for the findings on a statement, beyond what its condition names."""
    named = {leaf.variable for leaf in equalities(statement.condition)}
    wanted = tuple(dict.fromkeys(_for_each(statement, verdict, named)))
    return wanted or tuple(dict.fromkeys(_for_each(statement, verdict, set())))


def _for_each(statement: Statement, verdict: Verdict, named: Set[str]) -> Iterator[str]:
    reach = granted(statement).reach & (verdict.permissions or granted(statement).reach)
    only_apps = bool(reach) and all(name.startswith("FN_APP_") for name in reach)
    target = f"the OCID of the {'application' if only_apps else 'function'}"
    for finding in verdict.findings:
        if finding.code == "tenancy-wide" and statement.kind == "allow" and named.isdisjoint(_PLACES):
            yield f"{target}, or the name or OCID of its compartment"
        elif finding.code == "crosses-tenancies" and named.isdisjoint(TARGET_VARIABLES):
            yield target
        elif finding.code == "any-principal" and named.isdisjoint(_PERSONS):
            ways = normal_form(statement.condition, reach).ways
            yield from (one for way in ways if not pins_principal(way) for one in _principal(way))
        elif finding.code == "misplaced-ocid":
            yield "the OCID of a compartment" if "compartment" in finding.message else "the OCID of a group"
        elif finding.code == "placeholder":
            yield f"a name in place of `{finding.fragment.removeprefix('in ')}`"
    yield from unfilled(statement.condition)


_PLACES = (*TARGET_VARIABLES, "target.compartment.id", "target.compartment.name")
_PERSONS = ("request.principal.id", "request.user.id", "request.groups.id")


def _principal(way: Way) -> Iterator[str]:
    types = {bare(kind) for kind in way.of(_TYPE)}
    if not types:
        yield "the OCID of the principal"
    elif "workload" in types:
        yield from (words for variable, words in _ACCOUNT.items() if not way.of(variable))
    elif types & {"user", "service", "group", "dynamicgroup", "anyuser"}:
        yield "the OCID of the user" if types == {"user"} else "the OCID of the principal"
    else:
        yield "the OCID of the principal's compartment"


def unfilled(condition: Condition | None) -> tuple[str, ...]:
    """What to supply in place of literals that name nothing of the kind that their variable has."""
    return tuple(dict.fromkeys(_in_place(condition)))


def _in_place(condition: Condition | None) -> Iterator[str]:
    for leaf in leaves(condition):
        if isinstance(leaf, Comparison) and leaf.op in ("=", "in"):
            wanted = _THINGS.get(leaf.variable, "a value")
            for value in leaf.values:
                if isinstance(value, Text) and _is_unfilled(leaf.variable, value):
                    yield f"{wanted} in place of `{value.text}`"


_THINGS = {
    "target.function.id": "the OCID of the function",
    "target.app.id": "the OCID of the application",
    "request.user.id": "the OCID of the user",
    "request.groups.id": "the OCID of the group",
    "request.principal.id": "the OCID of the principal",
    "request.principal.compartment.id": "the OCID of the principal's compartment",
}


def _is_unfilled(variable: str, value: Text) -> bool:
    """Whether a literal is a placeholder, or no OCID where one belongs. A pattern is meant as one."""
    if "*" in value.text:
        return False
    known = variable in _THINGS
    return not names_something(variable, value) if known else not {"<", ">"}.isdisjoint(value.text)
