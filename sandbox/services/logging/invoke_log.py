"""What functions print, in the invoke log of their application: one entry a line.

Only where there is such a log, and it is enabled: as in OCI, what is printed elsewhere is in no log of
Logging's. The lines that OCI adds at the start and the end of a call are not imitated.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from sandbox.cloud import clock
from sandbox.cloud.store import Record, Store
from sandbox.services.logging import LOG, entries

TYPE = "com.oraclecloud.functions.application.functioninvoke"


@dataclass(frozen=True)
class Printed:
    """A line: when, in seconds since 1970, on STDOUT or STDERR, and its text."""

    time: float
    stream: str
    text: str


@dataclass(frozen=True, kw_only=True)
class Invoked:
    """Whose lines they are."""

    function_id: str
    function_name: str
    app_id: str
    app_name: str
    request_id: str = ""


def record(store: Store, invoked: Invoked, lines: Iterable[Printed]) -> None:
    """Put lines of one call into the invoke logs of the function's application."""
    logs = [log for log in store.list(LOG) if _is_invoke_log(log, invoked.app_id)]
    if not logs:
        return
    found = [
        entries.NewEntry(
            data={
                "applicationId": invoked.app_id,
                "functionId": invoked.function_id,
                "message": line.text[: entries.LONGEST],
                "opcRequestId": invoked.request_id,
                "src": line.stream,
            },
            time=line.time,
            source=invoked.app_name,
            subject=invoked.function_name,
            type=TYPE,
        )
        for line in lines
    ]
    for log in logs:
        entries.record(store, log, found, clock.now(store))


def _is_invoke_log(log: Record, app_id: str) -> bool:
    source = (log.outputs.get("configuration") or {}).get("source") or {}
    wanted = ("functions", app_id, "invoke")
    found = (source.get("service"), source.get("resource"), source.get("category"))
    return found == wanted and log.outputs.get("isEnabled") is not False
