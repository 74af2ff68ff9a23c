"""`sandbox deployer-policy`: what is written, of what, and what is refused; the stack's trial is replaced."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from oci_iam.deployer.resources import Resource
from sandbox import deployer_policy
from sandbox.__main__ import main

TENANCY = "ocid1.tenancy.oc1..aaaaaaaasandboxtenancysample0000000000000000000000000000000a"
HOME = "ocid1.compartment.oc1..aaaaaaaasandboxdevelopmentsample00000000000000000000000b"
QUEUE = Resource("oci:Queue/queue:Queue", "ocid1.queue.oc1..q", {"compartmentId": HOME}, "jobs")
ENTRY = {
    "urn": "urn:pulumi:dev::p::oci:Queue/queue:Queue::jobs",
    "custom": True,
    "type": QUEUE.token,
    "id": "ocid1.queue.oc1..real",
    "outputs": {"compartmentId": HOME},
}
STACK = {
    "urn": "urn:pulumi:dev::p::pulumi:pulumi:Stack::p-dev",
    "custom": False,
    "type": "pulumi:pulumi:Stack",
}
PROVIDER = {**STACK, "custom": True, "type": "pulumi:providers:oci"}
EXPORT = {"version": 3, "deployment": {"resources": [STACK, PROVIDER, ENTRY]}}


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where the files go; a sandbox in which nothing is deployed; and a stack that creates one queue."""
    monkeypatch.setenv("OCI_SANDBOX_DIR", str(tmp_path / "sandbox"))
    monkeypatch.setattr(deployer_policy, "FOLDER", tmp_path / "deployer-policy")
    monkeypatch.setattr(deployer_policy, "_tried", lambda _stack, _say: ([QUEUE], []))
    return tmp_path / "deployer-policy"


def _run(*more: str) -> int:
    return main(["deployer-policy", "--stack", "dev", *more])


def test_a_stack_that_is_not_deployed_has_one_file(folder: Path, capsys: Any) -> None:
    """As text and as list; how to get the second one is said."""
    assert _run() == 0

    assert sorted(each.name for each in folder.iterdir()) == ["dev-first.json", "dev-first.txt"]
    expected = f"Allow group deployers to {{QUEUE_READ, QUEUE_CREATE}} in compartment id {HOME}"
    assert json.loads((folder / "dev-first.json").read_text()) == [expected]
    text = (folder / "dev-first.txt").read_text()
    assert f"oci iam policy create --compartment-id {TENANCY}" in text
    assert f"# for: create Queue jobs\n{expected}\n" in text
    assert "dev is not deployed here" in capsys.readouterr().err


@pytest.mark.parametrize("form", [EXPORT, {"checkpoint": {"latest": EXPORT["deployment"]}}])
def test_an_export_gives_the_second(folder: Path, tmp_path: Path, form: Any) -> None:
    """With the OCIDs of what is really there; components and providers are nothing of OCI's."""
    state = tmp_path / "export.json"
    state.write_text(json.dumps(form))

    assert _run("--state", str(state), "--group", "Corp/ops") == 0

    assert json.loads((folder / "dev-after.json").read_text()) == [
        f"Allow group Corp/ops to {{QUEUE_READ, QUEUE_UPDATE, QUEUE_DELETE}} in compartment id {HOME} "
        "where target.queue.id = 'ocid1.queue.oc1..real'"
    ]


def test_given_subnets_may_be_elsewhere(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The stack does not say where they are."""
    network = "ocid1.compartment.oc1..network"
    application = Resource(
        "oci:Functions/application:Application",
        "ocid1.fnapp.oc1..a",
        {"compartmentId": HOME, "subnetIds": ["ocid1.subnet.oc1.eu-frankfurt-1.s"]},
        "a",
    )
    monkeypatch.setattr(deployer_policy, "_tried", lambda _stack, _say: ([application], []))

    assert _run("--network-compartment", network) == 0

    statements = json.loads((folder / "dev-first.json").read_text())
    assert f"Allow group deployers to use virtual-network-family in compartment id {network}" in statements


@pytest.mark.parametrize(
    "content", [None, "{", "[]", '{"deployment": 1}', '{"deployment": {"resources": [1]}}']
)
def test_a_state_that_is_none(tmp_path: Path, capsys: Any, content: str | None, folder: Path) -> None:
    """Status 2 and one line; nothing is written."""
    state = tmp_path / "export.json"
    if content is not None:
        state.write_text(content)

    assert _run("--state", str(state)) == 2
    (line,) = capsys.readouterr().err.splitlines()
    assert line.startswith(f"{state}: not a `pulumi stack export`")
    assert not folder.exists()


def test_a_group_that_is_none(capsys: Any, folder: Path) -> None:
    """Status 2, before anything is tried."""
    assert _run("--group", "it's") == 2
    assert capsys.readouterr().err.startswith("--group ")
    assert not folder.exists()


def test_a_type_nobody_knows_stops_it(
    monkeypatch: pytest.MonkeyPatch, capsys: Any, folder: Path, tmp_path: Path
) -> None:
    """Status 1; the type and what it calls are named, and neither file is written."""
    state = tmp_path / "export.json"
    strange = {**ENTRY, "type": "oci:Bastion/bastion:Bastion"}
    state.write_text(json.dumps({"deployment": {"resources": [strange]}}))

    assert _run("--state", str(state)) == 1
    (line,) = capsys.readouterr().err.splitlines()
    assert line.startswith("dev: no policy is written: oci:Bastion/bastion:Bastion: ")
    assert not folder.exists()
