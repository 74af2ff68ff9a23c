"""What `up`, `preview` and `down` ask of recovery before the engine runs."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from sandbox import deploy, project
from sandbox.environment import Sandbox


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[dict[str, Any]]:
    """What recovery is asked, in a deploy whose engine fails at once."""
    found: list[dict[str, Any]] = []
    monkeypatch.setattr(Sandbox, "prepare", lambda self, say: {})
    monkeypatch.setattr(project, "write_stack", lambda *_: None)
    monkeypatch.setattr(deploy, "recover", lambda *_, **options: found.append(options))
    monkeypatch.setattr(deploy, "foreground", lambda *_: 1)
    return found


@pytest.mark.parametrize(
    ("command", "forgets"), [("up", False), ("preview", False), ("refresh", False), ("down", True)]
)
def test_only_down_forgets_a_lost_store(
    asked: list[dict[str, Any]], tmp_path: Path, command: str, forgets: bool
) -> None:
    """Whoever destroys a stack whose store is lost loses nothing more; anybody else is told."""
    deploy.run(command, "dev", Sandbox(tmp_path), [], lambda line: None)

    assert asked == [{"forget_lost": forgets}]


@pytest.mark.parametrize(
    ("command", "extra", "told"),
    [
        ("up", ["--continue-on-error"], True),
        ("up", ["--diff"], False),
        ("down", ["--continue-on-error"], False),
    ],
)
def test_where_the_engine_may_wait_forever(
    asked: list[dict[str, Any]], tmp_path: Path, command: str, extra: list[str], told: bool
) -> None:
    """Only an up can; one line says so, with the way out."""
    said: list[str] = []
    deploy.run(command, "dev", Sandbox(tmp_path), extra, said.append)

    assert [line for line in said if "Ctrl-C ends it" in line] == (said if told else [])
    assert bool(said) is told
