"""The lists of an identity domain."""

from __future__ import annotations

from typing import Any

import pytest

from sandbox.cloud.errors import NotEmulated
from sandbox.providers import scim

ITEMS: list[dict[str, Any]] = [
    {"displayName": "Admins", "active": True, "emails": [{"value": "a@b.c", "type": "work"}]},
    {"displayName": "Auditors", "active": False, "emails": []},
]


@pytest.mark.parametrize(
    ("expression", "names"),
    [
        ('displayName eq "admins"', ["Admins"]),
        ('displayname sw "A" and active eq false', ["Auditors"]),
        ('displayName ne "Admins"', ["Auditors"]),
        ('displayName co "dit"', ["Auditors"]),
        ('displayName ew "ins"', ["Admins"]),
        ('emails.value eq "a@b.c"', ["Admins"]),
        ("emails.type pr", ["Admins"]),
        ("", ["Admins", "Auditors"]),
    ],
)
def test_an_expression_filters(expression: str, names: list[str]) -> None:
    """Without regard to letter case, also inside of lists."""
    found, beside = scim.answer(ITEMS, {"groupFilter": expression})

    assert [item["displayName"] for item in found] == names
    assert beside["totalResults"] == len(names)


def test_a_page_is_counted() -> None:
    """From the first, which is number one."""
    found, beside = scim.answer(ITEMS, {"groupCount": 1, "startIndex": 2})

    assert [item["displayName"] for item in found] == ["Auditors"]
    assert (beside["itemsPerPage"], beside["startIndex"], beside["totalResults"]) == (1, 2, 2)


def test_more_of_the_language_is_not_emulated() -> None:
    """It is said, not guessed."""
    with pytest.raises(NotEmulated, match="filter"):
        scim.fits(ITEMS[0], 'displayName eq "a" or active eq true')
