"""What an endpoint may ask of the rest of the sandbox, which lies above it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Protocol


@dataclass(frozen=True)
class FunctionAnswer:
    """What a function's container answered, or what the platform saw instead: then `code` is OCI's code and
    `content` empty."""

    status: int
    content: bytes = b""
    headers: Mapping[str, str] = field(default_factory=dict)
    code: str = ""
    message: str = ""


class Platform(Protocol):
    """The sandbox as endpoints see it."""

    def invoke(self, function_id: str, body: bytes, headers: Mapping[str, str]) -> FunctionAnswer:
        """Run a function once and wait for it; whoever asks may invoke it."""

    def invoke_detached(self, function_id: str, body: bytes, headers: Mapping[str, str]) -> None:
        """Run a function once, without anybody waiting."""

    def keys_of(self, user_id: str) -> list[tuple[str, str, float]]:
        """A user's API keys: key id, public key in PEM, time of creation."""
