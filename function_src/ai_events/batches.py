"""A batch of Connector Hub: a JSON array of records, each of which is one event.

| source    | a record is recognised by            | what is processed                                   |
|-----------|--------------------------------------|-----------------------------------------------------|
| stream    | `stream`, `partition`, `value`       | the message, decoded                                |
| queue     | `content` beside `id`                | the message                                         |
| log       | `logContent`, or `data` and `oracle` | `data` if it is a result, else one in its `message` |
| metric    | `namespace`, `datapoints`            | nothing: ignored                                    |
| any other |                                      | the record itself                                   |

A record without an id of its own gets one of its place in the source and its content: delivered again it is
the same, and messages of two queues that count alike are two.

The answer is `failed` if one record failed, because the connector knows only whole batches: it delivers all
of them again, and what is done is found done. A record that is refused is in quarantine and fails nothing.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import json
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from ai_events.failures import EventFailure
from ai_events.processing import STATUSES, Answer
from ai_events.results import has_result
from ai_events.settings import read_settings
from ai_events.strict_json import JsonObject, JsonValue, parse

# More than fit into an invocation with anything in them; as one body they are refused.
_MOST = 10_000


@dataclass(frozen=True)
class Record:
    """One record: what is to be processed, None for nothing, and its id."""

    id: str
    body: bytes | None


def records(body: bytes, config: Mapping[str, str]) -> list[Record] | None:
    """The records of a batch; None for anything else, a batch that cannot be read included."""
    if not body.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"["):
        return None
    try:
        value = parse(body, read_settings(config).max_event_bytes)
    except EventFailure:
        return None
    if not isinstance(value, list) or len(value) > _MOST:
        return None
    return [_record(each) for each in value]


def _record(value: JsonValue) -> Record:
    if isinstance(value, dict):
        if value.keys() >= {"stream", "partition", "value"}:
            return _of_stream(value)
        if isinstance(value.get("content"), str) and "id" in value:
            return _named("queue", [value["id"]], str(value["content"]).encode())
        if isinstance(value.get("logContent"), dict) or value.keys() >= {"data", "oracle"}:
            return _of_log(value)
        if value.keys() >= {"namespace", "datapoints"}:
            return replace(_named("metric", [], _text(value)), body=None)
    return _named("record", [], _text(value))


def _of_stream(value: JsonObject) -> Record:
    place = [value["stream"], value["partition"], value.get("offset")]
    try:
        body = base64.b64decode(str(value["value"]), validate=True)
    except (binascii.Error, ValueError):
        body = str(value["value"]).encode()
    return _named("stream", place, body)


def _of_log(value: JsonObject) -> Record:
    inner = value.get("logContent")
    entry = inner if isinstance(inner, dict) else value
    data = entry.get("data")
    message = data.get("message") if isinstance(data, dict) else data
    body: bytes | None = None
    if has_result(data):
        body = _text(data)
    elif isinstance(message, str) and message.lstrip().startswith("{"):
        body = message.encode()
    return replace(_named("log", [entry.get("id")], _text(entry)), body=body)


def _text(value: JsonValue) -> bytes:
    return json.dumps(value, sort_keys=True).encode()


def _named(source: str, place: Sequence[JsonValue], body: bytes) -> Record:
    where = "".join(f"{each}:" for each in place if isinstance(each, str | int))
    return Record(f"{source}:{where[:120]}{hashlib.sha256(body).hexdigest()[:24]}", body)


def named(answer: Answer, record: Record) -> Answer:
    """The answer to a record, with the record's id where what it holds has none."""
    return replace(answer, body=answer.body | {"dedupeKey": answer.body["dedupeKey"] or record.id})


def ignored(record: Record) -> Answer:
    """The answer to a record with nothing to process."""
    return Answer(200, {"status": "ignored", "dedupeKey": record.id})


def joined(answers: Sequence[Answer]) -> Answer:
    """One answer to a batch: `failed` if one record did, else the most that became of any; how many went how,
    and each record's answer. The reason is that of the first."""
    counts = Counter(str(answer.body["status"]) for answer in answers)
    worst = next((status for status in ("failed", "processed", "refused") if counts[status]), "ignored")
    body: JsonObject = {
        "status": worst,
        "dedupeKey": None,
        "counts": {status: counts[status] for status in STATUSES if counts[status]},
        "records": [answer.body for answer in answers],
    }
    first = next((answer for answer in answers if answer.body["status"] == worst), Answer(200))
    if "reason" in first.body:
        body["reason"] = first.body["reason"]
    return Answer(first.http_status, body)
