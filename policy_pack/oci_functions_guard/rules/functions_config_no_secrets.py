"""Refuses secrets in the config of functions and applications, which everybody who may read the function can
read.

Goes by three signs: the value is marked as secret, its key says it is one, or it has the format of a known
credential. Never shows a value. Does not find a secret that looks like any other string under an
innocent key.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise
from typing import Final

from oci_functions_guard.layout import shorten
from oci_functions_guard.resource import Resource
from oci_functions_guard.rule import Case, Later, Said, Violation
from oci_functions_guard.values import UNKNOWN, Secret, Value, is_secret, kind_of, reveal

__all__ = ["applies", "check"]

_TYPES: Final = frozenset({"oci:Functions/application:Application", "oci:Functions/function:Function"})

# A word of the key that says what the value is. `tokens` is missing on purpose: MAX_TOKENS is a number to a
# model.
_SECRET_WORDS: Final = frozenset(
    {
        "apikey",
        "credential",
        "credentials",
        "passphrase",
        "passwd",
        "password",
        "pwd",
        "secret",
        "secrets",
        "token",
    }
)
_SECRET_PAIRS: Final = frozenset(
    {
        ("access", "key"),
        ("api", "key"),
        ("auth", "key"),
        ("encryption", "key"),
        ("private", "key"),
        ("signing", "key"),
    }
)
# A last word that says the value is about a secret, and not the secret.
_HARMLESS_ENDINGS: Final = frozenset(
    {
        "count", "enabled", "endpoint", "expiry", "file", "header", "id", "length", "limit", "name",
        "ocid", "path",
        "region", "seconds", "size", "ttl", "type", "url", "version",
    }
)  # fmt: skip
_WORD: Final = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+")
_OCID: Final = re.compile(r"ocid1\.[a-z0-9]+\.[a-z0-9]*\.[a-z0-9-]*\.[a-z0-9._-]+", re.IGNORECASE)
_NOT_A_SECRET: Final = re.compile(r"(?:true|false|\d{0,6})", re.IGNORECASE)

# Formats of credentials, each anchored on a literal so that searching takes linear time.
_FORMATS: Final = (
    ("a private key in PEM", re.compile(r"-----BEGIN [A-Z ]{0,40}PRIVATE KEY-----")),
    ("a pre-authenticated request URL", re.compile(r"/p/[A-Za-z0-9_-]{20,200}/n/")),
    (
        "a URL with a password",
        re.compile(r"[a-z][a-z0-9+.-]{1,30}://[^\s/:@]{0,100}:[^\s/@]{1,200}@", re.IGNORECASE),
    ),
    ("a JSON web token", re.compile(r"\beyJ[A-Za-z0-9_-]{8,}\.eyJ[A-Za-z0-9_-]{8,}\.")),
    ("an AWS access key", re.compile(r"\b(?:AKIA|ASIA)[A-Z0-9]{16}\b")),
    ("a GitHub token", re.compile(r"\b(?:gh[pousr]_[A-Za-z0-9]{36}|github_pat_[A-Za-z0-9_]{22,})")),
    ("a GitLab token", re.compile(r"\bglpat-[A-Za-z0-9_-]{20}")),
    ("a Google API key", re.compile(r"\bAIza[A-Za-z0-9_-]{35}")),
    ("a Slack token", re.compile(r"\bxox[abeoprs]-[A-Za-z0-9-]{10,}")),
    ("a Stripe key", re.compile(r"\b[rs]k_live_[A-Za-z0-9]{16,}")),
    ("a model provider's API key", re.compile(r"\bsk-[A-Za-z0-9_-]{20,}")),
    ("a Hugging Face token", re.compile(r"\bhf_[A-Za-z0-9]{30,}")),
    ("a Pulumi access token", re.compile(r"\bpul-[0-9a-f]{40}")),
    ("an Azure storage key", re.compile(r"AccountKey=[A-Za-z0-9+/]{40,}")),
    ("an authorization header", re.compile(r"\b(?:Basic|Bearer) [A-Za-z0-9+/._~-]{16,}")),
    (
        "a connection string with a password",
        re.compile(r"(?:password|pwd)\s{0,4}=\s{0,4}[^\s;]{1,200}", re.IGNORECASE),
    ),
)


def applies(resource: Resource) -> bool:
    return resource.type in _TYPES


def check(case: Case) -> Iterator[Said]:
    marked = case.resource.props.get("config")
    config = reveal(marked)
    if config is None:
        return
    if config is UNKNOWN:
        yield Later("config is unknown")
        return
    if not isinstance(config, dict):
        yield Violation(f"config: expected an object, found {kind_of(config)}")
        return
    allowed = frozenset(case.settings.get("allowedKeys", ()))
    for key, value in config.items():
        entry = Secret(value) if isinstance(marked, Secret) else value
        yield from _check_entry(key, entry, named_secret=_says_secret(key) and key not in allowed)


def _check_entry(key: str, entry: Value, *, named_secret: bool) -> Iterator[Said]:
    value = reveal(entry)
    place = f"config.{shorten(key)}"
    if isinstance(value, str) and _OCID.fullmatch(value):
        return  # an OCID names a secret at most; reading it takes a grant
    if is_secret(entry):
        yield Violation(f"{place}: the value is marked as secret")
    elif value is UNKNOWN:
        yield Later(f"{place} is unknown")
    elif isinstance(value, str):
        yield from _check_text(place, value, named_secret)


def _check_text(place: str, value: str, named_secret: bool) -> Iterator[Said]:
    if named_secret and not _NOT_A_SECRET.fullmatch(value):
        yield Violation(f"{place}: the key suggests that the value is a secret")
    for what, pattern in _FORMATS:
        if pattern.search(value):
            yield Violation(f"{place}: the value has the format of {what}")
            return


def _says_secret(key: str) -> bool:
    words = [word.casefold() for word in _WORD.findall(key)]
    if not words or words[-1] in _HARMLESS_ENDINGS:
        return False
    return not _SECRET_WORDS.isdisjoint(words) or not _SECRET_PAIRS.isdisjoint(pairwise(words))
