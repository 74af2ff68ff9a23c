"""Code without a registry: an archive built of a folder, deployed by the engine with the pack as in prod."""

from __future__ import annotations

import json
import re
from copy import deepcopy
from typing import Any

import pytest

from sandbox.cloud.store import Store
from sandbox.environment import ROOT
from sandbox.services.artifacts import REPOSITORY
from sandbox.services.functions import FUNCTION
from tests.end_to_end.test_edits import BARE, PREFIX, Settings, Stack
from tests.end_to_end.test_stack import _copy

HANDLER = """
import json
import packaging.version
from fdk import response


def answer(ctx, data=None):
    body = {"said": "first", "packaging": packaging.version.__file__.split("/")[-3]}
    return response.Response(ctx, json.dumps(body))
"""


def settings(**archive: Any) -> Settings:
    """A stack with one function, which is an archive."""
    found = deepcopy(BARE)
    del found[f"{PREFIX}edge"]
    found[f"{PREFIX}functions"]["responder"]["source"] = {
        "archive": {"folder": "speaker", "handler": "speak.answer", **archive}
    }
    return found


@pytest.fixture(scope="module")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Stack:
    """The stack, deployed as prod, with a package that is pinned as the project's own."""
    made = Stack(
        _copy(tmp_path_factory.mktemp("checkout")), tmp_path_factory.mktemp("archived") / ".sandbox", "prod"
    )
    folder = made.checkout.folder / "speaker"
    folder.mkdir()
    (folder / "speak.py").write_text(HANDLER)
    pinned = re.search(
        r"^packaging==.*(?:\n    --hash=.*)+", (ROOT / "requirements.txt").read_text(), re.MULTILINE
    )
    assert pinned is not None
    (folder / "requirements.txt").write_text(pinned[0])
    ran = made.up(settings())
    assert ran.status == 0, ran.output
    assert "warning" not in ran.output.casefold(), ran.output
    return made


def function(stack: Stack) -> Any:
    """The deployed function."""
    with Store(stack.folder / "store.db") as store:
        (found,) = store.list(FUNCTION)
        assert store.list(REPOSITORY) == []
    return found


def said(stack: Stack) -> Any:
    """What it answers when its group invokes it."""
    ran = stack.run("invoke", "responder", "--as", "group:ai-functions-prod-responder-invokers", "--json")
    assert ran.status == 0, ran.output
    (call,) = json.JSONDecoder().raw_decode(ran.output[ran.output.index("{") :])[0]["calls"]
    return call["answer"]


def exported(stack: Stack) -> str:
    """The archive's digest, as the stack exports it."""
    shown = stack.run("outputs", "--stack", "prod", "--", "--json").output
    found = re.search(r'"archive_digest": "(sha256:[0-9a-f]{64})"', shown)
    assert found is not None, shown
    return found[1]


def test_it_runs_with_its_own_packages(stack: Stack) -> None:
    """Without a registry; what the folder requires is imported from the archive."""
    assert said(stack) == {"said": "first", "packaging": "python"}


def test_a_second_deploy_changes_nothing(stack: Stack) -> None:
    """The archive is built anew, and is the same; its digest is among the outputs, and may be asked for."""
    digest = exported(stack)
    again = stack.up(settings(digest=digest), "--expect-no-changes")

    assert again.status == 0, again.output


def test_changed_code_is_updated_in_place(stack: Stack) -> None:
    """The function keeps its OCID, and answers as the new code does; the old digest refuses it."""
    before = function(stack)
    digest = exported(stack)
    handler = stack.checkout.folder / "speaker" / "speak.py"
    handler.write_text(HANDLER.replace("first", "second"))

    refused = stack.up(settings(digest=digest))
    changed = stack.up(settings())
    again = stack.up(settings(), "--expect-no-changes")

    assert refused.status != 0
    found = re.search(rf"archive\.digest: expected {digest}, found (sha256:[0-9a-f]{{64}}):", refused.output)
    assert found is not None, refused.output
    assert not refused.traceback
    assert changed.status == again.status == 0, changed.output + again.output
    assert function(stack).id == before.id
    assert said(stack)["said"] == "second"
    assert exported(stack) == found[1]


def test_an_archive_does_not_become_an_image(stack: Stack) -> None:
    """OCI cannot change one into the other: it is refused before anything moves."""
    image = settings()
    del image[f"{PREFIX}functions"]["responder"]["source"]
    refused = stack.up(image | {f"{PREFIX}registry_username": "n/u", f"{PREFIX}registry_auth_token": "t"})

    assert refused.status != 0
    assert "functions.responder: runs an archive, and OCI cannot make that an image" in refused.output
    assert function(stack).outputs["sourceDetails"]["sourceType"] == "ARCHIVE"


def test_down(stack: Stack) -> None:
    """Nothing is left."""
    stack.write(settings())
    ran = stack.run("down", "--stack", "prod")

    assert ran.status == 0, ran.output
    with Store(stack.folder / "store.db") as store:
        assert store.is_empty()
