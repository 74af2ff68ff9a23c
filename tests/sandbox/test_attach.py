"""`sandbox attach`: a group and its policy from a file, as an administrator makes them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from sandbox.__main__ import main
from sandbox.cloud.store import Store
from sandbox.services.identity import GROUP, POLICY
from tests.sandbox.conftest import TENANCY

STATEMENT = "Allow group deployers to {QUEUE_READ} in tenancy"


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A sandbox of its own."""
    monkeypatch.setenv("OCI_SANDBOX_DIR", str(tmp_path / "sandbox"))
    return tmp_path / "sandbox"


def _file(tmp_path: Path, content: str) -> str:
    file = tmp_path / "dev-first.json"
    file.write_text(content)
    return str(file)


def _held(folder: Path) -> dict[str, Any]:
    with Store(folder / "store.db") as store:
        policies = {each.outputs["name"]: each.outputs["statements"] for each in store.list(POLICY)}
        return {"groups": [each.outputs["name"] for each in store.list(GROUP)], **policies}


def test_attached_and_detached(folder: Path, tmp_path: Path) -> None:
    """The policy is called as the file; the group stays."""
    arguments = ["--group", "deployers", "--tenancy", TENANCY, _file(tmp_path, json.dumps([STATEMENT]))]

    assert main(["attach", *arguments]) == 0
    assert _held(folder) == {"groups": ["deployers"], "dev-first": [STATEMENT]}
    assert main(["attach", "--detach", *arguments]) == 0
    assert _held(folder) == {"groups": ["deployers"]}


@pytest.mark.parametrize("content", ["{", "{}", "[1]", '"x"'])
def test_a_file_that_is_no_list_of_statements(content: str, tmp_path: Path, capsys: Any) -> None:
    """Status 2 and one line that names it."""
    arguments = ["attach", "--group", "d", "--tenancy", TENANCY, _file(tmp_path, content)]

    assert main(arguments) == 2
    (line,) = capsys.readouterr().err.splitlines()
    assert "dev-first.json: expected a JSON list of statements" in line


def test_a_policy_that_oci_refuses(tmp_path: Path, capsys: Any) -> None:
    """What OCI's rules say of a statement is told, with status 1."""
    arguments = ["attach", "--group", "d", "--tenancy", TENANCY, _file(tmp_path, '["Allow nobody"]')]

    assert main(arguments) == 1
    assert capsys.readouterr().err.startswith("attach: 400-InvalidParameter")
