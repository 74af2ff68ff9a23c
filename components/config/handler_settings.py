"""What the shipped handler reads from its environment, and would refuse at the first event or never find.

The image imports nothing of the project, so this is a second home of the fact; a test holds the two together.
Reasons do not show a value, since somebody may have put a secret there by mistake.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from components.config.connection_section import ConnectionConfig
from components.config.destinations import ObjectsConfig

_DEFAULTS = {"SEVERITY_WARNING": 0.7, "SEVERITY_CRITICAL": 0.9}
_INCIDENTS = "CONNECTION_INCIDENTS"
_TOPIC = "CONNECTION_ALERTS_TOPIC_ID"
_STORAGE_NAME = re.compile(r"(?!\.{1,2}\Z)[A-Za-z0-9_.-]{1,256}", re.ASCII)
# What a value must look like where it is not empty, and the reason when it does not.
_SHAPES = {
    "ALERT_SEVERITY": (
        re.compile("info|warning|critical", re.IGNORECASE),
        "the value is not info, warning or critical",
    ),
    f"{_INCIDENTS}_BUCKET": (_STORAGE_NAME, "the value is not the name of a bucket"),
    f"{_INCIDENTS}_NAMESPACE": (_STORAGE_NAME, "the value is not an Object Storage namespace"),
    f"{_INCIDENTS}_PREFIX": (
        re.compile(r"[A-Za-z0-9_./=-]{0,200}", re.ASCII),
        "the value is not the beginning of object names",
    ),
    "MAX_HOPS": (re.compile("0{0,9}([1-9][0-9]?|100)", re.ASCII), "the value is not a number from 1 to 100"),
    _TOPIC: (
        re.compile(r"ocid1\.onstopic\.[a-z0-9-]+\.[a-z0-9-]*\.[A-Za-z0-9._-]+", re.ASCII),
        "the value is not the OCID of a topic",
    ),
}


def wrong_settings(environment: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    """The variables the handler would refuse, each with the reason."""
    levels = {name: _level(environment.get(name, ""), default) for name, default in _DEFAULTS.items()}
    for name, level in levels.items():
        if level is None:
            yield name, "the value is not a number from 0 to 1"
    warning, critical = levels.values()
    if warning is not None and critical is not None and warning > critical:
        named = next(name for name in _DEFAULTS if environment.get(name, "").strip())
        yield named, "expected SEVERITY_WARNING to be at most SEVERITY_CRITICAL"
    yield from _wrong_connections(environment)


def _wrong_connections(environment: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    given = {name: value for name in _SHAPES if (value := environment.get(name, "").strip())}
    for name, value in given.items():
        shape, reason = _SHAPES[name]
        if not shape.fullmatch(value):
            yield name, reason
    bucket, namespace = f"{_INCIDENTS}_BUCKET", f"{_INCIDENTS}_NAMESPACE"
    missing = sorted({bucket, namespace} - given.keys())
    for name in given:
        if missing and name.startswith(_INCIDENTS):
            yield name, f"it needs {' and '.join(missing)}"


# The connections that the handler looks for by name, what each must be, and what it does with it.
_CONNECTIONS = {
    "incidents": ("write.bucket", "the handler writes its incidents to a bucket"),
    "alerts": ("publish.topic", "the handler publishes its alerts to a topic"),
}


def wrong_connections(connections: Mapping[str, ConnectionConfig]) -> Iterator[tuple[str, str]]:
    """The paths of connections that the handler could not use, each with the reason. One of another name sets
    variables that it does not read."""
    for name, (wanted, reason) in _CONNECTIONS.items():
        if name in connections and (found := connections[name].destination[0]) != wanted:
            yield f"{name}.{found}", f"{reason}; write {wanted} here, or give it another name"
    if _CONNECTIONS.keys() <= connections.keys() and not _reads_incidents(connections):
        yield (
            "incidents",
            "the handler looks at what it wrote before it alerts; add a connection that may read it, such as "
            "marks: {read: {bucket: …}} of the same bucket",
        )


def _reads_incidents(connections: Mapping[str, ConnectionConfig]) -> bool:
    """Whether one of them reads what `incidents` writes; True where that is no bucket, told above."""
    written = connections["incidents"].destination[1]
    if not isinstance(written, ObjectsConfig):
        return True
    return any(
        path == "read.bucket"
        and (said.name, said.existing) == (written.name, written.existing)
        and (written.prefix or "").casefold().startswith((said.prefix or "").casefold())
        for path, said in (each.destination for each in connections.values())
    )


def _level(value: str, default: float) -> float | None:
    try:
        level = float(value) if value.strip() else default
    except ValueError:
        return None
    return level if 0 <= level <= 1 else None
