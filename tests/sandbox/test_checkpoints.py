"""When the engine writes its state: as was asked, or at the end for large stacks of the sandbox's own."""

from __future__ import annotations

import json
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from sandbox import checkpoints, deploy, project
from sandbox.__main__ import main
from sandbox.cloud.store import Store
from sandbox.environment import Sandbox, merged
from sandbox.providers.install import PLUGINS
from tests.sandbox.conftest import Client

BUCKET = "oci:ObjectStorage/bucket:Bucket"


def written(path: Path, *types: str) -> Path:
    """A state file with a resource of each type."""
    path.parent.mkdir(parents=True, exist_ok=True)
    resources = [{"type": type, "custom": True, "urn": "u", "id": "i"} for type in types]
    path.write_text(json.dumps({"checkpoint": {"latest": {"resources": resources}}}))
    return path


@pytest.mark.parametrize(
    ("types", "chosen"),
    [
        ([BUCKET] * 200, "each"),
        ([BUCKET] * 201, "end"),
        ([BUCKET] * 200 + ["docker-build:index:Image", "pulumi:providers:oci"], "end"),
        ([BUCKET] * 300 + ["random:index/randomId:RandomId"], "each"),
    ],
)
def test_large_stacks_of_the_sandbox_only(tmp_path: Path, types: list[str], chosen: str) -> None:
    """What another provider made is in no store, and only the steps' writes would tell of it."""
    path = written(tmp_path / "dev.json", *types)

    assert checkpoints.chosen_for(path, PLUGINS) == chosen


def test_what_was_asked_counts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever the stack is like."""
    large = written(tmp_path / "dev.json", *[BUCKET] * 300)
    monkeypatch.setenv("OCI_SANDBOX_CHECKPOINTS", "each")
    assert checkpoints.chosen_for(large, PLUGINS) == "each"
    monkeypatch.setenv("OCI_SANDBOX_CHECKPOINTS", "end")
    assert checkpoints.chosen_for(tmp_path / "none.json", PLUGINS) == "end"


@pytest.mark.parametrize("text", ["{", "[]", '{"checkpoint": {}}', '{"checkpoint": {"latest": null}}'])
def test_a_state_that_cannot_be_read_is_no_large_one(tmp_path: Path, text: str) -> None:
    """Recovery says what is wrong with it."""
    path = tmp_path / "dev.json"
    assert checkpoints.chosen_for(path, PLUGINS) == "each"
    path.write_text(text)

    assert checkpoints.chosen_for(path, PLUGINS) == "each"


def test_the_environment_follows(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Of a plain `pulumi`: at each step unless it was asked otherwise."""
    assert "PULUMI_SKIP_CHECKPOINTS" not in merged(Sandbox(tmp_path).variables(tmp_path))
    monkeypatch.setenv("OCI_SANDBOX_CHECKPOINTS", "end")

    assert merged(Sandbox(tmp_path).variables(tmp_path))["PULUMI_SKIP_CHECKPOINTS"] == "true"


def test_another_word_is_refused(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: Any) -> None:
    """Status 2 and one line."""
    monkeypatch.setenv("OCI_SANDBOX_DIR", str(tmp_path / "sandbox"))
    monkeypatch.setenv("OCI_SANDBOX_CHECKPOINTS", "never")
    monkeypatch.setattr("sandbox.environment.ensure.ensure", lambda progress: tmp_path)

    assert main(["env"]) == 2
    assert capsys.readouterr().err == "OCI_SANDBOX_CHECKPOINTS: expected each or end, found 'never'\n"


@pytest.mark.parametrize(("count", "value"), [(201, "true"), (200, None)])
def test_a_deploy_of_this_project(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, count: int, value: str | None
) -> None:
    """By the size of what is deployed."""
    given: list[dict[str, str]] = []
    monkeypatch.setattr(Sandbox, "prepare", lambda self, say: {})
    monkeypatch.setattr(project, "write_stack", lambda *_: None)
    monkeypatch.setattr(deploy, "recover", lambda *_, **__: False)

    def engine(_: Any, __: Any, environment: dict[str, str], *___: Any) -> int:
        given.append(environment)
        return 1

    monkeypatch.setattr(deploy, "foreground", engine)
    sandbox = Sandbox(tmp_path)
    written(sandbox.state_file(project.name(), "dev"), *[BUCKET] * count)

    deploy.run("up", "dev", sandbox, [], lambda line: None)

    assert given[0].get("PULUMI_SKIP_CHECKPOINTS") == value


@pytest.mark.parametrize("skipped", [True, False])
def test_an_answer_is_kept_in_mind_until_the_state_is_written(
    oci: Client, store: Store, monkeypatch: pytest.MonkeyPatch, skipped: bool
) -> None:
    """Where the engine writes it at the end only."""
    if skipped:
        monkeypatch.setenv("PULUMI_SKIP_CHECKPOINTS", "true")
    store.owe_answer("id", "delete")
    oci.provider.answer_goes_out("urn:x", "id", SimpleNamespace(is_active=lambda: True))

    assert store.unanswered() == {}
    assert store.unsaved("urn:") == ({"id": "delete"} if skipped else {})
