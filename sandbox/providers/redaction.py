"""Keeps secret values out of what a provider says: errors, failed checks and warnings.

A message may quote a value whole, written as Python or JSON writes it, or in part, as a parser does that
shows where it stopped. A whole value is replaced; where a part of one is left, the message as a whole is.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from sandbox.providers.wire import Secret
from sandbox.services.bridge_base import UNKNOWN

SHOWN = "[secret]"

# Inputs that are secret whatever a program says of them; the SDK marks only those at the top.
_SENSITIVE = re.compile(r"(?:.*[pP]assword|.*[pP]assphrase|privateKey(?:Pem|Data)|clientSecret|secrets)")
_IDENTIFIER = re.compile(r"[A-Za-z_][A-Za-z0-9_]*", re.ASCII)
_CODE = re.compile(r"\d{3}-\w+, ")
# A part of a value is recognised from these many letters on, in its own case and in any.
_PART, _PART_IN_ANY_CASE = 4, 6


def secret_values(inputs: Mapping[str, Any], sensitive: Iterable[str] = ()) -> dict[str, list[str]]:
    """The secret strings and numbers among inputs, by the top-level input that holds them.

    `sensitive` are top-level inputs the type says are secret, whether or not the program closed them.
    """
    found: dict[str, list[str]] = {}
    for name, value in inputs.items():
        values = list(_values(value, name in sensitive or _SENSITIVE.fullmatch(name) is not None))
        if values:
            found[name] = values
    return found


def _values(value: Any, closed: bool) -> Iterator[str]:
    if isinstance(value, Secret):
        yield from _values(value.value, True)
    elif isinstance(value, Mapping):
        for key, item in value.items():
            if closed and _IDENTIFIER.fullmatch(key) is None:
                yield key
            yield from _values(item, closed or _SENSITIVE.fullmatch(key) is not None)
    elif isinstance(value, list):
        for item in value:
            yield from _values(item, closed)
    elif closed and value is not UNKNOWN and value is not None and not isinstance(value, bool):
        yield str(value)


def redacted(text: str, secrets: Mapping[str, Iterable[str]]) -> str:
    """The text without any of the values."""
    values = sorted({value for each in secrets.values() for value in each if value}, key=len, reverse=True)
    for value in values:
        for spelt in dict.fromkeys(
            (value, repr(value)[1:-1], json.dumps(value)[1:-1], " ".join(value.split()))
        ):
            # A short value is a part of many words: it is replaced where it stands alone.
            if spelt:
                text = re.sub(
                    rf"(?<![A-Za-z0-9]){re.escape(spelt)}(?![A-Za-z0-9])", SHOWN, text, flags=re.IGNORECASE
                )
    if any(_shares_a_part(value, text.replace(SHOWN, "\0")) for value in values):
        code = _CODE.match(text)
        names = " or ".join(f'"{name}"' for name in sorted(secrets))
        reason = "a secret value is not accepted; the reason quotes it and is not shown"
        return f"{code[0] if code else ''}{names}: {reason}"
    return text


def _shares_a_part(value: str, text: str) -> bool:
    low = text.lower()
    return any(value[at : at + _PART] in text for at in range(len(value) - _PART + 1)) or any(
        value[at : at + _PART_IN_ANY_CASE].lower() in low for at in range(len(value) - _PART_IN_ANY_CASE + 1)
    )
