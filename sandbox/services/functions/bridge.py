"""How the Pulumi provider treats the types of Functions."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any

from sandbox.services.bridge_base import UNKNOWN, Bridge, Failure
from sandbox.services.functions import APPLICATION, FUNCTION, INVOKE_FUNCTION
from sandbox.services.functions.rules import DESTINATIONS, IMAGE_FIELDS, SOURCES


class FunctionBridge(Bridge):
    """Functions."""

    def check(self, inputs: Mapping[str, Any]) -> Iterable[Failure]:
        memory = inputs.get("memoryInMbs")
        if isinstance(memory, str) and not re.fullmatch(r"-?[0-9]{1,19}", memory):
            yield Failure("memoryInMbs", f"expected a 64-bit integer, got {memory!r}")
        source = inputs.get("sourceDetails")
        kind = source.get("sourceType") if isinstance(source, dict) else None
        if isinstance(kind, str) and kind.upper() not in SOURCES:
            yield Failure("sourceDetails.sourceType", f"expected one of {', '.join(SOURCES)}, got {kind!r}")
        for name in ("successDestination", "failureDestination"):
            destination = inputs.get(name)
            kind = destination.get("kind") if isinstance(destination, dict) else None
            if isinstance(kind, str) and kind.upper() not in DESTINATIONS:
                yield Failure(f"{name}.kind", f"expected one of {', '.join(DESTINATIONS)}, got {kind!r}")

    def same(self, name: str, old: Any, new: Any) -> bool:
        return name == "memoryInMbs" and str(old).lstrip("0") == str(new).lstrip("0")

    def planned(self, inputs: Mapping[str, Any], outputs: dict[str, Any]) -> dict[str, Any]:
        source = inputs.get("sourceDetails") or {}
        shown = dict(outputs)
        for name in IMAGE_FIELDS:
            given = source.get(name, inputs.get(name)) if isinstance(source, dict) else UNKNOWN
            shown[name] = UNKNOWN if given is None and "image" not in inputs else given
        if shown["imageDigest"] is None:
            shown["imageDigest"] = UNKNOWN
        return shown


BRIDGES = {
    APPLICATION: Bridge(
        force_new={"displayName", "shape", "subnetIds"}, unordered={"networkSecurityGroupIds"}
    ),
    FUNCTION: FunctionBridge(
        force_new={"applicationId", "displayName", "sourceDetails.pbfListingId", "sourceDetails.sourceType"}
    ),
    INVOKE_FUNCTION: Bridge(
        force_new={
            "base64EncodeContent",
            "fnIntent",
            "fnInvokeType",
            "functionId",
            "inputBodySourcePath",
            "invokeFunctionBody",
            "invokeFunctionBodyBase64Encoded",
            "isDryRun",
        }
    ),
}
