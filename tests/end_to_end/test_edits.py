"""The second day of a stack: each edit of its file ends where a fresh deploy of the same file ends.

One stack goes through the edits, each followed by a deploy that must find nothing to do; after each, what the
store holds is compared with what a fresh sandbox holds. An edit combines several changes, since each deploy
costs seconds.
"""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections.abc import Callable
from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest
import yaml

from sandbox.cloud.store import Record, Store
from sandbox.services.objectstorage.objects import Objects, bucket_id
from tests.end_to_end.harness import Ran
from tests.end_to_end.test_stack import Checkout, _copy

PREFIX = "oci-ai-functions:"
SECRET = "oci:Vault/secret:Secret"
OBJECT = "com.oraclecloud.objectstorage.createobject"
USERS = ["ocid1.user.oc1..aaaaaaaaone", "ocid1.user.oc1..aaaaaaaatwo"]
SUBNETS = [f"ocid1.subnet.oc1.eu-frankfurt-1.aaaaaaaa{name}" for name in ("one", "two")]
VAULT, KEY = (f"ocid1.{kind}.oc1.eu-frankfurt-1.aaaaaaaa{kind}" for kind in ("vault", "key"))
RULE = {"variables": ["ARGS"], "operator": "@detectSQLi", "msg": "SQL injection"}
# What OCI makes up, and what the provider keeps of a setting that is off: it has no effect then.
MADE_UP = {
    "modSecurityRuleIds",
    "timeCreated",
    "timeUpdated",
    "timeLastModified",
    "etag",
    "eTag",
    "ETag",
    "lastUpdateETag",
    "policyHash",  # of statements with ids in them
    "id",
    "invokeEndpoint",
    "shortTopicId",
    "ipAddresses",  # of a gateway, by its id
    "virtualRouterMac",
    "natIp",
}
INERT = {"traceConfig.domainId", "policyConfig.certificateId", "provisionedConcurrencyConfig.count"}

# An id of the store's own, of something that is no resource by itself; those of the settings are shorter.
_MINTED = re.compile(r"ocid1\.[a-z0-9]+\.oc1\.[a-z0-9-]*\.[a-z0-9]{50,}")

Settings = dict[str, Any]

BARE: Settings = {
    "oci:region": "eu-frankfurt-1",
    f"{PREFIX}tenancy_id": "ocid1.tenancy.oc1..aaaaaaaatenancy",
    f"{PREFIX}compartment_id": "ocid1.compartment.oc1..aaaaaaaafunctions",
    f"{PREFIX}subnet_ids": SUBNETS,
    f"{PREFIX}edge": {
        "domain": "a.example.com",
        "origin": "b.example.com",
        "rules": {"r": {"rules": [RULE]}},
    },
    f"{PREFIX}functions": {
        "responder": {
            "access": {"invokers": {}},
            "triggers": {"results": {"event_types": [OBJECT], "bucket": {"name": "ai-results"}}},
        }
    },
}


def _rotating() -> Settings:
    """The bare stack with a secret that its function rotates."""
    found = deepcopy(BARE)
    found[f"{PREFIX}functions"]["responder"]["triggers"]["password"] = {
        "secret_rotation": {"name": "password", "vault_id": VAULT, "key_id": KEY}
    }
    return found


def _with_every_optional() -> Settings:
    """The same with a value for everything that can be left out."""
    full = _rotating()
    full[f"{PREFIX}application"] = {
        "network_security_group_ids": ["ocid1.networksecuritygroup.oc1.eu-frankfurt-1.aaaaaaaagroup"],
        "config": {"SHARED": "1"},
        "log_retention_in_days": 60,
        "trace_domain_id": "ocid1.apmdomain.oc1.eu-frankfurt-1.aaaaaaaadomain",
    }
    full[f"{PREFIX}edge"] |= {"mode": "BLOCK", "certificate_id": "ocid1.waascertificate.oc1..aaaaaaaac"}
    full[f"{PREFIX}edge"]["rules"]["s"] = {"rules": [RULE, RULE]}
    full[f"{PREFIX}event_principal"] = "eventrule"
    full[f"{PREFIX}tags"] = {"freeform": {"team": "vision"}, "defined": {"Cost.centre": "42"}}
    full[f"{PREFIX}keep_buckets"] = ["ai-archive"]
    (function,) = full[f"{PREFIX}functions"].values()
    function |= {
        "timeout_in_seconds": 60,
        "memory_in_mbs": 512,
        "detached_mode_timeout_in_seconds": 900,
        "provisioned_concurrency": 10,
        "config": {"OWN": "1"},
    }
    function["access"] = {
        "invokers": {"members": USERS},
        "developers": {},
        "auditors": {"existing_name": "Default/Auditors"},
    }
    function["triggers"]["results"] |= {
        "resource_names": ["*.json"],
        "attributes": {"archivalState": ["Available"]},
        "enabled": False,
    }
    function["triggers"]["problems"] = {"event_types": ["com.oraclecloud.cloudguard.problemdetected"]}
    return full


class Stack:
    """A stack of one checkout, deployed in one sandbox; the pack's config is that of its name."""

    def __init__(self, checkout: Checkout, folder: Path, name: str = "dev") -> None:
        self.checkout, self.folder, self.name = checkout, folder, name

    def run(self, *arguments: str) -> Ran:
        """Run a command of the sandbox in the checkout."""
        ran = subprocess.run(
            [sys.executable, "-m", "sandbox", *arguments],
            cwd=self.checkout.folder,
            env={**os.environ, "OCI_SANDBOX_DIR": str(self.folder)},
            capture_output=True,
            text=True,
            timeout=300,
            check=False,
        )
        return Ran(ran.returncode, ran.stdout + ran.stderr)

    def write(self, settings: Settings) -> None:
        """Make these the stack's file."""
        text = yaml.safe_dump({"config": settings}, sort_keys=False)
        (self.checkout.folder / f"Pulumi.{self.name}.yaml").write_text(text)

    def up(self, settings: Settings, *arguments: str) -> Ran:
        """Deploy these settings."""
        self.write(settings)
        return self.run("up", "--stack", self.name, "--", "--skip-preview", *arguments)

    def held(self) -> dict[str, Any]:
        """What the store holds, by type and name, with names in place of ids."""
        with Store(self.folder / "store.db") as store:
            records = list(store.list())
        # An image's id is its digest, which is the same for two functions of one source.
        names = {each.id: _named(each) for each in records if not each.type.startswith("docker-build:")}
        names |= {
            str(each.outputs[address]): f"{address} of {_named(each)}"
            for each in records
            for address in ("invokeEndpoint", "hostname")
            if address in each.outputs
        }
        found = [(_resolved(_named(record), names), _resolved(_kept(record), names)) for record in records]
        assert len(dict(found)) == len(found), "two resources of one type and name"
        return dict(found)

    def ids(self, type: str) -> list[str]:
        """What the store holds of a type."""
        with Store(self.folder / "store.db") as store:
            return [each.id for each in store.list(type)]


def _named(record: Record) -> str:
    outputs = record.outputs
    keys = ("displayName", "name", "domain", "bucket", "tags", "description")
    name = next((outputs[key] for key in keys if outputs.get(key)), None)
    return f"{record.type} {name or [outputs.get('groupId'), outputs.get('userId')]}"


def _kept(record: Record) -> Any:
    """The outputs without what is made up or inert; nothing set is as good as nothing said."""

    def cleaned(value: Any, path: str) -> Any:
        if isinstance(value, dict):
            inner = {
                key: cleaned(each, f"{path}.{key}".lstrip("."))
                for key, each in value.items()
                if key not in MADE_UP and f"{path}.{key}".lstrip(".") not in INERT
            }
            return {key: each for key, each in inner.items() if each not in (None, [], {}, "")}
        return [cleaned(each, path) for each in value] if isinstance(value, list) else value

    return cleaned(record.outputs, "")


def _resolved(value: Any, names: dict[str, str]) -> Any:
    text = json.dumps(value, sort_keys=True)
    for id_, name in names.items():
        text = text.replace(id_, name.replace('"', ""))
    return json.loads(_MINTED.sub("<minted>", text))


@pytest.fixture(scope="module")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Stack:
    """A stack with every optional set, deployed."""
    made = Stack(_copy(tmp_path_factory.mktemp("checkout")), tmp_path_factory.mktemp("edited") / ".sandbox")
    ran = made.up(_with_every_optional())
    assert ran.status == 0, ran.output
    return made


@pytest.fixture
def fresh(stack: Stack, tmp_path: Path) -> Callable[[Settings], dict[str, Any]]:
    """What a fresh deploy of some settings leaves in a sandbox of its own."""

    def deploy(settings: Settings) -> dict[str, Any]:
        other = type(stack)(stack.checkout, tmp_path / ".sandbox", stack.name)
        ran = other.up(settings)
        assert ran.status == 0, ran.output
        return other.held()

    return deploy


def converges(stack: Stack, settings: Settings, fresh: Callable[[Settings], dict[str, Any]]) -> None:
    """Deployed, deployed again without a change, and compared with a fresh deploy."""
    ran = stack.up(settings)
    assert ran.status == 0, ran.output
    again = stack.up(settings, "--expect-no-changes")
    assert again.status == 0, again.output
    held, expected = stack.held(), fresh(settings)
    assert sorted(held) == sorted(expected)
    assert [(held[name], each) for name, each in expected.items() if held[name] != each] == []


def test_what_is_no_longer_said_is_off(stack: Stack, fresh: Any) -> None:
    """With every optional taken out, nothing is left of any of them."""
    converges(stack, _rotating(), fresh)


def test_a_renamed_function_shares_its_bucket(stack: Stack, fresh: Any) -> None:
    """Function and triggers renamed, the secret that it rotates kept, another function on the same bucket,
    two members, then one of them, and the subnets in another order."""
    settings = _rotating()
    trigger, rotation = settings[f"{PREFIX}functions"]["responder"]["triggers"].values()
    (secret,) = stack.ids(SECRET)
    access = {"invokers": {"members": USERS}}
    settings[f"{PREFIX}subnet_ids"] = SUBNETS[::-1]
    settings[f"{PREFIX}primary"] = "watcher"
    settings[f"{PREFIX}functions"] = {
        "answerer": {"access": access, "triggers": {"found": trigger, "secret": rotation}},
        "watcher": {"triggers": {"results": trigger}},
    }
    ran = stack.up(settings)
    settings[f"{PREFIX}functions"]["answerer"]["access"] = {"invokers": {"members": USERS[1:]}}

    assert ran.status == 0, ran.output
    assert stack.ids(SECRET) == [secret]
    converges(stack, settings, fresh)


def test_events_are_granted_together_and_apart_again(stack: Stack, fresh: Any) -> None:
    """One statement for the application instead of one for each function, and back."""
    settings = yaml.safe_load((stack.checkout.folder / "Pulumi.dev.yaml").read_text())["config"]

    converges(stack, {**settings, f"{PREFIX}event_statements": "application"}, fresh)
    assert "oci:Identity/policy:Policy ai-functions-dev-events" in stack.held()
    converges(stack, {**settings, f"{PREFIX}event_statements": "function"}, fresh)


def test_application_compartment_and_bucket_change(stack: Stack, fresh: Any) -> None:
    """Application renamed and of another shape, in another compartment, with another bucket; a function
    renamed once more keeps its OCID because it says so."""
    settings = deepcopy(BARE)
    settings[f"{PREFIX}compartment_id"] += "2"
    settings[f"{PREFIX}application"] = {"name": "others", "shape": "GENERIC_ARM"}
    settings[f"{PREFIX}primary"] = "reporter"
    trigger = {"event_types": [OBJECT], "bucket": {"name": "ai-others"}}
    settings[f"{PREFIX}functions"] = {
        "reporter": {"renamed_from": "answerer", "triggers": {"found": trigger}},
        "watcher": {},
    }

    converges(stack, settings, fresh)


def test_what_cannot_follow_is_refused_before_anything_moves(stack: Stack) -> None:
    """Another region, and a bucket that still has objects, which can be kept."""
    settings = yaml.safe_load((stack.checkout.folder / "Pulumi.dev.yaml").read_text())["config"]
    held = stack.held()
    with Store(stack.folder / "store.db") as store:
        Objects(store).put_bytes(bucket_id("sandboxns", "ai-others-dev"), "one.json", b"{}")

    moved = {
        **settings,
        "oci:region": "eu-milan-1",
        f"{PREFIX}subnet_ids": [each.replace("eu-frankfurt-1", "eu-milan-1") for each in SUBNETS],
    }
    elsewhere = stack.up(moved)
    settings[f"{PREFIX}functions"]["reporter"] = {"renamed_from": "answerer"}
    dropped = stack.up(settings)
    kept = stack.up({**settings, f"{PREFIX}keep_buckets": ["ai-others"]})

    assert elsewhere.status != 0
    assert "oci:region: this stack is deployed in eu-frankfurt-1" in elsewhere.output
    assert dropped.status != 0
    assert "keep it with keep_buckets: [ai-others]" in dropped.output
    assert kept.status == 0, kept.output
    assert set(held) - set(stack.held()) == {name for name in held if "others-dev-answerer-found" in name}


def test_tags_that_oracle_adds_are_no_change(stack: Stack) -> None:
    """What the tenancy's tag defaults put on every resource is no drift, is no reason for a deploy, and stays
    when the stack's own tags change; a tag that somebody puts on by hand is taken off."""
    settings = yaml.safe_load((stack.checkout.folder / "Pulumi.dev.yaml").read_text())["config"]
    theirs = {"Oracle-Tags.CreatedBy": "someone", "Oracle-Tags.CreatedOn": "2026-01-01T00:00:00.000Z"}
    everywhere = _tag_by_hand(stack, theirs)

    refreshed = stack.run("refresh", "--stack", stack.name, "--", "--yes", "--expect-no-changes")
    again = stack.up(settings, "--expect-no-changes")
    _tag_by_hand(stack, {"Cost.owner": "someone"})
    drifted = stack.run("refresh", "--stack", stack.name, "--", "--yes")
    changed = stack.up({**settings, f"{PREFIX}tags": {"defined": {"Cost.centre": "43"}}})

    for ran in (refreshed, again, drifted, changed):
        assert ran.status == 0, ran.output
    assert re.search(r"~ \d+ updated", drifted.output), drifted.output
    assert everywhere >= 10
    with Store(stack.folder / "store.db") as store:
        now = [each.outputs["definedTags"] for each in store.list() if "definedTags" in each.outputs]
    assert [tags for tags in now if tags != {**theirs, "Cost.centre": "43"}] == []


def _tag_by_hand(stack: Stack, tags: dict[str, str]) -> int:
    """Put these on everything that can carry tags, beside what it has; returns how many those are."""
    with Store(stack.folder / "store.db") as store:
        found = [each for each in store.list() if "definedTags" in each.outputs]
        for each in found:
            held = {**each.outputs["definedTags"], **tags}
            store.update(each.id, each.inputs, {**each.outputs, "definedTags": held})
    return len(found)


def test_everything_goes(stack: Stack) -> None:
    """`down` leaves nothing."""
    ran = stack.run("down")

    assert ran.status == 0, ran.output
    assert stack.held() == {}
