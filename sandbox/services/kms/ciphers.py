"""What one key version can do with its material: encrypt, decrypt, sign, verify.

The material is 16, 24 or 32 random bytes for AES, a private key in DER for RSA and ECDSA. Does not know where
it is kept, nor which key it belongs to.
"""

from __future__ import annotations

import os
from typing import Any

from cryptography.exceptions import InvalidSignature, InvalidTag
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa, utils
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

ENCRYPTION = {"AES": ("AES_256_GCM",), "RSA": ("RSA_OAEP_SHA_256", "RSA_OAEP_SHA_1"), "ECDSA": ()}
"""The encryption algorithms of each kind of key, its usual one first."""

_HASHES: dict[str, Any] = {"SHA_224": hashes.SHA224, "SHA_256": hashes.SHA256}
_HASHES |= {"SHA_384": hashes.SHA384, "SHA_512": hashes.SHA512}
SIGNING = {
    "AES": (),
    "RSA": tuple(
        f"{hash}_RSA_{way}"
        for hash in ("SHA_224", "SHA_256", "SHA_384", "SHA_512")
        for way in ("PKCS_PSS", "PKCS1_V1_5")
    ),
    "ECDSA": ("ECDSA_SHA_256", "ECDSA_SHA_384", "ECDSA_SHA_512"),
}
"""The signing algorithms of each kind of key."""

_CURVES: dict[str, Any] = {"NIST_P256": ec.SECP256R1, "NIST_P384": ec.SECP384R1, "NIST_P521": ec.SECP521R1}
_NONCE = 12


class Undecipherable(Exception):
    """The ciphertext is not this key's, or was changed, or the associated data is other."""


def new_material(algorithm: str, length: int, curve: str) -> bytes:
    """Random material for a key of this shape; `length` in bytes, as key shapes have it."""
    if algorithm == "AES":
        return os.urandom(length)
    key: Any = (
        ec.generate_private_key(_CURVES[curve]())
        if algorithm == "ECDSA"
        else rsa.generate_private_key(65537, length * 8)
    )
    return bytes(
        key.private_bytes(
            serialization.Encoding.DER, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
    )


def encrypt(material: bytes, algorithm: str, plain: bytes, associated: bytes) -> bytes:
    """The ciphertext. Raises `ValueError` for what is too long for an RSA key."""
    if algorithm == "AES_256_GCM":
        nonce = os.urandom(_NONCE)
        return nonce + AESGCM(material).encrypt(nonce, plain, associated)
    return bytes(_private(material).public_key().encrypt(plain, _oaep(algorithm)))


def decrypt(material: bytes, algorithm: str, cipher: bytes, associated: bytes) -> bytes:
    """What was encrypted. Raises `Undecipherable`."""
    try:
        if algorithm == "AES_256_GCM":
            return AESGCM(material).decrypt(cipher[:_NONCE], cipher[_NONCE:], associated)
        return bytes(_private(material).decrypt(cipher, _oaep(algorithm)))
    except (InvalidTag, ValueError):
        raise Undecipherable from None


def sign(material: bytes, algorithm: str, message: bytes, is_digest: bool) -> bytes:
    """A signature of a message or of its digest. Raises `ValueError` for a digest of another length."""
    key, hash = _private(material), _hash(algorithm)
    how = utils.Prehashed(hash) if is_digest else hash
    if algorithm.startswith("ECDSA"):
        return bytes(key.sign(message, ec.ECDSA(how)))
    return bytes(key.sign(message, _padding(algorithm), how))


def verifies(material: bytes, algorithm: str, message: bytes, is_digest: bool, signature: bytes) -> bool:
    """Whether a signature is this key's."""
    key, hash = _private(material).public_key(), _hash(algorithm)
    how = utils.Prehashed(hash) if is_digest else hash
    try:
        if algorithm.startswith("ECDSA"):
            key.verify(signature, message, ec.ECDSA(how))
        else:
            key.verify(signature, message, _padding(algorithm), how)
    except (InvalidSignature, ValueError):
        return False
    return True


def _private(material: bytes) -> Any:
    return serialization.load_der_private_key(material, None)


def _oaep(algorithm: str) -> Any:
    hash = hashes.SHA1() if algorithm.endswith("SHA_1") else hashes.SHA256()  # noqa: S303 OCI offers it
    return padding.OAEP(padding.MGF1(hash), hash, None)


def _hash(algorithm: str) -> Any:
    return next(kind() for name, kind in _HASHES.items() if name in algorithm)


def _padding(algorithm: str) -> Any:
    if algorithm.endswith("PKCS1_V1_5"):
        return padding.PKCS1v15()
    return padding.PSS(padding.MGF1(_hash(algorithm)), padding.PSS.DIGEST_LENGTH)
