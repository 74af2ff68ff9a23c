"""What Functions refuses and fills in. Sources: Oracle's pages on creating applications and functions, on
custom configuration, on provisioned concurrency and on limits."""

# ruff: noqa: ARG002 every rule and lookup has the same parameters, used or not
from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Iterable, Mapping
from typing import Any

from sandbox.cloud import image_reference, regions, validation
from sandbox.cloud.call import Call, Cloud
from sandbox.cloud.compartments import take_along
from sandbox.cloud.errors import Conflict, InvalidParameter, LimitExceeded, MissingParameter
from sandbox.cloud.namespace import namespace_of
from sandbox.cloud.service_rules import Rules
from sandbox.cloud.store import Record
from sandbox.services.artifacts import REPOSITORY
from sandbox.services.functions import APPLICATION, FUNCTION, INVOKE_FUNCTION, archive
from sandbox.services.functions.image_source import source_of
from sandbox.services.ons import TOPIC

SHAPES = ("GENERIC_X86", "GENERIC_ARM", "GENERIC_X86_ARM")
MEMORY = ("128", "256", "512", "1024", "2048", "3072")
SOURCES = ("CONTAINER_IMAGE", "PRE_BUILT_FUNCTIONS", "ARCHIVE")
DESTINATIONS = {"NONE": None, "NOTIFICATION": "topicId", "QUEUE": "queueId", "STREAM": "streamId"}
_UNITS = {"128": 40, "256": 20}  # provisioned concurrency comes in multiples of this; 10 for all others
_SIGNED_FUNCTIONS = 5
_DIGEST = re.compile(r"sha256:[0-9a-f]{64}")
IMAGE_FIELDS = ("image", "imageDigest")


class ApplicationRules(Rules):
    """An application holds functions, their network and shared configuration."""

    def claims(self, call: Call) -> Iterable[str]:
        yield f"fnapp|{call.cloud.region}|{call.inputs['compartmentId']}|{call.inputs['displayName']}"

    def write(self, call: Call) -> None:
        validation.filled(call.inputs, "displayName")
        validation.one_of(call.inputs, "shape", SHAPES)
        subnets = call.inputs.get("subnetIds") or []
        if not 1 <= len(subnets) <= 3:
            raise InvalidParameter(f"subnetIds must name 1 to 3 subnets, not {len(subnets)}")
        if len(call.inputs.get("networkSecurityGroupIds") or []) > 5:
            raise LimitExceeded("an application can have at most 5 network security groups")
        _one_network(call)
        validation.config(call.inputs.get("config"), "application")
        policy = call.inputs.get("imagePolicyConfig") or {}
        if policy.get("isPolicyEnabled"):
            if not policy.get("keyDetails"):
                raise MissingParameter(
                    "imagePolicyConfig.keyDetails must name a key where the policy is enabled"
                )
            if call.former is not None and len(call.store.users(call.id, FUNCTION)) > _SIGNED_FUNCTIONS:
                raise LimitExceeded(
                    f"an application that verifies images can have at most {_SIGNED_FUNCTIONS} functions"
                )

    def delete(self, call: Call) -> None:
        functions = call.store.users(call.id, FUNCTION)
        if functions:
            names = ", ".join(str(record.outputs.get("displayName")) for record in functions)
            raise Conflict(f"application {call.inputs.get('displayName')!r} still has functions: {names}")

    def computed(self, call: Call) -> Mapping[str, Any]:
        return {
            "shape": call.inputs.get("shape") or SHAPES[0],
            "syslogUrl": call.inputs.get("syslogUrl") or "",
        }

    def refreshed(self, call: Call, outputs: dict[str, Any]) -> dict[str, Any]:
        take_along(call, outputs, FUNCTION)
        return outputs


def _one_network(call: Call) -> None:
    """Security groups are of the VCN the subnets are in, as far as the store knows both."""
    named = {name: call.inputs.get(name) or [] for name in ("subnetIds", "networkSecurityGroupIds")}
    vcns = {
        name: {record.outputs.get("vcnId") for record in map(call.store.get, ids) if record is not None}
        for name, ids in named.items()
    }
    if vcns["subnetIds"] and not vcns["networkSecurityGroupIds"] <= vcns["subnetIds"]:
        raise InvalidParameter("networkSecurityGroupIds must name groups of the VCN that the subnets are in")


class FunctionRules(Rules):
    """A function is an image with memory, timeouts and configuration inside an application."""

    def claims(self, call: Call) -> Iterable[str]:
        yield f"fnfunc|{call.inputs['applicationId']}|{call.inputs['displayName']}"

    def create(self, call: Call) -> None:
        application = self._application(call)
        if application is not None:
            policy = application.outputs.get("imagePolicyConfig") or {}
            siblings = call.store.users(application.id, FUNCTION)
            if policy.get("isPolicyEnabled") and len(siblings) >= _SIGNED_FUNCTIONS:
                raise LimitExceeded(
                    f"an application that verifies images can have at most {_SIGNED_FUNCTIONS} functions"
                )
        self.write(call)

    def write(self, call: Call) -> None:
        validation.filled(call.inputs, "displayName")
        validation.one_of(call.inputs, "memoryInMbs", MEMORY)
        validation.between(call.inputs, "timeoutInSeconds", 1, 300)
        validation.between(call.inputs, "detachedModeTimeoutInSeconds", 5, 3600)
        application = self._application(call)
        own = validation.config(call.inputs.get("config"), "function")
        shared = validation.config(application.outputs.get("config"), "application") if application else 0
        if own + shared > validation.CONFIG_BYTES:
            raise InvalidParameter(
                f"config of the function and of its application are {own + shared} bytes together;"
                f" at most {validation.CONFIG_BYTES} are allowed"
            )
        _validate_concurrency(call.inputs)
        for name in ("successDestination", "failureDestination"):
            _validate_destination(call, name)
        _validate_source(call)

    def _application(self, call: Call) -> Record | None:
        return call.cloud.existing(call.inputs["applicationId"], APPLICATION, "application")

    def computed(self, call: Call) -> Mapping[str, Any]:
        application = self._application(call)
        timeout = call.inputs.get("timeoutInSeconds", 30)
        found: dict[str, Any] = {
            "invokeEndpoint": _endpoint(call),
            "compartmentId": application.outputs["compartmentId"] if application else call.cloud.tenancy,
            "shape": application.outputs["shape"] if application else SHAPES[0],
            "timeoutInSeconds": timeout,
            "detachedModeTimeoutInSeconds": call.inputs.get("detachedModeTimeoutInSeconds", timeout),
        }
        return {**found, **_source_outputs(call, application)}

    def refreshed(self, call: Call, outputs: dict[str, Any]) -> dict[str, Any]:
        kept = {name: value for name, value in outputs.items() if name not in IMAGE_FIELDS}
        return {**kept, **_source_outputs(call, self._application(call)), **_of_their_kind(outputs)}


class InvokeFunctionRules(Rules):
    """Calls a function while deploying; the sandbox's runner is not reachable from a provider."""

    def create(self, call: Call) -> None:
        from sandbox.cloud.errors import NotEmulated

        raise NotEmulated(
            "the sandbox does not invoke functions during a deploy; use `python -m sandbox emit`"
        )


def _validate_concurrency(inputs: Mapping[str, Any]) -> None:
    wanted = inputs.get("provisionedConcurrencyConfig") or {}
    strategy, count = wanted.get("strategy"), wanted.get("count")
    if strategy is None:
        return
    if strategy not in ("CONSTANT", "NONE"):
        raise InvalidParameter(
            f"provisionedConcurrencyConfig.strategy must be CONSTANT or NONE, not {strategy!r}"
        )
    unit = _UNITS.get(str(inputs.get("memoryInMbs")), 10)
    if strategy == "CONSTANT" and (not count or count < unit or count % unit):
        raise InvalidParameter(
            f"provisionedConcurrencyConfig.count must be a multiple of {unit} for"
            f" {inputs.get('memoryInMbs')} MB, not {count}"
        )


def _validate_destination(call: Call, name: str) -> None:
    destination = call.inputs.get(name) or {}
    kind = str(destination.get("kind", "NONE")).upper()
    field = DESTINATIONS.get(kind)
    if field is None:
        return
    if not destination.get(field):
        raise MissingParameter(f"{name} of kind {kind} requires {field}")
    if field == "topicId":
        call.cloud.existing(destination[field], TOPIC, "topic")


def _validate_source(call: Call) -> None:
    source = source_of(call.inputs)
    kind, image, digest = source.kind, source.image, source.digest
    details = call.inputs.get("sourceDetails") or {}
    if kind == "PRE_BUILT_FUNCTIONS" and not details.get("pbfListingId"):
        raise MissingParameter("sourceDetails.pbfListingId is required for a pre-built function")
    if kind == "ARCHIVE":
        archive.validate(details)
    if kind != "CONTAINER_IMAGE":
        return
    if not image:
        raise MissingParameter("sourceDetails.image (or the deprecated image) is required")
    if digest and _DIGEST.fullmatch(digest) is None:
        raise InvalidParameter(f"imageDigest must be sha256: and 64 hex digits, not {digest!r}")
    reference = image_reference.read(image)
    if reference is None or not reference.is_ocir:
        raise InvalidParameter(f"image {image!r} must be in Oracle's container registry (OCIR)")
    _validate_region(call.cloud, image, reference.host)
    _validate_presence(call.cloud, image, reference, digest)


def _validate_region(cloud: Cloud, image: str, host: str) -> None:
    key = regions.KEYS.get(cloud.region, "").lower()
    hosts = (f"ocir.{cloud.region}.oci.oraclecloud.com", f"{cloud.region}.ocir.io", f"{key}.ocir.io")
    if cloud.is_region_given and host not in hosts:
        raise InvalidParameter(
            f"image {image!r} must be in the registry of the function's region {cloud.region}"
        )


def _validate_presence(
    cloud: Cloud, image: str, reference: image_reference.Reference, digest: str | None
) -> None:
    """An image of the sandbox's own registry must have been pushed; any other is taken as existing."""
    own = reference.namespace == namespace_of(cloud) or any(
        record.outputs.get("displayName") == reference.repository
        and record.outputs.get("namespace") == reference.namespace
        for record in cloud.store.list(REPOSITORY)
    )
    if not own:
        return
    wanted = digest or reference.digest
    found = cloud.store.image(wanted) if wanted else cloud.store.tagged(reference.name)
    if found is None or not found.pushed:
        missing = f"{image}@{wanted}" if wanted else image
        raise InvalidParameter(f"image {missing} does not exist or you do not have access to it")


def _of_their_kind(outputs: Mapping[str, Any]) -> dict[str, Any]:
    """Destinations and concurrency with nothing but what their kind has: the service keeps nothing else."""
    found = {}
    for name, value in outputs.items():
        if name in ("successDestination", "failureDestination") and value:
            kept = ("kind", DESTINATIONS.get(str(value.get("kind")).upper()))
            found[name] = {key: item for key, item in value.items() if key in kept}
        elif name == "provisionedConcurrencyConfig" and value and value.get("strategy") == "NONE":
            found[name] = {"strategy": "NONE"}
    return found


def _source_outputs(call: Call, application: Record | None) -> dict[str, Any]:
    """The image as both the new and the deprecated outputs show it; an archive with its hash."""
    source = source_of(call.inputs)
    kind, image, digest = source.kind, source.image, source.digest
    details = dict(call.inputs.get("sourceDetails") or {"sourceType": "CONTAINER_IMAGE"})
    if kind == "ARCHIVE":
        details["sourceCodeSha256"] = _hash_of_archive(call, application, details)
    if kind != "CONTAINER_IMAGE":
        return {"image": "", "imageDigest": "", "sourceDetails": details}
    resolved = digest or _resolved(call.cloud, str(image))
    found: dict[str, Any] = {"image": image}
    if resolved is not None:
        found["imageDigest"] = resolved
    return {**found, "sourceDetails": {**details, **found}}


def _hash_of_archive(call: Call, application: Record | None, details: Mapping[str, Any]) -> str:
    """The archive is fetched, looked at and kept, unless it is the former one."""
    former = call.former
    if former is not None and former.inputs.get("sourceDetails") == call.inputs.get("sourceDetails"):
        return str(former.outputs["sourceDetails"]["sourceCodeSha256"])
    content = archive.fetched(call.cloud, application, details)
    shape = application.outputs["shape"] if application else SHAPES[0]
    archive.refuse_bad_layout(content, details, shape)
    return archive.keep(call.store, content)


def _resolved(cloud: Cloud, image: str) -> str | None:
    """The digest a tag stands for now; nobody knows it for an image outside the sandbox."""
    reference = image_reference.read(image)
    found = cloud.store.tagged(reference.name) if reference else None
    return found.digest if found else None


def _endpoint(call: Call) -> str:
    host = base64.b32encode(hashlib.sha256(call.id.encode()).digest()).decode().lower()[:11]
    return f"https://{host}.{call.cloud.region}.functions.oci.oraclecloud.com"


RULES = {
    APPLICATION: ApplicationRules(),
    FUNCTION: FunctionRules(),
    INVOKE_FUNCTION: InvokeFunctionRules(),
}
