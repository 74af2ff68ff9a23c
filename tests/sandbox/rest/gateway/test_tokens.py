"""Who may ask: tokens made by `sandbox token`, and those that must not be taken."""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import jwt
import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

from sandbox import private
from sandbox.cloud.errors import Unusable
from tests.sandbox.rest.conftest import Door
from tests.sandbox.rest.gateway.conftest import GOOD, JWKS, Deployer, Send, minted, reason_of, route


def test_a_token_opens_a_route(door: Door, protected: str, deployer: Deployer, send: Send) -> None:
    """Made by `sandbox token`, with what the deployment itself asks for or with what is given."""
    good = minted(door, *GOOD, "--scope", "other", "--scope", "ai.invoke")
    named = minted(door, "--deployment", deployer.name, "--claim", "plant=south", "--claim", "iat=4000000000")

    assert send(f"{protected}/default", headers=good).status_code == 200
    assert send(f"{protected}/any", headers=named).status_code == 200
    assert send(f"{protected}/scoped", headers=good).status_code == 200
    assert send(f"{protected}/open").status_code == 200


@pytest.mark.parametrize(
    ("arguments", "reason"),
    [
        ((*GOOD, "--expires", "-10"), "the token has expired"),
        ((*GOOD, "--audience", "other", "--claim", "aud=other"), "its aud is none that the deployment takes"),
        ((*GOOD, "--claim", "aud=null"), "a claim is missing"),
        ((*GOOD, "--issuer", "https://evil.example.com"), "its iss is none that the deployment takes"),
        (("--audience", "ai-api", "--claim", "plant=north"), "a claim is missing"),
        ((*GOOD, "--claim", "nbf=4000000000"), "the token is not valid yet"),
        ((*GOOD, "--claim", "plant=west"), "claim plant"),
        (GOOD[:4], "claim plant is required"),
    ],
)
def test_a_token_that_is_not_valid(
    door: Door, protected: str, send: Send, arguments: tuple[str, ...], reason: str
) -> None:
    """401 and no word why; the log has it."""
    for path in ("/default", "/any", "/scoped"):
        answer = send(f"{protected}{path}", headers=minted(door, *arguments))

        assert (answer.status_code, answer.json()) == (401, {"code": 401, "message": "Unauthorized"})
        assert reason in reason_of(door, answer)


def own_claims() -> dict[str, Any]:
    """The claims of a token that would be valid."""
    return {"iss": "https://idp.example.com", "aud": "ai-api", "plant": "north", "exp": 4_000_000_000}


def forged(door: Door) -> Iterator[str]:
    """Tokens with valid claims that no key of the deployment's has signed."""
    claims, key = own_claims(), rsa.generate_private_key(public_exponent=65537, key_size=2048)
    yield jwt.encode(claims, "", algorithm="none", headers={"kid": "sandbox"})
    yield jwt.encode(claims, key, algorithm="RS256", headers={"kid": "sandbox"})
    yield jwt.encode(claims, key, algorithm="RS256")
    public = serialization.load_pem_private_key(
        (door.place.folder / "token.key").read_bytes(), None
    ).public_key()
    pem = public.public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)
    # The library itself would not sign with a public key: the old way of taking one for a shared secret.
    head, payload = (
        jwt.utils.base64url_encode(json.dumps(one).encode())
        for one in ({"alg": "HS256", "kid": "sandbox", "typ": "JWT"}, claims)
    )
    mark = jwt.utils.base64url_encode(hmac.new(pem, head + b"." + payload, hashlib.sha256).digest())
    yield (head + b"." + payload + b"." + mark).decode()
    good = minted(door, *GOOD)["Authorization"].removeprefix("Bearer ")
    yield good[:-6] + ("AAAAAA" if not good.endswith("AAAAAA") else "BBBBBB")
    yield "no.token"
    yield "x" * 20_000


def test_a_token_that_nobody_signed(door: Door, protected: str, send: Send) -> None:
    """`alg: none`, another key, no key id, the public key as a secret, a changed signature: all 401."""
    minted(door)  # makes the key

    for token in forged(door):
        answer = send(f"{protected}/any", headers={"Authorization": f"Bearer {token}"})

        assert answer.status_code == 401, token[:40]


@pytest.mark.parametrize("header", [None, "", "Basic YTpi", "Bearer", "Bearer "])
def test_no_token(door: Door, protected: str, send: Send, header: str | None) -> None:
    """Nothing where a token belongs, or another scheme."""
    answer = send(f"{protected}/default", headers={} if header is None else {"Authorization": header})

    assert answer.status_code == 401
    assert answer.headers["www-authenticate"] == "Bearer"


def test_another_scheme(door: Door, protected: str, send: Send) -> None:
    """A good token behind another word, or behind none; the word's case does not matter."""
    token = minted(door, *GOOD)["Authorization"].removeprefix("Bearer ")

    def status(header: str) -> int:
        return int(send(f"{protected}/any", headers={"Authorization": header}).status_code)

    assert [status(f"{word}{token}") for word in ("bearer ", "Basic ", "")] == [200, 401, 401]


@pytest.mark.parametrize("claim", ["other=1", "scope=ai", 'scope=["ai.INVOKE"]', "scope=ai.invoke2"])
def test_a_scope_that_is_not_enough(door: Door, protected: str, send: Send, claim: str) -> None:
    """A valid token without any scope that the route allows; scopes are whole words and case-sensitive."""
    answer = send(f"{protected}/scoped", headers=minted(door, *GOOD, "--claim", claim))

    assert (answer.status_code, answer.json()) == (403, {"code": 403, "message": "Forbidden"})
    assert "scope" in reason_of(door, answer)


def test_a_clock_that_differs(door: Door, deployer: Deployer, send: Send) -> None:
    """As far as the deployment allows."""
    url = deployer.deploy(route("/x"), authentication={**JWKS, "maxClockSkewInSeconds": 60})

    assert send(f"{url}/x", headers=minted(door, *GOOD, "--expires", "-30")).status_code == 200
    assert send(f"{url}/x", headers=minted(door, *GOOD, "--expires", "-90")).status_code == 401


def static_keys(tmp_path: Path) -> tuple[list[dict[str, Any]], list[Path]]:
    """A JSON Web Key and a PEM as they are deployed, and the files of their private halves."""
    keys = [rsa.generate_private_key(public_exponent=65537, key_size=2048) for _ in range(2)]
    files = [tmp_path / "jwk.pem", tmp_path / "pem.pem"]
    for key, file in zip(keys, files, strict=True):
        file.write_bytes(
            key.private_bytes(
                serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
            )
        )
    jwk = jwt.algorithms.RSAAlgorithm.to_jwk(keys[0].public_key(), as_dict=True)
    pem = (
        keys[1]
        .public_key()
        .public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)
    )
    return [
        {"format": "JSON_WEB_KEY", "kid": "one", "kty": "RSA", "n": jwk["n"], "e": jwk["e"], "alg": "RS256"},
        {"format": "PEM", "kid": "two", "key": pem.decode()},
    ], files


def test_static_keys(door: Door, deployer: Deployer, send: Send, tmp_path: Path) -> None:
    """Only they count: the sandbox's own key opens nothing, nor does one under the other's name."""
    keys, (first, second) = static_keys(tmp_path)
    url = deployer.deploy(
        route("/x"),
        authentication={
            "type": "JWT_AUTHENTICATION",
            "tokenQueryParam": "token",
            "issuers": ["me"],
            "audiences": ["you"],
            "publicKeys": {"type": "STATIC_KEYS", "keys": keys},
        },
    )
    claims = ("--issuer", "me", "--audience", "you")

    def status(*arguments: str) -> int:
        token = minted(door, *claims, *arguments)["Authorization"].removeprefix("Bearer ")
        return int(send(f"{url}/x", params={"token": token}).status_code)

    assert status("--key", str(first), "--kid", "one") == 200
    assert status("--key", str(second), "--kid", "two") == 200
    assert status("--key", str(first), "--kid", "two") == 401
    assert status() == 401
    assert send(f"{url}/x").status_code == 401
    with pytest.raises(Unusable, match="--key and --kid"):
        minted(door, "--deployment", deployer.name)


def test_a_remote_key_set_from_a_file(door: Door, deployer: Deployer, send: Send, tmp_path: Path) -> None:
    """`jwks/<host>.json` stands for it, and then nothing else does."""
    (key, _), (file, _) = static_keys(tmp_path)
    folder = door.place.sandbox_dir / "jwks"
    private.make_folder(folder)
    private.write(folder / "keys.example.org.json", json.dumps({"keys": [key]}))
    private.write(folder / "broken.example.org.json", "{")

    def status(host: str, *arguments: str) -> int:
        remote = {**JWKS["validationPolicy"], "uri": f"https://{host}/jwks"}
        url = deployer.deploy(route("/x"), authentication={**JWKS, "validationPolicy": remote})
        return int(send(f"{url}/x", headers=minted(door, *GOOD, *arguments)).status_code)

    assert status("keys.example.org", "--key", str(file), "--kid", "one") == 200
    assert status("keys.example.org") == 401
    assert status("broken.example.org") == 401


def test_a_failure_policy_changes_the_refusal(deployer: Deployer, send: Send) -> None:
    """Status and text of MODIFY_RESPONSE; one that would not refuse is 401 all the same."""

    def refused(code: str) -> tuple[int, str]:
        policy = {"type": "MODIFY_RESPONSE", "responseCode": code, "responseMessage": "go away"}
        url = deployer.deploy(route("/x"), authentication={**JWKS, "validationFailurePolicy": policy})
        answer = send(f"{url}/x")
        return answer.status_code, answer.json()["message"]

    assert refused("403") == (403, "go away")
    assert refused("200") == (401, "go away")
