"""REST operations with keys: encrypt, decrypt, sign, verify (Key Management's cryptographic endpoint).

A ciphertext names the version of the key that made it, so that it can be decrypted after a rotation. It is
the sandbox's own form: OCI cannot decrypt it, nor the sandbox what OCI encrypted.
"""

from __future__ import annotations

import base64
import binascii
import json
import os
import zlib
from collections.abc import Mapping, Sequence
from typing import Any

from sandbox.api.asked import named, text
from sandbox.api.operation import Operation, Target
from sandbox.api.request import ApiRequest
from sandbox.api.response import ApiResponse, as_json
from sandbox.cloud.errors import InvalidParameter, coded
from sandbox.cloud.store import Record
from sandbox.services.kms import KEY, ciphers, material

_PLAIN_BYTES = 4096
"""What Encrypt takes at most. Source: Oracle's page on using keys."""
_DATA_KEYS = (16, 24, 32)


def target_of(record: Record) -> Target:
    """What IAM is asked about a key."""
    outputs = record.outputs
    variables = {"target.key.id": record.id}
    if outputs.get("vaultId"):
        variables["target.vault.id"] = str(outputs["vaultId"])
    return Target(str(outputs["compartmentId"]), variables, outputs.get("definedTags") or {})


def _key(request: ApiRequest) -> Record:
    return named(request, text(request.json(), "keyId"), KEY)


def _target(request: ApiRequest) -> Target:
    return target_of(_key(request))


def _usable(request: ApiRequest) -> Record:
    key = _key(request)
    state = key.outputs.get("state") or "ENABLED"
    if state not in ("ENABLED", "ACTIVE"):
        raise coded(409, "IncorrectState", f"the key is {state}")
    return key


def _encrypt(request: ApiRequest) -> ApiResponse:
    details, key = request.json(), _usable(request)
    algorithm = _algorithm(details, "encryptionAlgorithm", key, ciphers.ENCRYPTION)
    plain = _bytes(details, "plaintext")
    if not 0 < len(plain) <= _PLAIN_BYTES:
        raise InvalidParameter(f"plaintext must have 1 to {_PLAIN_BYTES} bytes")
    version, secret = _material(request, details, key)
    shown = {"keyId": key.id, "keyVersionId": version, "encryptionAlgorithm": algorithm}
    return as_json({**shown, "ciphertext": _sealed(details, version, secret, algorithm, plain)})


def _decrypt(request: ApiRequest) -> ApiResponse:
    details, key = request.json(), _usable(request)
    algorithm = _algorithm(details, "encryptionAlgorithm", key, ciphers.ENCRYPTION)
    sealed = _bytes(details, "ciphertext")
    version = sealed[2 : 2 + sealed[1]].decode("ascii", "replace") if len(sealed) > 2 else ""
    secret = material.of_version(request.cloud.store, key, version)
    if secret is None or details.get("keyVersionId") not in (None, version):
        raise InvalidParameter("ciphertext was not encrypted with this key")
    try:
        plain = ciphers.decrypt(secret, algorithm, sealed[2 + sealed[1] :], _associated(details))
    except ciphers.Undecipherable:
        raise InvalidParameter("ciphertext cannot be decrypted with this key and associated data") from None
    shown = {"keyId": key.id, "keyVersionId": version, "encryptionAlgorithm": algorithm}
    return as_json({**shown, **_plaintext(plain)})


def _generate(request: ApiRequest) -> ApiResponse:
    details, key = request.json(), _usable(request)
    shape = details.get("keyShape")
    shape = shape if isinstance(shape, Mapping) else {}
    if shape.get("algorithm") != "AES" or shape.get("length") not in _DATA_KEYS:
        raise InvalidParameter("keyShape must be AES with a length of 16, 24 or 32 bytes")
    algorithm = _algorithm({}, "", key, ciphers.ENCRYPTION)
    plain = os.urandom(shape["length"])
    version, secret = _material(request, {}, key)
    shown: dict[str, Any] = {"ciphertext": _sealed(details, version, secret, algorithm, plain)}
    if details.get("includePlaintextKey"):
        shown |= _plaintext(plain)
    return as_json(shown)


def _sign(request: ApiRequest) -> ApiResponse:
    details, key = request.json(), _usable(request)
    algorithm = _algorithm(details, "signingAlgorithm", key, ciphers.SIGNING)
    version, secret = _material(request, details, key)
    try:
        made = ciphers.sign(secret, algorithm, _bytes(details, "message"), _is_digest(details))
    except ValueError:
        raise InvalidParameter("message is not a digest of the signing algorithm") from None
    signature = base64.b64encode(made).decode()
    shown = {"keyId": key.id, "keyVersionId": version, "signingAlgorithm": algorithm}
    return as_json({**shown, "signature": signature})


def _verify(request: ApiRequest) -> ApiResponse:
    details, key = request.json(), _usable(request)
    algorithm = _algorithm(details, "signingAlgorithm", key, ciphers.SIGNING)
    _, secret = _material(request, details, key)
    message, signature = _bytes(details, "message"), _bytes(details, "signature")
    valid = ciphers.verifies(secret, algorithm, message, _is_digest(details), signature)
    return as_json({"isSignatureValid": valid})


def _material(request: ApiRequest, details: Mapping[str, Any], key: Record) -> tuple[str, bytes]:
    """The version that is asked for, or the current one."""
    store, asked = request.cloud.store, details.get("keyVersionId")
    current = material.of_current(store, key)
    if asked in (None, current[0]):
        return current
    found = material.of_version(store, key, str(asked))
    if found is None:
        raise InvalidParameter("keyVersionId is no version of this key")
    return str(asked), found


def _algorithm(details: Mapping[str, Any], name: str, key: Record, table: Mapping[str, Sequence[str]]) -> str:
    kind = material.algorithm_of(key)
    usual = table.get(kind, ())
    asked = details.get(name) or (usual[0] if usual else None)
    if asked not in usual:
        takes = f"takes {', '.join(usual)}" if usual else "cannot be used for this"
        raise InvalidParameter(f"{name or 'keyId'}: a key of {kind} {takes}")
    return str(asked)


def _sealed(details: Mapping[str, Any], version: str, secret: bytes, algorithm: str, plain: bytes) -> str:
    """The ciphertext in base64: a form number, the version's OCID with its length, what the cipher made."""
    try:
        made = ciphers.encrypt(secret, algorithm, plain, _associated(details))
    except ValueError:
        raise InvalidParameter("plaintext is too long for this key") from None
    name = version.encode("ascii")
    return base64.b64encode(bytes((1, len(name))) + name + made).decode()


def _plaintext(plain: bytes) -> dict[str, str]:
    return {"plaintext": base64.b64encode(plain).decode(), "plaintextChecksum": str(zlib.crc32(plain))}


def _associated(details: Mapping[str, Any]) -> bytes:
    given = details.get("associatedData")
    return json.dumps(given, sort_keys=True).encode() if given else b""


def _is_digest(details: Mapping[str, Any]) -> bool:
    kind = details.get("messageType") or "RAW"
    if kind not in ("RAW", "DIGEST"):
        raise InvalidParameter("messageType must be RAW or DIGEST")
    return bool(kind == "DIGEST")


def _bytes(details: Mapping[str, Any], name: str) -> bytes:
    try:
        return base64.b64decode(text(dict(details), name), validate=True)
    except (binascii.Error, ValueError):
        raise InvalidParameter(f"{name} is not base64") from None


OPERATIONS = (
    Operation("Encrypt", "POST", "/20180608/encrypt", _encrypt, target=_target),
    Operation("Decrypt", "POST", "/20180608/decrypt", _decrypt, target=_target),
    Operation(
        "GenerateDataEncryptionKey",
        "POST",
        "/20180608/generateDataEncryptionKey",
        _generate,
        target=_target,
    ),
    Operation("Sign", "POST", "/20180608/sign", _sign, target=_target),
    Operation("Verify", "POST", "/20180608/verify", _verify, target=_target),
)
