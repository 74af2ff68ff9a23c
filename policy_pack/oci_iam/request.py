"""Who asks for what: one request of one principal, to be decided by ``decision``."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

__all__ = ["Principal", "Request"]


@dataclass(frozen=True, slots=True)
class Principal:
    """Who asks: a user, a service, or a resource acting for itself.

    ``type`` is ``user``, ``service``, or a resource principal's type as ``request.principal.type`` has it
    (``eventrule``, ``fnfunc``, ``ApiGateway``, ...). ``service`` is the name of the service
    (``cloudEvents``); ``compartment_id`` the compartment the resource lies in; ``tags`` its defined tags,
    ``namespace.key`` to value.
    """

    type: str
    id: str | None = None
    compartment_id: str | None = None
    service: str | None = None
    name: str | None = None
    tags: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))

    @property
    def is_user(self) -> bool:
        """A person, as opposed to a resource or a service."""
        return self.type.casefold() == "user"

    @property
    def is_service(self) -> bool:
        """A service of Oracle acting under its own name."""
        return self.type.casefold() == "service"

    def __str__(self) -> str:
        """How a sentence names it: ``service cloudEvents``, ``eventrule ocid1.eventrule...``."""
        return f"{self.type} {self.service or self.name or self.id or '(no id)'}"


@dataclass(frozen=True, slots=True)
class Request:
    """One call that needs one permission on something in one compartment.

    ``target`` holds what is known of the thing itself (``target.function.id``, ``target.app.id``, ...),
    ``variables`` further ``request.*`` values (``request.region``, ...). A variable given nowhere is missing,
    and a missing variable makes a comparison false (conditions.htm).
    """

    principal: Principal
    permission: str
    compartment_id: str
    operation: str | None = None
    target: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    variables: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
