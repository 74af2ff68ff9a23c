"""A resource as the REST API shows it, from what the store keeps in the Pulumi provider's words."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from sandbox.api.tags import nested
from sandbox.cloud.store import Record


def shown(record: Record, *fields: str, **renamed: str) -> dict[str, Any]:
    """What every resource shows, and some of its outputs: under their own names, or `shown="kept"`.

    A time in the provider's form becomes one in the API's; a field nobody has set is null. What came in as a
    secret is not shown.
    """
    outputs = record.outputs
    names = {**{field: field for field in fields}, **renamed}
    return {
        "id": record.id,
        "compartmentId": outputs.get("compartmentId"),
        "lifecycleState": outputs.get("lifecycleState") or outputs.get("state") or "ACTIVE",
        "timeCreated": rfc3339(outputs.get("timeCreated")) or of_seconds(record.created),
        "freeformTags": outputs.get("freeformTags") or {},
        "definedTags": nested(outputs.get("definedTags")),
        **{
            name: _value(name, outputs.get(kept)) for name, kept in names.items() if kept not in record.secret
        },
    }


def chosen(outputs: Mapping[str, Any], arguments: Mapping[str, str | None]) -> bool:
    """Whether a resource as shown fits every filter that is given."""
    return all(wanted is None or str(outputs.get(name)) == wanted for name, wanted in arguments.items())


def rfc3339(text: Any) -> str | None:
    """`2026-01-31 12:00:00.123 +0000 UTC` as the API writes it; what is no such time as it is, if a
    string."""
    if not isinstance(text, str) or not text:
        return None
    plain = text.removesuffix(" +0000 UTC")
    try:
        return _written(datetime.fromisoformat(plain if plain != text else text).replace(tzinfo=UTC))
    except ValueError:
        return text


def of_seconds(seconds: float) -> str:
    """A time since 1970 as the API writes it."""
    return _written(datetime.fromtimestamp(seconds, UTC))


def seconds_since_1970(text: Any) -> float | None:
    """What a time as the API writes it (RFC 3339) stands for; None where it is none."""
    try:
        time = datetime.fromisoformat(text)
        return (time if time.tzinfo else time.replace(tzinfo=UTC)).astimezone(UTC).timestamp()
    except (TypeError, ValueError, OverflowError):
        return None


def in_provider_form(seconds: float) -> str:
    """A time since 1970 as the Pulumi provider, and so the store, writes it."""
    return f"{datetime.fromtimestamp(seconds, UTC):%Y-%m-%d %H:%M:%S.%f}"[:-3] + " +0000 UTC"


def _written(time: datetime) -> str:
    return time.isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _value(name: str, value: Any) -> Any:
    is_time = name.startswith("time") or name.endswith("Date")
    return rfc3339(value) if is_time and isinstance(value, str) else value
