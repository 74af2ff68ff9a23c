"""API keys and session tokens."""

from __future__ import annotations

import dataclasses
import stat
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import rsa

from sandbox.cloud.store import Store
from sandbox.rest.credentials import USER_TOKEN_SECONDS, Credential, Credentials, fingerprint, kept_key
from sandbox.rest.signature import NotAuthenticated

KEY = rsa.generate_private_key(public_exponent=65537, key_size=2048)
TENANCY, USER = "ocid1.tenancy.oc1..t", "ocid1.user.oc1..u"
FUNCTION = Credential("", TENANCY, "ocid1.fnfunc.oc1.iad.f", "fnfunc", "ocid1.compartment.oc1..c")


@pytest.fixture
def credentials(tmp_path: Path) -> Iterator[Credentials]:
    """Those of an empty sandbox."""
    with Store(tmp_path / "store.db") as store:
        yield Credentials(tmp_path / "rest", store)


def refused(credentials: Credentials, key_id: str) -> str:
    """Why a key is not taken."""
    with pytest.raises(NotAuthenticated) as error:
        credentials.public_key(key_id)
    return str(error.value)


def test_a_users_key_is_known_by_its_fingerprint(credentials: Credentials) -> None:
    """With tenancy and user in front; none of the three may be another's."""
    mark = credentials.register(TENANCY, USER, KEY.public_key())

    assert mark == fingerprint(KEY.public_key())
    assert len(mark.split(":")) == 16
    assert (
        credentials.public_key(f"{TENANCY}/{USER}/{mark}").public_numbers()
        == KEY.public_key().public_numbers()
    )
    assert credentials.credential(f"{TENANCY}/{USER}/{mark}") == Credential(USER, TENANCY)
    for other in (f"{TENANCY}/{USER}/00", f"{TENANCY}/x/{mark}", f"x/{USER}/{mark}", mark, ""):
        assert refused(credentials, other) == f"key {other} is not known"


def test_a_session_token_holds_its_key_and_who_it_is(credentials: Credentials) -> None:
    """For 15 minutes; the SDK reads tenancy and compartment from it."""
    token = credentials.session_token(FUNCTION, KEY.public_key())
    claims = jwt.decode(token, options={"verify_signature": False})

    assert credentials.public_key(f"ST${token}").public_numbers() == KEY.public_key().public_numbers()
    assert credentials.credential(f"ST${token}") == FUNCTION
    assert (claims["res_tenant"], claims["res_compartment"]) == (TENANCY, FUNCTION.compartment_id)
    assert claims["exp"] - claims["iat"] == 15 * 60


def test_a_users_session(credentials: Credentials) -> None:
    """As the command line's session has it."""
    user = Credential(USER, TENANCY)
    token = credentials.session_token(user, KEY.public_key())

    assert credentials.credential(f"ST${token}") == user


def test_a_users_session_lasts_an_hour(credentials: Credentials) -> None:
    """As long as it is asked for, and not a moment longer."""
    who, key, now = Credential(USER, TENANCY), KEY.public_key(), time.time()
    good = credentials.session_token(who, key, now - USER_TOKEN_SECONDS + 60, USER_TOKEN_SECONDS)
    over = credentials.session_token(who, key, now - USER_TOKEN_SECONDS - 60, USER_TOKEN_SECONDS)

    assert USER_TOKEN_SECONDS == 3600
    assert credentials.credential(f"ST${good}") == who
    assert refused(credentials, f"ST${over}") == "the session token has expired"


def test_an_expired_token(credentials: Credentials) -> None:
    """A second after its 15 minutes."""
    token = credentials.session_token(FUNCTION, KEY.public_key(), time.time() - 15 * 60 - 1)

    assert refused(credentials, f"ST${token}") == "the session token has expired"


def test_a_token_of_another_sandbox(credentials: Credentials, tmp_path: Path) -> None:
    """Every sandbox has an issuer of its own."""
    with Store(tmp_path / "other.db") as store:
        token = Credentials(tmp_path / "other", store).session_token(FUNCTION, KEY.public_key())

    assert refused(credentials, f"ST${token}") == "the session token is not valid (InvalidSignatureError)"


def _forged(claims: dict[str, Any], algorithm: str, key: Any) -> str:
    return jwt.encode(claims, key, algorithm=algorithm)


def test_a_forged_token(credentials: Credentials) -> None:
    """Without a signature, with the public key as a secret, with claims left out, with nothing in it."""
    token = credentials.session_token(FUNCTION, KEY.public_key())
    claims = jwt.decode(token, options={"verify_signature": False})
    issuer = credentials._issuer_key()
    without = {name: value for name, value in claims.items() if name != "exp"}

    assert "InvalidAlgorithmError" in refused(credentials, f"ST${_forged(claims, 'none', None)}")
    assert "InvalidAlgorithmError" in refused(credentials, f"ST${_forged(claims, 'HS256', 'x' * 64)}")
    assert "MissingRequiredClaimError" in refused(credentials, f"ST${_forged(without, 'RS256', issuer)}")
    assert "InvalidIssuerError" in refused(
        credentials, f"ST${_forged(claims | {'iss': 'x'}, 'RS256', issuer)}"
    )
    assert refused(credentials, f"ST${_forged(claims | {'jwk': '{}'}, 'RS256', issuer)}") == (
        "the session token has no key in it"
    )
    for text in ("", "a.b.c", "a", "." * 10):
        assert "not valid" in refused(credentials, f"ST${text}")


def test_keys_are_their_owners_alone(credentials: Credentials, tmp_path: Path) -> None:
    """Whatever the umask is, and made once."""
    credentials.session_token(FUNCTION, KEY.public_key())
    first = kept_key(tmp_path / "rest" / "k.pem")
    again = kept_key(tmp_path / "rest" / "k.pem")

    assert first.private_numbers() == again.private_numbers()
    assert {stat.S_IMODE(path.stat().st_mode) for path in (tmp_path / "rest").iterdir()} == {0o600}


def test_a_token_says_whose_group_it_is(credentials: Credentials) -> None:
    """That `--as` named; signed, as the rest of it."""
    member = dataclasses.replace(FUNCTION, member_of="ocid1.dynamicgroup.oc1..g")
    token = credentials.session_token(member, KEY.public_key())

    assert credentials.credential(f"ST${token}") == member
