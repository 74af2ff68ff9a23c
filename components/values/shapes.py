"""What a JSON schema can say of the checks of values, for editors; by the check.

A schema may take what a check refuses (sums of bytes, regions that do not agree), and never refuses what one
takes.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any

from components.values import event_types, limits

Keywords = Mapping[str, Any]

# What these checks compare with is theirs, and stated beside them alone.
_PATTERNS = {
    limits.name: limits._NAME,
    limits.region: limits._REGION,
    limits.bucket: limits._BUCKET,
    limits.digest: limits._DIGEST,
    limits.image_reference: limits._IMAGE,
    limits.domain: limits._HOST,
}
_OCIDS = {
    limits.tenancy: "tenancy",
    limits.compartment: "compartment",
    limits.trace_domain: "apmdomain",
    limits.group: "group",
    limits.edge_certificate: "waascertificate",
}
_LISTS: Mapping[Callable[[Any], Any], tuple[str, Keywords]] = {
    limits.subnets: ("subnet", {"minItems": 1, "maxItems": 3, "uniqueItems": True}),
    limits.security_groups: ("networksecuritygroup", {"maxItems": 5}),
    limits.keys: ("key", {}),
    limits.users: ("user", {"uniqueItems": True}),
}


def keywords_of(judge: Callable[[Any], Any]) -> Keywords:
    """The keywords for values that a check takes; none where a schema cannot say it."""
    return _KNOWN.get(judge, {})


def _pattern(pattern: str) -> str:
    """A whole match as ECMA writes it, which names groups in another way."""
    return f"^(?:{re.sub(r'[(][?]P<[a-z]+>', '(', pattern)})$"


def _ocid(kind: str) -> Keywords:
    pattern = limits._OCID.pattern.replace("(?P<type>[a-z0-9]+)", kind)
    return {"pattern": _pattern(pattern)}


# Editors offer the known ones; others are taken too, for a function of one's own.
_EVENT_TYPE: Keywords = {
    "anyOf": [
        {"enum": sorted(map(str, event_types.EventType))},
        {"pattern": _pattern(event_types._TYPE.pattern)},
    ]
}

_KNOWN: Mapping[Callable[[Any], Any], Keywords] = {
    event_types.event_type: _EVENT_TYPE,
    limits.memory: {"enum": list(limits.MEMORY_IN_MBS)},
    limits.shape: {"enum": list(limits.SHAPES)},
    limits.log_retention: {"enum": list(limits.LOG_RETENTION_IN_DAYS)},
    limits.timeout: {"minimum": 1, "maximum": 300},
    limits.detached_timeout: {"minimum": limits.LEAST_DETACHED, "maximum": 3600},
    limits.function_config: {
        "propertyNames": {"pattern": _pattern(rf"(?!(?:[Ff][Nn]|[Oo][Cc][Ii])_){limits._CONFIG_KEY.pattern}")}
    },
    **{judge: {"pattern": _pattern(found.pattern)} for judge, found in _PATTERNS.items()},
    **{judge: _ocid(kind) for judge, kind in _OCIDS.items()},
    **{judge: {"items": _ocid(kind), **more} for judge, (kind, more) in _LISTS.items()},
}
