"""What an alarm may say, and whom a topic can tell."""

from __future__ import annotations

import re

import pytest

from components.values import alarm


@pytest.mark.parametrize(
    ("protocol", "endpoint"),
    [
        ("EMAIL", "on-call@example.com"),
        ("SMS", "+12025550123"),
        ("CUSTOM_HTTPS", "https://example.com/hook"),
        ("PAGERDUTY", "https://example.com/a/b"),
        ("SLACK", "https://example.com/a"),
    ],
)
def test_endpoints_of_each_protocol_pass(protocol: str, endpoint: str) -> None:
    """An address, a number, or a URL."""
    assert alarm.endpoint(protocol, endpoint) == endpoint


@pytest.mark.parametrize(
    ("protocol", "endpoint", "reason"),
    [
        ("EMAIL", "on-call", "'on-call' is not an e-mail address"),
        ("EMAIL", "a@b", "'a@b' is not an e-mail address"),
        ("SMS", "0301234567", "is not a telephone number such as +12025550123"),
        ("CUSTOM_HTTPS", "http://example.com", "is not an https:// URL, as CUSTOM_HTTPS needs"),
        ("SLACK", "https://user:key@example.com/", "is not an https:// URL"),
        ("PAGERDUTY", "https://example.com/" + "a" * 512, "is longer than 512 characters"),
    ],
)
def test_endpoints_that_oci_refuses(protocol: str, endpoint: str, reason: str) -> None:
    """The reason names what is expected, and shows no URL: it may hold a key."""
    with pytest.raises(ValueError, match=re.escape(reason)) as refused:
        alarm.endpoint(protocol, endpoint)

    assert "https://" not in str(refused.value).replace("an https:// URL", "")


@pytest.mark.parametrize(
    ("check", "low", "high"),
    [
        (alarm.threshold, 0, 1_000_000),
        (alarm.percent, 1, 99),
        (alarm.pending, 1, 60),
        (alarm.repeat, 1, 43_200),
    ],
)
def test_numbers_have_bounds(check: object, low: int, high: int) -> None:
    """Both ends pass, and what is beyond them does not."""
    assert callable(check)
    assert (check(low), check(high)) == (low, high)
    for beyond in (low - 1, high + 1):
        with pytest.raises(ValueError, match=f"{beyond} is not between {low} and {high}"):
            check(beyond)
