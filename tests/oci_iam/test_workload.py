"""What the workload judge says beside its verdict: permissions, messages, what to write, notes, aliases."""

from __future__ import annotations

import pytest

from oci_iam import Context, parse
from oci_iam.workload import WorkloadVerdict, judge_workload, judge_workload_policy

C = "compartment Apps"
SECRET = "ocid1.vaultsecret.oc1.iad.aaaasecret"
TENANCY = "ocid1.tenancy.oc1..aaaaroot"


def codes(verdict: WorkloadVerdict) -> list[str]:
    return [finding.code for finding in verdict.findings]


def remedy(statement: str) -> str:
    """What the first finding says to write."""
    return judge_workload(statement).findings[0].remediation


# --- findings ------------------------------------------------------------------------------------------


def test_all_that_is_wrong_is_said() -> None:
    """Each rule a statement breaks has its finding."""
    verdict = judge_workload("Endorse any-user to manage object-family in any-tenancy")

    assert codes(verdict) == [
        "workload-tenancy-wide",
        "workload-crosses-tenancies",
        "workload-any-principal",
        "workload-whole-family",
    ]


def test_a_message_names_who_can_do_what_where() -> None:
    """The sentence of a finding holds the subject, the permissions and the place, the fragment the words."""
    (finding,) = judge_workload(f"Allow dynamic-group Resizers to read secret-bundles in {C}").findings

    assert finding.message == (
        "The statement lets dynamic-group Resizers read secret-bundles (SECRET_BUNDLE_READ) in compartment"
        " Apps, and names no target."
    )
    assert finding.fragment == "read secret-bundles"


def test_a_message_does_not_list_a_hundred_permissions() -> None:
    """Of many permissions a few are named, and how many more there are."""
    (finding,) = judge_workload(f"Allow dynamic-group D to manage all-resources in {C}").findings

    assert len(finding.message) < 400
    assert " more)" in finding.message


def test_permissions_are_those_of_d() -> None:
    """Listed is what reads or changes something, not what inspects, and no name for what is not known."""
    assert judge_workload(f"Allow dynamic-group D to read objects in {C}").permissions == {"OBJECT_READ"}
    assert judge_workload(f"Allow dynamic-group D to use no-such-type in {C}").permissions == frozenset()


def test_permissions_are_what_the_condition_leaves() -> None:
    """A condition takes permissions away; what can never hold yields none."""
    text = "Allow dynamic-group D to manage objects in {} where request.permission in ('OBJECT_READ', 'X_Y')"

    assert judge_workload(text.format(C)).permissions == {"OBJECT_READ", "X_Y"}


@pytest.mark.parametrize(
    ("operations", "permissions"),
    [
        ("= 'GetObject'", {"OBJECT_READ"}),
        ("in ('getobject', 'ListObjects')", {"OBJECT_READ"}),
        ("= ''", set()),
        ("= 'ListObjects'", set()),
    ],
)
def test_a_known_operation_takes_permissions_away(operations: str, permissions: set[str]) -> None:
    """An operation that the catalogue knows for the type leaves what it needs."""
    verdict = judge_workload(
        f"Allow dynamic-group D to manage objects in {C} where request.operation {operations}"
    )

    assert verdict.permissions == permissions
    assert verdict.verdict == ("unscoped" if permissions else "none")


@pytest.mark.parametrize("operation", ["NoSuchOperation", "GetSecretBundle", "/Get*/", "Get*"])
def test_another_operation_takes_nothing_away(operation: str) -> None:
    """One that is unknown, or of another service, may need anything of the type."""
    value = operation if operation[0] == "/" else f"'{operation}'"
    text = f"Allow dynamic-group D to manage objects in {C} where request.operation = {value}"

    assert judge_workload(text).permissions >= {"OBJECT_READ", "OBJECT_DELETE"}


@pytest.mark.parametrize(
    ("action", "permission"),
    [
        ("use ai-service-vision-family", "AI_SERVICE_VISION_ANALYZE_IMAGE"),
        ("use ai-service-vision-family", "AI_SERVICE_VISION_NO_ROW"),
        ("manage object-family", "OBJECT_NO_ROW"),
        ("manage no-such-type", "INSTANCE_UPDATE"),
        ("manage no-such-family", "INSTANCE_UPDATE"),
        ("manage all-resources", "NO_ROW"),
        ("use objects", "OBJECT_NO_ROW"),
    ],
)
def test_a_permission_without_a_row_is_not_lost(action: str, permission: str) -> None:
    """A permission named in the condition that the action may hold counts, in the catalogue's rows or not."""
    text = f"Allow any-user to {action} in tenancy where request.permission = '{permission}'"
    verdict = judge_workload(text)

    assert verdict.verdict == "over-broad"
    assert verdict.permissions == {permission}


@pytest.mark.parametrize(
    ("action", "permission"),
    [
        ("use objects", "INSTANCE_UPDATE"),
        ("manage secret-family", "INSTANCE_UPDATE"),
        ("use x-y", "X_Y_INSPECT"),
    ],
)
def test_a_permission_of_another_service_yields_nothing(action: str, permission: str) -> None:
    """So does one that only inspects."""
    text = f"Allow any-user to {action} in tenancy where request.permission = '{permission}'"

    assert judge_workload(text).verdict == "none"


def test_the_caller_itself_counts_as_named_in_a_compartment() -> None:
    """A principal's own resource needs no literal there; the tenancy still asks for one."""
    text = (
        "Allow dynamic-group D to use instance-agent-command-execution-family in {}"
        " where request.instance.id = target.instance.id"
    )

    assert judge_workload(text.format(C)).verdict == "ok"
    assert judge_workload(text.format("tenancy")).verdict == "over-broad"


# --- what to write -------------------------------------------------------------------------------------


def test_target_is_named_by_its_variable() -> None:
    """The remedy is the author's statement with the variable that names the target."""
    assert remedy(f"Allow dynamic-group D to read objects in {C} where request.region = 'iad'") == (
        "Write `Allow dynamic-group D to read objects in compartment Apps where"
        " all {request.region = 'iad', target.bucket.name = '<name of the bucket>'}`."
    )


def test_principal_is_pinned_by_what_the_author_wrote() -> None:
    """The remedy keeps the author's type and asks for the compartment."""
    text = f"Allow any-user to use ons-topics in {C} where request.principal.type = 'fnfunc'"

    assert remedy(text) == (
        "Write `Allow any-user to use ons-topics in compartment Apps where all {request.principal.type ="
        " 'fnfunc', request.principal.compartment.id = '<OCID of its compartment>'}`."
    )


def test_family_is_replaced_by_its_types() -> None:
    """The remedy names the types of the family that yield something, and shows one."""
    assert remedy(f"Allow dynamic-group D to use secret-family in {C}").startswith(
        "Write one statement for each type that the task needs (`secrets`, `secret-bundles`,"
        " `secret-replication`), such as `Allow dynamic-group D to use secrets in compartment Apps where"
        " target.secret.id = '<OCID of the secret>'`."
    )


def test_a_list_is_split_by_types() -> None:
    """Two types' targets in one condition would never be true of a call: the remedy is one statement each."""
    permissions = "{OBJECT_READ, SECRET_BUNDLE_READ}"

    assert remedy(f"Allow dynamic-group D to {permissions} in {C} where target.bucket.name = 'a'") == (
        "Write one statement for each type that the task needs (`objects`, `secret-bundles`), such as `Allow"
        " dynamic-group D to {SECRET_BUNDLE_READ} in compartment Apps where target.secret.id ="
        " '<OCID of the secret>'`."
    )


def test_across_tenancies_a_target_without_a_name_is_said() -> None:
    """Where no variable names the target, no narrower statement across tenancies is invented."""
    text = f"Endorse any-user to associate subnets in {C} with vnics in tenancy Partner"

    assert remedy(text).startswith("No documented variable names the target")


REFUSED = [
    f"Allow dynamic-group D to read objects in {C}",
    "Allow dynamic-group D to read objects in tenancy",
    f"Allow any-user to manage object-family in {C}",
    f"Allow any-user to use ons-topics in {C} where request.principal.type = 'fnfunc'",
    f"Allow dynamic-group D to manage keys in {C} where any {{request.region = 'a', request.region = 'b'}}",
    f"Allow dynamic-group D to {{SECRET_BUNDLE_READ}} in {C}",
]


@pytest.mark.parametrize("statement", REFUSED)
def test_the_remedy_is_accepted(statement: str) -> None:
    """With its placeholders filled in, what is proposed is judged ok."""
    proposed = remedy(statement).split("`")[-2]
    for placeholder, value in {
        "<name>": "Apps",
        "<type>": "fnfunc",
        "<OCID of its compartment>": "ocid1.compartment.oc1..aaaahome",
        "<name of the bucket>": "uploads",
        "<OCID of the secret>": SECRET,
        "<OCID of the key>": "ocid1.key.oc1.iad.aaaakey",
        "<OCID of the vault>": "ocid1.vault.oc1.iad.aaaavault",
    }.items():
        proposed = proposed.replace(placeholder, value)

    assert judge_workload(proposed).verdict == "ok", proposed


# --- notes ---------------------------------------------------------------------------------------------


def test_an_unknown_type_is_noted() -> None:
    """A reader learns that the finding rests on not knowing the type."""
    (note,) = judge_workload(f"Allow dynamic-group D to use no-such-type in {C}").notes

    assert "`no-such-type` is unknown to this model" in note


@pytest.mark.parametrize(("resource", "verdict"), [("floating-ips", "ok"), ("no-such-type", "unscoped")])
def test_a_type_known_by_name_alone_has_no_target_to_name(resource: str, verdict: str) -> None:
    """OCI's pages document no target variable of it, which is not so of a type that may have one."""
    assert judge_workload(f"Allow dynamic-group d to use {resource} in compartment c").verdict == verdict


def test_an_unknown_variable_is_noted() -> None:
    """A variable that no service supplies is named, with the one that was meant."""
    notes = judge_workload(
        f"Allow dynamic-group D to read objects in {C} where target.bucket.nam = 'uploads'"
    ).notes

    assert any("target.bucket.nam" in note and "target.bucket.name" in note for note in notes)


# --- aliases -------------------------------------------------------------------------------------------


def test_an_alias_of_the_tenancy_is_the_tenancy() -> None:
    """What a policy's own define statements say holds for all its statements, wherever it stands."""
    verdicts = judge_workload_policy(
        [
            "Allow dynamic-group D to use ons-topics in compartment Everything",
            f"Define compartment Everything as {TENANCY}",
        ]
    )

    assert [verdict.verdict for verdict in verdicts] == ["over-broad", "none"]


def test_the_tenancy_may_be_known_from_the_context() -> None:
    """An OCID that the context says is the tenancy's is the tenancy."""
    text = "Allow dynamic-group D to use ons-topics in compartment id ocid1.compartment.oc1..aaaaroot"

    assert judge_workload(text).verdict == "ok"
    assert judge_workload(text, Context("ocid1.compartment.oc1..aaaaroot")).verdict == "over-broad"


# --- limits --------------------------------------------------------------------------------------------


def test_a_condition_too_large_is_not_ok() -> None:
    """Above the limit of ways a statement is unjudgeable, unless it is narrow without telling them apart."""
    every = ", ".join(f"any {{target.a{n}.id = 'x', target.b{n}.id = 'y'}}" for n in range(12))
    loose = judge_workload(f"Allow dynamic-group D to manage objects in {C} where all {{{every}}}")
    tenancy = judge_workload(f"Allow dynamic-group D to manage objects in tenancy where all {{{every}}}")
    named = judge_workload(
        f"Allow dynamic-group D to manage objects in {C} where all {{{every}, target.bucket.name = 'b'}}"
    )

    assert codes(loose) == codes(tenancy) == ["condition-too-large"]
    assert {loose.verdict, tenancy.verdict} == {"unjudgeable"}
    assert named.verdict == "ok"


def test_many_literals_are_one_way() -> None:
    """Hundreds of buckets under one any are one set of literals."""
    names = ", ".join(f"target.bucket.name = 'b{n}'" for n in range(700))

    assert (
        judge_workload(f"Allow dynamic-group D to read objects in {C} where any {{{names}}}").verdict == "ok"
    )


# --- forms of input ------------------------------------------------------------------------------------


def test_a_parsed_statement_is_judged_alike() -> None:
    """Text, tree and unreadable text are taken."""
    for text in ("Allow any-user to manage keys in tenancy", "Allow any-user to manage keys", ""):
        assert judge_workload(parse(text)) == judge_workload(text)
