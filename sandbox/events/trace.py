"""What happened to one event or call, step by step; as aligned text or as JSON.

`Trace.ok` is the exit status: something was delivered, and nothing that should have been was stopped, failed
or refused.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from typing import Any

_LABEL = 10
_LOG_LINES = 20
_LONG_OCID = re.compile(r"\b(ocid1\.[a-z]+\.)[a-zA-Z0-9.-]{12,}([a-zA-Z0-9]{6})\b")


@dataclass(kw_only=True)
class Access:
    """One question to `oci_iam.decide`, and the answer. `missing` is a statement that would allow it."""

    principal: str
    permission: str
    allowed: bool
    because: str
    statement: str | None = None
    missing: str = ""


@dataclass(kw_only=True)
class Delivery:
    """One action of one rule (or one direct call) from authorisation to answer.

    `outcome`: delivered (the function answered), denied (no grant), failed (the platform's view: 413, 502,
    504, or it could not be run), not-emulated (an action this sandbox has no service for).
    """

    target: str
    outcome: str = "failed"
    reason: str = ""
    access: list[Access] = field(default_factory=list)
    object_access: Access | None = None
    image: str = ""
    memory_mb: int = 0
    timeout_seconds: int = 0
    ready_ms: float | None = None
    call_ms: float | None = None
    status: int | None = None
    answer: Any = None
    logs: list[str] = field(default_factory=list)

    @property
    def ok(self) -> bool:
        """Delivered, and not refused by the function itself."""
        status = self.answer.get("status") if isinstance(self.answer, dict) else None
        return self.outcome == "delivered" and status not in ("refused", "failed")


@dataclass(kw_only=True)
class RuleTrace:
    """One rule: whether it matched, why, and what its actions led to."""

    name: str
    id: str
    stack: str
    matched: bool
    why: str
    deliveries: list[Delivery] = field(default_factory=list)


@dataclass(kw_only=True)
class Trace:
    """One `emit` or `invoke`. `stopped` says why the event reached no rule at all."""

    event: dict[str, Any] | None = None
    notes: list[str] = field(default_factory=list)
    stopped: str = ""
    rules: list[RuleTrace] = field(default_factory=list)
    calls: list[Delivery] = field(default_factory=list)

    @property
    def deliveries(self) -> list[Delivery]:
        """Every delivery, of rules and of direct calls."""
        return [*self.calls, *(one for rule in self.rules for one in rule.deliveries)]

    @property
    def ok(self) -> bool:
        """At least one delivery, and every one of them went well (not-emulated ones don't count)."""
        counted = [one for one in self.deliveries if one.outcome != "not-emulated"]
        return bool(counted) and all(one.ok for one in counted)

    @property
    def summary(self) -> str:
        """The last line: one sentence."""
        if self.stopped:
            return f"not delivered: {self.stopped}"
        if not self.deliveries:
            return "not delivered: no enabled rule matches the event"
        counts: dict[str, int] = {}
        for one in self.deliveries:
            name = "delivered, but refused by the function" if _refused(one) else one.outcome
            counts[name] = counts.get(name, 0) + 1
        return ", ".join(f"{count} {name}" for name, count in counts.items())


def _refused(delivery: Delivery) -> bool:
    return delivery.outcome == "delivered" and not delivery.ok


def as_json(trace: Trace) -> str:
    """The whole trace, indented."""
    return json.dumps({**asdict(trace), "ok": trace.ok, "summary": trace.summary}, indent=2)


def as_text(trace: Trace) -> str:
    """The trace for people: a label, then what it was, one step a line."""
    return "\n".join(line.rstrip() for line in _lines(trace))


def _lines(trace: Trace) -> Iterator[str]:
    if trace.event is not None:
        yield from _event(trace.event)
    for note in trace.notes:
        yield _line(0, "note", note)
    for rule in trace.rules:
        yield ""
        yield _line(
            0, "rule", f"{rule.name}  ({rule.stack})  {'matches' if rule.matched else 'does not match'}"
        )
        yield _line(1, "why", _short(rule.why))
        for delivery in rule.deliveries:
            yield from _delivery(delivery)
    for delivery in trace.calls:
        yield ""
        yield from _delivery(delivery)
    yield ""
    yield _line(0, "result", trace.summary)


def _event(event: dict[str, Any]) -> Iterator[str]:
    data = event.get("data", {})
    yield _line(0, "event", str(event.get("eventType")))
    yield _line(1, "id", str(event.get("eventID")))
    yield _line(1, "resource", str(data.get("resourceName") or data.get("resourceId") or "-"))
    yield _line(1, "in", str(data.get("compartmentId") or "-"))


def _delivery(delivery: Delivery) -> Iterator[str]:
    yield _line(1, "action", _short(delivery.target))
    for access in delivery.access:
        yield from _access(access)
    if delivery.object_access:
        yield from _access(delivery.object_access)
    if delivery.ready_ms is not None:
        yield _line(2, "process", _process(delivery))
    if delivery.status is not None:
        took = f" in {delivery.call_ms:.1f} ms" if delivery.call_ms is not None else ""
        yield _line(2, "status", f"{delivery.status}{took}")
    if delivery.answer is not None:
        yield from _block(2, "answer", json.dumps(delivery.answer, indent=2, ensure_ascii=False).splitlines())
    left_out = len(delivery.logs) - _LOG_LINES
    logs = delivery.logs[-_LOG_LINES:]
    yield from _block(2, "log", [f"... {left_out} lines before", *logs] if left_out > 0 else logs)
    reason = f": {delivery.reason}" if delivery.reason else ""
    yield _line(2, "outcome", f"{delivery.outcome}{reason}")


def _process(delivery: Delivery) -> str:
    limits = f"{delivery.memory_mb} MB, {delivery.timeout_seconds} s"
    return f"ready in {delivery.ready_ms:.0f} ms  ({limits})  {delivery.image}"


def _access(access: Access) -> Iterator[str]:
    who = f"{_short(access.principal)}: {access.permission}"
    yield _line(2, "may" if access.allowed else "may not", who)
    if access.allowed:
        yield _line(3, "by", _short(access.statement or access.because))
        return
    yield _line(3, "because", _short(access.because))
    if access.missing:
        yield _line(3, "missing", access.missing)


def _line(depth: int, label: str, text: str) -> str:
    return f"{'  ' * depth}{label:<{_LABEL}}{_printable(text)}"


def _block(depth: int, label: str, lines: list[str]) -> Iterator[str]:
    for number, line in enumerate(lines):
        yield _line(depth, label if number == 0 else "", line)


def _short(text: str) -> str:
    """OCIDs with their last letters only; JSON, and statements to copy, have them whole."""
    return _LONG_OCID.sub(r"\1…\2", text)


def _printable(text: str) -> str:
    """What functions and event files say may hold control characters, which a terminal would obey."""
    return "".join(char if char.isprintable() or char == " " else f"\\x{ord(char):02x}" for char in text)
