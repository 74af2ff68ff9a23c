"""Code without a registry: an archive built of a folder, deployed by the engine with the pack as in prod."""

from __future__ import annotations

import json
import re
from copy import deepcopy
from typing import Any

import pytest

from components.archives.building import build
from components.archives.runtime import runtime_for
from sandbox.cloud.store import Store
from sandbox.environment import ROOT
from sandbox.services.artifacts import REPOSITORY
from sandbox.services.functions import FUNCTION
from sandbox.services.objectstorage.objects import Objects, bucket_id
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


def said(stack: Stack, name: str = "responder") -> Any:
    """What it answers when its group invokes it."""
    ran = stack.run("invoke", name, "--as", f"group:ai-functions-prod-{name}-invokers", "--json")
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


def beside(stack: Stack) -> Settings:
    """With a function of an archive in a bucket, and two of one image whose tags cannot be overwritten."""
    bucket = bucket_id("sandboxns", "code-prod")
    with Store(stack.folder / "store.db") as store:
        found = Objects(store).get(bucket, "speaker.zip")
    where = {"bucket": "code-prod", "name": "speaker.zip", "version": found.version_id if found else ""}
    more = settings()
    more[f"{PREFIX}functions"] |= {
        "stored": {
            "source": {"archive": {"object": where, "handler": "speak.answer"}},
            "access": {"invokers": {}},
        },
        "drawn": {"image": {"immutable": True}},
        "twin": {"image": {"of": "drawn"}},
    }
    return more | {
        f"{PREFIX}primary": "responder",
        f"{PREFIX}keep_buckets": ["code"],
        f"{PREFIX}registry_username": "sandboxns/u",
        f"{PREFIX}registry_auth_token": "t",
    }


def images(stack: Stack) -> dict[str, tuple[str, str]]:
    """The images of the two functions that share one."""
    with Store(stack.folder / "store.db") as store:
        details = {
            each.outputs["displayName"]: each.outputs["sourceDetails"] for each in store.list(FUNCTION)
        }
    return {name: (details[name]["image"], details[name]["imageDigest"]) for name in ("drawn", "twin")}


@pytest.fixture(scope="module")
def wider(stack: Stack) -> Settings:
    """That stack, deployed as prod without a finding; the archive was in the bucket before."""
    kept = stack.up(settings() | {f"{PREFIX}keep_buckets": ["code"]})
    assert kept.status == 0, kept.output
    archive = build(
        stack.checkout.folder / "speaker", "speak.answer", runtime_for("python312.ol9", "GENERIC_X86")
    )
    with Store(stack.folder / "store.db") as store:
        Objects(store).put_bytes(bucket_id("sandboxns", "code-prod"), "speaker.zip", archive.content)
    more = beside(stack)
    ran = stack.up(more)
    assert ran.status == 0, ran.output
    assert "warning" not in ran.output.casefold(), ran.output
    return more


def test_an_archive_in_a_bucket_runs(stack: Stack, wider: Settings) -> None:
    """By the one statement that lets the application read it; a second deploy changes nothing."""
    again = stack.up(wider, "--expect-no-changes")

    assert again.status == 0, again.output
    assert said(stack, "stored") == {"said": "second", "packaging": "python"}


def test_a_shared_image_is_pushed_anew_beside_the_former_one(stack: Stack, wider: Settings) -> None:
    """Its repository refuses to overwrite a tag; both functions run the new one, in place."""
    before = images(stack)
    source = stack.checkout.folder / "function_src" / "func.py"
    source.write_text(source.read_text() + "# changed\n")

    ran = stack.up(wider)
    again = stack.up(wider, "--expect-no-changes")
    after = images(stack)

    assert ran.status == again.status == 0, ran.output + again.output
    assert before["drawn"] == before["twin"] != after["drawn"] == after["twin"]
    assert before["drawn"][0] != after["drawn"][0]
    with Store(stack.folder / "store.db") as store:
        (repository,) = store.list(REPOSITORY)
    assert (repository.outputs["isImmutable"], repository.outputs["imageCount"]) == (True, 2)


def test_both_are_taken_back_in_place(stack: Stack, wider: Settings) -> None:
    """Each function has an image of its own, under the stack's name, and keeps its OCID."""
    own = deepcopy(wider)
    own[f"{PREFIX}functions"] |= {"drawn": {}, "twin": {}}

    def ids() -> dict[str, str]:
        with Store(stack.folder / "store.db") as store:
            return {each.outputs["displayName"]: each.id for each in store.list(FUNCTION)}

    before = ids()
    ran = stack.up(own)
    again = stack.up(own, "--expect-no-changes")

    assert ran.status == again.status == 0, ran.output + again.output
    assert ids() == before
    assert {name: image.rpartition("/")[2] for name, (image, _) in images(stack).items()} == {
        "drawn": "drawn:prod",
        "twin": "twin:prod",
    }


def test_down(stack: Stack) -> None:
    """Nothing is left."""
    stack.write(settings())
    ran = stack.run("down", "--stack", "prod")

    assert ran.status == 0, ran.output
    with Store(stack.folder / "store.db") as store:
        assert store.is_empty()
