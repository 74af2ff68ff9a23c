"""Policies and dynamic groups of a `pulumi stack export`."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

FUNCTION = "ocid1.fnfunc.oc1.iad.resize"
OK = f"Allow group A to use fn-invocation in compartment P where target.function.id = '{FUNCTION}'"
BROAD = "Allow group A to use functions-family in tenancy"
OTHER = "Allow group A to read buckets in tenancy"

Run = Callable[..., tuple[int, str, str]]
Write = Callable[[str, Any], str]


def verdicts(run: Run, *arguments: str) -> list[str]:
    """The verdicts in the order of the answer."""
    _, out, _ = run("judge", "--format", "jsonl", *arguments)
    return [json.loads(line)["verdict"] for line in out.splitlines()]


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
