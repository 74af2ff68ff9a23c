"""The plugin's own fixtures, as any project gets them, and a small function."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from oci_sandbox.plugin import _oci_sandbox_session, oci_client, oci_sandbox

__all__ = ["_oci_sandbox_session", "oci_client", "oci_sandbox"]

HOME = os.path.expanduser("~")  # before pytester gives a test one of its own
ECHO = """
import io, json, os
from fdk import response

def handler(ctx, data: io.BytesIO = None):
    print("asked by", ctx.Headers().get("opc-request-id"))
    body = json.loads(data.getvalue() or b"null")
    if body == "fail":
        raise ValueError("as asked")
    found = {"body": body, "word": os.environ.get("WORD"), "memory": os.environ["FN_MEMORY"]}
    return response.Response(ctx, json.dumps(found), {"content-type": "application/json"})
"""


@pytest.fixture
def echo(tmp_path: Path) -> Path:
    """A function's folder, without a Dockerfile."""
    folder = tmp_path / "echo"
    folder.mkdir()
    (folder / "func.py").write_text(ECHO)
    (folder / "requirements.txt").write_text("fdk==0.1.128\noci==2.189.0\n")
    (folder / "func.yaml").write_text("name: echo\nruntime: python\nmemory: 256\nconfig: {WORD: hello}\n")
    return folder


@pytest.fixture
def inner(pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> pytest.Pytester:
    """A project of somebody else's, whose pytest finds the plugin."""
    monkeypatch.setenv("PYTHONPATH", str(Path(__file__).resolve().parents[2]))
    monkeypatch.setenv("HOME", HOME)  # where pip's settings and the functions' packages are
    monkeypatch.setenv("PYTEST_ADDOPTS", "-p oci_sandbox.plugin -p no:asyncio -W error")
    return pytester
