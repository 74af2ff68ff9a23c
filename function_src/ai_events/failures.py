"""What can go wrong with an event, in the two ways that matter to whoever sent it.

    EventFailure
    ├── Refusal       the input is at fault, now and the next time: answered, not reported as a failure
    └── Unprocessed   the surroundings are (configuration, network, a missing grant): reported to the
                      platform as a failed invocation, so that it is delivered again or shows in the metric

Messages are written to the log. They consist of fixed text, places (`anomalies[1].score`), kinds (`a string`)
and short quotes of *names*: of events, objects, buckets and variables. They never carry a value or key of a
result, nor the text of an exception raised by a library, which may hold a URL with a token, a key or a
header.
"""

from __future__ import annotations

_MAX_QUOTE = 80
_KINDS: dict[type, str] = {
    type(None): "null",
    bool: "a boolean",
    int: "a number",
    float: "a number",
    str: "a string",
    list: "an array",
    dict: "an object",
}


class EventFailure(Exception):
    """A reason with a stable code (kebab-case), one sentence for people, and the HTTP status that fits."""

    def __init__(self, code: str, message: str, http_status: int) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.http_status = http_status


class Refusal(EventFailure):
    """The input cannot be processed, now or later. Not for anything that a retry could mend."""

    def __init__(self, code: str, message: str, http_status: int = 422) -> None:
        super().__init__(code, message, http_status)


class Unprocessed(EventFailure):
    """The input may be fine, but it could not be processed this time.

    The status is 502 because that is what the platform counts as a failed invocation: the kit passes on only
    200, 502 and 504, and turns every other status into 200.
    """

    def __init__(self, code: str, message: str) -> None:
        super().__init__(code, message, 502)


def quote(value: object) -> str:
    """Shows an untrusted name in a message: printable ASCII, on one line, and short."""
    text = ascii(value)
    return text if len(text) <= _MAX_QUOTE else f"{text[: _MAX_QUOTE - 3]}..."


def kind(value: object) -> str:
    """Names the JSON type of a value (`a string`), where its content must not be shown."""
    return _KINDS.get(type(value), "an unknown value")
