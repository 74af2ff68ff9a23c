"""The function's own identity, a resource principal, and requests signed with it.

OCI Functions puts a session token and a private key into files and says in the environment where they are
(version 2.2). It replaces both before the token expires. Sources: Oracle's pages "Accessing Other Oracle
Cloud Infrastructure Resources from Running Functions" and "Request Signatures".
"""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Mapping
from email.utils import formatdate
from functools import lru_cache
from pathlib import Path
from urllib.parse import urlsplit

from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding, rsa

from ai_events.failures import Unprocessed

_VARIABLE = "OCI_RESOURCE_PRINCIPAL_"
_DOMAIN = "oraclecloud.com"
_GENERIC = ("date", "(request-target)", "host")
_WITH_BODY = (*_GENERIC, "content-length", "content-type", "x-content-sha256")


class ResourcePrincipal:
    """Who the function is, read from the environment that the platform gives it.

    Raises `Unprocessed` (no-resource-principal); nothing of the token or key is ever in a message.
    """

    def __init__(self, environment: Mapping[str, str]) -> None:
        if environment.get(f"{_VARIABLE}VERSION") != "2.2":
            raise _nobody("expected OCI_RESOURCE_PRINCIPAL_VERSION to be 2.2")
        self._environment = environment
        self._token, self._key = self._read()
        self._region, self._domain = _place(environment)

    def endpoint(self, service: str) -> str:
        """The base URL of a service in the function's region: `https://SERVICE.REGION.oraclecloud.com`."""
        if "." in self._region:  # a whole domain, as the SDK takes it too
            return f"https://{service}.{self._region}"
        return f"https://{service}.{self._region}.{self._domain}"

    def renew(self) -> bool:
        """Read token and key again; whether they are others than before."""
        former = self._token
        self._token, self._key = self._read()
        return self._token != former

    def signed(
        self, method: str, url: str, headers: Mapping[str, str], body: bytes | None = None
    ) -> dict[str, str]:
        """The headers with date, host and signature; with the body's where one is given.

        Object Storage takes uploads signed without their body, as the SDK sends them.
        """
        parts = urlsplit(url)
        target = f"{parts.path}?{parts.query}" if parts.query else parts.path
        whole = dict(headers) | {"date": formatdate(usegmt=True), "host": parts.netloc}
        if body is not None:
            digest = base64.b64encode(hashlib.sha256(body).digest()).decode()
            whole |= {"content-length": str(len(body)), "x-content-sha256": digest}
        names = _GENERIC if body is None else _WITH_BODY
        lines = {**whole, "(request-target)": f"{method.lower()} {target}"}
        text = "\n".join(f"{name}: {lines[name]}" for name in names)
        signature = base64.b64encode(self._key.sign(text.encode(), padding.PKCS1v15(), hashes.SHA256()))
        whole["authorization"] = (
            f'Signature algorithm="rsa-sha256",headers="{" ".join(names)}",keyId="ST${self._token}",'
            f'signature="{signature.decode()}",version="1"'
        )
        return whole

    def _read(self) -> tuple[str, rsa.RSAPrivateKey]:
        token = _content(self._environment.get(f"{_VARIABLE}RPST", ""))
        key = _content(self._environment.get(f"{_VARIABLE}PRIVATE_PEM", ""))
        if not (token and key):
            raise _nobody("its token or key is missing")
        return token, _private_key(key)


def _nobody(why: str) -> Unprocessed:
    return Unprocessed(
        "no-resource-principal", f"the function has no resource principal to call services with: {why}"
    )


def _content(value: str) -> str:
    """An absolute path means the file, anything else is the value itself; a line break is no part of it."""
    try:
        return (Path(value).read_text() if value.startswith("/") else value).strip()
    except (OSError, ValueError):
        raise _nobody("a file of it cannot be read") from None


@lru_cache(maxsize=2)
def _private_key(pem: str) -> rsa.RSAPrivateKey:
    """Kept, because checking a key takes longer than signing with it."""
    try:
        key = serialization.load_pem_private_key(pem.encode(), password=None)
    except (ValueError, TypeError):
        raise _nobody("its key cannot be read") from None
    if not isinstance(key, rsa.RSAPrivateKey):
        raise _nobody("its key is not an RSA key")
    return key


def _place(environment: Mapping[str, str]) -> tuple[str, str]:
    """Region and domain; the platform's own description of the region knows the domains of other realms."""
    region = environment.get(f"{_VARIABLE}REGION", "").strip().lower()
    if not region:
        raise _nobody("its region is missing")
    try:
        known = json.loads(environment.get("OCI_REGION_METADATA") or "{}")
        identifier, key = str(known["regionIdentifier"]).lower(), str(known["regionKey"]).lower()
        domain = str(known["realmDomainComponent"]).lower()
    except (ValueError, KeyError, TypeError):
        return region, _DOMAIN
    return (identifier, domain) if region in {identifier, key} else (region, _DOMAIN)
