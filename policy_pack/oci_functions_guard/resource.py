"""One resource as the engine asks about it, and the stage it asks at."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum

from oci_functions_guard.values import Value, reveal

__all__ = ["Resource", "Stage"]


class Stage(Enum):
    """Whether values may still be unknown."""

    PREVIEW = "preview"
    DEPLOY = "deploy"


@dataclass(frozen=True, slots=True, eq=False)
class Resource:
    """A resource's inputs under its URN. Holds no outputs: a rule about one resource is asked before there
    are any. At the end of an operation it holds those that there are, and `uses` says which resources an
    input was made of.
    """

    urn: str
    type: str
    name: str
    props: Mapping[str, Value]
    parent: str | None = None
    provider: Mapping[str, Value] = field(default_factory=dict)
    uses: Mapping[str, frozenset[str]] = field(default_factory=dict)

    def get(self, key: str) -> Value:
        """The input `key` without its mark of secrecy; None where it is missing."""
        return reveal(self.props.get(key))

    def text(self, key: str) -> str | None:
        """The input `key` where it is a known string."""
        value = self.get(key)
        return value if isinstance(value, str) else None
