from __future__ import annotations

import pytest

from oci_iam import MatchingRule, Unparsable, judge_matching_rule, matches, parse_matching_rule
from oci_iam.matching_rule import kinds
from oci_iam.request import Principal

FUNCTION = "ocid1.fnfunc.oc1.iad.aaaa"
OTHER = "ocid1.fnfunc.oc1.iad.bbbb"
INSTANCE = "ocid1.instance.oc1.iad.aaaa"
COMPARTMENT = "ocid1.compartment.oc1..aaaa"
IS_FUNCTION = "resource.type = 'fnfunc'"
IN_COMPARTMENT = f"resource.compartment.id = '{COMPARTMENT}'"


def rule(text: str) -> MatchingRule:
    found = parse_matching_rule(text)
    assert isinstance(found, MatchingRule), found
    return found


@pytest.mark.parametrize(
    "text",
    [
        "resource.id = 'x'",
        "ALL {resource.type='fnfunc',resource.compartment.id != 'x'}",
        "any { instance.id = 'x', instance.compartment.id = 'y' }",
        "ALL {tag.ns.key.value, ANY {tag.ns.key.value = 'x', resource.id='y'}}",
    ],
)
def test_parsed(text: str) -> None:
    """Comparisons, tags with any value, ALL and ANY, nested."""
    assert text == rule(text).source


@pytest.mark.parametrize(
    "text",
    [
        "",
        "ALL {}",
        "resource.id",
        "resource.id = x",
        "resource.id = /x/",
        "resource.id in ('x')",
        "!tag.a.b.value",
        "instance.freeform-tags.a = 'b'",
        "request.user.id = 'x'",
        "tag.a.value = 'x'",
        'resource.id = "x"',
        "resource.id = 'x';",
        "resource.id = 'x' // c",
        "resource.id = 'ä'",
        "NOT {resource.id = 'x'}",
        "resource.id = 'x', resource.id = 'y'",
        "ALL " * 3 + "{resource.id = 'x'}",
        "sets-equal(resource.id, 'x')",
        "ALL {resource.id in ('x')}",
        "ANY {tag.a.b.value, ALL {resource.id = 'x', request.user.id = 'y'}}",
    ],
)
def test_not_parsed(text: str) -> None:
    """What is not in the language of matching rules is refused, with a place and a reason."""
    found = parse_matching_rule(text)

    assert isinstance(found, Unparsable)
    assert found.reason
    assert 0 <= found.position <= len(text)


def test_position_is_that_of_the_condition_at_fault() -> None:
    """What a statement may ask and a matching rule may not is found where it stands."""
    for wrong in ("request.user.id = 'y'", "resource.id in ('y')", "!tag.a.b.value"):
        text = f"ALL {{resource.type = 'x', ANY {{{wrong}, resource.id = 'z'}}}}"
        found = parse_matching_rule(text)

        assert isinstance(found, Unparsable)
        assert found.position == text.index(wrong)


FN = Principal("fnfunc", FUNCTION, COMPARTMENT, tags={"Dept.Team": "AI"})
VM = Principal("instance", INSTANCE, COMPARTMENT)


@pytest.mark.parametrize(
    ("text", "who", "expected"),
    [
        (f"resource.id = '{FUNCTION}'", FN, True),
        (f"resource.id = '{FUNCTION.upper()}'", FN, True),
        (f"resource.id = '{OTHER}'", FN, False),
        (f"resource.id != '{OTHER}'", FN, True),
        (f"ALL {{{IS_FUNCTION}, {IN_COMPARTMENT}}}", FN, True),
        (f"ALL {{{IS_FUNCTION}, {IN_COMPARTMENT}}}", VM, False),
        (f"ANY {{{IS_FUNCTION}, {IN_COMPARTMENT}}}", VM, True),
        ("tag.dept.team.value = 'ai'", FN, True),
        ("tag.dept.team.value", FN, True),
        ("tag.dept.team.value", VM, False),
        ("tag.dept.team.value != 'x'", VM, False),
        (f"instance.compartment.id = '{COMPARTMENT}'", VM, True),
        (f"instance.id = '{INSTANCE}'", VM, True),
        (f"instance.compartment.id = '{COMPARTMENT}'", FN, False),
        ("resource.compartment.id = 'x'", Principal("fnfunc"), False),
    ],
)
def test_matches(text: str, who: Principal, expected: bool) -> None:
    """Members have attributes that make the rule true; what is missing makes a comparison false."""
    assert expected is matches(rule(text), who)


def test_matches_attributes() -> None:
    """Attributes can be given by name."""
    assert matches(rule("resource.type = 'x'"), {"resource.type": "X"})


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (f"resource.id = '{FUNCTION}'", []),
        (f"ALL {{{IS_FUNCTION}, resource.id = '{FUNCTION}'}}", []),
        (f"ANY {{resource.id = '{FUNCTION}', resource.id = '{OTHER}'}}", []),
        (f"ALL {{{IS_FUNCTION}, {IN_COMPARTMENT}, resource.id = '{FUNCTION}'}}", []),
        (f"ALL {{{IS_FUNCTION}, tag.a.b.value = 'c'}}", []),
        (f"ALL {{resource.type = 'ApiGateway', {IN_COMPARTMENT}}}", []),
        (f"instance.compartment.id = '{COMPARTMENT}'", []),
        (f"resource.id = '{INSTANCE}'", []),
        (IS_FUNCTION, ["every-function"]),
        (f"ALL {{{IS_FUNCTION}}}", ["every-function"]),
        (f"ALL {{{IS_FUNCTION}, {IN_COMPARTMENT}}}", ["compartment-wide"]),
        (f"all{{RESOURCE.TYPE='FNFUNC',{IN_COMPARTMENT}}}", ["compartment-wide"]),
        (f"ANY {{{IS_FUNCTION}, {IN_COMPARTMENT}}}", ["every-function", "no-type"]),
        (IN_COMPARTMENT, ["no-type"]),
        (f"ALL {{{IS_FUNCTION}, resource.id != '{FUNCTION}'}}", ["every-function", "negation"]),
        (f"resource.id != '{FUNCTION}'", ["negation", "no-type"]),
        (f"ALL {{{IS_FUNCTION}, resource.id = '*'}}", ["every-function"]),
        (f"ALL {{{IS_FUNCTION}, tag.a.b.value}}", ["tag-any-value"]),
        (f"ALL {{{IS_FUNCTION}, tag.a.b.value = '*'}}", ["tag-any-value"]),
        ("tag.a.b.value = 'c'", ["no-type"]),
        (f"ALL {{{IS_FUNCTION}, resource.id = '{INSTANCE}'}}", ["id-of-another-type"]),
        ("resource.id = '<OCID>'", ["id-of-another-type"]),
        (f"ANY {{resource.id = '{FUNCTION}', resource.id = '{INSTANCE}'}}", ["mixed-types"]),
        (f"ANY {{resource.id = '{FUNCTION}', {IS_FUNCTION}}}", ["every-function"]),
        ("resource.type == 'fnfunc'", ["unparsable"]),
        ("ALL {" + ", ".join(["ANY {resource.id = 'x', resource.id = 'y'}"] * 60) + "}", ["too-many-ways"]),
        ("ANY {" + ", ".join([f"resource.id = '{FUNCTION}'"] * 512) + "}", []),
        ("ANY {" + ", ".join([f"resource.id = '{FUNCTION}'"] * 513) + "}", ["too-many-ways"]),
        ("ALL {ANY {" + ", ".join([f"resource.id = '{FUNCTION}'"] * 512) + "}}", []),
        (
            "ALL {ANY {" + ", ".join([f"resource.id = '{FUNCTION}'"] * 513) + f"}}, {IS_FUNCTION}}}",
            ["too-many-ways"],
        ),
        (f"ALL {{resource.id = '{FUNCTION}', resource.id = '{INSTANCE}'}}", []),
        (f"ALL {{{IS_FUNCTION}, {IN_COMPARTMENT}, tag.a.b.value = 'c'}}", []),
        (f"ALL {{instance.compartment.id = '{COMPARTMENT}', tag.a.b.value}}", []),
        (f"ALL {{resource.id = '<OCID>', resource.id = '{INSTANCE}'}}", ["id-of-another-type"]),
    ],
)
def test_judged(text: str, expected: list[str]) -> None:
    """A rule is loose when a function it does not name can join."""
    findings = judge_matching_rule(text)

    assert expected == [finding.code for finding in findings]
    assert all(finding.fragment in text for finding in findings)
    assert all("resource.id = '<OCID of the function>'" in finding.remediation for finding in findings)


@pytest.mark.parametrize(
    ("text", "fragment"),
    [
        (f"ANY {{resource.id = '{FUNCTION}', ALL {{{IS_FUNCTION}, {IN_COMPARTMENT}}}}}", None),
        (f"ANY {{ {IN_COMPARTMENT} , resource.id = '{FUNCTION}' }}", IN_COMPARTMENT),
        ("resource.id == 'x'" + " " * 40, "= 'x'" + " " * 35),
        ("ALL {resource.id = 'x'", "ALL {resource.id = 'x'"),
        ("ALL {resource.id = '" + "x" * 60 + "'", "x" * 39 + "'"),
        (
            "ANY {" + ", ".join(["resource.id = 'x'"] * 513) + "}",
            "ANY {" + "resource.id = 'x', " + "resource.id = 'x",
        ),
    ],
)
def test_fragment_is_the_way_at_fault(text: str, fragment: str | None) -> None:
    """What is shown is the part that lets functions in, or 40 characters from where reading stopped."""
    (finding,) = judge_matching_rule(text)

    assert (fragment or f"{IS_FUNCTION}, {IN_COMPARTMENT}") == finding.fragment


@pytest.mark.parametrize(
    ("rule", "expected"),
    [
        ("ALL {resource.type = 'FnFunc', resource.id = 'ocid1.fnfunc.oc1.iad.A'}", [("fnfunc", 1, 0, set())]),
        ("resource.id = 'ocid1.fnfunc.oc1.iad.a'", [("fnfunc", 1, 0, set())]),
        ("resource.compartment.id = 'ocid1.compartment.oc1..a'", [("", 0, 1, set())]),
        ("ALL {instance.compartment.id = 'ocid1.compartment.oc1..a'}", [("instance", 0, 1, set())]),
        ("ALL {resource.type = 'api-gateway', tag.Teams.role.value}", [("apigateway", 0, 0, {"teams"})]),
        (
            "ANY {resource.type = 'fnfunc', instance.id = 'ocid1.instance.oc1.iad.a'}",
            [("fnfunc", 0, 0, set()), ("instance", 1, 0, set())],
        ),
        (
            "ALL {resource.type = 'fnfunc', resource.id != 'ocid1.fnfunc.oc1.iad.a'}",
            [("fnfunc", 0, 0, set())],
        ),
    ],
)
def test_kinds_of_members(rule: str, expected: list[tuple[str, int, int, set[str]]]) -> None:
    """Type, OCIDs, compartments and namespaces of tags that a rule demands, one kind for each of its ways."""
    parsed = parse_matching_rule(rule)
    assert isinstance(parsed, MatchingRule)

    assert expected == [
        (kind.type, len(kind.ids), len(kind.compartments), set(kind.tags)) for kind in kinds(parsed)
    ]
    assert all(one == one.lower() for kind in kinds(parsed) for one in (*kind.ids, *kind.compartments))
