"""Where a function's code comes from, by either of the two spellings of its inputs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

RECOMPUTE = "require-recompute"
"""What the provider puts into `imageDigest` where a program gives no digest; the service never sees it."""


@dataclass(frozen=True)
class ImageSource:
    """`kind` is a source type in capitals; `digest` is None where only a tag is given."""

    kind: str
    image: Any
    digest: Any


def source_of(inputs: Mapping[str, Any]) -> ImageSource:
    """What the inputs say; `sourceDetails` wins over the deprecated fields."""
    details = inputs.get("sourceDetails") or {}
    given = [details.get("imageDigest"), inputs.get("imageDigest")]
    return ImageSource(
        str(details.get("sourceType", "CONTAINER_IMAGE")).upper(),
        details.get("image") or inputs.get("image"),
        next((digest for digest in given if digest and digest != RECOMPUTE), None),
    )
