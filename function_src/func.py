"""Entry point for the Functions Development Kit: `fdk /function/func.py handler`.

Translates between the kit and `ai_events.processing`, writes one JSON log line per invocation, and is the
catch-all error handler: whatever goes wrong inside becomes a structured answer, and the process lives on for
the next event.

Status: an answer that must not be repeated (`processed`, `ignored`, `refused`) has a status that the kit
passes on as 200; through API Gateway the real one (400, 403, 413 ...) travels in `fn-http-status`. A `failed`
answer is a 502: what raising would give, but with a structured body and no exception text in it.
"""

from __future__ import annotations

import contextlib
import io
import json
import logging
import os
import sys
import time
import traceback

from fdk import response
from fdk.context import InvokeContext

from ai_events import batches, effects, objects, processing
from ai_events.deadline import Deadline
from ai_events.identity import ResourcePrincipal
from ai_events.processing import Answer
from ai_events.service import Service
from ai_events.settings import Settings

# The kit sets the root logger to DEBUG; the client's would write request details at that level.
logging.getLogger("urllib3").setLevel(logging.ERROR)


def handler(ctx: InvokeContext, data: io.BytesIO | None = None) -> response.Response:
    """Processes one invocation: an OCI event, a Monitoring alarm, or an AI result sent directly."""
    started = time.monotonic()
    try:
        body = data.getvalue() if data else b""
        answer = _answer(ctx, body)
    except Exception as error:  # noqa: BLE001 the catch-all: an event must not take the process down
        answer = _internal_error(error)
    _log(ctx, answer, started)
    return response.Response(
        ctx,
        response_data=json.dumps(answer.body, allow_nan=False),
        headers={"Content-Type": "application/json"},
        status_code=answer.http_status,
    )


def _answer(ctx: InvokeContext, body: bytes) -> Answer:
    """Grades first; what follows from it is done before anybody hears of it."""
    config, deadline = ctx.Config(), Deadline.of_invocation(ctx.Deadline())

    def open_service() -> Service:
        return Service(ResourcePrincipal(os.environ), deadline)

    def open_reader(settings: Settings) -> objects.ObjectReader:
        if settings.sandbox_object_dir:
            return objects.FolderReader(settings.sandbox_object_dir)
        return objects.StorageReader(open_service())

    def one(record: batches.Record) -> Answer:
        if record.body is None:
            return batches.ignored(record)
        graded = batches.named(processing.process(record.body, config, open_reader), record)
        return effects.carry_out(graded, record.body, record.id, config, open_service)

    records = batches.records(body, config)
    if records is not None:
        return batches.joined([one(record) for record in records])
    answer = processing.process(body, config, open_reader)
    return effects.carry_out(answer, body, str(ctx.CallID() or ""), config, open_service)


def _internal_error(error: Exception) -> Answer:
    """Logs where it happened, but neither the exception's text nor any value: they may hold secrets."""
    frames = traceback.extract_tb(error.__traceback__)
    _write({"level": "error", "error": type(error).__name__, "at": [f"{f.name}:{f.lineno}" for f in frames]})
    message = "internal error of the function; see its log"
    return Answer(
        502, {"status": "failed", "dedupeKey": None, "reason": {"code": "internal-error", "message": message}}
    )


def _log(ctx: InvokeContext, answer: Answer, started: float) -> None:
    levels = {"refused": "warning", "failed": "error"}
    line = {
        "level": levels.get(str(answer.body["status"]), "info"),
        "callId": ctx.CallID(),
        "milliseconds": round((time.monotonic() - started) * 1000, 1),
    }
    _write(line | answer.loggable())


def _write(line: dict[str, object]) -> None:
    """A log that cannot be written must not cost the answer."""
    with contextlib.suppress(OSError, ValueError):
        print(json.dumps(line), file=sys.stderr, flush=True)
