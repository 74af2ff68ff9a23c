"""What Monitoring takes of a post, stream by stream. Sources: the SDK's models, and answers of the service
that people have recorded."""

from __future__ import annotations

import re
import sys
from collections.abc import Mapping
from typing import Any

from sandbox.api.representation import seconds_since_1970
from sandbox.services.monitoring.queries import Sample
from sandbox.services.monitoring.samples import Metric

MOST_STREAMS = 50
_NAMESPACE = re.compile(r"[a-z][a-z0-9_]*[a-z0-9]", re.ASCII)
_RESERVED = ("oci_", "oracle_")
_NAME = re.compile(r"[A-Za-z][A-Za-z0-9._$-]{0,254}", re.ASCII)
_KEY = re.compile(r"[!-~]{1,256}", re.ASCII)
_LONGEST_VALUE = 512
_MOST_DIMENSIONS = 20
_MOST_OCCURRENCES = 2**31
_PAST_SECONDS, _FUTURE_SECONDS = 2 * 3600, 600


class Invalid(ValueError):
    """A stream that the service does not take; the message says why."""


def read(given: Any, now: tuple[float, ...]) -> tuple[Metric, list[Sample]]:
    """One of `metricData`. A time must be near one of `now`. Raises `Invalid`."""
    if not isinstance(given, Mapping):
        raise Invalid("metricData must hold objects")
    points = given.get("datapoints")
    if not isinstance(points, list) or not points:
        raise Invalid("datapoints can not be null or empty")
    metric = Metric(
        compartment_id=_text(given, "compartmentId"),
        namespace=_namespace(_text(given, "namespace")),
        name=_named(given, "name"),
        resource_group=_named(given, "resourceGroup") if given.get("resourceGroup") is not None else "",
        dimensions=_dimensions(given.get("dimensions")),
        metadata=_metadata(given.get("metadata")),
    )
    return metric, [_sample(point, now) for point in points]


def _text(given: Mapping[str, Any], name: str) -> str:
    value = given.get(name)
    if not isinstance(value, str) or not value:
        raise Invalid(f"{name} can not be null or empty")
    return value


def _namespace(text: str) -> str:
    if _NAMESPACE.fullmatch(text) is None or len(text) > 256:
        raise Invalid("namespace must match ^[a-z][a-z0-9_]*[a-z0-9]$")
    if text.startswith(_RESERVED):
        raise Invalid("namespace must not begin with oci_ or oracle_")
    return text


def _named(given: Mapping[str, Any], field: str) -> str:
    text = _text(given, field)
    if _NAME.fullmatch(text) is None:
        raise Invalid(f"{field} must begin with a letter and have only letters, digits and . _ - $")
    return text


def _dimensions(given: Any) -> dict[str, str]:
    if not isinstance(given, Mapping) or not given:
        raise Invalid("dimensions can not be null or empty")
    if len(given) > _MOST_DIMENSIONS:
        raise Invalid(f"dimensions must be 1 to {_MOST_DIMENSIONS}")
    for key, value in given.items():
        if _KEY.fullmatch(key) is None:
            raise Invalid("a dimension's key must have 1 to 256 printable ASCII characters without spaces")
        if not isinstance(value, str) or not 0 < len(value) <= _LONGEST_VALUE:
            raise Invalid(f"a dimension's value must have 1 to {_LONGEST_VALUE} characters")
    return dict(given)


def _metadata(given: Any) -> dict[str, str]:
    if given is None:
        return {}
    if not isinstance(given, Mapping) or not all(
        isinstance(value, str) and len(key) <= 256 and len(value) <= 256 for key, value in given.items()
    ):
        raise Invalid("metadata must have keys and values of at most 256 characters")
    return dict(given)


def _sample(given: Any, now: tuple[float, ...]) -> Sample:
    if not isinstance(given, Mapping):
        raise Invalid("datapoints must hold objects")
    value, count = given.get("value"), given.get("count")
    count = 1 if count is None else count
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not abs(value) <= sys.float_info.max:
        raise Invalid("value must be a number")
    if type(count) is not int or not 1 <= count <= _MOST_OCCURRENCES:
        raise Invalid("count must be greater than zero")
    time = seconds_since_1970(given.get("timestamp"))
    if time is None:
        raise Invalid("timestamp must be a time in the form of RFC 3339")
    if not any(-_PAST_SECONDS < time - one < _FUTURE_SECONDS for one in now):
        raise Invalid("timestamp must be less than two hours in the past and 10 minutes in the future")
    return Sample(time, float(value), count)
