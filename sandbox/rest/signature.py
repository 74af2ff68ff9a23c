"""One signed request verified, as OCI does it: on the bytes as they were sent.

    Authorization: Signature version="1",keyId="…",algorithm="rsa-sha256",headers="date (request-target) host
    …",
                   signature="…"

Sources: Oracle's page "Request Signatures" and the Python SDK's signer, whose every request must pass. Two
rules of the page are read as the service applies them: the SDK sends, but does not sign, the headers of the
body with a few operations (`Operation.signs_body`); and a request may be sent again within the five minutes
its date is good for. Does not know which keys there are, nor what is asked for.
"""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from email.utils import parsedate_to_datetime

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding, rsa

MOST_SKEW = timedelta(minutes=5)
_ALWAYS = ("(request-target)", "host")
_OF_THE_BODY = ("content-length", "content-type", "x-content-sha256")
_WITH_BODY = frozenset({"POST", "PUT", "PATCH"})
_PARAMETER = re.compile(r'\s*([A-Za-z]+)\s*=\s*"([^"]*)"\s*(?:,|$)')

KeyOf = Callable[[str], rsa.RSAPublicKey]
"""The public key behind a `keyId`. Raises `NotAuthenticated` for one that is unknown or has expired."""


class NotAuthenticated(Exception):
    """The request is not signed by a key that is known; `str()` says why, for the log only."""


@dataclass(frozen=True)
class SignedRequest:
    """What the signature is about. `headers` are lower-case names with the values as sent, repeated ones in a
    row; `target` is path and query as sent; `body_sha256` base64."""

    method: str
    target: str
    headers: Mapping[str, Sequence[str]]
    body_sha256: str
    signs_body: bool = True


@dataclass(frozen=True)
class _Authorization:
    key_id: str
    headers: tuple[str, ...]
    signature: bytes


def verify(request: SignedRequest, key_of: KeyOf, now: datetime) -> str:
    """The `keyId` that signed the request. Raises `NotAuthenticated`."""
    authorization = _read(request.headers.get("authorization", ()))
    _check_headers(request, authorization.headers)
    _check_date(request, authorization.headers, now)
    if (
        "x-content-sha256" in authorization.headers
        and _one(request, "x-content-sha256") != request.body_sha256
    ):
        raise NotAuthenticated("x-content-sha256 is not the hash of the body")
    key = key_of(authorization.key_id)
    text = "\n".join(_line(request, name) for name in authorization.headers)
    try:
        key.verify(authorization.signature, text.encode("latin-1"), padding.PKCS1v15(), hashes.SHA256())
    except (InvalidSignature, ValueError):
        raise NotAuthenticated("the signature does not fit the request and the key") from None
    return authorization.key_id


def _read(values: Sequence[str]) -> _Authorization:
    if len(values) != 1:
        raise NotAuthenticated("no Authorization header" if not values else "several Authorization headers")
    scheme, _, rest = values[0].strip().partition(" ")
    if scheme.lower() != "signature":
        raise NotAuthenticated("the Authorization header is not of the scheme Signature")
    given = _parameters(rest)
    missing = [name for name in ("keyid", "headers", "signature", "algorithm") if not given.get(name)]
    if missing:
        raise NotAuthenticated(f"the Authorization header has no {missing[0]}")
    if given["algorithm"].lower() != "rsa-sha256":
        raise NotAuthenticated(f"algorithm {given['algorithm'][:40]!r} is not rsa-sha256")
    if given.get("version", "1") != "1":
        raise NotAuthenticated(f"version {given['version'][:10]!r} is not 1")
    try:
        signature = base64.b64decode(given["signature"], validate=True)
    except (binascii.Error, ValueError):
        raise NotAuthenticated("the signature is not base64") from None
    return _Authorization(given["keyid"], tuple(given["headers"].lower().split()), signature)


def _parameters(text: str) -> dict[str, str]:
    found: dict[str, str] = {}
    place = 0
    while place < len(text):
        parameter = _PARAMETER.match(text, place)
        if parameter is None:
            raise NotAuthenticated("the Authorization header cannot be read")
        name = parameter[1].lower()
        if name in found:
            raise NotAuthenticated(f"the Authorization header has {name} twice")
        found[name] = parameter[2]
        place = parameter.end()
    return found


def _check_headers(request: SignedRequest, signed: Sequence[str]) -> None:
    required = list(_ALWAYS)
    if request.method in _WITH_BODY and request.signs_body:
        required += _OF_THE_BODY
    missing = [name for name in required if name not in signed]
    if missing:
        raise NotAuthenticated(f"{missing[0]} is not signed")
    if len(set(signed)) != len(signed):
        raise NotAuthenticated("a header is signed twice")


def _check_date(request: SignedRequest, signed: Sequence[str], now: datetime) -> None:
    # `x-date` stands for `date` where a client cannot set that one, and wins if both are there.
    name = "x-date" if "x-date" in request.headers else "date"
    if name not in signed:
        raise NotAuthenticated(f"{name} is not signed")
    try:
        sent = parsedate_to_datetime(_one(request, name))
    except ValueError:
        raise NotAuthenticated(f"{name} is not a date") from None
    if sent.tzinfo is None or abs(now - sent) > MOST_SKEW:
        raise NotAuthenticated(f"{name} is more than {MOST_SKEW.seconds // 60} minutes from now")


def _line(request: SignedRequest, name: str) -> str:
    if name == "(request-target)":
        return f"{name}: {request.method.lower()} {request.target}"
    return f"{name}: {_one(request, name)}"


def _one(request: SignedRequest, name: str) -> str:
    values = request.headers.get(name, ())
    if not values:
        raise NotAuthenticated(f"{name} is signed and not sent")
    return ", ".join(values)
