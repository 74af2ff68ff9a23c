"""How the Pulumi provider treats the types of Functions."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from typing import Any

from sandbox.services.bridge_base import UNKNOWN, Bridge, Failure
from sandbox.services.functions import FUNCTION
from sandbox.services.functions.image_source import RECOMPUTE, source_of
from sandbox.services.functions.rules import IMAGE_FIELDS


class FunctionBridge(Bridge):
    """Functions."""

    def check(self, inputs: Mapping[str, Any]) -> Iterable[Failure]:
        refused = list(super().check(inputs))
        yield from refused or _missing(inputs)

    def sent(self, inputs: dict[str, Any]) -> dict[str, Any]:
        return {name: value for name, value in inputs.items() if (name, value) != ("imageDigest", RECOMPUTE)}

    def ignored(self, inputs: Mapping[str, Any]) -> Collection[str]:
        """The deprecated fields, beside the ones that took their place."""
        details = inputs.get("sourceDetails")
        return IMAGE_FIELDS if isinstance(details, dict) and details.get("image") else ()

    def unsettled(self, inputs: Mapping[str, Any]) -> Collection[str]:
        """A tag may stand for another image at every deploy."""
        if inputs.get("sourceDetails") is UNKNOWN or inputs.get("imageDigest") is UNKNOWN:
            return ()
        source = source_of(inputs)
        return ("imageDigest",) if source.kind == "CONTAINER_IMAGE" and source.digest is None else ()

    def planned(self, inputs: Mapping[str, Any], outputs: dict[str, Any]) -> dict[str, Any]:
        if inputs.get("sourceDetails") is UNKNOWN:
            return {**outputs, "image": UNKNOWN, "imageDigest": UNKNOWN}
        source = source_of(inputs)
        if source.kind != "CONTAINER_IMAGE":
            return {**outputs, "image": "", "imageDigest": ""}
        return {**outputs, "image": source.image or UNKNOWN, "imageDigest": source.digest or UNKNOWN}


# What each source type cannot do without.
_REQUIRED = {
    "ARCHIVE": ("archiveSourceDetails", "runtimeConfig"),
    "CONTAINER_IMAGE": ("image",),
    "PRE_BUILT_FUNCTIONS": ("pbfListingId",),
}


def _missing(inputs: Mapping[str, Any]) -> Iterable[Failure]:
    """What the provider's plan finds missing in where the code comes from."""
    details, image = inputs.get("sourceDetails"), inputs.get("image")
    if details is UNKNOWN:
        return
    if details:
        yield from _wrong_source(details, image, inputs.get("imageDigest"))
    elif not image:
        yield Failure("sourceDetails", "one of sourceDetails, or image and imageDigest, must be specified")


def _wrong_source(details: Mapping[str, Any], image: Any, digest: Any) -> Iterable[Failure]:
    """What it finds missing in `sourceDetails`, and what must not stand there or beside it."""
    kind = details.get("sourceType")
    wanted = kind.upper() if isinstance(kind, str) else ""
    for field in _REQUIRED.get(wanted, ()):
        if not details.get(field) and not (field == "image" and image):
            yield Failure(f"sourceDetails.{field}", f"is required for the source type {kind}")
    if wanted != "CONTAINER_IMAGE" and (image or digest not in (None, RECOMPUTE)):
        yield Failure("image", f"image and imageDigest cannot be set for the source type {kind}")
    runtime = details.get("runtimeConfig")
    if isinstance(runtime, dict):
        manual = str(runtime.get("runtimeConfigType")).upper() == "MANUAL"
        if manual and not runtime.get("functionsRuntimeVersionId"):
            yield Failure(
                "sourceDetails.runtimeConfig.functionsRuntimeVersionId",
                "is required where runtimeConfigType is MANUAL",
            )


BRIDGES = {FUNCTION: FunctionBridge}
