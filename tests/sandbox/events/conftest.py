"""A sandbox in which the dev stack is deployed, as far as events and calls need it.

Its resources are those of the committed graph of the dev stack, so what is tested here is what the program
creates, statement for statement; only the engine is left out.
"""

from __future__ import annotations

import hashlib
import json
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from sandbox.cloud.store import Record, Store
from sandbox.events.snapshot import Deployment, read_deployment

ROOT = Path(__file__).resolve().parents[3]
GRAPH = ROOT / "tests" / "components" / "snapshots" / "dev-up.json"
KINDS = {
    "oci:Functions/application:Application": "fnapp",
    "oci:Functions/function:Function": "fnfunc",
    "oci:Identity/group:Group": "group",
    "oci:Identity/dynamicGroup:DynamicGroup": "dynamicgroup",
    "oci:Identity/userGroupMembership:UserGroupMembership": "groupmembership",
    "oci:Identity/policy:Policy": "policy",
    "oci:Events/rule:Rule": "eventrule",
    "oci:ObjectStorage/bucket:Bucket": "bucket",
}


def _minted(kind: str, name: str) -> str:
    """The OCID that the graph gave a resource: its statements and rules refer to it."""
    unique = hashlib.sha256(name.encode()).hexdigest()[:52]
    return f"ocid1.{KINDS[kind]}.oc1.eu-frankfurt-1.{unique}"


@dataclass
class Sandbox:
    """The folder, and ways to change by hand what is deployed in it."""

    folder: Path

    def deployment(self, stack: str | None = None) -> Deployment:
        """What is deployed now."""
        return read_deployment(self.folder, stack)

    def records(self, kind: str) -> list[Record]:
        """All resources of one type."""
        with Store(self.folder / "store.db") as store:
            return store.list(kind)

    def add(self, kind: str, name: str, outputs: dict[str, Any], stack: str = "dev") -> str:
        """Creates one resource; its id."""
        urn = f"urn:pulumi:{stack}::oci-ai-functions::{kind}::{name}"
        with Store(self.folder / "store.db") as store:
            return store.create(kind, urn, outputs, outputs, _minted(kind, name)).id

    def change(self, kind: str, **outputs: Any) -> None:
        """Sets outputs of every resource of one type."""
        for record in self.records(kind):
            with Store(self.folder / "store.db") as store:
                store.update(record.id, record.inputs, record.outputs | outputs)

    def take_away(self, unwanted: Callable[[str], bool]) -> int:
        """Removes policy statements; how many."""
        taken = 0
        for record in self.records("oci:Identity/policy:Policy"):
            kept = [text for text in record.outputs["statements"] if not unwanted(text)]
            taken += len(record.outputs["statements"]) - len(kept)
            with Store(self.folder / "store.db") as store:
                store.update(record.id, record.inputs, record.outputs | {"statements": kept})
        return taken

    def keep_image(self, source: Path, digest: str, tag: str = "") -> None:
        """Keeps a build context under a digest, as the stand-in image builder does."""
        context = self.folder / "images" / "sha256" / digest.removeprefix("sha256:")
        shutil.copytree(source, context / "content", ignore=shutil.ignore_patterns("__pycache__"))
        with Store(self.folder / "store.db") as store:
            store.add_image(
                digest,
                tag,
                ref=f"{tag}@{digest}",
                platforms=["linux/amd64"],
                context=str(context),
                pushed=True,
            )


@pytest.fixture
def empty(tmp_path: Path) -> Sandbox:
    """A sandbox with a store and nothing in it."""
    sandbox = Sandbox(tmp_path / "sandbox")
    with Store(sandbox.folder / "store.db"):
        return sandbox


@pytest.fixture
def dev(empty: Sandbox) -> Sandbox:
    """A sandbox with the dev stack."""
    graph = json.loads(GRAPH.read_text())
    for urn, resource in graph["resources"].items():
        kind, name = urn.split("::")[2].rpartition("$")[2], urn.rpartition("::")[2]
        if kind in KINDS:
            empty.add(kind, name, resource["inputs"])
    function = empty.records("oci:Functions/function:Function")[0]
    assert function.id == graph["exports"]["function_id"]
    source = function.outputs["sourceDetails"]
    empty.keep_image(ROOT / "function_src", source["imageDigest"], source["image"])
    return empty
