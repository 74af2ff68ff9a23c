"""Percent-encoding of the parts of a path, as the Terraform provider for OCI writes ids.

By itself because the cloud knows no HTTP, `urllib` included.
"""

from __future__ import annotations

import re

# What Go's url.PathEscape leaves as it is.
_PLAIN = frozenset(b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.~$&+:=@")


def encoded(text: str) -> str:
    """The text with everything else as `%XX`, a slash too."""
    return "".join(chr(byte) if byte in _PLAIN else f"%{byte:02X}" for byte in text.encode())


def decoded(text: str) -> str:
    """The text with every `%XX` as what it stands for; what is none stays."""
    plain = re.sub(rb"%([0-9A-Fa-f]{2})", lambda found: bytes([int(found[1], 16)]), text.encode())
    return plain.decode(errors="replace")
