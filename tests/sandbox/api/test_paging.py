"""Pages of lists."""

from __future__ import annotations

import pytest

from sandbox.api.paging import page, token
from sandbox.cloud.errors import InvalidParameter
from tests.sandbox.api.test_request import asked


def walked(items: list[str], limit: int) -> list[list[str]]:
    """All pages of a list."""
    pages, query = [], {"limit": [str(limit)]}
    while True:
        shown, headers = page(asked(query=query), items, lambda item: item)
        pages.append(shown)
        if "opc-next-page" not in headers:
            return pages
        query = {**query, "page": [headers["opc-next-page"]]}


def test_pages_hold_every_item_once_in_order() -> None:
    """The last one names no other; a full one at the end is the last."""
    assert walked(["c", "a", "b"], 2) == [["a", "b"], ["c"]]
    assert walked(["b", "a"], 2) == [["a", "b"]]
    assert walked([], 2) == [[]]


def test_what_changes_meanwhile_moves_nothing() -> None:
    """A page begins after the last key that was shown, there or not."""
    _, headers = page(asked(query={"limit": ["2"]}), ["a", "b", "d"], lambda item: item)
    after = asked(query={"page": [headers["opc-next-page"]]})

    assert page(after, ["0", "a", "c", "d"], lambda item: item)[0] == ["c", "d"]


@pytest.mark.parametrize("given", ["!", "abc", "é", token(5), token(["a"])])
def test_a_token_is_one_of_a_page(given: str) -> None:
    """400 InvalidParameter for any other."""
    with pytest.raises(InvalidParameter, match="page is not a token of a page"):
        page(asked(query={"page": [given]}), ["a"], lambda item: item)
