"""What a gateway itself answers when it does not pass a request on."""

from __future__ import annotations

from collections.abc import Mapping
from http import HTTPStatus

from sandbox.api.response import ApiResponse, as_json


class Refusal(Exception):
    """A gateway's own answer. `reason` is for the log; the client sees only what belongs to the status, or
    `text` where that is given."""

    def __init__(
        self, status: int, reason: str, text: str = "", headers: Mapping[str, str] | None = None
    ) -> None:
        super().__init__(reason)
        self.status = status
        self.reason = reason
        self.text = text
        self.headers = dict(headers or {})

    def response(self) -> ApiResponse:
        """The answer."""
        return refusal_response(self.status, self.text, self.headers)


def refusal_response(status: int, text: str = "", headers: Mapping[str, str] | None = None) -> ApiResponse:
    """A gateway's own answer: `{"code": 404, "message": "Not Found"}`."""
    try:
        phrase = HTTPStatus(status).phrase
    except ValueError:
        phrase = ""
    return as_json({"code": status, "message": text or phrase}, headers, status)
