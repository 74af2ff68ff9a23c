"""The fingerprint of a statement, by which an exemption of the policy pack names exactly that statement.

Not a normal form: another spelling of the same grant is another statement.
"""

from __future__ import annotations

import hashlib

__all__ = ["fingerprint"]


def fingerprint(text: str) -> str:
    """``sha256:`` and the SHA-256 of the statement's UTF-8 text, exactly as the policy contains it."""
    return "sha256:" + hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()
