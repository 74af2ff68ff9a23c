"""What is deployed, as the Events service needs it: rules, functions, buckets, and IAM for `oci_iam.decide`.

A reading of the store at one moment. Does not decide anything.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from oci_iam import Directory, Policy
from sandbox.cloud.errors import SandboxFault
from sandbox.cloud.store import Record, Store
from sandbox.events.matcher import ConditionError, read_condition
from sandbox.images.archive import unpacked
from sandbox.services.events import RULE
from sandbox.services.events.rule_spec import TARGETS, actions_of, condition_of
from sandbox.services.functions import APPLICATION, FUNCTION
from sandbox.services.functions.archive import kept_at
from sandbox.services.identity.directory import directory_of, policies_of
from sandbox.services.objectstorage import BUCKET


@dataclass(frozen=True, kw_only=True)
class Action:
    """One action of a rule: `kind` is FAAS, ONS or OSS, `target` the OCID it goes to."""

    kind: str
    target: str
    enabled: bool


@dataclass(frozen=True, kw_only=True)
class Rule:
    """An Events rule. `condition` is None when it cannot be read; `problem` then says why."""

    id: str
    name: str
    stack: str
    compartment_id: str
    enabled: bool
    condition: Mapping[str, Any] | None
    actions: Sequence[Action]
    problem: str = ""


@dataclass(frozen=True, kw_only=True)
class Function:
    """A function with its application's part; `content` is None when its image isn't kept in the sandbox."""

    id: str
    name: str
    stack: str
    app_id: str
    app_name: str
    compartment_id: str
    image: str
    digest: str
    content: Path | None
    config: Mapping[str, str]
    timeout_seconds: int
    detached_timeout_seconds: int
    memory_mb: int
    tags: Mapping[str, str]


@dataclass(frozen=True, kw_only=True)
class Bucket:
    """An Object Storage bucket; `emits` is its `object_events_enabled`."""

    name: str
    namespace: str
    stack: str
    compartment_id: str
    emits: bool


@dataclass(frozen=True, kw_only=True)
class Deployment:
    """Everything at once. Rules and functions are those of one stack when one was asked for; IAM never is."""

    rules: Sequence[Rule]
    functions: Mapping[str, Function]
    buckets: Sequence[Bucket]
    policies: Sequence[Policy]
    directory: Directory
    other_rules: int = 0
    folder: Path = field(default_factory=Path)
    runs: Path = field(default_factory=Path)

    def bucket(self, namespace: str, name: str) -> Bucket | None:
        """The bucket of this name, or None when it was not made here."""
        found = (one for one in self.buckets if (one.namespace, one.name) == (namespace, name))
        return next(found, None)

    def function_named(self, name: str) -> list[Function]:
        """Functions by OCID or display name; names are unique in one application only."""
        return [one for one in self.functions.values() if name in (one.id, one.name)]


def read_deployment(sandbox_dir: Path, stack: str | None = None) -> Deployment:
    """Reads the store. Raises `SandboxFault` when there is none, or when it cannot be read."""
    path = sandbox_dir / "store.db"
    if not path.is_file():
        raise SandboxFault(
            f"{path}: nothing is deployed in this sandbox yet; `make up` deploys the dev stack"
        )
    with Store(path) as store:
        return _read(store, sandbox_dir, stack)


class Deployed:
    """What is deployed in an open store: read anew only when something changed."""

    def __init__(self, store: Store, sandbox_dir: Path) -> None:
        self._store = store
        self._folder = sandbox_dir
        self._known: tuple[int, Deployment] | None = None

    def now(self) -> Deployment:
        """As it is now, whichever process changed it last."""
        known, generation = self._known, self._store.generation()
        if known is None or known[0] != generation:
            known = (generation, _read(self._store, self._folder, None))
            self._known = known
        return known[1]


def _read(store: Store, sandbox_dir: Path, stack: str | None) -> Deployment:
    records = store.list()
    # By name: the order of creation differs from one deploy to the next.
    rules = sorted(
        (_rule(record) for record in records if record.type == RULE), key=lambda rule: (rule.stack, rule.name)
    )
    chosen = [rule for rule in rules if stack in (None, rule.stack)]
    applications = {record.id: record for record in records if record.type == APPLICATION}
    functions = [
        _function(record, applications.get(_text(record.outputs, "applicationId")), store, sandbox_dir)
        for record in records
        if record.type == FUNCTION
    ]
    return Deployment(
        rules=chosen,
        functions={one.id: one for one in functions},
        buckets=[_bucket(record) for record in records if record.type == BUCKET],
        policies=policies_of(records),
        directory=directory_of(records),
        other_rules=len(rules) - len(chosen),
        folder=sandbox_dir,
        runs=sandbox_dir / "run",
    )


def stack_of(urn: str) -> str:
    """`urn:pulumi:dev::project::type::name` -> `dev`."""
    return urn.partition("::")[0].rpartition(":")[2]


def _text(outputs: Mapping[str, Any], key: str) -> str:
    value = outputs.get(key)
    return value if isinstance(value, str) else ""


def _rule(record: Record) -> Rule:
    problem, condition = "", None
    try:
        condition = read_condition(condition_of(record.outputs))
    except ConditionError as error:
        problem = str(error)
    return Rule(
        id=record.id,
        name=_text(record.outputs, "displayName") or record.id,
        stack=stack_of(record.urn),
        compartment_id=_text(record.outputs, "compartmentId"),
        enabled=record.outputs.get("isEnabled") is True,
        condition=condition,
        actions=[_action(one) for one in actions_of(record.outputs)],
        problem=problem,
    )


def _action(one: Mapping[str, Any]) -> Action:
    kind = _text(one, "actionType").upper()
    return Action(kind=kind, target=_text(one, TARGETS.get(kind, "")), enabled=one.get("isEnabled") is True)


def _function(record: Record, application: Record | None, store: Store, sandbox_dir: Path) -> Function:
    outputs = record.outputs
    app = application.outputs if application else {}
    source = outputs.get("sourceDetails")
    source = source if isinstance(source, Mapping) else {}
    image = _text(source, "image") or _text(outputs, "image")
    digest = _text(source, "imageDigest") or _text(outputs, "imageDigest")
    content = _content(store, sandbox_dir, image, digest)
    if isinstance(shown := source.get("sourceCodeSha256"), str):
        image, digest = "archive", f"sha256:{kept_at(sandbox_dir, shown).stem}"
        content = _unpacked(sandbox_dir, shown, source)
    timeout = int(outputs.get("timeoutInSeconds") or 30)
    return Function(
        id=record.id,
        name=_text(outputs, "displayName"),
        stack=stack_of(record.urn),
        app_id=_text(outputs, "applicationId"),
        app_name=_text(app, "displayName"),
        compartment_id=_text(app, "compartmentId") or _text(outputs, "compartmentId"),
        image=image,
        digest=digest,
        content=content,
        config={**(app.get("config") or {}), **(outputs.get("config") or {})},
        timeout_seconds=timeout,
        detached_timeout_seconds=int(outputs.get("detachedModeTimeoutInSeconds") or timeout),
        memory_mb=int(outputs.get("memoryInMbs") or 128),
        tags=dict(outputs.get("definedTags") or {}),
    )


def _content(store: Store, sandbox_dir: Path, image: str, digest: str) -> Path | None:
    """The kept content of an image: by digest, or by what its tag stands for now."""
    digest = digest or image.partition("@")[2]
    kept = store.image(digest) if digest else store.tagged(image)
    if kept is None:
        return None
    # Where the image was kept then, the sandbox may have stood elsewhere: only the folder's name counts.
    content = sandbox_dir / "images" / "sha256" / Path(kept.context).name / "content"
    return content if content.is_dir() else None


def _unpacked(sandbox_dir: Path, shown: str, source: Mapping[str, Any]) -> Path | None:
    """The content of an archive, by the hash that the service shows."""
    runtime = source.get("runtimeConfig") or {}
    return unpacked(
        kept_at(sandbox_dir, shown),
        sandbox_dir / "images",
        _text(source, "handler"),
        _text(runtime, "functionsRuntimeName"),
    )


def _bucket(record: Record) -> Bucket:
    return Bucket(
        name=_text(record.outputs, "name"),
        namespace=_text(record.outputs, "namespace"),
        stack=stack_of(record.urn),
        compartment_id=_text(record.outputs, "compartmentId"),
        emits=record.outputs.get("objectEventsEnabled") is True,
    )
