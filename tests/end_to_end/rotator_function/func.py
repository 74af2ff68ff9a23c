"""Rotates a secret, step by step, by the unmodified SDK, and answers any other body that it was heard;
where the body says so it fails."""

from __future__ import annotations

import base64
import functools
import io
import json
import logging
import sys
from typing import Any

import oci
from fdk import response

for _name in ("oci", "urllib3"):
    logging.getLogger(_name).setLevel(logging.WARNING)


@functools.cache
def _client(kind: Any) -> Any:
    signer = oci.auth.signers.get_resource_principals_signer()
    return kind({}, signer=signer, retry_strategy=oci.retry.NoneRetryStrategy())


def _pending(secret: str) -> int:
    """A new version that waits; its number."""
    content = oci.vault.models.Base64SecretContentDetails(
        content=base64.b64encode(b"new").decode(), stage="PENDING"
    )
    details = oci.vault.models.UpdateSecretDetails(secret_content=content)
    _client(oci.vault.VaultsClient).update_secret(secret, details)
    bundle = _client(oci.secrets.SecretsClient).get_secret_bundle(secret, stage="PENDING").data
    return int(bundle.version_number)


def handler(ctx: Any, data: io.BytesIO | None = None) -> Any:
    """Answers a step of a rotation as Vault wants it, and prints what it got."""
    body = data.getvalue().decode() if data else ""
    print(f"GOT {body}", file=sys.stderr, flush=True)
    asked = json.loads(body or "{}")
    if isinstance(asked, dict) and asked.get("fail"):
        raise ValueError("asked to fail")
    answer: dict[str, Any] = {"responseCode": 200, "returnMessage": "done"}
    if isinstance(asked, dict) and asked.get("step") == "CREATE_PENDING_VERSION":
        answer["versionNo"] = _pending(asked["secretId"])
    return response.Response(ctx, json.dumps(answer), {"content-type": "application/json"})
