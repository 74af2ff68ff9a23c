from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings

import oci_iam
from oci_iam import Context, Statement, compare, find_combinations, judge, parse, render
from oci_iam.advice import Advice, advise
from oci_iam.workload import judge_workload
from tests.oci_iam.oracle import REACH, TENANCY, Call, Grant, allows, calls, promised
from tests.oci_iam.test_judge_properties import statements
from tests.oci_iam.test_soundness import DIRECTORY, GRANTS, request_of

HERE = Path(__file__).parent
SHARED = HERE.parents[2] / "shared" / "corpus"
FN, OTHER, APP = "ocid1.fnfunc.oc1.iad.aaaa", "ocid1.fnfunc.oc1.iad.bbbb", "ocid1.fnapp.oc1.iad.aaaa"
PLACE, USER = "ocid1.compartment.oc1..aaaa", "ocid1.user.oc1..aaaa"
RULE = f"request.principal.type = 'eventrule', request.principal.compartment.id = '{PLACE}'"


def corpus(*files: Path) -> list[str]:
    """The refused statements of JSON Lines files, each once."""
    rows = [json.loads(line) for file in files for line in file.read_text("utf-8").splitlines()]
    return [text for text in dict.fromkeys(row["statement"] for row in rows) if judge(text).refused]


LITERAL = re.compile(r"'([^']*)'").findall


def is_kept(literal: str, advice: Advice, alternative: tuple[str, ...]) -> bool:
    """Whether a literal of the original stands in an alternative, or is named as left out."""
    shown = " ".join((*alternative, *advice.dropped)).casefold()
    return literal.casefold() in shown


def faults(text: str, advice: Advice) -> list[str]:
    """What is wrong with a piece of advice; each alternative is looked at by itself."""
    found = []
    broad = judge(text).verdict == "over-broad"
    said, _, _ = text.partition("//")
    condition = said.lower().find(" where ")
    for alternative in advice.alternatives:
        refused = [one for one in alternative if judge(one).refused]
        found += [f"refused: {one}" for one in refused]
        found += [f"holds a placeholder: {one}" for one in alternative if re.search(r"[<>\u2026]", one)]
        found += [f"adds up to {one.code}" for one in find_combinations(alternative)]
        if broad:
            found += [f"judged {judge(one).verdict}" for one in alternative if judge(one).verdict != "ok"]
            found += [f"gains: {one}" for one in compare([text], alternative)]
            lost = LITERAL(said[condition:]) if condition >= 0 else []
            found += [f"lost: {one}" for one in lost if not is_kept(one, advice, alternative)]
    return found


# --- by example ------------------------------------------------------------------------------------------


def on(where: str, condition: str = "", who: str = "group A", action: str = "use fn-invocation") -> str:
    """A statement."""
    return f"Allow {who} to {action} in {where}" + (f" where {condition}" if condition else "")


@pytest.mark.parametrize(
    ("text", "alternatives", "dropped"),
    [
        (on("compartment X", action="use functions-family"), [[on("compartment X")]], []),
        (
            on("compartment X", action="manage functions-family"),
            [
                [on("compartment X")],
                [
                    on("compartment X", action="manage fn-function"),
                    on("compartment X", action="manage fn-app"),
                ],
            ],
            [],
        ),
        (
            on("compartment X", "request.operation = 'UpdateFunction'", action="manage all-resources"),
            [[on("compartment X", "request.operation = 'UpdateFunction'", action="manage fn-function")]],
            [],
        ),
        (
            on("compartment X", "request.region = 'iad'", action="use functions-family"),
            [[on("compartment X", "request.region = 'iad'")]],
            [],
        ),
        (
            on("tenancy", f"any {{target.function.id = '{FN}', request.region = 'iad'}}"),
            [[on("tenancy", f"target.function.id = '{FN}'")]],
            ["request.region = 'iad'"],
        ),
        (
            on("tenancy", f"any {{target.function.id = '{FN}', target.function.id != '{OTHER}'}}"),
            [[on("tenancy", f"target.function.id = '{FN}'")]],
            [f"target.function.id != '{OTHER}'"],
        ),
        (
            on("tenancy", f"target.function.id in ('{FN}', '*', '{APP}')"),
            [[on("tenancy", f"target.function.id = '{FN}'")]],
            ["target.function.id = '*'", f"target.function.id = '{APP}'"],
        ),
        (
            on("tenancy", f"target.compartment.id in ('{PLACE}', 'ocid1.compartment.oc1..bbbb')"),
            [
                [
                    on(f"compartment id {one}", f"target.compartment.id in ('{PLACE}', '{other}')")
                    for other in ["ocid1.compartment.oc1..bbbb"]
                    for one in (PLACE, other)
                ]
            ],
            [],
        ),
        (
            on("tenancy", "target.compartment.name = 'Dev'"),
            [[on("compartment Dev", "target.compartment.name = 'Dev'")]],
            [],
        ),
        (
            on(
                "compartment X",
                RULE.replace(", ", "}, {").join(["any {", "}"]).replace("}, {", ", "),
                "any-user",
            ),
            [[on("compartment X", f"all {{{RULE}}}", "any-user")]],
            [],
        ),
        (
            on("compartment X", f"any {{all {{{RULE}}}, request.principal.type = 'ApiGateway'}}", "any-user"),
            [
                [
                    on(
                        "compartment X",
                        "all {request.principal.type in ('eventrule', 'ApiGateway'),"
                        f" request.principal.compartment.id = '{PLACE}'}}",
                        "any-user",
                    )
                ]
            ],
            [],
        ),
        (
            on("compartment X", "request.groups.name = 'Callers'", "any-user"),
            [[on("compartment X", "request.groups.name = 'Callers'", "group Callers")]],
            [],
        ),
        (on("compartment X", who="any-user, group A"), [[on("compartment X")]], ["any-user"]),
        (
            on("compartment X", f"all {{{RULE}}}", "any-user", "manage functions-family"),
            [
                [on("compartment X", f"all {{{RULE}}}", "any-user")],
                [
                    on("compartment X", f"all {{{RULE}}}", "any-user", "manage fn-function"),
                    on("compartment X", f"all {{{RULE}}}", "any-user", "manage fn-app"),
                ],
            ],
            [],
        ),
        (
            on(
                "tenancy",
                f"any {{target.app.id = '{APP}', !target.app.id}}",
                action="{FN_INVOCATION, FN_APP_UPDATE, BUCKET_READ}",
            ),
            [
                [on("tenancy", f"target.app.id = '{APP}'", action="{FN_INVOCATION, BUCKET_READ}")],
                [on("tenancy", f"target.app.id = '{APP}'", action="{FN_APP_UPDATE, BUCKET_READ}")],
            ],
            ["not target.app.id"],
        ),
    ],
)
def test_alternatives(text: str, alternatives: list[list[str]], dropped: list[str]) -> None:
    """The author's words, one action at a time, without what makes the statement loose."""
    advice = advise(text)

    assert alternatives == [list(one) for one in advice.alternatives]
    assert dropped == list(advice.dropped)
    assert faults(text, advice) == []


def test_a_right_that_escalates_is_left_out() -> None:
    """A permission beside which rights over functions add up to a finding does not stay in the list."""
    text = on("compartment X", f"any {{{RULE}}}", "any-user", "{FN_INVOCATION, POLICY_CREATE}")

    assert advise(text).alternatives == (
        (on("compartment X", f"all {{{RULE}}}", "any-user", "{FN_INVOCATION}"),),
    )


def test_either_target_is_asked_for() -> None:
    """Where functions and applications are named, one of either will do: not every call has both."""
    named = f"any {{target.function.id = '{FN}', target.app.id = '{APP}'}}"
    text = on("tenancy", f"any {{{named}, request.region = 'iad'}}", action="manage fn-app")

    assert advise(text).alternatives == ((on("tenancy", named, action="manage fn-app"),),)


@pytest.mark.parametrize(
    "text",
    [
        on("compartment root", f"target.compartment.id = '{PLACE}'"),
        on(
            "tenancy",
            f"any {{all {{target.function.id = '{FN}', request.region = 'iad', request.region = 'fra'}},"
            " !target.function.id}",
        ),
    ],
)
def test_an_alternative_is_certain_to_be_narrower_and_to_hold(text: str) -> None:
    """None where `compare` cannot tell that nothing is gained, nor where the condition never holds."""
    assert not advise(text).alternatives
    assert advise(text).missing


@pytest.mark.parametrize(
    ("text", "missing"),
    [
        (on("tenancy"), ["the OCID of the function, or the name or OCID of its compartment"]),
        (
            on("tenancy", action="manage fn-app"),
            ["the OCID of the application, or the name or OCID of its compartment"],
        ),
        (on("compartment X", who="any-user"), ["the OCID of the principal"]),
        (
            on("compartment X", "request.principal.type = 'ApiGateway'", "any-user"),
            ["the OCID of the principal's compartment"],
        ),
        (on("compartment X", "request.principal.type = 'user'", "any-user"), ["the OCID of the user"]),
        (
            on(
                "compartment X",
                "all {request.principal.type = 'workload', request.principal.namespace = 'n'}",
                "any-user",
            ),
            ["the OCID of the principal's cluster", "the principal's service account"],
        ),
        ("Endorse group A to use fn-invocation in tenancy T", ["the OCID of the function"]),
        (
            on("tenancy", "target.function.id = '<function>'"),
            [
                "the OCID of the function, or the name or OCID of its compartment",
                "the OCID of the function in place of `<function>`",
            ],
        ),
        (
            "Allow Callers to use fn-invocation in compartment X",
            ["whether `Callers` is a group or a dynamic group"],
        ),
        ("Allow user A to use fn-invocation in compartment X", ["a kind of principal in place of `user`"]),
        (on("compartment <name>"), ["a value in place of `<name>`"]),
        (on("compartment '<name>'"), ["a name in place of `compartment '<name>'`"]),
        (on(f"compartment id {FN}"), ["the OCID of a compartment"]),
        (on("compartment X", who=f"group id {USER}"), ["the OCID of a group"]),
    ],
)
def test_missing(text: str, missing: list[str]) -> None:
    """Where a value is missing it is named, and nothing is made up in its place."""
    assert Advice((), tuple(missing)) == advise(text)


@pytest.mark.parametrize(
    ("text", "corrected"),
    [
        (on(f"compartment {PLACE}"), on(f"compartment id {PLACE}")),
        (on(f"compartment 'id {PLACE}'"), on(f"compartment id {PLACE}")),
        (on("tenancy", f"target.function.id={FN}"), on("tenancy", f"target.function.id = '{FN}'")),
        (on("tenancy", f'target.function.id="{FN}"'), on("tenancy", f"target.function.id = '{FN}'")),
        (
            on("tenancy", f"target.function.id=\u2019{FN}\u2019"),
            on("tenancy", f"target.function.id = '{FN}'"),
        ),
        ("Allow group A use fn-invocation in compartment X", on("compartment X")),
        ("Allow group A to use fn-invocation on compartment X", on("compartment X")),
        ("Allow group A to use fn-invocation in Apps", on("compartment Apps")),
        (f"Allow group A to use fn-invocation in {PLACE}", on(f"compartment id {PLACE}")),
        (
            "Allow group A to {FN_INVOCATION} fn-invocation in compartment X",
            on("compartment X", action="{FN_INVOCATION}"),
        ),
        (
            "Allow dynamicgroup A to use fn-invocation in compartment X",
            on("compartment X", who="dynamic-group A"),
        ),
        (
            "Allow dynamic group A to use fn-invocation in compartment X",
            on("compartment X", who="dynamic-group A"),
        ),
        ("group A to use fn-invocation in compartment X", on("compartment X")),
        (on("compartment X") + ";", on("compartment X")),
        (on("compartment X") + " # for the team", on("compartment X")),
        (on("compartment X") + " /* for the team */", on("compartment X")),
        (on("compartment\u00a0X\u200b"), on("compartment X")),
        (
            on("tenancy", f"all {{target.function.id = '{FN}'"),
            on("tenancy", f"all {{target.function.id = '{FN}'}}"),
        ),
        (on("compartment X", action="use fn-invocations"), on("compartment X")),
        (on("compartment X", action="use functions_family"), on("compartment X")),
    ],
)
def test_corrected_text(text: str, corrected: str) -> None:
    """A text OCI refuses for its form is written as it wants it, where one thing can be meant."""
    assert judge(text).verdict == "unjudgeable"
    assert Advice(((corrected,),)) == advise(text)


def test_two_statements_in_one_string() -> None:
    """They become two, each of them what may be written in its place."""
    text = (
        on("compartment X", action="use functions-family")
        + " "
        + on("compartment Y")
        + ";"
        + on("compartment Z")
    )

    assert ((on("compartment X"), on("compartment Y"), on("compartment Z")),) == advise(text).alternatives
    assert not advise(on("compartment X") + " " + on("tenancy")).alternatives


@pytest.mark.parametrize(
    "text",
    [
        on("compartment X") + f" # where target.function.id = '{FN}'",
        on("compartment X", action="use fn-thing"),
        "Allow group A to use fn-invocation in any tenancy",
        "Allow group A to invoke fn-function in compartment X",
        "",
    ],
)
def test_nothing_is_guessed(text: str) -> None:
    """A text that may mean several things gets no alternative."""
    assert judge(text).verdict == "unjudgeable"
    assert not advise(text).alternatives


@pytest.mark.parametrize(
    "text",
    [
        on("compartment X"),
        "Allow group A to manage buckets in tenancy",
        "Deny any-user to use fn-app in tenancy",
    ],
)
def test_no_advice_on_what_is_not_refused(text: str) -> None:
    """There is nothing to replace."""
    assert Advice() == advise(text)


def test_the_context_counts() -> None:
    """An alias of the tenancy is refused, and its condition may name the place."""
    context = Context(aliases={"All": "ocid1.tenancy.oc1..aaaa"})
    text = on("compartment All", f"target.compartment.id = '{PLACE}'")

    assert Advice() == advise(text)
    assert ((text.replace("compartment All", f"compartment id {PLACE}"),),) == advise(
        text, context
    ).alternatives


def test_a_statement_that_no_text_can_hold() -> None:
    """A name with a line break, in a statement built in code, gets no advice and raises nothing."""
    parsed = parse(on("compartment X", action="use functions-family"))

    assert isinstance(parsed, Statement)
    place = type(parsed.location)("compartment", ("a\nb",))
    broken = Statement("allow", parsed.subject, "use", "functions-family", (), place)

    assert Advice() == advise(broken)


@pytest.mark.parametrize(
    ("text", "alternatives", "missing"),
    [
        (
            on("compartment X", "target.bucket.name = 'b'", "dynamic-group D", "manage object-family"),
            [
                [
                    on("compartment X", "target.bucket.name = 'b'", "dynamic-group D", "manage buckets"),
                    on("compartment X", "target.bucket.name = 'b'", "dynamic-group D", "manage objects"),
                ]
            ],
            [],
        ),
        (
            on(
                "tenancy",
                "any {target.secret.name = 's', request.region = 'iad'}",
                "dynamic-group D",
                "use secrets",
            ),
            [[on("tenancy", "target.secret.name = 's'", "dynamic-group D", "use secrets")]],
            [],
        ),
        (
            on(
                "compartment X",
                RULE.replace(", ", ", target.bucket.name = 'b', ").join(["any {", "}"]),
                "any-user",
                "read objects",
            ),
            [
                [
                    on(
                        "compartment X",
                        "all {target.bucket.name = 'b', request.principal.type = 'eventrule',"
                        f" request.principal.compartment.id = '{PLACE}'}}",
                        "any-user",
                        "read objects",
                    )
                ]
            ],
            [],
        ),
        (
            on("compartment X", who="dynamic-group D", action="read objects"),
            [],
            ["a value of `target.bucket.name`"],
        ),
        (
            on("compartment X", who="dynamic-group D", action="manage volume-family"),
            [
                [on("compartment X", who="dynamic-group D", action=f"manage {name}")]
                for name in (
                    *("volumes", "volume-backups", "boot-volume-backups", "backup-policies"),
                    *("backup-policy-assignments", "volume-groups", "volume-group-backups"),
                    "volume-attachments",
                )
            ],
            [],
        ),
        (
            on("compartment X", who="dynamic-group D", action="manage object-family"),
            [[on("compartment X", who="dynamic-group D", action="manage objectstorage-namespaces")]],
            ["a value of `target.bucket.name` (for `buckets`, `objects`)"],
        ),
        (
            on("compartment X", who="any-user", action="read object-family"),
            [],
            [
                "the OCID of the principal, or its type with the OCID of its compartment",
                "the type that is needed, instead of the family",
            ],
        ),
    ],
)
def test_advice_for_workloads(text: str, alternatives: list[list[str]], missing: list[str]) -> None:
    """What a dynamic group or everybody may do with data is narrowed with the author's literals as well."""
    advice = advise(text)

    assert alternatives == [list(one) for one in advice.alternatives]
    assert missing == list(advice.missing)
    assert {judge_workload(one).verdict for texts in advice.alternatives for one in texts} <= {"ok"}
    assert not [gain for texts in advice.alternatives for gain in compare([text], texts)]


# --- over the corpora ------------------------------------------------------------------------------------


def test_own_corpora() -> None:
    """Every piece of advice keeps its promises, and every over-broad statement gets one."""
    texts = corpus(HERE / "conformance.jsonl", HERE / "adversarial.jsonl")
    found = {text: advise(text) for text in texts}

    assert len(texts) > 700
    assert {text: wrong for text, one in found.items() if (wrong := faults(text, one))} == {}
    assert not [
        text
        for text, one in found.items()
        if judge(text).verdict == "over-broad" and not one.alternatives and not one.missing
    ]
    assert sum(bool(one.alternatives) for one in found.values()) > 150


@pytest.mark.skipif(not SHARED.is_dir(), reason=f"PUBLIC STATEMENTS NOT FOUND: {SHARED} is missing")
def test_public_statements() -> None:
    """The same for public statements."""
    texts = corpus(SHARED / "statements.jsonl", SHARED / "labelled.jsonl")
    found = {text: advise(text) for text in texts}

    assert len(texts) > 200
    assert {text: wrong for text, one in found.items() if (wrong := faults(text, one))} == {}
    assert sum(bool(one.alternatives) for one in found.values()) > 90


@pytest.mark.skipif(not SHARED.is_dir(), reason=f"PUBLIC STATEMENTS NOT FOUND: {SHARED} is missing")
def test_public_statements_about_workloads() -> None:
    """Of what only the workload judge refuses, alternatives are fine with both judges and gain nothing.

    A text that is corrected in form may still name no target.
    """
    rows = (json.loads(line) for line in (SHARED / "workload_labelled.jsonl").read_text("utf-8").splitlines())
    texts = {row["statement"] for row in rows}
    texts = {one for one in texts if not judge(one).refused and judge_workload(one).findings}
    found = {text: advise(text) for text in texts}

    assert len(texts) > 60
    for text, advice in found.items():
        for alternative in advice.alternatives:
            left = {judge_workload(one).verdict for one in alternative}
            assert left <= ({"ok", "unscoped"} if judge_workload(text).verdict == "unjudgeable" else {"ok"})
            assert not any(judge(one).refused or re.search(r"[<>\u2026]", one) for one in alternative), text
            assert judge_workload(text).verdict == "unjudgeable" or not compare([text], alternative), text
    readable = [text for text in texts if judge_workload(text).verdict != "unjudgeable"]
    assert all(found[text].alternatives or found[text].missing for text in readable)


# --- generated -------------------------------------------------------------------------------------------

MANY = settings(max_examples=400, deadline=None, suppress_health_check=[HealthCheck.too_slow])
EVERY_CALL = tuple(calls(REACH, ("iad", "fra")))


@MANY
@given(statements())
def test_generated_statements(statement: Statement) -> None:
    """Judged ok, nothing gained, nothing lost, nothing made up, nothing added up to."""
    text = render(statement)

    assert faults(text, advise(text)) == []


def would_do(grant: Grant) -> bool:
    """Whether a narrow statement of one action, made of a grant's own literals, would still allow a call."""
    for call in EVERY_CALL:
        if allows(grant, call):
            one = Grant(
                grant.subject, frozenset({call.permission}), grant.place, grant.by_path, grant.condition
            )
            if promised(one, call):
                return True
    return False


@MANY
@given(GRANTS)
def test_own_literals_suffice(grant: Grant) -> None:
    """Where a narrow statement of the author's own literals would allow a call, there is an alternative."""
    text = str(grant)
    advice = advise(text)

    assert faults(text, advice) == []
    if judge(text).verdict == "over-broad" and would_do(grant):
        assert advice.alternatives, text


@MANY
@given(GRANTS)
def test_alternatives_are_not_empty(grant: Grant) -> None:
    """Where such a call is one of the small tenancy, so is one that an alternative allows; none allows a call
    that the original did not.

    A dynamic group of the small tenancy has one member; a condition may be about others.
    """
    advice = advise(str(grant))
    policies = [oci_iam.Policy(TENANCY, texts) for texts in advice.alternatives]
    asked = [(call, decided(call, [policy])) for policy in policies for call in EVERY_CALL[::2]]

    assert not [call for call, allowed in asked if allowed and not allows(grant, call)]
    if policies and would_do(grant) and grant.subject[0] not in ("dynamic-group", "any-group"):
        assert any(decided(call, policies) for call in EVERY_CALL), (str(grant), advice)


def decided(call: Call, policies: list[oci_iam.Policy]) -> bool:
    """Whether `decide` allows a call by some policies."""
    return oci_iam.decide(request_of(call), policies, DIRECTORY).allowed
