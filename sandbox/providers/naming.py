"""Names the provider invents, as the real bridge does: `<resource name>-<7 hex digits>` for a property
`name`.

Only a top-level property called `name` is ever named; a `displayName` never is.
"""

from __future__ import annotations

import hashlib
import re
import secrets

_LONGEST = 255
_DIGITS = 7


def invented(resource: str, seed: bytes) -> str:
    """A name for a resource; the same seed gives the same name."""
    random = hashlib.blake2b(seed).hexdigest() if seed else secrets.token_hex(_DIGITS)
    return f"{resource[: _LONGEST - _DIGITS - 1]}-{random[:_DIGITS]}"


def is_invented(name: str, resource: str) -> bool:
    """Whether a name looks as if `invented` made it for this resource."""
    stem = re.escape(resource[: _LONGEST - _DIGITS - 1])
    return re.fullmatch(rf"{stem}-[0-9a-f]{{{_DIGITS}}}", name) is not None
