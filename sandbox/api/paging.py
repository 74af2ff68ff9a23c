"""One page of a list: `limit` and `page` in the query, `opc-next-page` in the answer."""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeVar

from sandbox.api.request import ApiRequest
from sandbox.cloud.errors import InvalidParameter

Item = TypeVar("Item")


def page(
    request: ApiRequest,
    items: Sequence[Item],
    key: Callable[[Item], str],
    most: int = 1000,
    *,
    is_descending: bool = False,
) -> tuple[list[Item], dict[str, str]]:
    """The items of the page that is asked for, in the order of their keys, and the headers of the answer.

    Keys are unique. A page begins after the last key of the one before, so that what is created or deleted
    meanwhile moves no other item from one page to the next.
    """
    limit = request.number("limit", min(100, most), 1, most)
    after = _read(request.argument("page"))

    def is_left(item: Item) -> bool:
        return after is None or (key(item) < after if is_descending else key(item) > after)

    rest = sorted(filter(is_left, items), key=key, reverse=is_descending)
    shown = rest[:limit]
    return shown, {"opc-next-page": token(key(shown[-1]))} if len(rest) > limit else {}


def sorted_page(
    request: ApiRequest, items: Sequence[Mapping[str, Any]], fields: Mapping[str, str], most: int = 1000
) -> tuple[list[Mapping[str, Any]], dict[str, str]]:
    """The same in the order of `sortBy` and `sortOrder`. `fields`: what may be sorted by, the usual first,
    and the items' field for it. Times begin with the newest unless it is said otherwise."""
    by = request.argument("sortBy") or next(iter(fields))
    if by not in fields:
        raise InvalidParameter(f"sortBy must be one of {', '.join(fields)}, not {by[:40]!r}")
    field = fields[by]
    order = (request.argument("sortOrder") or ("DESC" if field.startswith("time") else "ASC")).upper()
    if order not in ("ASC", "DESC"):
        raise InvalidParameter(f"sortOrder must be ASC or DESC, not {order[:40]!r}")

    def key(item: Mapping[str, Any]) -> str:
        return f"{item[field]} {item.get('id') or item['topicId']}"

    return page(request, items, key, most, is_descending=order == "DESC")


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
