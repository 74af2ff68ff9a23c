"""Refuses a function whose code can change without the program changing: a tag, or an unversioned archive.

A digest that is set and unknown at preview is pinned. Does not ask whether the image exists, or who signed
it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Final

from oci_functions_guard.resource import Resource
from oci_functions_guard.rule import Case, Later, Said, Violation
from oci_functions_guard.values import UNKNOWN, Value, kind_of, reveal

__all__ = ["applies", "check"]

_FUNCTION: Final = "oci:Functions/function:Function"
_DIGEST: Final = re.compile(r"sha256:[0-9a-f]{64}")
# What the provider puts in the place of a digest that the program leaves out; it is none.
_LEFT_OUT: Final = (None, "", "require-recompute")
_PINNED_REFERENCE: Final = re.compile(r"[^@\s]+@sha256:[0-9a-f]{64}")


def applies(resource: Resource) -> bool:
    return resource.type == _FUNCTION


def check(case: Case) -> Iterator[Said]:
    source = case.resource.get("sourceDetails")
    if source is UNKNOWN:
        yield Later("sourceDetails is unknown")
    elif isinstance(source, dict) and source:
        yield from _check_source(source)
    elif source is None or source == {}:
        yield from _check_image(case.resource.props, "")
    else:
        yield Violation(f"sourceDetails: expected an object, found {kind_of(source)}")


def _check_source(source: Mapping[str, Value]) -> Iterator[Said]:
    """`sourceDetails` counts wherever it is set, whatever `image` beside it says."""
    kind = reveal(source.get("sourceType"))
    kind = kind.upper() if isinstance(kind, str) else kind  # the provider ignores the case
    if kind == "PRE_BUILT_FUNCTIONS":
        return  # Oracle keeps these; there is nothing a program could pin
    if kind == "ARCHIVE":
        yield from _check_archive(reveal(source.get("archiveSourceDetails")), source)
    else:
        yield from _check_image(source, "sourceDetails.")


def _check_image(fields: Mapping[str, Value], path: str) -> Iterator[Said]:
    image, digest = reveal(fields.get("image")), reveal(fields.get("imageDigest"))
    if digest is UNKNOWN or (isinstance(digest, str) and _DIGEST.fullmatch(digest)):
        return
    if digest not in _LEFT_OUT:
        yield Violation(
            f"{path}imageDigest: expected sha256: and 64 hexadecimal digits, found something else"
        )
    elif image is UNKNOWN:
        yield Later(f"{path}image is unknown and {path}imageDigest is not set")
    elif not (isinstance(image, str) and _PINNED_REFERENCE.fullmatch(image)):
        yield Violation(
            f"{path}imageDigest is not set, so the function runs whatever image the tag points to"
        )


def _check_archive(archive: Value, source: Mapping[str, Value]) -> Iterator[Said]:
    place = "sourceDetails.archiveSourceDetails"
    if archive is UNKNOWN:
        yield Later(f"{place} is unknown")
    elif not isinstance(archive, dict):
        yield Violation(f"{place}: expected an object, found {kind_of(archive)}")
    elif reveal(archive.get("archiveSourceType")) == "DIRECT_ARCHIVE":
        return  # the code is an input of the program itself
    elif not (reveal(archive.get("objectVersionId")) or reveal(source.get("sourceCodeSha256"))):
        yield Violation(
            f"{place}.objectVersionId is not set, so the function runs the latest version of the object"
        )
