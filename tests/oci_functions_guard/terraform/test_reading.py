"""Policies of Terraform configuration: what is certain is judged, the rest is never skipped."""

from __future__ import annotations

import importlib.util
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from oci_functions_guard.command import main
from oci_iam.items import Item

if importlib.util.find_spec("hcl2") is None:
    pytest.skip("python-hcl2 IS NOT INSTALLED: nothing of Terraform was read", allow_module_level=True)

from oci_functions_guard.terraform.reading import read_configuration

BROAD = "Allow group A to manage functions-family in tenancy"
NARROW = "Allow group A to manage fn-function in compartment Apps"
Judge = Callable[..., tuple[int, list[dict[str, Any]]]]


def policy(statements: str, *more: str) -> str:
    """A policy with this expression, and other lines before it."""
    return "\n".join([*more, f'resource "oci_identity_policy" "p" {{\n  statements = {statements}\n}}\n'])


def items(text: str, name: str = "main.tf") -> list[Item]:
    """The statements of one file."""
    return [item for source in read_configuration([(name, text)]) for item in source.items]


def said(text: str) -> list[str]:
    """The statements of one file as they are shown."""
    return [item.text or f"({item.problem})" for item in items(text)]


@pytest.fixture(name="judge")
def _judge(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> Judge:
    """Writes files and judges their folder: the exit status and the rows."""

    def run(**files: str) -> tuple[int, list[dict[str, Any]]]:
        for name, text in files.items():
            (tmp_path / f"{name}.tf").write_text(text)
        status = main(["judge", str(tmp_path), "--format", "json"])
        return status, json.loads(capsys.readouterr().out)

    return run


@pytest.mark.parametrize(
    ("expression", "locals_", "expected"),
    [
        (f'["{BROAD}"]', "", [BROAD]),
        ("local.all", f'all = ["{BROAD}", local.one]\none = "{NARROW}"', [BROAD, NARROW]),
        (f'concat(["{BROAD}"], local.more)', f'more = ["{NARROW}"]', [BROAD, NARROW]),
        (f'flatten([["{BROAD}"], [["{NARROW}"]]])', "", [BROAD, NARROW]),
        (f'compact(["{BROAD}", ""])', "", [BROAD]),
        (f'distinct(tolist(["{BROAD}"]))', "", [BROAD]),
        ('[format("%s to %s", "A", local.v)]', 'v = "r"', ["A to r"]),
        ('[join(" ", ["A to", "r"])]', "", ["A to r"]),
        ('formatlist("%s to r", ["A", "B"])', "", ["A to r", "B to r"]),
        ('[for g in local.groups : "${g} to r"]', 'groups = ["A", "B"]', ["A to r", "B to r"]),
        ('[for g in local.groups : "${g} to r" if g != "B"]', 'groups = ["A", "B"]', ["A to r"]),
        ('[for g, c in local.of : "${g} in ${c}"]', 'of = { A = "P", "B" = "Q" }', ["A in P", "B in Q"]),
        ('["${local.o.g} to r in ${local.o["c"]}"]', 'o = { g = "A", c = "P" }', ["A to r in P"]),
        ('["${local.l[1]}"]', 'l = ["a", "b"]', ["b"]),
        ('["a \\"b\\" $${c} %%{d} \\u0065\\n"]', "", ['a "b" ${c} %{d} e\n']),
        ("[<<EOT\nA\n  to r\nEOT\n]", "", ["A\n  to r\n"]),
        ("[<<-EOT\n    A\n      to ${local.v}\n    EOT\n]", 'v = "r"', ["A\n  to r\n"]),
        ('[true ? "a" : "b", 1 == 2 ? "c" : "d", !false ? "e" : "f"]', "", ["a", "d", "e"]),
        ('compact(split("\\n", chomp(local.t)))', 't = "a\\nb\\n"', ["a", "b"]),
    ],
)  # fmt: skip
def test_what_is_certain_is_reduced(expression: str, locals_: str, expected: list[str]) -> None:
    """Literals, locals, lists and some functions are what Terraform makes of them."""
    assert said(policy(expression, f"locals {{\n{locals_}\n}}")) == expected


@pytest.mark.parametrize(
    "expression",
    [
        "var.statements",
        "local.missing",
        "local.circle",
        "module.policies.statements",
        "data.x.y.statements",
        'jsondecode(file("policies.json"))',
        'templatefile("p.tftpl", {})',
        "oci_identity_policy.other.statements",
        "[for g in var.groups : \"Allow group ${g} to read x in tenancy\"]",
        "values(local.map)",
        'concat(var.list...)',
        "oci_identity_group.g[*].name",
        'regexall("x", "y")',
        "{ a = 1 }",
        '"Allow group A to read x in tenancy"',
        "null",
        "3",
    ],
)  # fmt: skip
def test_what_cannot_be_reduced_is_one_unjudgeable_statement(judge: Judge, expression: str) -> None:
    """It is never skipped, whatever stands there."""
    variables = 'variable "statements" {\n default = ["Allow group A to read x in tenancy"]\n}'
    status, rows = judge(main=policy(expression, variables, "locals {\n circle = local.circle\n}"))

    assert (status, [row["verdict"] for row in rows]) == (1, ["unjudgeable"])


def test_what_is_in_a_list_beside_an_unknown_is_judged(judge: Judge) -> None:
    """The unknown part is one unjudgeable statement; its neighbours have their own verdicts."""
    _, rows = judge(main=policy(f'concat(var.more, ["{BROAD}"], flatten([var.x, "{NARROW}"]))'))

    assert [row["verdict"] for row in rows] == ["unjudgeable", "over-broad", "unjudgeable", "ok"]


@pytest.mark.parametrize(
    ("statement", "expected"),
    [
        ("Allow group ${oci_identity_group.g.name} to manage fn-function in compartment ${var.c}", "ok"),
        ("Allow group ${var.g}-admins to manage fn-function in compartment Apps", "unjudgeable"),
        ("Allow group A to ${var.v} fn-function in compartment Apps", "unjudgeable"),
        ('Allow group A to manage fn-function in ${var.x ? "tenancy" : "compartment Apps"}', "over-broad"),
        ('Allow group A to manage fn-function in ${var.x ? "compartment B" : "compartment Apps"}', "ok"),
        ("Allow group A to manage fn-function in ${var.broad}", "over-broad"),
        ("Allow group A to manage fn-function in compartment ${var.named}", "ok"),
        ("Allow group A to manage fn-app in %{ if x }tenancy%{ else }compartment A%{ endif }", "unjudgeable"),
        ("Allow group A to manage fn-function in ${each.value}", "ok"),
        ("Allow group A to manage fn-function in ${count.index}", "ok"),
    ],
)  # fmt: skip
def test_interpolations(judge: Judge, statement: str, expected: str) -> None:
    """An unknown is one of the kind it fills; every value that is certainly possible is judged."""
    variables = 'variable "broad" {\n default = "tenancy"\n}\nvariable "named" {\n default = "Apps"\n}'
    _, rows = judge(main=policy(f'["{statement}"]', variables))

    assert [row["verdict"] for row in rows] == [expected]


def test_a_default_is_said_to_be_no_certainty(judge: Judge) -> None:
    """The note names the variable, and what would make the verdict another one."""
    variable = 'variable "c" {\n default = "Apps"\n}'
    _, (row,) = judge(
        main=policy('["Allow group A to manage fn-function in compartment ${var.c}"]', variable)
    )

    assert row["notes"] == [
        "This holds unless `${var.c}` is the tenancy.",
        "The default of `${var.c}` can be overridden: its value counts as unknown.",
    ]


def test_either_list_is_judged(judge: Judge) -> None:
    """Of two lists of which one will stand, every statement may."""
    _, rows = judge(main=policy(f'var.x ? ["{BROAD}"] : ["{NARROW}"]'))

    assert [row["verdict"] for row in rows] == ["over-broad", "ok"]


def test_places(judge: Judge, tmp_path: Path) -> None:
    """A statement is named by file, line and address, wherever in the module its text is written."""
    own = policy(f'concat(local.all, [\n    "{NARROW}",\n  ])')
    _, rows = judge(main=own, other=f'locals {{\n\n  all = ["{BROAD}"]\n}}\n')

    assert [(row["place"]["line"], row["place"]["address"]) for row in rows] == [
        (3, "oci_identity_policy.p"),
        (3, "oci_identity_policy.p"),
    ]
    assert {row["place"]["file"] for row in rows} == {str(tmp_path / "main.tf")}


def test_every_instance_of_for_each(judge: Judge) -> None:
    """Where the keys are certain each instance has its address; else there is one for all."""
    text = """
locals {
  grants = { one = { verb = "manage" }, two = { verb = "read" } }
}
resource "oci_identity_policy" "known" {
  for_each   = local.grants
  statements = ["Allow group ${each.key} to ${each.value.verb} functions-family in tenancy"]
}
resource "oci_identity_policy" "unknown" {
  for_each   = var.grants
  statements = ["Allow group ${each.key} to manage functions-family in tenancy"]
}
"""
    _, rows = judge(main=text)

    assert [(row["place"]["address"], row["verdict"]) for row in rows] == [
        ('oci_identity_policy.known["one"]', "over-broad"),
        ('oci_identity_policy.known["two"]', "ok"),
        ("oci_identity_policy.unknown", "over-broad"),
    ]


@pytest.mark.parametrize(
    ("kind", "found"),
    [
        ("oci_identity_policy", 1),
        ("oci_identity_something_new", 1),
        ("oci_limits_quota", 0),
        ("aws_iam_policy", 0),
    ],
)
def test_which_resources_hold_statements(kind: str, found: int) -> None:
    """A type of the identity service that this version does not know is no way round."""
    assert len(said(f'resource "{kind}" "p" {{\n statements = ["{BROAD}"]\n}}')) == found


def test_a_policy_without_statements_is_not_skipped() -> None:
    """Nothing that is a policy goes without a word."""
    assert said('resource "oci_identity_policy" "p" {\n}') == ["(the policy has no statements)"]


def test_json_syntax(judge: Judge, tmp_path: Path) -> None:
    """`.tf.json` says the same, its strings being templates, and shares locals with its neighbours."""
    document = {
        "//": "a remark",
        "variable": {"x": {"default": "tenancy"}, "y": {}},
        "resource": [
            {"oci_identity_policy": {"p": {"statements": ["${local.one}", "${concat([], [])}", 3]}}},
            {"oci_identity_policy": {"q": [{"statements": "${local.all}"}]}},
        ],
    }
    path = tmp_path / "main.tf.json"
    path.write_text(json.dumps(document, indent=1))
    _, rows = judge(locals=f'locals {{\n  one = "{BROAD}"\n  all = [local.one]\n}}')

    assert [(row["place"]["address"], row["verdict"]) for row in rows] == [
        ("oci_identity_policy.p", "over-broad"),
        ("oci_identity_policy.p", "unjudgeable"),
        ("oci_identity_policy.p", "unjudgeable"),
        ("oci_identity_policy.q", "over-broad"),
    ]
    lines = path.read_text().split("\n")
    assert "${local.one}" in lines[rows[0]["place"]["line"] - 1]


@pytest.mark.parametrize(
    ("name", "text", "place"),
    [
        ("a.tf", 'resource "x" {', "a.tf"),
        ("a.tf", "locals {\n  a = \n}\n", "a.tf:2"),
        ("a.tf", "Allow group A to read buckets in tenancy\n", "a.tf:"),
        ("a.tf.json", "{", "a.tf.json:1"),
        ("a.tf.json", "[]", "a.tf.json:1"),
        ("a.tf", policy("[" * 3000 + "]" * 3000), "a.tf"),
    ],
)
def test_what_is_no_configuration(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, name: str, text: str, place: str
) -> None:
    """A file that cannot be parsed is one line with its place and status 2."""
    path = tmp_path / name
    path.write_text(text)

    status = main(["judge", str(path)])

    err = capsys.readouterr().err
    assert (status, err.count("\n")) == (2, 1)
    assert err.startswith(f"oci-iam: {tmp_path / place}")


def test_without_the_package(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    """Where python-hcl2 is missing, one line says what to install."""
    monkeypatch.setattr("oci_functions_guard.command.find_spec", lambda name: None)
    path = tmp_path / "main.tf"
    path.write_text(policy(f'["{BROAD}"]'))

    assert main(["judge", str(path)]) == 2
    assert capsys.readouterr().err.endswith("pip install 'oci-functions-guard[terraform]'\n")


def test_diff_of_two_versions(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    """What is new is named by its place; the same unknown is the same, an unreadable one is always new."""
    grant = '"Allow group ${var.g} to manage fn-function in compartment Apps"'
    old, new, opaque = tmp_path / "old.tf", tmp_path / "new.tf", tmp_path / "opaque.tf"
    old.write_text(policy(f"[{grant}]"))
    new.write_text(policy(f'[{grant},\n "{BROAD}"]'))
    opaque.write_text(policy("var.all"))

    assert main(["diff", str(old), str(old)]) == 0
    assert main(["diff", str(opaque), str(opaque)]) == 1
    capsys.readouterr()
    assert main(["diff", str(old), str(new), "--format", "jsonl"]) == 1
    rows = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert {row["statement"] for row in rows} == {BROAD}
    assert {row["place"]["line"] for row in rows} == {3}
