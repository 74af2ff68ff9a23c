"""What holds for every statement there is, tried on generated ones."""

from __future__ import annotations

import random
from collections.abc import Callable
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from oci_iam import Statement, Unparsable, explain, judge, judge_matching_rule, parse, render
from oci_iam.language.rendering import render_condition
from oci_iam.statement import (
    AllOf,
    AnyOf,
    Comparison,
    Condition,
    FunctionCall,
    Location,
    Member,
    Pattern,
    Presence,
    Subject,
    Text,
    Variable,
)

OCIDS = [
    "ocid1.fnfunc.oc1.iad.aaaa",
    "ocid1.fnfunc.oc1.iad.bbbb",
    "ocid1.fnapp.oc1.iad.aaaa",
    "ocid1.compartment.oc1..aaaa",
    "ocid1.tenancy.oc1..aaaa",
    "ocid1.apigateway.oc1.iad.aaaa",
    "ocid1.user.oc1..aaaa",
]
VARIABLES = [
    "target.function.id",
    "target.app.id",
    "request.principal.type",
    "request.principal.id",
    "request.principal.compartment.id",
    "request.resource.compartment.id",
    "request.permission",
    "request.operation",
    "request.region",
    "target.resource.tag.ns.key",
]
VALUES = [
    *OCIDS,
    "ApiGateway",
    "user",
    "FN_INVOCATION",
    "FN_APP_READ",
    "InvokeFunction",
    "iad",
    "*",
    "",
    "<placeholder>",
]
RESOURCES = [
    *("fn-app", "fn-function", "fn-invocation", "functions-family", "all-resources"),
    *("buckets", "function-family", "some-type"),
]

names = st.text("abcXYZ019 _-.@+", min_size=1, max_size=8).filter(str.strip)
values = st.one_of(
    st.sampled_from(VALUES).map(Text),
    st.sampled_from(["ocid1*", "*", "*x*", "FN_*", "a-b"]).map(Pattern),
    st.sampled_from(VARIABLES).map(Variable),
)
variables = st.sampled_from(VARIABLES)
leaves: st.SearchStrategy[Condition] = st.one_of(
    st.builds(lambda n, o, v: Comparison(n, o, (v,)), variables, st.sampled_from(["=", "!="]), values),
    st.builds(
        lambda n, o, v: Comparison(n, o, tuple(v)),
        variables,
        st.sampled_from(["in", "not in"]),
        st.lists(values, min_size=1, max_size=3),
    ),
    st.builds(lambda n, v: Comparison(n, "between", (v, v)), variables, values),
    st.builds(Presence, variables, st.booleans()),
    st.builds(lambda n, v: FunctionCall("sets-equal", ((Variable(n),), (v,))), variables, values),
)
conditions: st.SearchStrategy[Condition] = st.recursive(
    leaves,
    lambda inner: st.builds(
        lambda kind, parts: kind(tuple(parts)),
        st.sampled_from([AllOf, AnyOf]),
        st.lists(inner, min_size=1, max_size=3),
    ),
    max_leaves=8,
)
everyone = st.sampled_from([Member("any-user"), Member("any-group")])


def members(kind: Any) -> st.SearchStrategy[Member]:
    """Principals of one kind, and anybody."""
    named = st.builds(lambda name, domain: Member(kind, name, None, domain), names, st.none() | names)
    return st.one_of(named, st.just(Member(kind, None, "ocid1.group.oc1..aaaa")), everyone)


kinds = st.sampled_from(["group", "dynamic-group", "service"])
subjects = kinds.flatmap(lambda kind: st.lists(members(kind), min_size=1, max_size=3)).map(
    lambda found: Subject(tuple(found))
)
locations = st.one_of(
    st.just(Location("tenancy")),
    st.lists(names, min_size=1, max_size=3).map(lambda found: Location("compartment", tuple(found))),
    st.sampled_from(OCIDS[3:5]).map(lambda ocid: Location("compartment", (), ocid)),
)


@st.composite
def statements(draw: st.DrawFn, *, conditional: bool = False) -> Statement:
    """Any allow or deny; a conditional one is an allow with a condition."""
    verb: str | None = draw(st.sampled_from(["inspect", "read", "use", "manage"]))
    resource: str | None = draw(st.sampled_from(RESOURCES))
    permissions: tuple[str, ...] = ()
    if draw(st.integers(0, 4)) == 0:
        verb = resource = None
        permissions = tuple(
            draw(st.lists(st.sampled_from(["FN_INVOCATION", "FN_APP_READ", "KEY_READ"]), min_size=1))
        )
    kind: Any = "allow" if conditional else draw(st.sampled_from(["allow", "allow", "allow", "deny"]))
    condition = draw(conditions if conditional else st.none() | conditions)
    denied: Any = "allow" if kind == "deny" else None
    return Statement(
        kind, draw(subjects), verb, resource, permissions, draw(locations), condition, denied=denied
    )


@given(statements())
def test_round_trip(statement: Statement) -> None:
    """What is written is read as the same statement."""
    assert statement == parse(render(statement))


@given(statements())
def test_verdict_does_not_depend_on_who_wrote_it(statement: Statement) -> None:
    """A statement built in code and the text of it are judged alike, up to the words of the fragments."""
    one, other = judge(statement), judge(render(statement))

    assert one.verdict == other.verdict
    assert [f.code for f in one.findings] == [f.code for f in other.findings]
    assert one.permissions == other.permissions


FRAGMENTS = st.sampled_from(
    [
        "allow",
        "group",
        "A",
        "to",
        "use",
        "fn-invocation",
        "in",
        "tenancy",
        "compartment",
        "where",
        "all",
        "any",
        "{",
        "}",
        "(",
        ")",
        ",",
        "=",
        "!=",
        "!",
        "not",
        "'x'",
        "'",
        "/x*/",
        "/",
        "//",
        "\n",
        "\r",
        "id",
        "of",
        "with",
        "deny",
        "on",
        "endorse",
        "admit",
        "define",
        "as",
        "ocid1.tenancy.oc1..a",
        "any-user",
        "any-tenancy",
        "#",
        ";",
        '"',
        "\u200b",
        "target.function.id",
        "sets-equal",
        "between",
        "and",
        "before",
        ":",
        "A:B",
        "D/G",
        "{FN_INVOCATION}",
        "resource",
    ]
)


@settings(max_examples=300)
@given(
    st.one_of(
        st.text(),
        st.lists(FRAGMENTS, max_size=25).map(" ".join),
        st.lists(FRAGMENTS, max_size=12).map("".join),
    )
)
def test_total_on_any_text(text: str) -> None:
    """Every text gets a verdict, a drawing and findings that quote it; none raises."""
    verdict = judge(text)

    assert verdict.refused is bool(verdict.findings)
    assert all(finding.fragment in text for finding in verdict.findings)
    assert explain(text).isascii()
    judge_matching_rule(text)


_CASES: list[Callable[[str], str]] = [str.upper, str.lower, str.title, str.swapcase, str]


def respelt(statement: Statement, seed: int) -> str:
    """The statement in another spelling: case, blanks, quotes, commas, order of conditions, comment."""
    chance = random.Random(seed)  # noqa: S311 - nothing secret
    text = render(_shuffled(statement, chance))
    pieces = []
    for at, piece in enumerate(text.split("'")):  # odd pieces stand in quotes
        if at % 2:
            pieces.append(f"'{piece}'")
            continue
        for blank in (" ", ","):
            piece = piece.replace(blank, chance.choice([blank, f"{blank} ", f"{blank}\t", f" {blank}\n "]))
        pieces.append(_CASES[chance.randrange(len(_CASES))](piece))
    return "".join(pieces) + chance.choice(["", " ", "\n", " // note", "// where a = 'b'\n"])


def _shuffled(statement: Statement, chance: random.Random) -> Statement:
    return Statement(
        statement.kind,
        Subject(tuple(chance.sample(statement.subject.members, len(statement.subject.members)))),
        statement.verb,
        statement.resource,
        tuple(chance.sample(statement.permissions, len(statement.permissions))),
        statement.location,
        _shuffled_condition(statement.condition, chance),
        denied=statement.denied,
    )


def _shuffled_condition(condition: Condition | None, chance: random.Random) -> Condition | None:
    if isinstance(condition, AllOf | AnyOf):
        parts = [_shuffled_condition(part, chance) for part in condition.conditions]
        chance.shuffle(parts)
        return type(condition)(tuple(part for part in parts if part is not None))
    return condition


@settings(max_examples=200)
@given(statements(), st.integers(0, 10**6))
def test_spelling_does_not_matter(statement: Statement, seed: int) -> None:
    """Case, blanks, quotes, commas, comments and order change neither verdict nor findings."""
    expected, found = judge(statement), judge(respelt(statement, seed))

    assert expected.verdict == found.verdict, respelt(statement, seed)
    assert [f.code for f in expected.findings] == [f.code for f in found.findings]
    assert expected.permissions == found.permissions


def weaker(condition: Condition, chance: random.Random) -> Condition | None:
    """A condition that holds whenever the given one does."""
    if isinstance(condition, AllOf) and chance.random() < 0.7:
        parts = list(condition.conditions)
        at = chance.randrange(len(parts))
        if chance.random() < 0.5:
            changed = weaker(parts[at], chance)
            parts[at : at + 1] = [] if changed is None else [changed]
        else:
            del parts[at]
        return AllOf(tuple(parts)) if parts else None
    if isinstance(condition, AnyOf) and chance.random() < 0.7:
        extra = Comparison("request.region", "=", (Text("iad"),))
        return AnyOf((*condition.conditions, chance.choice([extra, condition.conditions[0]])))
    if isinstance(condition, Comparison) and condition.op in ("=", "in") and chance.random() < 0.5:
        return Comparison(condition.variable, "in", (*condition.values, Text("another")))
    return chance.choice([None, AnyOf((condition, Presence("request.region", False)))])


@settings(max_examples=200)
@given(statements(conditional=True), st.integers(0, 10**6))
def test_weakening_a_condition_never_removes_a_finding(statement: Statement, seed: int) -> None:
    """What is refused under a condition is refused, for the same reasons, under a weaker one."""
    assert statement.condition is not None
    chance = random.Random(seed)  # noqa: S311 - nothing secret
    loose = weaker(statement.condition, chance)
    after = Statement(
        "allow",
        statement.subject,
        statement.verb,
        statement.resource,
        statement.permissions,
        statement.location,
        loose,
    )
    shown = f"{render_condition(statement.condition)} -> {loose and render_condition(loose)}"

    assert {f.code for f in judge(statement).findings} <= {f.code for f in judge(after).findings}, shown
    assert judge(statement).permissions <= judge(after).permissions, shown


@given(statements(), everyone | members("group"))
def test_adding_a_principal_never_removes_a_finding(statement: Statement, member: Member) -> None:
    """Another member of the subject's list makes no statement narrower."""
    wider = Statement(
        statement.kind,
        Subject((*statement.subject.members, member)),
        statement.verb,
        statement.resource,
        statement.permissions,
        statement.location,
        statement.condition,
        denied=statement.denied,
    )

    assert {f.code for f in judge(statement).findings} <= {f.code for f in judge(wider).findings}


@given(st.text(st.characters(max_codepoint=127)))
def test_what_is_refused_is_never_called_parsed(text: str) -> None:
    """A text the parser can't read is unjudgeable, whatever it holds."""
    if isinstance(parse(text), Unparsable):
        assert judge(text).verdict == "unjudgeable"
