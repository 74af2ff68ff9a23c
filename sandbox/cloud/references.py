"""OCIDs inside inputs: well-formed, of a type that fits the property, and of something that is there."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from sandbox.cloud import defined_tags, identities
from sandbox.cloud.call import Cloud
from sandbox.cloud.errors import InvalidParameter, NotFound
from sandbox.cloud.existence import exists, is_elsewhere

_SUFFIXES = ("Id", "Ids", "Ocid")
# Properties that hold ids without saying so; what stands there may also be part of a resource.
_ALSO = frozenset({"destinations", "endpoint", "id", "resource"})
# Maps whose keys and values are the program's own.
_FREE = frozenset({"config", "definedTags", "extendedMetadata", "freeformTags", "metadata", "systemTags"})
# What a type takes in place of an OCID: Connector Hub's names of the audit logs.
_WORDS: Mapping[str, frozenset[str]] = {
    "oci:Sch/connector:Connector": frozenset({"_Audit", "_Audit_Include_Subcompartment"}),
}
# What may be in another region than what names it: the other end of a peering, the source of a copy and such.
_ACROSS = re.compile(
    r"peer|remote|(?<!re)source|target|destination(?!s)|replica|standby|primary|backup", re.IGNORECASE
)


def verify(cloud: Cloud, token: str, inputs: Mapping[str, Any]) -> None:
    """Refuse the first OCID that OCI would refuse."""
    defined_tags.verify(cloud, inputs.get("definedTags"))
    for name, place, value in _named(inputs, ""):
        if name in _ALSO:
            _refuse_elsewhere(cloud, token, name, place, value)
            continue
        fits = identities.fitting(token, name)
        ocid = identities.read(value)
        if ocid is None:
            if fits and value and value not in _WORDS.get(token, ()):
                raise InvalidParameter(f"{place} is not an OCID: {value!r}")
            continue
        if fits and ocid.type not in fits:
            wanted = " or ".join(sorted(fits))
            raise InvalidParameter(f"{place} must be the OCID of a {wanted}, not of a {ocid.type}: {value}")
        if not exists(cloud, value, ocid):
            raise NotFound(f"{place} {value} not found")
        _refuse_elsewhere(cloud, token, "" if fits else name, place, value)


def _refuse_elsewhere(cloud: Cloud, token: str, name: str, place: str, value: str) -> None:
    """Refuse what lives in another region, in the words for everything that OCI does not find."""
    if _ACROSS.search(name) is None and not identities.is_global(token) and is_elsewhere(cloud, value):
        raise NotFound(f"{place} {value} not found")


def _named(value: Any, place: str, name: str = "") -> Iterator[tuple[str, str, str]]:
    """Each string below a property that is an id or a list of ids: property, place, string."""
    if isinstance(value, str):
        if name.endswith(_SUFFIXES) or name in _ALSO:
            yield name, place, value
    elif isinstance(value, Mapping):
        for key, item in value.items():
            if key not in _FREE:
                yield from _named(item, f"{place}.{key}" if place else key, key)
    elif isinstance(value, list):
        for index, item in enumerate(value):
            yield from _named(item, f"{place}[{index}]", name)


def region_in(inputs: Mapping[str, Any]) -> str | None:
    """The region of the first OCID in the inputs that has one."""
    for _, _, value in _named(inputs, ""):
        ocid = identities.read(value)
        if ocid is not None and "-" in ocid.region:
            return ocid.region
    return None


def tenancy_in(inputs: Mapping[str, Any]) -> str | None:
    """The first tenancy's OCID in the inputs."""
    for _, _, value in _named(inputs, ""):
        if value.startswith("ocid1.tenancy."):
            return value
    return None
