"""What an alarm may say, and whom a topic can tell.

Sources: the SDK's docstrings of alarms and subscriptions.
"""

from __future__ import annotations

import re

from components.values import limits

_ADDRESS = re.compile(r"[^@\s]{1,64}@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+")
_NUMBER = re.compile(r"\+[1-9][0-9]{6,14}")
_URL = re.compile(r"https://[^\s/@]+(/\S*)?")
_LONGEST_ENDPOINT = 512


def threshold(value: int) -> int:
    """Failures in the window of an alarm."""
    return limits.between(value, 0, 1_000_000, "failures")


def percent(value: int) -> int:
    """A share of a timeout; at all of it the call has failed already."""
    return limits.between(value, 1, 99, "percent")


def pending(value: int) -> int:
    """Minutes a condition lasts before its alarm fires."""
    return limits.between(value, 1, 60, "minutes")


def repeat(value: int) -> int:
    """Minutes after which a firing alarm is told again: at most 30 days."""
    return limits.between(value, 1, 43_200, "minutes")


def endpoint(protocol: str, value: str) -> str:
    """Where a subscription of this protocol sends. The message never shows a URL, which may hold a key."""
    if len(value) > _LONGEST_ENDPOINT:
        raise ValueError(f"endpoint: is longer than {_LONGEST_ENDPOINT} characters")
    if protocol == "EMAIL" and not _ADDRESS.fullmatch(value):
        raise ValueError(f"endpoint: {limits.shown(value)} is not an e-mail address")
    if protocol == "SMS" and not _NUMBER.fullmatch(value):
        raise ValueError(f"endpoint: {limits.shown(value)} is not a telephone number such as +12025550123")
    if protocol not in ("EMAIL", "SMS") and not _URL.fullmatch(value):
        raise ValueError(f"endpoint: is not an https:// URL, as {protocol} needs")
    return value
