from __future__ import annotations

import pytest

from oci_iam import Statement, Unparsable, parse
from oci_iam.language.parser import MAX_DEPTH, MAX_LENGTH, parse_condition
from oci_iam.statement import (
    AllOf,
    AnyOf,
    Association,
    Comparison,
    Condition,
    Definition,
    FunctionCall,
    Location,
    Member,
    Pattern,
    Presence,
    Subject,
    Text,
    Variable,
)

OCID = "ocid1.group.oc1..aaaa"


def parsed(text: str) -> Statement:
    statement = parse(text)
    assert isinstance(statement, Statement), statement
    return statement


def unparsable(text: str) -> Unparsable:
    found = parse(text)
    assert isinstance(found, Unparsable), found
    return found


def condition(text: str) -> Condition | None:
    return parsed(f"allow group A to read buckets in tenancy where {text}").condition


def test_allow() -> None:
    """Keywords, verb and resource-type are folded, names are not."""
    expected = Statement(
        "allow", Subject((Member("group", "Devs"),)), "use", "fn-app", (), Location("compartment", ("Apps",))
    )

    assert expected == parse("ALLOW Group Devs TO Use FN-App In Compartment Apps")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("group A", [Member("group", "A")]),
        ("group 'My Group'", [Member("group", "My Group")]),
        ("group Default/A", [Member("group", "A", domain="Default")]),
        ("group 'Default'/'A'", [Member("group", "A", domain="Default")]),
        ("group Default / A", [Member("group", "A", domain="Default")]),
        ("group 'Default/A'", [Member("group", "A", domain="Default")]),
        (f"group id {OCID}", [Member("group", id=OCID)]),
        (f"group id '{OCID}'", [Member("group", id=OCID)]),
        (f"group {OCID}", [Member("group", id=OCID)]),
        ("group A,B , 'C'", [Member("group", "A"), Member("group", "B"), Member("group", "C")]),
        (f"group A, id {OCID}", [Member("group", "A"), Member("group", id=OCID)]),
        ("group A, group B", [Member("group", "A"), Member("group", "B")]),
        ("group 'id'", [Member("group", "id")]),
        ("group service, 'to'", [Member("group", "service"), Member("group", "to")]),
        ("dynamic-group A", [Member("dynamic-group", "A")]),
        ("service FaaS, cloudEvents", [Member("service", "FaaS"), Member("service", "cloudEvents")]),
        ("any-user", [Member("any-user")]),
        ("ANY-GROUP", [Member("any-group")]),
        ("group A, any-user", [Member("group", "A"), Member("any-user")]),
        ("group A, any-user, B", [Member("group", "A"), Member("any-user"), Member("group", "B")]),
        ("group any-user", [Member("any-user")]),
        ("group D/any-user", [Member("any-user")]),
        ("group D/ocid1.x", [Member("group", "ocid1.x", domain="D")]),
        ("group A, service", [Member("group", "A"), Member("group", "service")]),
        ("group 'to', A", [Member("group", "to"), Member("group", "A")]),
        ("resource abc", [Member("resource", "abc")]),
        ("resource abc def", [Member("resource", "abc def")]),
    ],
)
def test_subject(text: str, expected: list[Member]) -> None:
    """Every form of subject, alone and in lists."""
    assert tuple(expected) == parsed(f"allow {text} to read buckets in tenancy").subject.members


@pytest.mark.parametrize(
    "text",
    [
        "user A",
        "dynamicgroup A",
        "dynamic group A",
        "group-a",
        "A",
        "group",
        "group A B",
        "group A,",
        "group ,A",
        "group a/b/c",
        "group 'a'/'b/c'",
        "group 'a/b'/c",
        "group 'a/'",
        "group '/a'",
        "group 'ocid1.group.oc1..a b'",
        "group id A",
        "group id",
        "group A, dynamic-group B",
        "group A, service B",
        "dynamic-group A, group B",
        "group ''",
        "group *",
        "group <A>",
        "resource",
        "resource 'a b'",
        "resource a b c",
        "any",
    ],
)
def test_no_subject(text: str) -> None:
    """Misspelt, incomplete and half-quoted subjects are not guessed at."""
    unparsable(f"allow {text} to read buckets in tenancy")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("tenancy", Location("tenancy")),
        ("compartment A", Location("compartment", ("A",))),
        ("compartment 'A b'", Location("compartment", ("A b",))),
        ("compartment A:B:C", Location("compartment", ("A", "B", "C"))),
        ("compartment 'A':'B c'", Location("compartment", ("A", "B c"))),
        ("compartment 'A:B'", Location("compartment", ("A", "B"))),
        ("compartment A : B", Location("compartment", ("A", "B"))),
        ("compartment A: B", Location("compartment", ("A", "B"))),
        ("compartment id ocid1.compartment.oc1..a", Location("compartment", id="ocid1.compartment.oc1..a")),
        ("compartment id 'ocid1.tenancy.oc1..a'", Location("compartment", id="ocid1.tenancy.oc1..a")),
        ("compartment ocid1.tenancy.oc1..a", Location("compartment", id="ocid1.tenancy.oc1..a")),
        ("compartment 'id'", Location("compartment", ("id",))),
    ],
)
def test_location(text: str, expected: Location) -> None:
    """Every form of location inside one tenancy."""
    assert expected == parsed(f"allow group A to read buckets in {text}").location


@pytest.mark.parametrize(
    "text",
    [
        "any-tenancy",
        "tenancy T",
        "compartment A of tenancy T",
        "compartment",
        "compartment A::B",
        "compartment A:",
        "compartment A, compartment B",
        "compartment id A",
        "compartment 'ocid1.compartment.oc1..a b'",
        "compartment id",
        "tenancy with keys in tenancy",
        "compartment A B",
        "A",
        "",
        "compartment a/b",
    ],
)
def test_no_location_for_allow(text: str) -> None:
    """Allow speaks of one place in its own tenancy."""
    unparsable(f"allow group A to read buckets in {text}")


@pytest.mark.parametrize(
    ("text", "location"),
    [
        ("endorse group A to read buckets in any-tenancy", Location("any-tenancy")),
        ("endorse group A to read buckets in tenancy T", Location("tenancy", tenancy="T")),
        (
            "endorse group A to read buckets in compartment X:Y of tenancy T",
            Location("compartment", ("X", "Y"), tenancy="T"),
        ),
        ("admit group A of tenancy S to read buckets in tenancy", Location("tenancy")),
        ("admit group A of tenancy S to read buckets in compartment X", Location("compartment", ("X",))),
        ("deny endorse group A to read buckets in any-tenancy", Location("any-tenancy")),
    ],
)
def test_crossing(text: str, location: Location) -> None:
    """Endorse and admit name tenancies by alias."""
    assert location == parsed(text).location


def test_admit_names_the_tenancy_of_its_subject() -> None:
    """`of tenancy` belongs to the subject, and admit is not complete without it."""
    assert parsed("admit group A of tenancy S to read buckets in tenancy").subject.tenancy == "S"
    assert parsed("admit any-user of any-tenancy to read buckets in tenancy").subject.tenancy == "any-tenancy"
    unparsable("admit group A to read buckets in tenancy")
    unparsable("allow group A of tenancy S to read buckets in tenancy")
    unparsable("admit group A of group S to read buckets in tenancy")


def test_associate() -> None:
    """The other half of an association is kept."""
    statement = parsed("endorse group A to associate lpgs in tenancy with lpgs in tenancy T where a = 'b'")

    assert statement.verb == "associate"
    assert Association("lpgs", Location("tenancy", tenancy="T")) == statement.partner
    unparsable("allow group A to associate lpgs in tenancy")
    unparsable("endorse group A to associate lpgs in tenancy with lpgs on tenancy T")
    unparsable("endorse group A to combine lpgs in tenancy")


@pytest.mark.parametrize(
    ("text", "denied"),
    [
        ("deny group A to read buckets in tenancy", "allow"),
        ("deny endorse group A to read buckets in tenancy T", "endorse"),
        ("deny admit group A of tenancy T to read buckets in tenancy", "admit"),
    ],
)
def test_deny(text: str, denied: str) -> None:
    """Deny knows what it denies."""
    statement = parsed(text)

    assert statement.kind == "deny"
    assert denied == statement.denied


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("define tenancy T as ocid1.tenancy.oc1..a", Definition("tenancy", "T", "ocid1.tenancy.oc1..a")),
        ("Define group 'G g' as 'ocid1.group.oc1..a'", Definition("group", "G g", "ocid1.group.oc1..a")),
        ("define dynamic-group D/G as ocid1.x.y", Definition("dynamic-group", "D/G", "ocid1.x.y")),
        (
            "define compartment C as ocid1.tenancy.oc1..a",
            Definition("compartment", "C", "ocid1.tenancy.oc1..a"),
        ),
    ],
)
def test_define(text: str, expected: Definition) -> None:
    """A definition ties a name to an OCID."""
    assert expected == parsed(text).definition


@pytest.mark.parametrize(
    "text",
    [
        "define T as ocid1.a.b",
        "define tenancy T as x",
        "define tenancy T ocid1.a.b",
        "define tenancy T is ocid1.a.b",
        "define tenancy T as {ocid1.a}",
        "define tenancy T as ocid1.a.b)",
        "define user U as ocid1.user.oc1..a",
    ],
)
def test_no_definition(text: str) -> None:
    """A definition of something else, or of nothing, is none."""
    unparsable(text)


@pytest.mark.parametrize("to", ["to ", ""])
def test_permission_list(to: str) -> None:
    """A permission list stands in place of verb and resource-type, with or without `to`, in any case."""
    statement = parsed(f"allow group A {to}{{ fn_invocation,FN_APP_READ }} in tenancy")

    assert statement.permissions == ("FN_INVOCATION", "FN_APP_READ")
    assert statement.verb is None
    assert statement.resource is None
    assert statement.slips == ()


@pytest.mark.parametrize(
    "text",
    [
        "{}",
        "{A,}",
        "{A B}",
        "{A B C}",
        "{A",
        "{A} buckets keys",
        "{A} {}",
        "{A} {b",
        "{A} {b c}",
        "{A} {b c d}",
        "{A} {'b'}",
        "{FN_*}",
        "{'A'}",
        "manage {A}",
        "{A-B}",
        "{A};",
    ],
)
def test_no_permission_list(text: str) -> None:
    """A list is complete and plain; what follows it is at most its resource-types."""
    unparsable(f"allow group A to {text} in tenancy")


@pytest.mark.parametrize(
    "text", ["view buckets", "use", "use buckets, objects", "use a b", "use 'buckets'", "use /a/"]
)
def test_no_action(text: str) -> None:
    """One of four verbs and one resource-type."""
    unparsable(f"allow group A to {text} in tenancy")


@pytest.mark.parametrize(
    ("text", "slips"),
    [
        ("allow group A read buckets in tenancy", ("to",)),
        ("allow group A to read buckets on tenancy", ("in",)),
        ("allow group A read buckets on tenancy", ("to", "in")),
    ],
)
def test_slips_are_noted(text: str, slips: tuple[str, ...]) -> None:
    """Two slips whose meaning nobody doubts are read, noted, and do not change what was read."""
    statement = parsed(text)

    assert slips == statement.slips
    assert parse("allow group A to read buckets in tenancy") == statement


A_IS_B = Comparison("a", "=", (Text("b"),))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a = 'b'", A_IS_B),
        ("A='b'", A_IS_B),
        ("a != 'B'", Comparison("a", "!=", (Text("B"),))),
        ("a ! = 'b'", Comparison("a", "!=", (Text("b"),))),
        ("a = ''", Comparison("a", "=", (Text(""),))),
        ("a = /hr*/", Comparison("a", "=", (Pattern("hr*"),))),
        ("a = b.c", Comparison("a", "=", (Variable("b.c"),))),
        ("a in ('b', /c*/, d)", Comparison("a", "in", (Text("b"), Pattern("c*"), Variable("d")))),
        ("a not in('b')", Comparison("a", "not in", (Text("b"),))),
        ("a before '2026-01-01T00:00Z'", Comparison("a", "before", (Text("2026-01-01T00:00Z"),))),
        ("a after 'x'", Comparison("a", "after", (Text("x"),))),
        ("a between 'x' and 'y'", Comparison("a", "between", (Text("x"), Text("y")))),
        ("a", Presence("a", True)),
        ("!a", Presence("a", False)),
        ("! a", Presence("a", False)),
        ("not a", Presence("a", False)),
        ("all{a='b'}", AllOf((A_IS_B,))),
        ("ANY {a='b',not a}", AnyOf((A_IS_B, Presence("a", False)))),
        ("all {a='b', any {a='b', a}}", AllOf((A_IS_B, AnyOf((A_IS_B, Presence("a", True)))))),
        ("sets-equal(a, 'b')", FunctionCall("sets-equal", ((Variable("a"),), (Text("b"),)))),
        (
            "sets-intersect(a, ('b','c'))",
            FunctionCall("sets-intersect", ((Variable("a"),), (Text("b"), Text("c")))),
        ),
        ("target.resource.tag.N-s.K@y = 'b'", Comparison("target.resource.tag.n-s.k@y", "=", (Text("b"),))),
    ],
)
def test_condition(text: str, expected: Condition) -> None:
    """Every form of condition, nested and alone."""
    assert expected == condition(text)
    assert expected == parse_condition(text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "a =",
        "= 'b'",
        "a == 'b'",
        "a = b c",
        "a = 'b' 'c'",
        "a = 'it''s'",
        'a = "b"',
        "a = 'b",
        "a = '",
        "a = /",
        "a = 5a/",
        "a ! 'b'",
        "a ! b 'c'",
        "a in 'b'",
        "a in 'b' 'c')",
        "a in ()",
        "a in ('b',)",
        "a in ('b' 'c')",
        "a in ('b' or 'c')",
        "sets-equal(a 'b')",
        "sets-equal(a with 'b')",
        "a not 'b'",
        "a not of ('b')",
        "a between 'x'",
        "a between 'x' 'y'",
        "a between 'x' or 'y'",
        "all {}",
        "all {a='b',}",
        "all {a='b' a}",
        "all {a='b' and c='d'}",
        "all {a='b'",
        "all a='b'}",
        "any = 'b'",
        "all = 'b'",
        "{a='b'}",
        "(a='b')",
        "all (a='b')",
        "a='b' and c='d'",
        "a='b', c='d'",
        "a='b' or c",
        "not all {a}",
        "!any {a}",
        "none {a}",
        "unknown(a, 'b')",
        "'a' = 'b'",
        "a = 'b';",
        "a = 'b' # c",
        "a = 'b' /* c */",
        "a <> 'b'",
        "a > 'b'",
        "a = $b",
        "where a",
        "!",
        "not",
    ],
)
def test_no_condition(text: str) -> None:
    """What is not OCI's condition language is not read as something near it."""
    unparsable(f"allow group A to read buckets in tenancy where {text}")


@pytest.mark.parametrize(
    ("text", "position", "reason"),
    [
        ("allow group \u0410 to read buckets in tenancy", 12, "U+0410"),
        ("allow group \x7f\u00e4 to read buckets in tenancy", 13, "U+00E4"),
        ("allow group \x80 to read buckets in tenancy", 12, "U+0080"),
        ("allow group A to read buckets in compartment P of tenancy T", 47, "`where` or the end"),
        ("allow group A to read buckets in compartment id x", 48, "an OCID"),
        ("admit group A of group T to read buckets in tenancy", 17, "`tenancy`"),
        ("allow group id x to read buckets in tenancy", 15, "an OCID"),
        ("define group A as x", 18, "an OCID"),
        ("allow group A to read buckets in compartment a/b", 45, "a path of compartment names"),
        ("define user U as ocid1.user.oc1..a", 7, "tenancy, group"),
        ("allow group 'a'/'b/c' to read buckets in tenancy", 16, "a name without a domain"),
        ("allow group 'a/b'/c to read buckets in tenancy", 17, "the end of the name"),
        ("allow group A to {A} {b c} in tenancy", 24, "`,` or `}`"),
        ("endorse group A to associate x in tenancy with y on tenancy T", 49, "`in`"),
        ("define group A as ocid1.group.oc1..a to", 37, "the end of the statement"),
        ("allow group A to read buckets in tenancy where sets-equal(a 'b')", 60, "`,` or `)`"),
        ("allow group A to {FN_APP_LIST FN_APP_READ} in tenancy", 30, "`,` or `}`"),
        ("allow group A to read buckets in tenancy where all {a b c}", 54, "an operator"),
        ("allow group A to read buckets in tenancy where all {a = b c}", 58, "`,` or `}`"),
        ("allow group A to read buckets in tenancy where a in ('b' 'c')", 57, "`,` or `)`"),
        ("allow group A to read buckets in tenancy where a ! 'b'", 51, "`=`"),
        ("allow group A to read buckets in tenancy where a not 'b'", 53, "`in`"),
        ("allow group A to read buckets in tenancy;", 40, "semicolon"),
        ("allow group A to read buckets in tenancy # x", 41, "`#`"),
        ('allow group "A" to read buckets in tenancy', 12, "Double quotes"),
        ("allow group A to read buckets in tenancy /* x */", 41, "not a comment"),
        ("allow group A to read buckets in tenancy where a = <x>", 51, "placeholder"),
        ("allow group A to read buckets in tenancy allow group B", 41, "second statement"),
        ("allow group A to read buckets", 29, "Expected `in`, found end of statement"),
        ("allow group A\n to read buckets in\n 'x", 35, "not closed"),
        ("", 0, "found end of statement"),
        ("   ", 0, "found end of statement"),
    ],
)
def test_position_and_reason(text: str, position: int, reason: str) -> None:
    """The place is that of the character or word at fault, and the reason names it."""
    found = unparsable(text)

    assert position == found.position
    assert reason in found.reason


def test_ascii_is_checked_before_case_is_folded() -> None:
    """The Kelvin sign folds to k; it must not turn a foreign word into a known one."""
    assert "U+212A" in unparsable("allow group A to read buc\u212aets in tenancy").reason


def test_comment_at_the_end_is_dropped() -> None:
    """A condition in a comment is none."""
    assert parse("allow group A to use fn-app in tenancy") == parse(
        "allow group A to use fn-app in tenancy // where a = 'b'\n// more\n"
    )


def test_comment_inside_quotes_is_text() -> None:
    """Two slashes in a literal begin nothing."""
    assert Comparison("a", "=", (Text("http://x"),)) == condition("a = 'http://x'")


def test_comment_before_the_statement_is_complete() -> None:
    """What follows the comment's line belongs to the statement when it is not complete without it."""
    assert parse("allow group A to use fn-app in tenancy") == parse(
        "allow group A // x\nto use fn-app in tenancy"
    )


@pytest.mark.parametrize(
    "text",
    [
        "allow group A to use fn-app in tenancy // x\nwhere a = 'b'",
        "allow group A to use fn-app in compartment A // x\n:B",
        "allow group A to use fn-app in tenancy // x\nallow group B to use fn-app in tenancy",
        "// x\nallow",
    ],
)
def test_comment_whose_end_matters(text: str) -> None:
    """Where the two readings of a comment differ, none is chosen."""
    unparsable(text)


def test_nesting_is_bounded() -> None:
    """The deepest nesting allowed is read; deeper is refused, however deep, without a RecursionError."""
    deepest = "all {" * MAX_DEPTH + "a = 'b'" + "}" * MAX_DEPTH

    condition(deepest)
    assert not isinstance(parse_condition(deepest), Unparsable)
    for levels in (MAX_DEPTH + 1, 5000):
        deeper = "all {" * levels + "a = 'b'" + "}" * levels
        assert (
            "nested deeper" in unparsable(f"allow group A to read buckets in tenancy where {deeper}").reason
        )


def test_length_is_bounded() -> None:
    """A text longer than the bound is refused, one as long as it is read."""
    head = "allow group A to read buckets in tenancy where a = '"
    longest = head + "b" * (MAX_LENGTH - len(head) - 1) + "'"

    parsed(longest)
    assert "longer than" in unparsable(longest + " ").reason
    assert not isinstance(parse_condition("a = '" + "b" * (MAX_LENGTH - 6) + "'"), Unparsable)
    alone = parse_condition("a = '" + "b" * (MAX_LENGTH - 5) + "'")
    assert isinstance(alone, Unparsable)
    assert "longer than" in alone.reason
    assert "U+00E4" in unparsable(longest.replace("b'", "\u00e4'")).reason


def test_long_word_is_shown_in_part() -> None:
    """A reason quotes a word of forty characters whole, and of a longer one the beginning."""
    assert f"`{'x' * 40}`" in unparsable(f"allow {'x' * 40}").reason
    assert f"`{'x' * 37}...`" in unparsable(f"allow {'x' * 41}").reason


def test_source_and_spans_take_no_part_in_equality() -> None:
    """Two spellings of one statement are equal and hash alike."""
    one, other = (
        parsed("allow group A to read buckets in tenancy"),
        parsed("ALLOW  group 'A' TO read BUCKETS in tenancy"),
    )

    assert one == other
    assert hash(one) == hash(other)
    assert one.source != other.source
