"""Signed requests: what OCI takes, and each way in which one can be wrong."""

from __future__ import annotations

import base64
import dataclasses
import hashlib
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding, rsa

from sandbox.rest.signature import NotAuthenticated, SignedRequest, verify

NOW = datetime(2026, 1, 31, 12, 0, tzinfo=UTC)
KEY = rsa.generate_private_key(public_exponent=65537, key_size=2048)
OTHER_KEY = rsa.generate_private_key(public_exponent=65537, key_size=2048)
KEY_ID = "ocid1.tenancy.oc1..t/ocid1.user.oc1..u/aa:bb"
GENERIC = ("date", "(request-target)", "host")
ALL = (*GENERIC, "content-length", "content-type", "x-content-sha256")


def digest(body: bytes) -> str:
    """As `x-content-sha256` has it."""
    return base64.b64encode(hashlib.sha256(body).digest()).decode()


def signed(
    method: str = "GET",
    target: str = "/20160918/users?limit=1",
    body: bytes = b"",
    names: tuple[str, ...] | None = None,
    key: rsa.RSAPrivateKey = KEY,
    parameters: Mapping[str, str] | None = None,
    more: Mapping[str, str] | None = None,
    signs_body: bool = True,
) -> SignedRequest:
    """A request as a client signs it, then as something else changes it."""
    names = names if names is not None else (ALL if method in ("POST", "PUT", "PATCH") else GENERIC)
    headers = {
        "date": format_datetime(NOW, usegmt=True),
        "host": "identity.us-ashburn-1.oci.oraclecloud.com",
        **(
            {
                "content-length": str(len(body)),
                "content-type": "application/json",
                "x-content-sha256": digest(body),
            }
            if len(names) > len(GENERIC)
            else {}
        ),
        **(more or {}),
    }
    lines = [
        f"{name}: {method.lower()} {target}" if name == "(request-target)" else f"{name}: {headers[name]}"
        for name in names
    ]
    signature = key.sign("\n".join(lines).encode(), padding.PKCS1v15(), hashes.SHA256())
    given = {
        "algorithm": "rsa-sha256",
        "headers": " ".join(names),
        "keyId": KEY_ID,
        "signature": base64.b64encode(signature).decode(),
        "version": "1",
        **(parameters or {}),
    }
    headers["authorization"] = "Signature " + ",".join(
        f'{name}="{value}"' for name, value in given.items() if value is not None
    )
    return SignedRequest(
        method, target, {name: [value] for name, value in headers.items()}, digest(body), signs_body
    )


def key_of(key_id: str) -> rsa.RSAPublicKey:
    """The one key there is."""
    if key_id != KEY_ID:
        raise NotAuthenticated("not known")
    return KEY.public_key()


def changed(request: SignedRequest, **headers: str | list[str] | None) -> SignedRequest:
    """The request with other headers than were signed; None takes one away."""
    found = dict(request.headers)
    for name, value in headers.items():
        name = name.replace("_", "-")
        if value is None:
            del found[name]
        else:
            found[name] = value if isinstance(value, list) else [value]
    return dataclasses.replace(request, headers=found)


def reason(request: SignedRequest, now: datetime = NOW) -> str:
    """Why a request is refused."""
    with pytest.raises(NotAuthenticated) as refused:
        verify(request, key_of, now)
    return str(refused.value)


@pytest.mark.parametrize("method", ["GET", "HEAD", "DELETE", "POST", "PUT", "PATCH"])
def test_a_signed_request_names_its_key(method: str) -> None:
    """With every method, body or not."""
    assert verify(signed(method, body=b"{}" if method == "POST" else b""), key_of, NOW) == KEY_ID


def test_the_order_of_headers_is_the_clients() -> None:
    """Whichever it is, the signing string follows it."""
    assert verify(signed(names=("host", "(request-target)", "date")), key_of, NOW) == KEY_ID


def test_x_date_wins() -> None:
    """Where a client cannot set `date`, a proxy may."""
    names = ("x-date", "(request-target)", "host")
    request = signed(names=names, more={"x-date": format_datetime(NOW, usegmt=True)})
    late = changed(request, date=format_datetime(NOW - timedelta(hours=1), usegmt=True))

    assert verify(late, key_of, NOW) == KEY_ID
    assert reason(changed(signed(), x_date=format_datetime(NOW, usegmt=True))) == "x-date is not signed"


def test_a_request_may_be_sent_again() -> None:
    """Within the minutes its date is good for, as OCI answers it."""
    request = signed()

    assert verify(request, key_of, NOW) == verify(request, key_of, NOW + timedelta(minutes=4)) == KEY_ID


@pytest.mark.parametrize("skew", [timedelta(minutes=5, seconds=1), -timedelta(minutes=5, seconds=1)])
def test_a_clock_that_is_off(skew: timedelta) -> None:
    """More than five minutes, either way."""
    assert reason(signed(), NOW + skew) == "date is more than 5 minutes from now"
    assert verify(signed(), key_of, NOW + skew * 0.99) == KEY_ID


@pytest.mark.parametrize("method", ["PUT", "POST", "PATCH"])
@pytest.mark.parametrize("missing", ["content-length", "content-type", "x-content-sha256"])
def test_the_headers_of_a_body_are_signed(method: str, missing: str) -> None:
    """Even if the body is empty."""
    names = tuple(name for name in ALL if name != missing)

    assert reason(signed(method, names=names)) == f"{missing} is not signed"


@pytest.mark.parametrize("missing", GENERIC)
def test_the_generic_headers_are_signed(missing: str) -> None:
    """Target, host and date."""
    assert (
        reason(signed(names=tuple(name for name in GENERIC if name != missing))) == f"{missing} is not signed"
    )


def test_some_operations_leave_the_body_out() -> None:
    """PutObject, UploadPart and PutMessages send its headers and do not sign them."""
    request = signed("PUT", body=b"data", names=GENERIC, signs_body=False)

    assert verify(changed(request, content_length="4"), key_of, NOW) == KEY_ID


def test_a_body_that_was_hashed_is_that_body() -> None:
    """Also where it need not have been."""
    request = signed("POST", body=b"{}")
    put = signed("PUT", body=b"{}", names=ALL, signs_body=False)

    for one in (request, put):
        assert reason(dataclasses.replace(one, body_sha256=digest(b"[]"))) == (
            "x-content-sha256 is not the hash of the body"
        )


@pytest.mark.parametrize(
    "change",
    [
        {"target": "/20160918/users?limit=2"},
        {"target": "/20160918/users%3Flimit=1"},
        {"method": "HEAD"},
    ],
)
def test_what_is_asked_for_is_signed(change: dict[str, str]) -> None:
    """Method, path and query, to the byte."""
    request = dataclasses.replace(signed(), **change)  # type: ignore[arg-type]

    assert reason(request) == "the signature does not fit the request and the key"


def test_values_are_those_that_were_sent() -> None:
    """A host or a content type that is another one on the way is refused."""
    misfit = "the signature does not fit the request and the key"

    assert reason(changed(signed(), host="functions.us-ashburn-1.oci.oraclecloud.com")) == misfit
    assert reason(changed(signed("POST"), content_type="text/plain")) == misfit
    assert reason(changed(signed(), host=None)) == "host is signed and not sent"


def test_another_key() -> None:
    """One that did not sign, and one that nobody knows."""
    assert reason(signed(key=OTHER_KEY)) == "the signature does not fit the request and the key"
    assert reason(signed(parameters={"keyId": "ocid1.tenancy.oc1..t/x/y"})) == "not known"


@pytest.mark.parametrize(
    ("parameters", "said"),
    [
        ({"algorithm": "rsa-sha1"}, "algorithm 'rsa-sha1' is not rsa-sha256"),
        ({"algorithm": "none"}, "algorithm 'none' is not rsa-sha256"),
        ({"algorithm": ""}, "the Authorization header has no algorithm"),
        ({"keyId": ""}, "the Authorization header has no keyid"),
        ({"signature": ""}, "the Authorization header has no signature"),
        ({"headers": ""}, "the Authorization header has no headers"),
        ({"signature": "!!!"}, "the signature is not base64"),
        ({"version": "2"}, "version '2' is not 1"),
        ({"headers": "date (request-target) host host"}, "a header is signed twice"),
        ({"keyid": KEY_ID}, "the Authorization header has keyid twice"),
    ],
)
def test_parameters_that_are_wrong(parameters: dict[str, str], said: str) -> None:
    """Each by itself."""
    assert reason(signed(parameters=parameters)) == said


@pytest.mark.parametrize(
    ("header", "said"),
    [
        ("Bearer abc", "the Authorization header is not of the scheme Signature"),
        ("Signature nonsense", "the Authorization header cannot be read"),
        ('Signature keyId="a" "b"', "the Authorization header cannot be read"),
        ("", "the Authorization header is not of the scheme Signature"),
    ],
)
def test_headers_that_cannot_be_read(header: str, said: str) -> None:
    """Nothing is guessed."""
    assert reason(changed(signed(), authorization=header)) == said


def test_no_header_and_two() -> None:
    """One is what it takes."""
    request = signed()
    twice = list(request.headers["authorization"]) * 2

    assert reason(changed(request, authorization=None)) == "no Authorization header"
    assert reason(changed(request, authorization=twice)) == "several Authorization headers"


@pytest.mark.parametrize("date", ["", "yesterday", "2026-01-31T12:00:00Z", "Sat, 31 Jan 2026 12:00:00"])
def test_a_date_is_one_of_http(date: str) -> None:
    """With its zone."""
    assert reason(signed(more={"date": date})) in (
        "date is not a date",
        "date is more than 5 minutes from now",
    )
