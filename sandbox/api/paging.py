"""One page of a list: `limit` and `page` in the query, `opc-next-page` in the answer."""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Callable, Sequence
from typing import Any, TypeVar

from sandbox.api.request import ApiRequest
from sandbox.cloud.errors import InvalidParameter

Item = TypeVar("Item")


def page(
    request: ApiRequest, items: Sequence[Item], key: Callable[[Item], str], most: int = 1000
) -> tuple[list[Item], dict[str, str]]:
    """The items of the page that is asked for, in the order of their keys, and the headers of the answer.

    Keys are unique. A page begins after the last key of the one before, so that what is created or deleted
    meanwhile moves no other item from one page to the next.
    """
    limit = request.number("limit", min(100, most), 1, most)
    after = _read(request.argument("page"))
    rest = sorted((item for item in items if after is None or key(item) > after), key=key)
    shown = rest[:limit]
    return shown, {"opc-next-page": token(key(shown[-1]))} if len(rest) > limit else {}


def token(value: Any) -> str:
    """A page token that stands for a JSON value."""
    return base64.urlsafe_b64encode(json.dumps(value).encode()).decode().rstrip("=")


def _read(text: str | None) -> str | None:
    if text is None:
        return None
    value = value_of(text)
    if not isinstance(value, str):
        raise InvalidParameter("page is not a token of a page")
    return value


def value_of(text: str) -> Any:
    """What a page token stands for. Raises `InvalidParameter`."""
    try:
        return json.loads(base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)))
    except (ValueError, binascii.Error):
        raise InvalidParameter("page is not a token of a page") from None
