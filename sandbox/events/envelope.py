"""Event files: read, checked, and completed to what Events sends (CloudEvents 0.1).

Stricter than the function, which must live with what arrives: a file that is wrong here is a typo.
"""

from __future__ import annotations

import json
import re
import uuid
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, NoReturn
from urllib.parse import unquote

from sandbox.events.input_file import InputFileError, read_input

# An envelope is a few kilobytes; this only keeps a wrong file from being read whole.
_LARGEST_FILE = 8 * 1024 * 1024
_EXAMPLE = "com.oraclecloud.objectstorage.createobject"
OBJECT_TYPES = (_EXAMPLE, "com.oraclecloud.objectstorage.updateobject")
_HALF = re.compile("[\ud800-\udfff]")
_RESOURCE_ID = re.compile(r"/n/([^/]+)/b/([^/]+)/o/(.+)", re.DOTALL)


class EventFileError(InputFileError):
    """An event that cannot be used; the message is one line that names its file."""


@dataclass(frozen=True)
class ObjectRef:
    """The object an Object Storage event names, and the compartment the event says its bucket is in."""

    namespace: str
    bucket: str
    name: str
    compartment_id: str = ""


def read_event_file(path: Path) -> dict[str, Any]:
    """The envelope in a file. Raises `EventFileError`."""
    value = _json(path)
    if not isinstance(value, dict):
        raise EventFileError(f"{path}: an event is a JSON object, not {_kind(value)}")
    if not isinstance(value.get("eventType"), str) or not value["eventType"]:
        raise EventFileError(f"{path}: eventType is missing; it must be a string such as {_EXAMPLE}")
    if not isinstance(value.get("data"), dict):
        raise EventFileError(f"{path}: data is missing; it must be an object")
    if not compartment_of(value):
        raise EventFileError(
            f"{path}: data.compartmentId is missing: no rule could be looked up for the event"
        )
    return value


def completed(event: Mapping[str, Any]) -> tuple[dict[str, Any], list[str]]:
    """The event with what Events always sets, and the names of the fields that were added."""
    defaults = {
        "cloudEventsVersion": "0.1",
        "eventTypeVersion": "2.0",
        "eventID": str(uuid.uuid4()),
        "eventTime": datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z"),
        "contentType": "application/json",
    }
    added = [name for name in defaults if name not in event]
    return {**dict(event), **{name: defaults[name] for name in added}}, added


def compartment_of(event: Mapping[str, Any]) -> str:
    """The compartment an event belongs to: `data.compartmentId`, else that of the extensions."""
    for part in ("data", "extensions"):
        holder = event.get(part)
        value = holder.get("compartmentId") if isinstance(holder, dict) else None
        if isinstance(value, str) and value:
            return value
    return ""


def object_of(event: Mapping[str, Any]) -> ObjectRef | None:
    """The object of a created or updated object's event; None for any other event, or when it names none."""
    data = event.get("data")
    if event.get("eventType") not in OBJECT_TYPES or not isinstance(data, Mapping):
        return None
    details = data.get("additionalDetails")
    details = details if isinstance(details, Mapping) else {}
    by_id = _RESOURCE_ID.fullmatch(str(data.get("resourceId")))
    parts = [unquote(part) for part in by_id.groups()] if by_id else ["", "", ""]
    namespace = details.get("namespace") or parts[0]
    bucket = details.get("bucketName") or parts[1]
    name = data.get("resourceName") or parts[2]
    if not all(isinstance(part, str) and part for part in (namespace, bucket, name)):
        return None
    return ObjectRef(namespace, bucket, name, compartment_of(event))


def _json(path: Path) -> Any:
    def constant(name: str) -> NoReturn:
        raise EventFileError(f"{path}: {name} is not JSON")

    body = read_input(path, _LARGEST_FILE)
    try:
        value = json.loads(body.decode("utf-8-sig"), parse_constant=constant)
        half = _half_character(value, "") if b"\\u" in body else None
    except UnicodeDecodeError:
        raise EventFileError(f"{path}: not UTF-8") from None
    except json.JSONDecodeError as error:
        raise EventFileError(f"{path}:{error.lineno}:{error.colno}: not JSON: {error.msg}") from None
    except RecursionError:
        raise EventFileError(f"{path}: nested too deeply") from None
    except ValueError:  # an integer of more than 4,300 digits
        raise EventFileError(f"{path}: a number is too long") from None
    if half is not None:
        raise EventFileError(f"{path}: {half} contains half of a surrogate pair, which is not a character")
    return value


def _half_character(value: Any, place: str) -> str | None:
    """Where the event holds half of a surrogate pair, which JSON can spell and no service can send."""
    if isinstance(value, str):
        return place if _HALF.search(value) else None
    items: Iterable[tuple[str, Any]] = ()
    if isinstance(value, dict):
        items = ((f"{place}.{key}" if place else key, inner) for key, inner in value.items())
    elif isinstance(value, list):
        items = ((f"{place}[{index}]", inner) for index, inner in enumerate(value))
    for where, inner in items:
        if _HALF.search(where):
            return f"a key of {place or 'the event'}"
        found = _half_character(inner, where)
        if found is not None:
            return found
    return None


def _kind(value: object) -> str:
    return {list: "a list", str: "text", type(None): "null"}.get(type(value), "a number or boolean")
