"""The log of functions: one entry a run, as the invoke log of an application has it, kept within a bound.

A file of JSON lines, and the one before it. Not Oracle's Logging service: nothing can be searched in it.
"""

from __future__ import annotations

import json
from collections.abc import Generator, Iterable, Iterator
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path

from sandbox import bounded_log
from sandbox.cloud.kept_secrets import KeptSecrets
from sandbox.events.trace import Trace

_LARGEST = 1024 * 1024
_LINES = 200
_LINE = 2000


@dataclass(frozen=True, kw_only=True)
class Run:
    """One run of a function: when, how it ended, and the last lines it printed."""

    time: str
    """RFC 3339, UTC."""
    stack: str
    function: str
    id: str
    """The function's OCID."""
    ended: str
    """`200 in 61 ms`, or why there was no answer."""
    lines: list[str]


def now() -> str:
    """The time of a run that ends now."""
    return datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def runs_of(trace: Trace) -> list[Run]:
    """What of a trace belongs into the log: every function that was started."""
    return [
        Run(
            time=now(),
            stack=one.stack,
            function=one.function,
            id=one.function_id,
            ended=one.ending,
            lines=one.logs,
        )
        for one in trace.deliveries
        if one.ready_ms is not None or one.logs
    ]


def append(folder: Path, runs: Iterable[Run], kept: KeptSecrets | None = None) -> None:
    """Note runs in the sandbox's log, without secrets that the store keeps. Raises `SandboxFault` if it
    cannot be written."""
    kept = kept or KeptSecrets(folder)
    hidden = [Run(**kept.hide_in(asdict(run))) for run in runs]  # before a line is cut in the middle of one
    text = "".join(json.dumps(asdict(_bounded(run)), ensure_ascii=True) + "\n" for run in hidden)
    if not text:
        return
    bounded_log.append(_path(folder), "the functions' log", text, _LARGEST)


def read(folder: Path, stack: str | None = None, function: str | None = None) -> Iterator[Run]:
    """The runs in the log, oldest first, of one stack or function where that is asked for.

    A line that a kill cut off is passed over. Raises `SandboxFault` if the log cannot be read.
    """
    yield from _chosen(bounded_log.lines(_path(folder)), stack, function)


def follow(
    folder: Path, most: int, stack: str | None = None, function: str | None = None
) -> Generator[list[Run], None, None]:
    """The newest runs of the log, at most so many; then, at each further step, those that ended since."""
    with bounded_log.Tail(_path(folder)) as tail:
        yield list(_chosen(tail.first(), stack, function))[-most:]
        while True:
            yield list(_chosen(tail.new(), stack, function))


def _chosen(lines: Iterable[str], stack: str | None, function: str | None) -> Iterator[Run]:
    for line in lines:
        run = _run(line)
        if run and stack in (None, run.stack) and function in (None, run.function, run.id):
            yield run


def _run(line: str) -> Run | None:
    try:
        return Run(**json.loads(line))
    except (ValueError, TypeError):
        return None


def _bounded(run: Run) -> Run:
    lines = [line if len(line) <= _LINE else f"{line[:_LINE]}..." for line in run.lines[-_LINES:]]
    return Run(**{**asdict(run), "lines": lines})


def _path(folder: Path) -> Path:
    return folder / "logs" / "functions.jsonl"
