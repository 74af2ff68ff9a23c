"""Policies and dynamic groups of a `pulumi stack export`."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.oci_iam.conftest import Run, Write, verdicts
from tests.oci_iam.statements import BROAD, FUNCTION, OK, OTHER

MARK = {"4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270"}
POLICY = "oci:Identity/policy:Policy"


def resource(name: str, statements: Any, kind: str = POLICY, side: str = "outputs") -> dict[str, Any]:
    """A resource of a state with statements."""
    return {"urn": f"urn:pulumi:dev::p::{kind}::{name}", "type": kind, side: {"statements": statements}}


def export(*resources: dict[str, Any], **more: Any) -> dict[str, Any]:
    """What `pulumi stack export` prints for resources."""
    return {"version": 3, "deployment": {"resources": list(resources), **more}}


@pytest.mark.parametrize(
    ("document", "expected"),
    [
        (export(), []),
        (export(resource("p", [OK, BROAD])), ["ok", "over-broad"]),
        (export(resource("p", [BROAD], side="inputs")), ["over-broad"]),
        (export(resource("a", [OK]), resource("b", [OTHER])), ["ok", "unrelated"]),
        (export(resource("p", [OK, MARK | {"ciphertext": "v1:x"}])), ["ok", "unjudgeable"]),
        (export(resource("p", MARK | {"ciphertext": "v1:x"})), ["unjudgeable"]),
        (export(resource("p", MARK | {"plaintext": json.dumps([BROAD])})), ["over-broad"]),
        (export(resource("p", [MARK | {"plaintext": json.dumps(OK)}])), ["ok"]),
        (export(resource("p", ["04da6b54-80e4-46f7-96ec-b56ff0331ba9"])), ["unjudgeable"]),
        (export(resource("p", "not a list")), ["unjudgeable"]),
        (export(resource("p", [7, OK])), ["unjudgeable", "ok"]),
        (export({"urn": "u", "type": POLICY}), ["unjudgeable"]),
        (export(resource("p", [BROAD], "oci:Identity/newPolicy:NewPolicy")), ["over-broad"]),
        (export(resource("p", ["set x quota"], "oci:Limits/quota:Quota")), []),
        (export(resource("p", [BROAD], "aws:iam/policy:Policy")), []),
        (export(pending_operations=[{"resource": resource("p", [BROAD])}]), ["over-broad"]),
        ({"checkpoint": {"latest": {"resources": [resource("p", [BROAD])]}}}, ["over-broad"]),
        (export(resource("p", [OK]) | {"inputs": {"statements": [OK, BROAD]}}), ["ok", "over-broad"]),
        (
            export(
                resource(
                    "p",
                    [
                        "Define compartment R as ocid1.tenancy.oc1..x",
                        "Allow group A to use fn-invocation in compartment R",
                    ],
                )
            ),
            ["unrelated", "over-broad"],
        ),
    ],
)
def test_pulumi_state(run: Run, write: Write, document: Any, expected: list[str]) -> None:
    """Every policy of a stack export is judged, pending ones too; what is encrypted or no text can't be."""
    assert verdicts(run, "--pulumi-state", write("state.json", document)) == expected


def test_pulumi_state_names_resources(run: Run, write: Write) -> None:
    """A refused statement of a state is named by its resource's URN and index; a secret is not shown."""
    out = run(
        "judge", "--pulumi-state", write("s.json", export(resource("p", [OK, MARK | {"ciphertext": "v1:x"}])))
    )[1]

    assert f"urn:pulumi:dev::p::{POLICY}::p: statements[1]: unjudgeable: (no statement)" in out
    assert "it is an encrypted secret" in out
    assert "v1:x" not in out


def test_pulumi_state_tells_what_statements_add_up_to(run: Run, write: Write) -> None:
    """Findings about the set are shown, and refuse nothing."""
    state = export(
        resource("one", ["Allow group A to manage fn-function in compartment P"]),
        resource("two", ["Allow group A to use fn-invocation in compartment P"]),
        {
            "urn": "urn:x::workers",
            "type": "oci:Identity/dynamicGroup:DynamicGroup",
            "inputs": {"matchingRule": "ALL {resource.type = 'fnfunc'}"},
        },
    )

    status, out, _ = run("judge", "--pulumi-state", write("s.json", state))

    assert status == 0
    assert {"manage-and-invoke", "escalation-joins-dynamic-group"} == {
        line.rpartition("[")[2].rstrip("]") for line in out.splitlines() if line.startswith("together: ")
    }
    assert "    one: Allow group A to manage fn-function in compartment P" in out


@pytest.mark.parametrize("ocid", ["ocid1.dynamicgroup.oc1..workers", "ocid1.dynamicgroup.oc1..others"])
def test_pulumi_state_tells_a_dynamic_group_by_its_name_and_its_ocid(
    run: Run, write: Write, ocid: str
) -> None:
    """Statements name a dynamic group as the tenancy does, not as the program does."""
    state = export(
        resource("one", ["Allow dynamic-group Workers to manage fn-function in compartment P"]),
        resource("two", [f"Allow dynamic-group id {ocid} to use fn-invocation in compartment P"]),
        {
            "urn": "urn:x::group",
            "id": "ocid1.dynamicgroup.oc1..workers",
            "type": "oci:Identity/dynamicGroup:DynamicGroup",
            "outputs": {"name": "workers", "matchingRule": "resource.id = 'ocid1.fnfunc.oc1.iad.one'"},
        },
    )

    _, out, _ = run("judge", "--pulumi-state", write("s.json", state))

    assert ("[manage-and-invoke]" in out) == ocid.endswith("workers")


@pytest.mark.parametrize(
    "content", ["[]", "{}", '{"deployment": 3}', '{"deployment": {"resources": 1}}', "{", ""]
)
def test_unusable_state(run: Run, write: Write, content: str) -> None:
    """What is no stack export is unusable input."""
    status, out, err = run("judge", "--pulumi-state", write("s.json", content))

    assert (status, out, err.count("\n")) == (2, "", 1)


def test_diff_of_stack_exports(run: Run, write: Write) -> None:
    """`diff` reads stack exports too; a hidden statement is always new."""
    old = write("old.json", export(resource("p", [OK])))
    new = write("new.json", export(resource("p", [OK, OTHER])))
    hidden = write("hidden.json", export(resource("p", [MARK | {"ciphertext": "v1:x"}])))

    assert [run("diff", old, old)[0], run("diff", old, new)[0], run("diff", hidden, hidden)[0]] == [0, 1, 1]


def step(op: str, new: dict[str, Any] | None) -> dict[str, Any]:
    """One step of `pulumi preview --json`."""
    return {"op": op, "urn": "urn:x", "newState": new}


UNKNOWN = "04da6b54-80e4-46f7-96ec-b56ff0331ba9"


@pytest.mark.parametrize(
    ("steps", "expected"),
    [
        ([step("create", resource("p", [OK, BROAD], side="inputs"))], ["ok", "over-broad"]),
        ([step("update", resource("p", [OK], side="inputs") | {"outputs": {"statements": [BROAD]}})], ["ok"]),
        ([step("delete", resource("p", [BROAD], side="inputs"))], []),
        ([step("delete", None), {"op": "create"}, 3], []),
        ([step("create", resource("p", [UNKNOWN, OK], side="inputs"))], ["unjudgeable", "ok"]),
        ([step("create", resource("p", UNKNOWN, side="inputs"))], ["unjudgeable"]),
        ([step("create", resource("p", ["[secret]"], side="inputs"))], ["unjudgeable"]),
        ([step(op, resource("p", [OK], side="inputs")) for op in ("create-replacement", "replace")], ["ok"]),
    ],
)
def test_preview(run: Run, write: Write, steps: list[Any], expected: list[str]) -> None:
    """What there will be is judged by its inputs; what is not known yet, or secret, cannot be."""
    assert verdicts(run, write("preview.json", {"steps": steps, "changeSummary": {}})) == expected


def test_what_a_preview_masks_is_no_statement(run: Run, write: Write) -> None:
    """A secret is masked by a word, which is not taken for what the policy says."""
    preview = {"steps": [step("create", resource("p", ["[secret]"], side="inputs"))]}
    (row,) = json.loads(run("judge", write("preview.json", preview), "--format", "json")[1])

    assert row["statement"] is None
    assert "it is an encrypted secret" in row["findings"][0]["message"]


def granted(grants: Any, statements: Any, **more: Any) -> dict[str, Any]:
    """A preview of a policy whose component registers these grants."""
    parent = {"urn": "urn:c", "type": "x:index:C", "inputs": {"grants": {"p": grants}}}
    policy = resource("p", statements, side="inputs") | {"parent": "urn:c"}
    function = {"urn": "urn:x::resize", "type": "oci:Functions/function:Function", **more}
    return {"steps": [step("create", one) for one in (parent, function, policy)]}


GRANT = {"text": OK.replace(FUNCTION, "${f}"), "refs": {"f": "urn:x::resize"}}


def test_a_registered_grant_stands_for_what_is_not_known(run: Run, write: Write) -> None:
    """A statement with an id to come is judged by what its component registered."""
    (row,) = json.loads(run("judge", write("a.json", granted([GRANT], [UNKNOWN])), "--format", "json")[1])

    assert (row["verdict"], row["statement"]) == ("ok", OK.replace(FUNCTION, "${id of resize}"))
    assert row["urn"] == row["place"]["address"]


def test_an_id_that_is_there_already_stands_in_the_text(run: Run, write: Write) -> None:
    """So that an unchanged grant is the same before and after."""
    preview = write("a.json", granted([GRANT], [UNKNOWN], id=FUNCTION))

    assert run("diff", write("old.txt", OK), preview) == (0, "", "")


@pytest.mark.parametrize(
    ("grants", "statements"),
    [
        ([GRANT, GRANT], [UNKNOWN]),
        ([{"text": GRANT["text"]}], [UNKNOWN]),
        ([GRANT | {"text": f"{GRANT['text']} $x"}], [UNKNOWN]),
        ([GRANT | {"text": OK}], [UNKNOWN]),
        ([{"text": 3, "refs": {}}], [UNKNOWN]),
        ([None], [UNKNOWN]),
        ("x", [UNKNOWN]),
        ([GRANT | {"text": "${f}", "refs": {"f": "urn:x::resize"}}], [UNKNOWN]),
    ],
)
def test_evidence_that_does_not_fit_is_none(
    run: Run, write: Write, grants: Any, statements: list[str]
) -> None:
    """What is registered stands for a statement only where it certainly is that one."""
    assert verdicts(run, write("a.json", granted(grants, statements))) == ["unjudgeable"]


def test_evidence_is_no_way_round(run: Run, write: Write) -> None:
    """A known statement is judged by its own text, and a broad grant is refused."""
    broad = {"text": BROAD, "refs": {}}

    assert verdicts(run, write("a.json", granted([GRANT], [BROAD]))) == ["over-broad"]
    assert verdicts(run, write("b.json", granted([broad], [UNKNOWN]))) == ["over-broad"]
