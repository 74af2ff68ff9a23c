"""What each component of the package is made of: flat arguments, and outputs with their meaning."""

from __future__ import annotations

from collections.abc import Mapping, Set
from typing import Any, ClassVar

import pulumi


class Flat(pulumi.ComponentResource):
    """A component whose arguments are flat; `outputs` are attributes of it, each a string."""

    arguments: ClassVar[type]
    outputs: ClassVar[Mapping[str, str]]
    optional_outputs: ClassVar[Set[str]] = frozenset()

    def __init__(
        self,
        token: str,
        name: str,
        args: Any,  # noqa: ARG002 each component takes its own
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        super().__init__(token, name, {}, opts)

    def state(self) -> dict[str, Any]:
        """Its outputs, by the names they have here; what it has not is left out."""
        found = {name: getattr(self, name) for name in self.outputs}
        return {name: value for name, value in found.items() if value is not None}
