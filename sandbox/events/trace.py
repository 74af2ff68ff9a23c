"""What happened to one event or call, step by step; as aligned text or as JSON.

`Trace.ok` is the exit status: something was delivered, and nothing that should have been was stopped, failed
or refused.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from sandbox.runner.spec import Reply

_LABEL = 10
_LOG_LINES = 20
_OCID = re.compile(r"\b(?P<head>ocid1\.[a-z0-9_-]+\.)(?P<rest>[a-zA-Z0-9._-]*[a-zA-Z0-9])")
_FEWEST_LETTERS = 6
# Below this an OCID is no longer than its short form.
_SHORTEST_REST = 18
# What HTTP itself sets, which tells nothing of the function.
_TRANSPORT = frozenset({"connection", "content-length", "date", "keep-alive", "server", "transfer-encoding"})


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
    function: str = ""
    function_id: str = ""
    stack: str = ""
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
    own_status: int | None = None
    """What the function answered with `status_code=`; the platform passes on 200 in its place."""
    headers: dict[str, str] = field(default_factory=dict)
    answer: Any = None
    logs: list[str] = field(default_factory=list)

    @property
    def ok(self) -> bool:
        """Delivered, and not refused by the function itself, in its answer or by its own status."""
        status = self.answer.get("status") if isinstance(self.answer, dict) else None
        refused = status in ("refused", "failed") or (self.own_status or 0) >= 400
        return self.outcome == "delivered" and not refused

    def answered(self, reply: Reply) -> None:
        """Write down what came back from the function's process."""
        self.status, self.own_status, self.call_ms = reply.status, reply.own_status, reply.milliseconds
        self.headers = {name: value for name, value in reply.headers.items() if name not in _TRANSPORT}
        self.answer = _decoded(reply.body, reply.headers.get("content-type", ""))
        self.outcome = "delivered" if reply.status == 200 else "failed"
        self.reason = reply.problem or (
            "" if reply.status == 200 else "the function reports a failed invocation"
        )

    @property
    def ending(self) -> str:
        """How the run ended, in a few words."""
        if self.status is None:
            return self.reason or self.outcome
        own = f", its own status {self.own_status}" if self.own_status not in (None, 200) else ""
        took = f" in {self.call_ms:.1f} ms" if self.call_ms is not None else ""
        return f"{self.status}{took}{own}"


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
    return "\n".join(line.rstrip() for line in _Text(trace).lines())


class _Text:
    """One trace as lines. OCIDs are short, and no two of them look alike; JSON, and statements to copy, have
    them whole."""

    def __init__(self, trace: Trace) -> None:
        self._trace = trace
        self._short = short_forms(json.dumps(asdict(trace), ensure_ascii=False))

    def lines(self) -> Iterator[str]:
        """All lines, without their ends."""
        trace = self._trace
        if trace.event is not None:
            yield from _event(trace.event)
        for note in trace.notes:
            yield _line(0, "note", note)
        for rule in trace.rules:
            yield ""
            matched = "matches" if rule.matched else "does not match"
            yield _line(0, "rule", f"{rule.name}  ({rule.stack})  {matched}")
            yield _line(1, "why", self._shortened(rule.why))
            for delivery in rule.deliveries:
                yield from self._delivery(delivery)
        for delivery in trace.calls:
            yield ""
            yield from self._delivery(delivery)
        yield ""
        yield _line(0, "result", trace.summary)

    def _delivery(self, delivery: Delivery) -> Iterator[str]:
        yield _line(1, "action", self._shortened(delivery.target))
        for access in delivery.access:
            yield from self._access(access)
        if delivery.object_access:
            yield from self._access(delivery.object_access)
        if delivery.ready_ms is not None:
            yield _line(2, "process", _process(delivery))
        if delivery.status is not None:
            yield _line(2, "status", delivery.ending)
        yield from _block(2, "headers", _own_headers(delivery))
        if delivery.answer is not None:
            answer = json.dumps(delivery.answer, indent=2, ensure_ascii=False)
            yield from _block(2, "answer", answer.splitlines())
        left_out = len(delivery.logs) - _LOG_LINES
        logs = delivery.logs[-_LOG_LINES:]
        yield from _block(2, "log", [f"... {left_out} lines before", *logs] if left_out > 0 else logs)
        reason = f": {delivery.reason}" if delivery.reason else ""
        yield _line(2, "outcome", f"{delivery.outcome}{reason}")

    def _access(self, access: Access) -> Iterator[str]:
        who = f"{self._shortened(access.principal)}: {access.permission}"
        yield _line(2, "may" if access.allowed else "may not", who)
        if access.allowed:
            yield _line(3, "by", self._shortened(access.statement or access.because))
            return
        yield _line(3, "because", self._shortened(access.because))
        if access.missing:
            yield _line(3, "missing", access.missing)

    def _shortened(self, text: str) -> str:
        return _OCID.sub(lambda found: self._short.get(found[0], found[0]), text)


def short_forms(text: str) -> dict[str, str]:
    """A short form for every long OCID in a text: its type, and as many last letters as tell it apart."""
    found = {match[0]: match for match in _OCID.finditer(text)}
    long = {whole: match for whole, match in found.items() if len(match["rest"]) >= _SHORTEST_REST}
    return {whole: _short_form(match, found) for whole, match in long.items()}


def _short_form(match: re.Match[str], others: Mapping[str, re.Match[str]]) -> str:
    rest = match["rest"]
    alike = [
        one["rest"] for whole, one in others.items() if whole != match[0] and one["head"] == match["head"]
    ]
    for letters in range(_FEWEST_LETTERS, len(rest) - _FEWEST_LETTERS):
        if not any(other.endswith(rest[-letters:]) for other in alike):
            return f"{match['head']}…{rest[-letters:]}"
    return match[0]


def _event(event: dict[str, Any]) -> Iterator[str]:
    data = event.get("data", {})
    yield _line(0, "event", str(event.get("eventType")))
    yield _line(1, "id", str(event.get("eventID")))
    yield _line(1, "resource", str(data.get("resourceName") or data.get("resourceId") or "-"))
    yield _line(1, "in", str(data.get("compartmentId") or "-"))


def _own_headers(delivery: Delivery) -> list[str]:
    """The headers of an answer, but for those that the development kit sets in every one."""
    shown = sorted(delivery.headers.items())
    return [f"{name}: {value}" for name, value in shown if not name.startswith("fn-fdk-")]


def _process(delivery: Delivery) -> str:
    limits = f"{delivery.memory_mb} MB, {delivery.timeout_seconds} s"
    ready = f"ready in {delivery.ready_ms:.0f} ms" if delivery.ready_ms else "a warm one"
    return f"{ready}  ({limits})  {delivery.image}"


def _line(depth: int, label: str, text: str) -> str:
    return f"{'  ' * depth}{label:<{_LABEL}}{printable(text)}"


def _block(depth: int, label: str, lines: list[str]) -> Iterator[str]:
    for number, line in enumerate(lines):
        yield _line(depth, label if number == 0 else "", line)


def printable(text: str) -> str:
    """What functions and event files say may hold control characters, which a terminal would obey."""
    return "".join(char if char.isprintable() or char == " " else f"\\x{ord(char):02x}" for char in text)


def _decoded(body: bytes, content_type: str) -> Any:
    """The answer as JSON where it is, else as text; of bytes that are neither, what they are."""
    if not body:
        return None
    try:
        return json.loads(body)
    except (ValueError, RecursionError):
        pass
    try:
        return body.decode()
    except UnicodeDecodeError:
        kind = content_type or "no content type"
        return f"<{len(body)} bytes that are not text ({kind}), beginning {body[:8].hex(' ')}>"
