"""Whether one principal may do something, from `can` to the command."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

Run = Callable[..., tuple[int, str, str]]
Write = Callable[[str, Any], str]

APPS, FUNCTION = "ocid1.compartment.oc1..apps", "ocid1.fnfunc.oc1.iad.resize"
STATEMENTS = (
    "Allow group Callers to use fn-invocation in compartment Apps where request.region = 'iad'\n"
    "Allow group Admins to manage functions-family in compartment Apps\n"
    "Allow group Nobody to use fn-invocation in compartment Apps;\n"
)
TENANCY = {
    "tenancy": "ocid1.tenancy.oc1..t",
    "compartments": [{"id": APPS, "name": "Apps"}],
    "users": [{"id": "ocid1.user.oc1..ada", "name": "ada"}],
    "groups": [
        {"id": "ocid1.group.oc1..c", "name": "Callers", "members": ["ada"]},
        {"id": "ocid1.group.oc1..a", "name": "Admins"},
    ],
}


def test_can_says_by_which_statement(run: Run, write: Write) -> None:
    """Status 0, the statement and its policy."""
    file = write("p.txt", STATEMENTS)
    status, out, _ = run("can", "group:Admins", "InvokeFunction", "compartment=Apps", file)

    assert status == 0
    assert out.startswith(
        "allowed: 'Allow group Admins to manage functions-family in compartment Apps' of policy"
    )


def test_can_says_what_is_missing(run: Run, write: Write) -> None:
    """Status 1; the nearest statement and what it lacks, what is not understood, and what would allow it."""
    file, tenancy = write("p.txt", STATEMENTS), write("t.json", TENANCY)
    asked = ("can", "user:ada", "FN_INVOCATION", "compartment=Apps", f"function={FUNCTION}")
    status, out, _ = run(*asked, file, "--directory", tenancy)
    allowed, _, _ = run(*asked, "region=iad", file, "--directory", tenancy)
    suggested = out.partition("this would allow it: ")[2].splitlines()[0]
    added, _, _ = run(*asked, file, write("more.txt", suggested), "--directory", tenancy)

    assert (status, allowed, added) == (1, 0, 0)
    assert "but its condition does not hold: the request has no request.region" in out
    assert "not understood, so granting nothing: 'Allow group Nobody" in out
    assert suggested == (
        f"Allow group id ocid1.group.oc1..c to use fn-invocation in compartment id {APPS}"
        f" where target.function.id = '{FUNCTION}'"
    )


def test_all_permissions_of_an_answer_are_needed(run: Run, write: Write) -> None:
    """One that is missing is enough for status 1."""
    file = write("p.txt", "Allow group A to read fn-function in compartment Apps")
    status, out, _ = run("can", "group:A", "manage fn-function", "compartment=Apps", file)

    assert status == 1
    assert [line.split(":")[0] for line in out.splitlines() if not line.startswith(" ")].count("allowed") == 2


def test_a_resource_lies_somewhere(run: Run, write: Write) -> None:
    """Its compartment counts in conditions."""
    file = write(
        "p.txt",
        "Allow any-user to use fn-invocation in compartment Apps where all "
        f"{{request.principal.type = 'fnfunc', request.principal.compartment.id = '{APPS}'}}",
    )
    asked = ("can", FUNCTION, "FN_INVOCATION", "compartment=Apps", file, "--principal-compartment")

    assert run(*asked, APPS)[0] == 0
    assert run(*asked, "ocid1.compartment.oc1..other")[0] == 1


def test_can_as_json(run: Run, write: Write) -> None:
    """The same, for a program."""
    file = write("p.txt", STATEMENTS)
    _, out, _ = run("can", "group:Callers", "FN_INVOCATION", "compartment=tenancy", file, "--format", "json")
    answer = json.loads(out)
    (row,) = answer["permissions"]

    assert answer["allowed"] is row["allowed"] is False
    assert row["nearest"] == STATEMENTS.splitlines()[0]
    assert row["lacks"] == "it does not cover tenancy"
    assert row["would_allow"] == "Allow group Callers to use fn-invocation in tenancy"
    assert "every compartment" in row["would_be_refused"]


def test_who_can_status(run: Run, write: Write) -> None:
    """0 where somebody can or may, 1 where nobody can, 2 where the question cannot be used."""
    file = write("p.txt", STATEMENTS.splitlines()[0])
    doubtful = write("d.txt", "Allow group X to use fn-invocaton in compartment Apps")

    assert run("who-can", "FN_INVOCATION", "compartment=Apps", file)[0] == 0
    assert run("who-can", "FN_INVOCATION", "compartment=Apps", doubtful)[0] == 0
    assert run("who-can", "OBJECT_READ", "compartment=Apps", file)[:2] == (1, "OBJECT_READ: nobody\n")
    assert run("who-can", "use functions-family", "compartment=Apps", file)[0] == 1
    status, out, err = run("who-can", "FN_INVOKE", "compartment=Apps", file)
    assert (status, out, err.count("\n")) == (2, "", 1)


@pytest.mark.parametrize("form", ["text", "json"])
def test_who_can_names_everybody(run: Run, write: Write, form: str) -> None:
    """Groups with their users, each with statement, policy and what is left of the condition; and doubts."""
    asked = ("who-can", "FN_INVOCATION", "compartment=Apps", write("p.txt", STATEMENTS))
    status, out, _ = run(*asked, "--directory", write("t.json", TENANCY), "--format", form)

    assert status == 0
    if form == "text":
        assert "  group Callers: ada (ocid1.user.oc1..ada)\n" in out
        assert "      if: request.region = 'iad'\n" in out
        assert "  group Admins: nobody that the directory knows\n" in out
        assert "  may grant: 'Allow group Nobody to use fn-invocation in compartment Apps;'" in out
    else:
        (row,) = json.loads(out)["permissions"]
        assert [one["subject"] for one in row["who"]] == ["group Callers", "group Admins"]
        assert row["who"][0]["users"][0]["name"] == "ada"
        assert row["who"][0]["condition"] == "request.region = 'iad'"
        assert row["may_grant"][0]["why"].startswith("not understood: ")
