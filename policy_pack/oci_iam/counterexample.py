"""Finds a call that a statement judged over-broad allows, and that no narrow statement would.

The call is a whole request in a small made-up tenancy, and ``decide`` allows it by the statement alone. It
breaks the promise of docs/soundness.md: it is about a function the statement does not name outside the place
it may reach, from a principal it does not name, or about one of a family without naming it.

What ``decide`` does not model is brought into its terms, and the policy of the answer holds the text that was
tried: a statement across tenancies is tried inside one (``Allow`` in place of ``Endorse`` and ``Admit``), a
word for the root compartment as ``tenancy``, an undocumented ``resource`` subject as ``any-user``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from itertools import islice
from typing import Protocol, TypeAlias

from oci_iam.advising.twin import tenancy_of, twin_of
from oci_iam.advising.witness import Witness, witnesses
from oci_iam.catalogue.permissions import FUNCTIONS_REACH
from oci_iam.directory import Directory
from oci_iam.granted import granted
from oci_iam.judge import judge
from oci_iam.language.parser import parse
from oci_iam.language.rendering import render
from oci_iam.policy import Policy
from oci_iam.remediation import is_anyone
from oci_iam.request import Request
from oci_iam.statement import Comparison, Condition, Location, Statement, Text, Unparsable, leaves
from oci_iam.verdict import Context
from oci_iam.ways.normal_form import TARGET_VARIABLES, Way
from oci_iam.ways.pins import is_service_form, names_target, pins_principal
from oci_iam.workload import judge_workload
from oci_iam.workloads.reach import held_by

__all__ = ["Counterexample", "counterexample", "workload_counterexample"]

_MOST_REQUESTS = 400
_FAMILIES = ("functions-family", "all-resources")


@dataclass(frozen=True, slots=True)
class Counterexample:
    """A request that ``decide(request, [policy], directory)`` allows and the promise forbids, and one
    sentence that tells it. ``policy`` holds the statement alone, in the words that ``decide`` knows."""

    request: Request
    policy: Policy
    directory: Directory
    sentence: str


def counterexample(
    statement: str | Statement | Unparsable, context: Context | None = None
) -> Counterexample | None:
    """A call that shows why ``judge`` calls a statement over-broad.

    None for what is ok, unrelated or unjudgeable, and where no request was found that meets the condition:
    one that asks for two regions at once holds for nobody.
    """
    parsed = parse(statement) if isinstance(statement, str) else statement
    context = context or Context()
    verdict = judge(parsed, context)
    if isinstance(parsed, Unparsable) or verdict.verdict != "over-broad":
        return None
    reach = granted(parsed).reach & verdict.permissions
    return _found(parsed, reach, partial(_excess, parsed), context)


def workload_counterexample(
    statement: str | Statement | Unparsable, context: Context | None = None
) -> Counterexample | None:
    """The same for what ``judge_workload`` calls over-broad or unscoped.

    None also where the catalogue knows no permission of the type.
    """
    parsed = parse(statement) if isinstance(statement, str) else statement
    context = context or Context()
    verdict = judge_workload(parsed, context)
    if isinstance(parsed, Unparsable) or verdict.verdict not in ("over-broad", "unscoped"):
        return None
    codes = frozenset(finding.code for finding in verdict.findings)
    excess_of = partial(_workload_excess, codes, held_by(parsed).variables)
    return _found(parsed, verdict.permissions, excess_of, context)


def _found(
    statement: Statement, reach: frozenset[str], excess_of: _ExcessOf, context: Context
) -> Counterexample | None:
    twin = twin_of(statement, context)
    try:
        text = render(twin)
    except ValueError:  # it holds a name no text can hold
        return None
    tenancy_id = tenancy_of(statement, context)
    uncertain = None
    for odd in (False, True):
        for witness in islice(witnesses(twin, text, reach, tenancy_id, odd=odd), _MOST_REQUESTS):
            said = _said(statement.condition, witness)
            excess = excess_of(twin, witness.request, _Said(said, witness))
            if excess:
                return _answer(witness, twin, statement, excess)
            if uncertain is None and (excess := excess_of(twin, witness.request, _Certainly(said))):
                uncertain = _answer(witness, twin, statement, excess)
    return uncertain


def _answer(witness: Witness, twin: Statement, statement: Statement, excess: str) -> Counterexample:
    sentence = f"{_told(witness, twin.location, statement)}, though {excess}."
    return Counterexample(witness.request, witness.policy, witness.directory, sentence)


# --- what the promise forbids --------------------------------------------------------------------------


def _excess(statement: Statement, twin: Statement, request: Request, known: _Names) -> str:
    """What the statement does not name of an allowed request; empty where the promise permits it."""
    thing = _thing(request)
    if not known.target and statement.kind != "allow":
        return f"the statement crosses tenancies and names no {thing}"
    if not known.target and twin.location.kind == "tenancy":
        return f"the statement names neither this {thing} nor a compartment"
    if any(map(is_anyone, statement.subject.members)) and not known.caller:
        return "the statement does not name this principal"
    if known.target or statement.resource not in _FAMILIES:
        return ""
    if (statement.verb, statement.resource) == ("use", "functions-family") and known.resource:
        return ""
    return f"the statement names a whole family and not this {thing}"


def _workload_excess(
    codes: frozenset[str], variables: frozenset[str], twin: Statement, request: Request, known: _Names
) -> str:
    """The same of what a workload may do; ``variables`` are those that would name a target."""
    named = not variables.isdisjoint(known.variables)
    if "workload-any-principal" in codes and not known.caller:
        return "the statement does not name this principal"
    if "workload-crosses-tenancies" in codes and not named:
        return "the statement crosses tenancies and names no target"
    if "workload-tenancy-wide" in codes and not named:
        return "the statement names neither the target nor a compartment"
    if "workload-whole-family" in codes:
        return f"a task that needs {request.permission} seldom needs all of `{twin.resource}`"
    return "the statement does not name the target" if "workload-unscoped" in codes and not named else ""


def _thing(request: Request) -> str:
    return "application" if request.permission.startswith("FN_APP") else "function"


def _said(condition: Condition | None, witness: Witness) -> dict[str, frozenset[str]]:
    """Of the request's values those that the condition compares their variable with for equality."""
    literal: dict[str, set[str]] = {}
    for leaf in leaves(condition):
        if isinstance(leaf, Comparison) and leaf.op in ("=", "in"):
            texts = (value.text.lower() for value in leaf.values if isinstance(value, Text))
            literal.setdefault(leaf.variable, set()).update(texts)
    found = {
        name: frozenset(value.lower() for value in values) & literal.get(name, set())
        for name, values in _values(witness)
    }
    return {name: values for name, values in found.items() if values}


def _values(witness: Witness) -> Iterator[tuple[str, frozenset[str]]]:
    """What a request says of its target and of who asks."""
    request, who = witness.request, witness.request.principal
    yield "request.principal.type", frozenset({who.type})
    yield "request.groups.id", frozenset(witness.directory.groups_of(who))
    for name in _ACCOUNT:
        yield name, frozenset({request.variables[name]} if name in request.variables else ())
    for name, value in request.target.items():
        yield name, frozenset({value})
    if who.id is not None:
        yield "request.principal.id", frozenset({who.id})
        yield "request.user.id", frozenset({who.id} if who.is_user else ())
    if who.compartment_id is not None:
        for name in _COMPARTMENTS:
            yield name, frozenset({who.compartment_id})


_COMPARTMENTS = (
    "request.principal.compartment.id",
    "request.resource.compartment.id",
    "request.instance.compartment.id",
)
_ACCOUNT = (
    "request.principal.cluster_id",
    "request.principal.namespace",
    "request.principal.service_account",
)


class _Names(Protocol):
    """What of a request a statement names: its target, a resource that asks, anyone who asks."""

    target: bool
    resource: bool
    caller: bool
    variables: frozenset[str]


_ExcessOf: TypeAlias = Callable[[Statement, Request, _Names], str]


class _Said:
    """What a request's values that stand in a statement name, whatever these values are."""

    def __init__(self, said: Mapping[str, frozenset[str]], witness: Witness) -> None:
        by_type = "request.principal.type" in said
        self.variables = frozenset(said)
        self.target = any(name in said for name in TARGET_VARIABLES)
        self.resource = not witness.request.principal.is_user and (
            "request.principal.id" in said or (by_type and any(name in said for name in _COMPARTMENTS))
        )
        persons = ("request.principal.id", "request.user.id", "request.groups.id")
        account = by_type and all(name in said for name in _ACCOUNT)
        self.caller = self.resource or account or any(name in said for name in persons)


class _Certainly:
    """The same, where the judge too takes the values for names."""

    def __init__(self, said: Mapping[str, frozenset[str]]) -> None:
        way = Way(frozenset(), tuple(said.items()))
        self.variables = frozenset(said)
        self.target = names_target(way)
        self.resource = is_service_form(way)
        self.caller = pins_principal(way)


# --- the sentence --------------------------------------------------------------------------------------

_DOES = {"INVOCATION": "invokes", "CREATE": "creates", "UPDATE": "updates", "DELETE": "deletes"}


def _told(witness: Witness, location: Location, statement: Statement) -> str:
    beyond = "" if statement.kind == "allow" else " across tenancies"
    return f"{_who(witness)} {_deed(witness.request)} in {_where(witness, location)}{beyond}"


def _deed(request: Request) -> str:
    """What is done, and to what."""
    if request.permission not in FUNCTIONS_REACH:
        named = ", ".join(f"{name} {value}" for name, value in sorted(request.target.items()))
        return f"uses {request.permission}" + (f" on {named}" if named else "")
    thing = _thing(request)
    target = request.target.get("target.app.id" if thing == "application" else "target.function.id")
    known = target is not None and not request.permission.endswith("CREATE")
    what = f"{thing} {target}" if known else f"an {thing}" if thing == "application" else f"a {thing}"
    return f"{_DOES[request.permission.rpartition('_')[2]]} {what}"


def _where(witness: Witness, location: Location) -> str:
    ocid = witness.request.compartment_id
    name = witness.directory.name_of(ocid)
    if name == "tenancy":
        return "the root compartment"
    return f"compartment {name}" if name == (location.path or ("",))[-1] else f"compartment {ocid}"


def _who(witness: Witness) -> str:
    who = witness.request.principal
    groups = witness.directory.groups_of(who) or witness.directory.dynamic_groups_of(who)
    if who.is_service:
        return f"service {who.service}" if who.service else "any service of Oracle"
    inside = f", a member of {_and([group.name for group in groups.values()])}," if groups else ""
    lying = f" in {who.compartment_id}" if who.compartment_id and not who.is_user else ""
    return f"{who.type or 'a principal'} {who.id}{lying}{inside}"


def _and(names: list[str]) -> str:
    return " and ".join(f"'{name}'" for name in sorted(names))
