"""`sandbox directory`: what it prints is what `oci-iam can` and `who-can` read."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from oci_iam import cli
from oci_iam.readers.tenancy_file import as_document, tenancy_file
from sandbox.__main__ import main
from sandbox.cloud.store import Store
from sandbox.events.snapshot import read_deployment

TENANCY = "ocid1.tenancy.oc1..acme"
APPS = "ocid1.compartment.oc1..apps"
RESOURCES = (
    ("compartment", APPS, {"name": "Apps", "compartmentId": TENANCY}),
    ("user", "ocid1.user.oc1..ada", {"name": "ada", "compartmentId": TENANCY}),
    ("group", "ocid1.group.oc1..callers", {"name": "callers", "compartmentId": TENANCY}),
    (
        "userGroupMembership",
        "ocid1.groupmembership.oc1..m",
        {"groupId": "ocid1.group.oc1..callers", "userId": "ocid1.user.oc1..ada"},
    ),
    (
        "dynamicGroup",
        "ocid1.dynamicgroup.oc1..workers",
        {"name": "workers", "compartmentId": TENANCY, "matchingRule": "resource.type = 'fnfunc'"},
    ),
    (
        "policy",
        "ocid1.policy.oc1..p",
        {
            "name": "p",
            "compartmentId": APPS,
            "statements": ["Allow group callers to use fn-invocation in compartment Apps"],
        },
    ),
)


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A sandbox with a small tenancy in its store."""
    folder = tmp_path / "sandbox"
    monkeypatch.setenv("OCI_SANDBOX_DIR", str(folder))
    with Store(folder / "store.db") as store:
        for kind, ocid, outputs in RESOURCES:
            token = f"oci:Identity/{kind}:{kind[0].upper()}{kind[1:]}"
            store.create(token, f"urn:pulumi:dev::p::{token}::{ocid}", outputs, outputs, ocid)
    return folder


def test_what_is_printed_is_read_as_what_is_deployed(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Directory and policies come back as they are in the store."""
    assert main(["directory"]) == 0
    read = tenancy_file(json.loads(capsys.readouterr().out), "printed")
    deployment = read_deployment(folder)

    assert read.directory.users == {"ocid1.user.oc1..ada": "ada"}
    assert read.directory.ancestry(APPS) == (APPS, TENANCY)
    assert as_document(deployment.directory, tuple(deployment.policies)) == as_document(*read)


def test_who_can_answers_from_it(folder: Path, capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    """One file is enough: it has the policies too."""
    main(["directory"])
    file = tmp_path / "tenancy.json"
    file.write_text(capsys.readouterr().out)

    assert cli.main(["who-can", "FN_INVOCATION", "compartment=Apps", str(file)]) == 0
    assert "group callers: ada (ocid1.user.oc1..ada)" in capsys.readouterr().out


def test_nothing_deployed_is_said(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Status 1 and one line."""
    monkeypatch.setenv("OCI_SANDBOX_DIR", str(tmp_path / "none"))

    assert main(["directory"]) == 1
    assert "nothing is deployed in this sandbox yet" in capsys.readouterr().err
