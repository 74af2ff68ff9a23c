"""The stand-in for the provider `docker-build`: keeps the build context instead of building it.

The digest is real in the sense that counts: it names exactly this content, platforms and build arguments,
and what the sandbox runs later is the kept copy. No layer is built and no base image is fetched.
"""

# ruff: noqa: ARG002 the protocol names methods and their parameters
from __future__ import annotations

import hashlib
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from google.protobuf.empty_pb2 import Empty

from sandbox.cloud import image_reference
from sandbox.cloud.errors import InvalidParameter, NotEmulated, NotFound, SandboxFault
from sandbox.images import dockerfile
from sandbox.images.kept import build_settings, kept_recipe, note_source
from sandbox.providers import build_context, checking, diffing, schema
from sandbox.providers.build_context import Context, ContextError
from sandbox.providers.deployer import Action
from sandbox.providers.sdk import ResourceType, Sdk
from sandbox.providers.server import Provider, answering, serve
from sandbox.providers.stubs import provider_pb2
from sandbox.providers.wire import (
    Secret,
    decode,
    encode,
    has_secret,
    has_unknown,
    keep_secret,
    plain,
)
from sandbox.services.artifacts import registry
from sandbox.services.bridge_base import UNKNOWN, Bridge

IMAGE = "docker-build:index:Image"
INDEX = "docker-build:index:Index"

_DEFAULTS: dict[str, dict[str, Any]] = {
    IMAGE: {"buildOnPreview": True, "network": "default"},
    INDEX: {"push": True},
}

# What goes into an image; a change of anything else leaves its digest as it is.
_BUILT_FROM = ("buildArgs", "labels", "platforms", "target", "addHosts", "network")
_HOST = "linux/amd64"


class DockerBuildProvider(Provider):
    """Answers for `Image` and `Index`."""

    def __init__(self, folder: Path | None = None) -> None:
        super().__init__(Sdk("pulumi_docker_build"), folder)

    @answering
    def GetSchema(self, request: Any, context: Any) -> Any:
        return provider_pb2.GetSchemaResponse(schema=schema.schema_of(self.sdk, "docker-build"))

    @answering
    def Check(self, request: Any, context: Any) -> Any:
        resource = self.sdk.resource(request.type)
        inputs, problems = checking.check(resource, decode(request.news))
        inputs = {**_DEFAULTS[resource.token], **inputs}
        if not problems and resource.token == IMAGE:
            inputs, problems = _checked_image(_closed(inputs))
        failures = [provider_pb2.CheckFailure(reason=text) for text in problems]
        return provider_pb2.CheckResponse(inputs=encode(inputs), failures=failures)

    @answering
    def Diff(self, request: Any, context: Any) -> Any:
        resource = self.sdk.resource(request.type)
        self.expect(request.urn, request.id)
        outputs, news = decode(request.olds), decode(request.news)
        olds = decode(request.old_inputs) if request.HasField("old_inputs") else outputs
        if resource.token == IMAGE:
            olds, news = _compared(olds, news), _compared(news, news)
        found = diffing.changes(resource, Bridge(), olds, news, outputs, request.ignoreChanges)
        paths = [str(change) for change in found]
        if resource.token == IMAGE and _hash_changed(outputs, news):
            paths.append("contextHash")
        response = provider_pb2.DiffResponse(
            changes=provider_pb2.DiffResponse.DIFF_SOME if paths else provider_pb2.DiffResponse.DIFF_NONE,
            diffs=sorted({path.partition(".")[0].partition("[")[0] for path in paths}),
            hasDetailedDiff=True,
        )
        for path in paths:
            response.detailedDiff[path].kind = provider_pb2.PropertyDiff.UPDATE
            response.detailedDiff[path].inputDiff = path != "contextHash"
        return response

    @answering
    def Create(self, request: Any, context: Any) -> Any:
        resource, inputs = self.sdk.resource(request.type), decode(request.properties)
        if request.preview:
            return provider_pb2.CreateResponse(properties=encode(self._planned(resource, inputs, {})))
        with self.working():
            fault = self.fault("create", resource.token, request.urn)
            if fault.error is not None:
                fault.strike()
            self._authorize("create", resource, request.urn, inputs)
            id, outputs = self._create(resource, request.urn, inputs)
            fault.wait()
            fault.hold(request.urn)
        return provider_pb2.CreateResponse(id=id, properties=encode(outputs))

    def _authorize(self, action: Action, resource: ResourceType, urn: str, inputs: dict[str, Any]) -> None:
        given = {key: value for key, value in plain(inputs).items() if key in ("tags", "push")}
        self.authorize(action, urn, resource.token, "", given)

    def _create(self, resource: ResourceType, urn: str, inputs: dict[str, Any]) -> tuple[str, dict[str, Any]]:
        computed, kept = self._build(resource, urn, plain(inputs))
        outputs = {**inputs, **computed}
        with self.store.transaction():
            id = self._free_id(computed.get("digest") or urn.rpartition("::")[2])
            self._push(urn, plain(inputs), computed, kept)
            self._record(resource, urn, id, inputs, computed, new=True)
        return id, outputs

    @answering
    def Update(self, request: Any, context: Any) -> Any:
        resource, news = self.sdk.resource(request.type), decode(request.news)
        if request.preview:
            planned = self._planned(resource, news, decode(request.olds))
            return provider_pb2.UpdateResponse(properties=encode(planned))
        with self.working():
            fault = self.fault("update", resource.token, request.urn)
            fault.strike()
            self._authorize("update", resource, request.urn, news)
            computed, kept = self._build(resource, request.urn, plain(news))
            with self.store.transaction():
                self._push(request.urn, plain(news), computed, kept)
                self._record(resource, request.urn, request.id, news, computed, new=False)
                self.store.owe_answer(request.id, "update")
            fault.hold(request.urn)
            self.answer_goes_out(request.urn, request.id, context)
        return provider_pb2.UpdateResponse(properties=encode({**news, **computed}))

    @answering
    def Read(self, request: Any, context: Any) -> Any:
        self.fault("read", request.type, request.urn).strike()
        record = self.store.get(request.id)
        if record is None or record.type != request.type:
            return provider_pb2.ReadResponse(id="")
        known = decode(request.properties)
        olds = decode(request.inputs) if request.HasField("inputs") else {}
        digest = record.outputs.get("digest")
        if record.type == IMAGE and digest and self.store.image(digest) is None:
            return provider_pb2.ReadResponse(id="")
        outputs = dict(record.outputs)
        outputs.update({key: known[key] for key in ("registries", "secrets") if key in known})
        return provider_pb2.ReadResponse(
            id=record.id,
            properties=encode(keep_secret(outputs, known)),
            inputs=encode(olds or record.inputs),
        )

    @answering
    def Delete(self, request: Any, context: Any) -> Any:
        with self.working():
            fault = self.fault("delete", request.type, request.urn)
            fault.strike()
            self._delete(request.id)
            fault.hold(request.urn)
            self.answer_goes_out(request.urn, request.id, context)
        return Empty()

    def _delete(self, id: str) -> None:
        with self.store.transaction():
            record = self.store.get(id)
            if record is None:
                return
            digest = record.outputs.get("digest", "")
            self.store.delete(id)
            self.store.owe_answer(id, "delete")
            if digest and not any(
                other.outputs.get("digest") == digest for other in self.store.list(record.type)
            ):
                for tag in record.outputs.get("tags") or [""]:
                    self.store.remove_image(digest, tag)

    @answering
    def Invoke(self, request: Any, context: Any) -> Any:
        raise NotEmulated(f"the sandbox does not emulate the data source {request.tok}")

    # Building

    def _planned(
        self, resource: ResourceType, inputs: dict[str, Any], former: Mapping[str, Any]
    ) -> dict[str, Any]:
        """What a preview shows: the context's hash, and the digest only where nothing is built anew."""
        if resource.token == INDEX:
            return {**inputs, "ref": UNKNOWN}
        given = plain(inputs)
        hashed: Any = UNKNOWN
        if not has_unknown([given.get("context"), given.get("dockerfile")]):
            hashed = _context(given).hash()
        same = hashed == plain(former.get("contextHash")) and all(
            given.get(name) == plain(former.get(name)) for name in _BUILT_FROM
        )
        digest = former.get("digest", UNKNOWN) if same and former.get("digest") else UNKNOWN
        ref = (
            former.get("ref", UNKNOWN) if same and given.get("tags") == plain(former.get("tags")) else UNKNOWN
        )
        return {**inputs, "contextHash": hashed, "digest": digest, "ref": ref}

    def _build(
        self, resource: ResourceType, urn: str, inputs: dict[str, Any]
    ) -> tuple[dict[str, Any], Path | None]:
        if resource.token == INDEX:
            return self._build_index(inputs), None
        found = _context(inputs)
        absent = dockerfile.missing_source(found.dockerfile, found.root, found.paths)
        if absent is not None:
            raise InvalidParameter(f"Dockerfile of {found.root}: {absent}")
        hashed = found.hash()
        digest = _digest(hashed, inputs)
        folder = self.folder / "images" / "sha256" / digest.partition(":")[2]
        try:
            found.keep(
                folder, build_settings(found.dockerfile, inputs.get("buildArgs") or {}, inputs.get("target"))
            )
            note_source(folder, found.root, (inputs.get("dockerfile") or {}).get("location"))
        except OSError as error:
            raise ContextError(f"{folder}: the image cannot be kept ({error.strerror})") from None
        self._say_what_is_not_done(urn, folder / "content")
        tags = inputs.get("tags") or []
        ref = tags[0] if tags else ""
        if not _is_exported(inputs):
            return {"contextHash": hashed, "digest": "", "ref": ref}, folder
        return {"contextHash": hashed, "digest": digest, "ref": f"{ref}@{digest}" if ref else ""}, folder

    def _say_what_is_not_done(self, urn: str, content: Path) -> None:
        """What of the Dockerfile the sandbox does not follow: no reason not to deploy, but one to know."""
        try:
            notes = kept_recipe(content).notes
        except SandboxFault as error:
            notes = (str(error),)
        if notes:
            self.warn(urn, "in the sandbox the image lacks some of its Dockerfile: " + "; ".join(notes))

    def _build_index(self, inputs: dict[str, Any]) -> dict[str, Any]:
        parts = []
        for source in inputs.get("sources") or []:
            reference = image_reference.read(source)
            found = None
            if reference is not None:
                found = self.store.image(reference.digest) if reference.digest else self.store.tagged(source)
            if found is None:
                raise NotFound(f"image {source} not found")
            parts.append(found)
        digest = "sha256:" + hashlib.sha256("\n".join(part.digest for part in parts).encode()).hexdigest()
        platforms = tuple(dict.fromkeys(platform for part in parts for platform in part.platforms))
        ref = f"{inputs['tag']}@{digest}"
        self.store.add_image(
            digest,
            inputs["tag"],
            ref=ref,
            platforms=platforms,
            context=parts[0].context if parts else "",
            pushed=inputs.get("push") is not False,
        )
        return {"ref": ref}

    def _push(self, urn: str, inputs: dict[str, Any], computed: Mapping[str, Any], kept: Path | None) -> None:
        if kept is None or not computed["digest"]:
            return
        for tag in inputs.get("tags") or [""]:
            if inputs.get("push"):
                warning = registry.receive(self.store, tag, computed["digest"])
                if warning:
                    self.warn(urn, warning)
            self.store.add_image(
                computed["digest"],
                tag,
                ref=f"{tag}@{computed['digest']}" if tag else "",
                platforms=inputs.get("platforms") or [_HOST],
                context=str(kept),
                pushed=bool(inputs.get("push")),
            )

    def _free_id(self, wanted: str) -> str:
        id, number = wanted, 1
        while self.store.get(id) is not None:
            number += 1
            id = f"{wanted}-{number}"
        return id

    def _record(
        self,
        resource: ResourceType,
        urn: str,
        id: str,
        inputs: dict[str, Any],
        computed: Mapping[str, Any],
        *,
        new: bool,
    ) -> None:
        """Keep what was built, without passwords and build secrets."""
        told = {key: value for key, value in plain(inputs).items() if key not in ("registries", "secrets")}
        secret = [key for key, value in inputs.items() if has_secret(value)]
        if new or self.store.get(id) is None:
            self.store.create(
                resource.token, urn, told, {**told, **computed}, id, secret=secret, provider=self.reference
            )
        else:
            self.store.update(id, told, {**told, **computed}, secret=secret)


def _closed(inputs: dict[str, Any]) -> dict[str, Any]:
    """The inputs with passwords and build secrets closed, whether or not the program did it."""
    closed = dict(inputs)
    if "secrets" in inputs and not isinstance(inputs["secrets"], Secret):
        closed["secrets"] = Secret(plain(inputs["secrets"]))
    if isinstance(inputs.get("registries"), list):
        closed["registries"] = [
            {**entry, "password": Secret(plain(entry["password"]))}
            if isinstance(entry, dict) and "password" in entry and entry["password"] is not UNKNOWN
            else entry
            for entry in inputs["registries"]
        ]
    return closed


def _checked_image(inputs: dict[str, Any]) -> tuple[dict[str, Any], list[str]]:
    """The inputs with the Dockerfile's place filled in, and what cannot be built."""
    context, file = plain(inputs.get("context")) or {}, plain(inputs.get("dockerfile")) or {}
    problems = []
    for index, tag in enumerate(plain(inputs.get("tags")) or []):
        if tag is not UNKNOWN and image_reference.read(tag) is None:
            problems.append(f'"tags[{index}]": {tag!r} is not an image reference such as host/name:tag')
    if inputs.get("push") is True and not inputs.get("tags") and not inputs.get("exports"):
        problems.append('"push" needs at least one of "tags"')
    if has_unknown([context, file]):
        return inputs, problems
    if file.get("location") and file.get("inline"):
        problems.append('"dockerfile" accepts "location" or "inline", not both')
    location = context.get("location") or "."
    if "://" in location or location.startswith("git@"):
        problems.append(f'"context.location": the sandbox builds from a folder, not from {location}')
        return inputs, problems
    if not file:
        inputs = {**inputs, "dockerfile": {"location": os.path.join(location, "Dockerfile")}}
    if "context" not in inputs:
        inputs = {**inputs, "context": {"location": location}}
    try:
        found = _context(plain(inputs))
    except ContextError as error:
        return inputs, [*problems, str(error)]
    wrong = dockerfile.problem(found.dockerfile)
    if wrong is not None:
        problems.append(f"Dockerfile {file.get('location') or location}: {wrong}")
    return inputs, problems


def _context(inputs: Mapping[str, Any]) -> Context:
    context, file = inputs.get("context") or {}, inputs.get("dockerfile") or {}
    return build_context.read(context.get("location") or ".", file.get("location"), file.get("inline"))


def _digest(hashed: str, inputs: Mapping[str, Any]) -> str:
    total = hashlib.sha256(hashed.encode())
    for name in _BUILT_FROM:
        total.update(f"\n{name}={_written(inputs.get(name) or None)}".encode())
    return f"sha256:{total.hexdigest()}"


def _written(value: Any) -> str:
    if isinstance(value, dict):
        return repr(sorted(value.items()))
    return repr(value)


def _is_exported(inputs: Mapping[str, Any]) -> bool:
    return bool(inputs.get("push") or inputs.get("load") or inputs.get("exports"))


def _compared(values: dict[str, Any], news: Mapping[str, Any]) -> dict[str, Any]:
    """Inputs as the real provider compares them: passwords, and secrets it is told to ignore, left out."""
    compared: dict[str, Any] = plain(values)
    for registry_ in compared.get("registries") or []:
        if isinstance(registry_, dict):
            registry_.pop("password", None)
    ignored = plain(news.get("ignoreSecretsInDiffCalculation")) or []
    if isinstance(compared.get("secrets"), dict):
        compared["secrets"] = {key: item for key, item in compared["secrets"].items() if key not in ignored}
    return compared


def _hash_changed(outputs: Mapping[str, Any], news: Mapping[str, Any]) -> bool:
    if has_unknown([news.get("context"), news.get("dockerfile")]):
        return False  # that input itself is a change
    if news.get("pull") and _is_exported(news):
        return True  # the real provider builds every time, to take a newer base image in
    return _context(news).hash() != str(plain(outputs.get("contextHash")))


def main() -> None:
    """Serve the provider."""
    serve(DockerBuildProvider())
