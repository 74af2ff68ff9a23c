"""Why a request was answered as it was: what its answer does not say."""

from __future__ import annotations

from collections.abc import Iterator

from sandbox.rest.request_log import Entry, Right

_NOT_THERE = "no right was refused; something that the request names is not on the sandbox, or elsewhere"


def explained(entry: Entry) -> str:
    """A request and its decisions, for a person."""
    return "\n".join(_lines(entry))


def _lines(entry: Entry) -> Iterator[str]:
    what = f"{entry.service} {entry.operation}" if entry.operation else entry.host
    yield f"request     {entry.request_id}  {entry.time}"
    yield f"operation   {what}"
    yield f"answer      {entry.status} {entry.code}".rstrip()
    if entry.principal:
        yield f"principal   {entry.principal}" + (
            f" ({entry.principal_id})" if entry.principal_id not in entry.principal else ""
        )
        yield f"groups      {', '.join(entry.groups) or 'none'}"
    if entry.reason:
        yield f"reason      {entry.reason}"
    if entry.principal and entry.status == 404 and all(right.allowed for right in entry.rights):
        yield f"note        {_NOT_THERE}"
    for right in entry.rights:
        yield from _of_right(right)


def _of_right(right: Right) -> Iterator[str]:
    yield f"{'granted' if right.allowed else 'missing'}     {right.permission} in {right.compartment_id}"
    for name, value in sorted(right.variables.items()):
        yield f"  {name} = {value}"
    yield f"  because   {right.because}"
    if not right.allowed:
        yield f"  allows it {right.suggestion}"
        yield f"  attach to {right.place}"
