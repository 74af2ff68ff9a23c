"""`opc-retry-token`: the same token again, within a day, gets the first answer and creates nothing."""

from __future__ import annotations

import json
import time
from collections.abc import Callable

from sandbox.api.request import ApiRequest
from sandbox.api.response import ApiResponse
from sandbox.cloud.errors import coded
from sandbox.cloud.store import Store

_SECONDS = 24 * 3600
_TABLES = """
CREATE TABLE IF NOT EXISTS retry_tokens (
    token TEXT PRIMARY KEY,
    body TEXT NOT NULL,
    status INTEGER NOT NULL,
    headers TEXT NOT NULL,
    content BLOB NOT NULL,
    created REAL NOT NULL
) WITHOUT ROWID
"""


class RetryTokens:
    """The tokens of one store."""

    def __init__(self, store: Store) -> None:
        self._store = store
        store.define(_TABLES)

    def once(
        self, token: str, request: ApiRequest, handler: Callable[[ApiRequest], ApiResponse]
    ) -> ApiResponse:
        """What the handler answers, or answered when it was first asked with the token.

        A token of another principal or operation is another one; with another body it is refused.
        """
        key = json.dumps([request.principal.id, request.operation, token])
        with self._store.transaction():
            self._store.execute("DELETE FROM retry_tokens WHERE created < ?", (time.time() - _SECONDS,))
            known = self._store.select(
                "SELECT body, status, headers, content FROM retry_tokens WHERE token = ?", (key,)
            )
            if known:
                body, status, headers, content = known[0]
                if body != request.body.sha256:
                    raise coded(409, "InvalidatedRetryToken", "the retry token was used with another request")
                return ApiResponse(status, json.loads(headers), bytes(content))
            response = handler(request)
            assert isinstance(response.content, bytes)  # noqa: S101 what is created is answered in JSON
            self._store.execute(
                "INSERT INTO retry_tokens VALUES (?, ?, ?, ?, ?, ?)",
                (
                    key,
                    request.body.sha256,
                    response.status,
                    json.dumps(dict(response.headers)),
                    response.content,
                    time.time(),
                ),
            )
        return response
