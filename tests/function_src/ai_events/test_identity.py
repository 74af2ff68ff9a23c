"""The resource principal, and signatures as OCI checks them."""

from __future__ import annotations

import base64
import hashlib
import json
import re
from pathlib import Path

import pytest
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding, rsa

from ai_events.failures import Unprocessed
from ai_events.identity import ResourcePrincipal

URL = "https://objectstorage.us-ashburn-1.oraclecloud.com/n/ns/b/b/o/a%2Fb?versionId=1"


def verify(key: rsa.RSAPrivateKey, headers: dict[str, str], names: str, method: str) -> None:
    """Raises for a signature that does not cover these headers of a request to URL."""
    found = re.search(r'headers="([^"]+)".*signature="([^"]+)"', headers["authorization"])
    assert found is not None
    assert found[1] == names
    lines = headers | {"(request-target)": f"{method} /n/ns/b/b/o/a%2Fb?versionId=1"}
    text = "\n".join(f"{name}: {lines[name]}" for name in names.split())
    key.public_key().verify(base64.b64decode(found[2]), text.encode(), padding.PKCS1v15(), hashes.SHA256())


def test_a_request_without_a_body(principal: dict[str, str], key: rsa.RSAPrivateKey) -> None:
    """Date, target and host, in the SDK's order; the token without the line break of its file."""
    headers = ResourcePrincipal(principal).signed("GET", URL, {})

    verify(key, headers, "date (request-target) host", "get")
    assert 'keyId="ST$head.claims.signature"' in headers["authorization"]
    with pytest.raises(InvalidSignature):
        verify(key, headers, "date (request-target) host", "put")


@pytest.mark.parametrize("body", [b"", b'{"a": 1}'])
def test_a_request_with_a_body(principal: dict[str, str], key: rsa.RSAPrivateKey, body: bytes) -> None:
    """Its length, type and digest are signed too, also of an empty one."""
    headers = ResourcePrincipal(principal).signed("POST", URL, {"content-type": "application/json"}, body)
    digest = base64.b64encode(hashlib.sha256(body).digest()).decode()

    names = "date (request-target) host content-length content-type x-content-sha256"
    verify(key, headers, names, "post")
    assert (headers["content-length"], headers["x-content-sha256"]) == (str(len(body)), digest)


def test_values_instead_of_files(principal: dict[str, str], tmp_path: Path) -> None:
    """An absolute path is a file, anything else the value itself."""
    values = {
        "OCI_RESOURCE_PRINCIPAL_RPST": "a.b.c",
        "OCI_RESOURCE_PRINCIPAL_PRIVATE_PEM": (tmp_path / "private.pem").read_text(),
    }

    assert "ST$a.b.c" in ResourcePrincipal(principal | values).signed("GET", URL, {})["authorization"]


def test_the_platform_replaces_the_token(principal: dict[str, str], tmp_path: Path) -> None:
    """Read again when asked; the same token is no news."""
    found = ResourcePrincipal(principal)

    assert not found.renew()
    (tmp_path / "rpst").write_text("x.y.z")
    assert found.renew()
    assert "ST$x.y.z" in found.signed("GET", URL, {})["authorization"]


@pytest.mark.parametrize(
    ("changes", "domain"),
    [
        ({}, "us-ashburn-1.oraclecloud.com"),
        ({"OCI_RESOURCE_PRINCIPAL_REGION": "sandbox.test:8143"}, "sandbox.test:8143"),
        (
            {
                "OCI_RESOURCE_PRINCIPAL_REGION": "lfy",
                "OCI_REGION_METADATA": json.dumps(
                    {
                        "regionKey": "LFY",
                        "regionIdentifier": "us-langley-1",
                        "realmDomainComponent": "oraclegovcloud.com",
                    }
                ),
            },
            "us-langley-1.oraclegovcloud.com",
        ),
        ({"OCI_REGION_METADATA": '{"regionKey": "FRA"}'}, "us-ashburn-1.oraclecloud.com"),
        ({"OCI_REGION_METADATA": "no"}, "us-ashburn-1.oraclecloud.com"),
    ],
)
def test_where_services_are(principal: dict[str, str], changes: dict[str, str], domain: str) -> None:
    """In the function's region; the platform says what other realms' domains are."""
    found = ResourcePrincipal(principal | changes).endpoint("objectstorage")

    assert found == f"https://objectstorage.{domain}"


@pytest.mark.parametrize(
    "changes",
    [
        {"OCI_RESOURCE_PRINCIPAL_VERSION": ""},
        {"OCI_RESOURCE_PRINCIPAL_VERSION": "1.1"},
        {"OCI_RESOURCE_PRINCIPAL_RPST": ""},
        {"OCI_RESOURCE_PRINCIPAL_RPST": "/nowhere/s3cr3t"},
        {"OCI_RESOURCE_PRINCIPAL_PRIVATE_PEM": "s3cr3t"},
        {"OCI_RESOURCE_PRINCIPAL_REGION": ""},
    ],
)
def test_without_a_resource_principal(principal: dict[str, str], changes: dict[str, str]) -> None:
    """Outside OCI there is no identity to call services with; nothing of it is in the reason."""
    with pytest.raises(Unprocessed) as caught:
        ResourcePrincipal(principal | changes)

    assert caught.value.code == "no-resource-principal"
    assert "s3cr3t" not in repr(caught.value)
    assert caught.value.__suppress_context__ or caught.value.__context__ is None
