"""`sandbox token`: its arguments."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import jwt
import pytest

from sandbox.cloud.errors import Unusable
from tests.sandbox.rest.conftest import Door
from tests.sandbox.rest.gateway.conftest import Deployer, minted, route


def test_claims(door: Door) -> None:
    """A value that is JSON is taken as JSON; the key is named."""
    token = minted(
        door, "--scope", "a", "--scope", "b", "--claim", "n=1", "--claim", "s=x=y", "--subject", "me"
    )["Authorization"].removeprefix("Bearer ")
    claims = jwt.decode(token, options={"verify_signature": False})

    assert {name: claims[name] for name in ("scope", "n", "s", "sub")} == {
        "scope": "a b",
        "n": 1,
        "s": "x=y",
        "sub": "me",
    }
    assert claims["exp"] - claims["iat"] == 3600
    assert jwt.get_unverified_header(token) == {"alg": "RS256", "kid": "sandbox", "typ": "JWT"}


@pytest.mark.parametrize(
    ("arguments", "text"),
    [
        (("--claim", "plant"), "--claim plant: expected NAME=VALUE"),
        (("--kid", "one"), "--key and --kid belong together"),
        (("--key", "none.pem", "--kid", "one"), "none.pem: cannot be read"),
        (("--deployment", "none"), "--deployment none: not in this sandbox"),
    ],
)
def test_what_cannot_be_used(door: Door, arguments: tuple[str, ...], text: str) -> None:
    """One line that names it."""
    with pytest.raises(Unusable, match=text):
        minted(door, *arguments)


def test_a_deployment_without_authentication(door: Door, deployer: Deployer) -> None:
    """Takes no token at all, and that is said."""
    deployer.deploy(route("/x"))

    with pytest.raises(Unusable, match="static keys only, or none"):
        minted(door, "--deployment", deployer.name)


def test_the_command(door: Door, tmp_path: Path) -> None:
    """Prints the token and nothing else; a key that is no key is one line and status 2."""
    (tmp_path / "bad.pem").write_text("x")
    command = [sys.executable, "-m", "sandbox", "token"]
    environment = {"OCI_SANDBOX_DIR": str(tmp_path / "sandbox"), "PATH": "/usr/bin:/bin"}
    good = subprocess.run([*command, "--subject", "me"], env=environment, capture_output=True, text=True)
    bad = subprocess.run(
        [*command, "--key", str(tmp_path / "bad.pem"), "--kid", "k"],
        env=environment,
        capture_output=True,
        text=True,
    )
    key = tmp_path / "sandbox" / "rest" / "token.key"

    assert jwt.decode(good.stdout.strip(), options={"verify_signature": False})["sub"] == "me"
    assert good.stdout.count("\n") == 1
    assert key.stat().st_mode & 0o777 == 0o600
    assert (bad.returncode, bad.stdout) == (2, "")
    assert bad.stderr == f"{tmp_path / 'bad.pem'}: is no private key in PEM without a passphrase\n"
