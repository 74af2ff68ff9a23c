from __future__ import annotations

import time

import pytest

from oci_iam import Context, Unparsable, judge, judge_policy, parse
from oci_iam.catalogue.permissions import FUNCTIONS_REACH, permissions_of
from oci_iam.judge import names_functions
from oci_iam.language.parser import MAX_LENGTH
from oci_iam.statement import Location, Member, Statement, Subject

COMPARTMENT = "ocid1.compartment.oc1..aaaa"
TENANCY = "ocid1.tenancy.oc1..aaaa"
FUNCTION = "ocid1.fnfunc.oc1.iad.aaaa"
TYPE = "request.principal.type = 'eventrule'"
ONE = f"target.function.id = '{FUNCTION}'"
GATEWAY = f"all {{request.principal.type = 'ApiGateway', request.resource.compartment.id = '{COMPARTMENT}'}}"


def codes(text: str, context: Context | None = None) -> list[str]:
    return [finding.code for finding in judge(text, context).findings]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("allow group A to use fn-invocation in tenancy", ["tenancy-wide"]),
        ("allow any-user to use fn-invocation in compartment X", ["any-principal"]),
        ("allow group A to use functions-family in compartment X", ["whole-family"]),
        ("endorse group A to use fn-invocation in compartment X of tenancy T", ["crosses-tenancies"]),
        (
            "admit any-user of tenancy T to manage all-resources in tenancy",
            ["tenancy-wide", "crosses-tenancies", "any-principal", "whole-family"],
        ),
        ("allow group A to use fn-apps in compartment X", ["near-miss"]),
        ("allow group A to manage fn-app in compartment X;", ["unparsable"]),
        ("allow group A use fn-invocation in compartment X", ["unparsable"]),
        ("allow group A to use function-family in tenancy # x", ["unparsable"]),
        ("allow group A to read function-family in tenancy", []),
        ("endorse group A to associate fn-functions in tenancy with subnets in tenancy T", []),
        (f"allow any-user to use fn-invocation in compartment X where {GATEWAY}", []),
        (f"allow any-user to {{FN_INVOCATION, FN_APP_UPDATE}} in compartment X where {GATEWAY}", []),
        (f"allow any-user to manage functions-family in compartment X where {GATEWAY}", ["whole-family"]),
        ("allow group A to use fn-invocation in compartment X", []),
    ],
)
def test_codes(text: str, expected: list[str]) -> None:
    """Each rule that a statement breaks is one finding, in a fixed order."""
    assert expected == codes(text)


@pytest.mark.parametrize(
    ("text", "fragment"),
    [
        ("Allow group A to use fn-invocation  in  Tenancy where a = 'b'", "in  Tenancy"),
        ("Allow group B, Any-User to use fn-invocation in compartment X", "group B, Any-User"),
        ("Allow group A to USE functions-family in compartment X // c", "USE functions-family"),
        ("Allow group A to {FN_APP_UPDATE} in tenancy", "in tenancy"),
        ("endorse group A to use  fn-invocation in tenancy T", "use  fn-invocation in tenancy T"),
        ("allow group A to use fn-apps in compartment X", "use fn-apps"),
        ("allow group A to use fn-invocation in tenancy; x", "; x"),
        ("allow group A to read", "allow group A to read"),
        ("allow group A use fn-invocation in compartment X", "use fn-invocation"),
        ("allow group A to {FN_INVOCATION} x in compartment X", "{FN_INVOCATION} x"),
        (f"allow group id {FUNCTION} to manage fn-app in compartment X", f"group id {FUNCTION}"),
        ("endorse group A to use fn-invocation in tenancy T where a = 'b'", "use fn-invocation in tenancy T"),
        ("allow group A to use fn-invocation on compartment X", "on compartment X"),
    ],
)
def test_fragment_is_the_text_at_fault(text: str, fragment: str) -> None:
    """The fragment is cut from the statement as it was written."""
    findings = judge(text).findings

    assert fragment in [finding.fragment for finding in findings]
    assert all(finding.fragment in text for finding in findings)


@pytest.mark.parametrize(
    ("subject", "words"),
    [
        ("any-user", "any-user"),
        ("group A, any-group", "any-group"),
        ("resource x", "an undocumented `resource`"),
    ],
)
def test_message_names_the_broad_subject(subject: str, words: str) -> None:
    """The finding names the member that is anybody."""
    (finding,) = judge(f"allow {subject} to use fn-invocation in compartment X").findings

    assert finding.message.startswith(f"The subject is {words}")


def test_message_names_what_is_nearly_right() -> None:
    """A near miss is told with the word, or as one of a list, and with the name it resembles."""
    (word,) = judge("allow group A to use fn-apps in compartment X").findings
    (one,) = judge("allow group A to {FN_INVOKE} in compartment X").findings

    assert word.message.startswith("`fn-apps` is unknown to this model and resembles `fn-app`")
    assert one.message.startswith("`one of the permissions` is unknown to this model and resembles `FN_")


def test_only_the_own_tenancy_is_the_tenancy() -> None:
    """Where the tenancy's OCID is known, it stands for everything in any case, and no other OCID does."""
    root = "ocid1.compartment.oc1..root"
    context = Context(root)

    assert codes(f"allow group A to use fn-invocation in compartment id {root.upper()}", context) == [
        "tenancy-wide"
    ]
    assert codes(f"allow group A to use fn-invocation in compartment id {COMPARTMENT}", context) == []


def test_message_names_permissions_and_principal() -> None:
    """A finding says which permission, to whom and where."""
    (finding,) = judge("allow dynamic-group Ops to manage fn-app in tenancy").findings

    assert finding.message == (
        "The statement lets dynamic-group Ops create, update and delete applications in every compartment of"
        " the tenancy (FN_APP_CREATE, FN_APP_DELETE, FN_APP_UPDATE)."
    )


@pytest.mark.parametrize(
    ("statement", "words"),
    [
        ("group A to use fn-invocation", "group A invoke functions"),
        ("group A, B to use fn-invocation", "group A and 1 more invoke functions"),
        (f"group id {COMPARTMENT.replace('compartment', 'group')}, B, C to {{FN_APP_UPDATE}}", None),
        (
            "service faas to {FN_FUNCTION_CREATE, FN_FUNCTION_UPDATE}",
            "service faas create and update functions",
        ),
        ("any-user to {FN_APP_CREATE}", "any-user create applications"),
        (
            "any-group to {FN_APP_DELETE, FN_INVOCATION}",
            "any-group invoke and delete functions and applications",
        ),
        ("resource x y to use fn-invocation", "resource x y invoke functions"),
    ],
)
def test_message_says_who_may_do_what(statement: str, words: str | None) -> None:
    """The first member stands for all; several acts are a list; what is acted on is named as it is."""
    message = judge(f"allow {statement} in tenancy").findings[0].message

    assert f"lets {words or 'group ocid1.group.oc1..aaaa and 2 more update applications'} in every" in message


@pytest.mark.parametrize(
    ("text", "verdict"),
    [
        ("allow group A to read functions-family in tenancy", "ok"),
        ("allow group A to use buckets in tenancy", "unrelated"),
        ("allow group A to {KEY_READ} in tenancy", "unrelated"),
        ("allow group A to {FN_APP_READ} in tenancy", "ok"),
        ("define tenancy T as ocid1.tenancy.oc1..a", "unrelated"),
        ("deny group A to use functions-family in tenancy", "ok"),
        ("deny group A to use buckets in tenancy", "unrelated"),
        ("deny group A to use function-family in tenancy", "unrelated"),
        ("allow group A to use no-such-type in tenancy", "unrelated"),
        ("allow group A to use all-resources in tenancy", "over-broad"),
        ("allow group A to read function-family in tenancy", "ok"),
        ("allow group A to use function-family in tenancy", "unjudgeable"),
        ("allow group A", "unjudgeable"),
    ],
)
def test_verdict(text: str, verdict: str) -> None:
    """The four answers, and which of them refuse."""
    found = judge(text)

    assert verdict == found.verdict
    assert (verdict in ("over-broad", "unjudgeable")) is found.refused


def test_unknown_type_gets_a_note() -> None:
    """A resource-type the model does not know is let through and named."""
    assert "no-such-type" in judge("allow group A to use no-such-type in tenancy").notes[0]
    assert not judge("allow group A to use vcns in tenancy").notes


def test_slips_get_a_note_where_nothing_reaches_functions() -> None:
    """What OCI will not take is said also where it is harmless."""
    assert "`to`" in judge("allow group A read buckets in tenancy").notes[0]
    assert "`in`" in judge("allow group A to read all-resources on tenancy").notes[0]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("allow group A to use fn-invocation in compartment X", {"FN_INVOCATION"}),
        ("allow group A to {fn_invocation, KEY_READ} in compartment X", {"FN_INVOCATION", "KEY_READ"}),
        (
            "allow group A to manage functions-family in tenancy where request.permission = 'FN_APP_READ'",
            {"FN_APP_READ"},
        ),
        (
            "allow group A to manage objects in tenancy where request.permission = 'OBJECT_CREATE'",
            {"OBJECT_CREATE"},
        ),
        ("allow group A to use no-such-type in tenancy", set()),
        ("deny group A to use fn-invocation in tenancy", set()),
        ("define tenancy T as ocid1.tenancy.oc1..a", set()),
        ("allow group A to use all-resources in tenancy", permissions_of("use", "all-resources")),
    ],
)
def test_permissions(text: str, expected: set[str]) -> None:
    """What the statement yields, after what its condition takes away."""
    assert expected == judge(text).permissions


def test_text_statement_and_failure_are_judged_alike() -> None:
    """The judge takes a text and what the parser makes of it."""
    good, broken = "allow group A to use fn-invocation in tenancy", "allow group"

    assert judge(good) == judge(parse(good))
    assert isinstance(parse(broken), Unparsable)
    assert judge(broken) == judge(parse(broken))


class TestTenancy:
    """The tenancy under its other names."""

    TEXT = "allow group A to use fn-invocation in compartment "

    @pytest.mark.parametrize(
        "name", [f"id {TENANCY}", TENANCY.upper(), f"'{TENANCY}'", "id ocid1.tenancy.short"]
    )
    def test_by_ocid(self, name: str) -> None:
        """Its OCID in place of a compartment's, in any spelling."""
        assert codes(self.TEXT + name) == ["tenancy-wide"]

    def test_by_context(self) -> None:
        """The OCID the context says is the tenancy's."""
        assert codes(self.TEXT + "id ocid1.odd.X", Context(tenancy_id="ocid1.ODD.x")) == ["tenancy-wide"]

    def test_by_alias_of_the_context(self) -> None:
        """A name that the context says is an alias."""
        context = Context(aliases={"Root": TENANCY, "Apps": COMPARTMENT})

        assert codes(self.TEXT + "rOOT", context) == ["tenancy-wide"]
        assert not codes(self.TEXT + "Apps", context)
        assert not codes(self.TEXT + "Root:Apps", context)
        assert not codes(self.TEXT + "Root", Context(aliases={"root": COMPARTMENT}))
        assert codes(self.TEXT + "Root") == ["tenancy-wide"]

    @pytest.mark.parametrize(
        "definitions",
        [
            [f"define compartment X as {TENANCY}"],
            ["define tenancy x as ocid1.tenancy.oc1..other"],
            [f"define compartment X as {TENANCY}", f"define compartment X as {COMPARTMENT}"],
            [f"define compartment X as {COMPARTMENT}", f"define compartment X as {TENANCY}"],
            [f"define compartment X as {COMPARTMENT}", f"define tenancy X as {TENANCY}"],
            [f"define tenancy X as {TENANCY}", f"define compartment X as {COMPARTMENT}"],
        ],
    )
    def test_by_definition_before_or_after(self, definitions: list[str]) -> None:
        """An alias of the policy itself, wherever it stands; of two definitions the wider counts."""
        for statements in ([self.TEXT + "X", *definitions], [*definitions, self.TEXT + "'x'"]):
            verdicts = judge_policy(statements)
            assert sum(verdict.verdict == "over-broad" for verdict in verdicts) == 1

    def test_group_called_like_a_compartment(self) -> None:
        """A definition of a group says nothing of a compartment of that name."""
        verdicts = judge_policy(["define group X as ocid1.group.oc1..aaaa", self.TEXT + "X"])

        assert [verdict.verdict for verdict in verdicts] == ["unrelated", "ok"]

    @pytest.mark.parametrize("kind", ["group", "dynamic-group", "compartment"])
    @pytest.mark.parametrize("name", ["X", "'X:Y'", "x:y"])
    def test_by_definition_of_any_kind_and_name(self, kind: str, name: str) -> None:
        """What is defined as the tenancy is the tenancy, whatever the definition calls it."""
        verdicts = judge_policy([f"define {kind} {name} as {TENANCY}", self.TEXT + name])

        assert [verdict.verdict for verdict in verdicts] == ["unrelated", "over-broad"]


def test_policy_takes_statements_and_a_context() -> None:
    """Statements that are read already are judged alike, and the context's aliases hold for all of them."""
    texts = ["allow group A to use fn-invocation in compartment Everything", "allow group A to"]
    context = Context(aliases={"everything": TENANCY})

    assert [verdict.verdict for verdict in judge_policy(texts)] == ["ok", "unjudgeable"]
    assert [verdict.verdict for verdict in judge_policy(texts, context)] == ["over-broad", "unjudgeable"]
    assert judge_policy(map(parse, texts), context) == judge_policy(texts, context)


def test_alias_of_a_tenancy_is_one_whatever_its_ocid() -> None:
    """What a policy defines as a tenancy is taken for one."""
    define = f"define tenancy Partner as {COMPARTMENT}"

    assert judge_policy([define, "allow group A to use fn-invocation in compartment Partner"])[1].refused


def test_slip_is_harmless_where_the_condition_leaves_nothing() -> None:
    """A statement OCI will not take is refused only where it would reach functions."""
    slip = "allow group A use functions-family in compartment X"

    assert codes(slip) == ["unparsable"]
    assert codes(f"{slip} where request.permission = 'FN_APP_READ'") == []


def test_text_that_cannot_be_read_is_quoted_in_part() -> None:
    """Forty characters from where reading stopped are shown."""
    (finding,) = judge("allow group A to manage fn-app in tenancy; " + "x" * 60).findings

    assert finding.fragment == "; " + "x" * 38


def test_policy_answers_in_order() -> None:
    """One verdict a statement, at its place, whatever the others are."""
    verdicts = judge_policy(
        [
            "allow",
            "allow group A to read buckets in tenancy",
            "allow any-user to manage all-resources in tenancy",
        ]
    )

    assert [verdict.verdict for verdict in verdicts] == ["unjudgeable", "unrelated", "over-broad"]


@pytest.mark.parametrize(
    ("condition", "expected"),
    [
        ("", False),
        (f" where {ONE}", True),
        (f" where any {{{ONE}, request.permission = 'FN_APP_READ'}}", True),
        (f" where any {{{ONE}, request.region = 'iad'}}", False),
        (" where target.app.id = 'ocid1.fnapp.oc1.iad.aaaa'", True),
        (" where request.permission = 'FN_APP_READ'", True),
    ],
)
def test_names_functions(condition: str, expected: bool) -> None:
    """Whether every way to reach a function names it."""
    statement = parse("allow group A to manage functions-family in compartment X" + condition)

    assert not isinstance(statement, Unparsable)
    assert expected is names_functions(statement)


def test_permission_list_names_no_function() -> None:
    """What a list reaches is asked like what a verb does."""
    for condition, expected in (("", False), (f" where {ONE}", True)):
        statement = parse("allow group A to {FN_INVOCATION} in compartment X" + condition)

        assert not isinstance(statement, Unparsable)
        assert expected is names_functions(statement)


@pytest.mark.parametrize(
    ("condition", "expected"),
    [
        ("request.region = 'iad'", False),
        (TYPE, False),
        (f"all {{{TYPE}, request.principal.compartment.id = '{COMPARTMENT}'}}", True),
        (f"all {{{TYPE}, request.principal.id = 'ocid1.eventrule.oc1.iad.a'}}", True),
        (f"all {{{TYPE}, request.principal.id = 'ocid1.instance.oc1.iad.a'}}", True),
        (f"all {{{TYPE}, request.principal.id = 'ocid1.group.oc1..a'}}", False),
        ("request.principal.id = 'ocid1.schedule.oc1.iad.a'", True),
        ("request.principal.id = 'ocid1.compartment.oc1..a'", False),
        (f"all {{{TYPE}, request.principal.type = 'fnfunc'}}", True),
        (f"all {{{TYPE}, request.principal.id = 'ocid1.dbnode.oc1.iad.a'}}", True),
        ("all {request.principal.type = 'dbsystem', request.principal.id = 'ocid1.dbnode.oc1.iad.a'}", True),
        (
            "all {request.principal.type in ('eventrule', '<type>'), "
            f"request.principal.compartment.id = '{COMPARTMENT}'}}",
            False,
        ),
    ],
)
def test_pins_principal(condition: str, expected: bool) -> None:
    """Any-user is refused unless every way to reach a function pins who comes."""
    found = codes(f"allow any-user to use fn-invocation in compartment X where {condition}")

    assert expected is ("any-principal" not in found)


def test_a_condition_of_enormous_breadth_is_judged() -> None:
    """Tens of thousands of ways through a condition neither hang nor loosen the judge."""
    block = "any {target.function.id = 'x', target.app.id = 'y', request.principal.id = 'z'}"
    where = ", ".join([block] * 200)

    assert codes(f"allow group A to use functions-family in compartment X where all {{{where}}}") == [
        "whole-family"
    ]
    assert not codes(f"allow group A to use functions-family in compartment X where all {{{where}, {ONE}}}")


def every(kind: str, but: int, count: int) -> str:
    """A list of OCIDs without one of them."""
    return "(" + ", ".join(f"'ocid1.{kind}.oc1..a{i}'" for i in range(count) if i != but) + ")"


def many(blocks: int) -> str:
    """Blocks of two branches, any of which may hold beside any of another: 2 ** blocks ways together."""
    return ", ".join(
        f"any {{target.app.id in {every('fnfunc', i, blocks + 1)}, request.principal.id in"
        f" {every('apigateway', i, blocks + 1)}}}"
        for i in range(blocks)
    )


MANY = many(9)
"""Together 512 ways through a condition."""


@pytest.mark.parametrize(
    "condition",
    [
        "target.function.id in (" + ",".join(f"'ocid1.fnfunc.oc1..a{i}'" for i in range(2000)) + ")",
        "request.principal.type = 'apigateway', request.principal.id in ("
        + ",".join(f"'ocid1.apigateway.oc1..b{i}'" for i in range(1500))
        + ")",
        "request.permission in (" + ",".join(f"/A{i}*B*/" for i in range(4000)) + ",'FN_INVOCATION')",
        "request.operation in (" + ",".join(f"'A{i}'" for i in range(4000)) + ",'InvokeFunction')",
        "any {all {target.function.id in ("
        + ",".join(f"'ocid1.fnfunc.oc1..a{i}'" for i in range(2000))
        + "), any {all {request.region = 'iad'}}}}",
    ],
)
def test_long_lists_on_many_paths_take_no_time(condition: str) -> None:
    """The values of a leaf are looked at once, not once a path."""
    text = f"Allow any-user to manage all-resources in compartment X where all {{{MANY}, {condition}}}"
    nested = text.replace("where ", "where " + "any {all {" * 8) + "}}" * 8
    begin = time.process_time()

    for statement in (text, nested):
        assert len(statement) <= MAX_LENGTH
        assert judge(statement).verdict == "over-broad"

    assert time.process_time() - begin < 5


def test_endless_permission_takes_no_time() -> None:
    """A word of 60,000 letters is not compared with each permission letter by letter."""
    begin = time.process_time()

    assert judge("Allow group A to {FN" + "X" * 60_000 + "} in tenancy").verdict == "unjudgeable"

    assert time.process_time() - begin < 1


@pytest.mark.parametrize(
    ("subject", "place", "code"),
    [
        ("group A", "id ocid1.fnfunc.oc1.iad.aaaa", "misplaced-ocid"),
        ("group A", "'ocid1.fnapp.oc1.iad.aaaa'", "misplaced-ocid"),
        ("group A", "ocid1.compartment.oc1..aaaa", "ocid-without-id"),
        ("group A", "'ocid1.compartment.oc1..aaaa'", "ocid-without-id"),
        ("group A", "'id ocid1.compartment.oc1..aaaa'", "ocid-without-id"),
        ("group A", "ocid1.tenancy.oc1..aaaa", "tenancy-wide"),
        ("group A", "acme (root)", "tenancy-wide"),
        ("group A", "'acme (root)'", "tenancy-wide"),
        ("group A", "root", "tenancy-wide"),
        ("group id ocid1.user.oc1..aaaa", "X", "misplaced-ocid"),
        ("group B, id ocid1.tenancy.oc1..aaaa", "X", "misplaced-ocid"),
        ("dynamic-group id ocid1.instance.oc1..aaaa", "X", "misplaced-ocid"),
        ("group A", "id ocid1.tenancy", "tenancy-wide"),
        ("group id ocid1.group.oc1..aaaa", "id ocid1.compartment.oc1..aaaa", ""),
        ("dynamic-group id OCID1.DynamicGroup.oc1..aaaa", "id OCID1.COMPARTMENT.OC1..AAAA", ""),
    ],
)
def test_ocid_of_another_type(subject: str, place: str, code: str) -> None:
    """An OCID that can't be that of a group or compartment is refused where functions are reached."""
    found = codes(f"Allow {subject} to use fn-invocation in compartment {place}")

    assert found == ([code] if code else [])
    assert not codes(f"Allow {subject} to manage buckets in compartment {place}")


@pytest.mark.parametrize("value", ["<permission>", "${var.name}", "FN_APP_READ ", "your permission"])
@pytest.mark.parametrize("variable", ["request.permission", "request.operation"])
def test_placeholder_takes_no_permission_away(variable: str, value: str) -> None:
    """What is no name of a permission or operation may become any."""
    text = f"Allow group A to manage all-resources in tenancy where {variable} = '{value}'"

    assert codes(text) == ["tenancy-wide", "whole-family"]


def test_too_large_a_condition_is_said_to_be_so() -> None:
    """Above the bound a statement that is not narrow without the rest is refused for its size."""
    refused = f"allow group A to use functions-family in compartment X where all {{{many(12)}}}"

    (finding,) = judge(refused).findings

    assert judge(refused).verdict == "unjudgeable"
    assert finding.code == "condition-too-large"
    assert "512 ways" in finding.message
    assert finding.fragment in refused
    assert not codes(refused.replace("where all {", f"where all {{{ONE}, "))
    assert codes(refused.replace(many(12), many(9))) == ["whole-family"]


def test_the_number_of_siblings_is_no_bound() -> None:
    """As many functions as a statement holds, in one list or one by one, beside branches of another kind."""
    functions = [f"'ocid1.fnfunc.oc1..a{i}'" for i in range(600)]
    beside = "any {request.region = 'iad', request.region = 'fra'}"
    one_by_one = "any {" + ", ".join(f"target.function.id = {one}" for one in functions) + "}"
    in_a_list = f"target.function.id in ({', '.join(functions)})"

    for condition in (one_by_one, in_a_list):
        text = f"allow group A to manage functions-family in tenancy where all {{{condition}, {beside}}}"
        assert not codes(text)
        assert codes(text.replace("a599'", "'")) == ["tenancy-wide", "whole-family"]


@pytest.mark.parametrize(
    ("condition", "said"),
    [
        (
            "request.principal.id = 'ocid1.group.oc1..a'",
            "that of a group, which is not the OCID of a principal",
        ),
        ("request.principal.id = '<rule>'", "compared with no complete OCID"),
        ("request.user.id = 'ocid1.group.oc1..a'", "that of a group, which is not the OCID of a user"),
        ("request.groups.id = 'ocid1.user.oc1..a'", "that of a user, which is not the OCID of a group"),
        (
            f"all {{{TYPE}, request.principal.compartment.id = '{TENANCY}'}}",
            "that of a tenancy, which is not the OCID of a compartment",
        ),
        (
            f"all {{request.principal.type = 'user', request.principal.compartment.id = '{COMPARTMENT}'}}",
            "a compartment does not narrow principals of this type",
        ),
        ("request.principal.type = 'workload'", "`request.principal.service_account` together"),
        (TYPE, "the principal's type without its OCID or compartment"),
        ("request.region = 'iad'", "does not pin the principal by an OCID, or by its type and compartment"),
    ],
)
def test_why_nobody_is_pinned(condition: str, said: str) -> None:
    """Where an OCID of a wrong type is the problem, the finding says so, and never that it is missing."""
    (finding,) = judge(f"allow any-user to use fn-invocation in compartment X where {condition}").findings

    assert finding.code == "any-principal"
    assert said in finding.message


def test_contradictory_types_in_any_order() -> None:
    """The order of conditions never counts, not even where none can hold."""
    types = ["request.principal.type = 'user'", "request.principal.type = 'eventrule'"]
    place = "request.principal.compartment.id = 'ocid1.compartment.oc1..aaaa'"
    text = "Allow any-user to use fn-invocation in compartment X where all {%s, %s, %s}"

    family = text.replace("fn-invocation", "functions-family")

    for whole in (text, family):
        assert codes(whole % (*types, place)) == codes(whole % (place, *reversed(types))) == []


def test_every_permission_that_reaches_functions_is_judged() -> None:
    """Each of them alone is too broad for the tenancy and narrow enough in a compartment."""
    for name in FUNCTIONS_REACH:
        assert codes(f"allow group A to {{{name}}} in tenancy") == ["tenancy-wide"]
        assert not codes(f"allow group A to {{{name}}} in compartment X")


def test_a_statement_that_was_built_is_quoted_as_it_would_be_written() -> None:
    """A fragment of a statement without a text is the statement's canonical text."""
    built = Statement(
        "allow", Subject((Member("any-user"),)), "use", "fn-invocation", (), Location("tenancy")
    )

    assert {finding.fragment for finding in judge(built).findings} == {
        "Allow any-user to use fn-invocation in tenancy"
    }


def test_a_statement_no_text_can_hold_is_judged_all_the_same() -> None:
    """A name with a quote in it neither passes nor raises."""
    built = Statement(
        "allow", Subject((Member("group", "it's"),)), "use", "fn-invocation", (), Location("tenancy")
    )

    assert judge(built).verdict == "over-broad"


REMARKS = [
    ("Allow group A to read all-resources in tenancy # a note", "ok"),
    ("Allow group A to read all-resources in tenan\u200dcy", "ok"),
    ("Allow group A to manage buckets in tenancy # a note", "unrelated"),
    ("Allow group A to use functions-family in tenancy # where target.function.id = 'x'", "unjudgeable"),
    ("Allow group A to ma\u200dnage all-resources in compartment C", "unjudgeable"),
    (
        "Allow group A to read buckets in tenancy # Allow group A to manage all-resources in tenancy",
        "unjudgeable",
    ),
    ("Allow group A to read buckets in tenancy # a\nwhere request.region = 'iad'", "unrelated"),
    ("Allow group A to use fn-invocation in compartment X # a\nwhere request.region = 'iad'", "unjudgeable"),
    ("Allow group A to use fn-invocation in compartment X where x = 'a#b", "unjudgeable"),
    ("Deny group A to read buckets in tenancy # a note", "ok"),
    ("Endorse group A to read buckets in any-tenancy # a note", "unrelated"),
    ("Endorse group A to manage fn-app in any-tenancy # a note", "unjudgeable"),
    (
        "Allow group A to manage all-resources in tenancy where request.permission = 'X' # a note",
        "unjudgeable",
    ),
]


@pytest.mark.parametrize(("text", "expected"), REMARKS)
def test_remark_that_no_reading_takes(text: str, expected: str) -> None:
    """A `#` remark or an invisible character is passed over only where no reading reaches functions."""
    assert expected == judge(text).verdict


TYPE_BEHIND_LIST = [
    ("Allow group A to {KEY_READ, KEY_WRITE} buckets in tenancy", "unrelated"),
    ("Allow group A to {INSTANCE_READ} {instances, volumes} in compartment C", "unrelated"),
    ("Allow group A to {FN_FUNCTION_READ} all-resources in tenancy", "ok"),
    ("Allow group A to {FN_INVOCATION} fn-invocation in compartment C", "unjudgeable"),
    ("Allow group A to {KEY_READ, FN_INVOCATION} buckets in compartment C", "unjudgeable"),
    ("Allow group A to {KEY_READ} buckets keys in compartment C", "unrelated"),
    ("Allow group A to {KEY_READ} buckets fn-functions in compartment C", "unjudgeable"),
    ("Allow group A to {FN_INVOCATION} {buckets in compartment C", "unjudgeable"),
]


@pytest.mark.parametrize(("text", "expected"), TYPE_BEHIND_LIST)
def test_resource_type_behind_a_permission_list(text: str, expected: str) -> None:
    """A resource-type behind a permission list widens nothing: the list is judged, and refused with reach."""
    assert expected == judge(text).verdict
