"""What is found in a text by its form alone."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple


class Found(NamedTuple):
    """A piece of a text: where it begins, in characters, and what it is."""

    offset: int
    text: str
    type: str


_EMAIL = r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+"
_URL = r"https?://[^\s<>\"']+[\w/]"
_DATE = r"\b\d{4}-\d{2}-\d{2}\b|\b\d{1,2}/\d{1,2}/\d{4}\b"
_PHONE = r"(?<![\w.])\+?\d{1,3}[ -]?\(?\d{3}\)?[ -]\d{3}[ -]\d{4}\b|\(\d{3}\) ?\d{3}-\d{4}\b"
_IP = r"\b(?:\d{1,3}\.){3}\d{1,3}\b"

PII: Mapping[str, re.Pattern[str]] = {
    "EMAIL": re.compile(_EMAIL),
    "URL": re.compile(_URL),
    "IP_ADDRESS": re.compile(_IP),
    "CREDIT_DEBIT_NUMBER": re.compile(r"\b(?:\d{4}[ -]){3}\d{4}\b"),
    "SSN_OR_TAXPAYER": re.compile(r"\b\d{3}-\d{2}-\d{4}\b"),
    "TELEPHONE_NUMBER": re.compile(_PHONE),
    "DATE_TIME": re.compile(_DATE),
}
"""Personal data, by OCI's names of its types; what stands first wins where two fit."""

ENTITIES: Mapping[str, re.Pattern[str]] = {
    "EMAIL": re.compile(_EMAIL),
    "URL": re.compile(_URL),
    "IPADDRESS": re.compile(_IP),
    "PHONE_NUMBER": re.compile(_PHONE),
    "DATETIME": re.compile(_DATE),
    "QUANTITY": re.compile(r"(?<![\w.])\d+(?:\.\d+)?(?![\w.]\w)\b"),
}
"""Entities other than names."""


def find(text: str, patterns: Mapping[str, re.Pattern[str]]) -> list[Found]:
    """Everything that fits, in the order of the text; nothing twice."""
    found: list[Found] = []
    for kind, pattern in patterns.items():
        found += _apart(found, (Found(one.start(), one[0], kind) for one in pattern.finditer(text)))
    return sorted(found)


def _apart(known: Sequence[Found], new: Iterator[Found]) -> list[Found]:
    return [
        one
        for one in new
        if not any(
            one.offset < other.offset + len(other.text) and other.offset < one.offset + len(one.text)
            for other in known
        )
    ]
