"""One operation of a service as data: which request it is, whose right it needs, who answers it.

    OPERATIONS = (
        Operation("GetTopic", "GET", "/topics/{topicId}", get_topic, target=topic),
        …
    )
    ENDPOINTS = (RestService("Notifications", hosts=("notification",), versions=("20181201",),
    operations=OPERATIONS),)

The permissions are those of the operation in the catalogue of `oci_iam`, unless `permissions` says otherwise.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from types import MappingProxyType

from sandbox.api.request import JSON_BYTES, ApiRequest
from sandbox.api.response import ApiResponse
from sandbox.cloud.errors import ServiceError

_FIELD = re.compile(r"\{(\w+)(\+?)\}")


@dataclass(frozen=True)
class Target:
    """What an operation is about, as IAM asks for it: the compartment it lies in, the documented `target.*`
    variables of the operation, and the resource's defined tags (`namespace.key` to value)."""

    compartment_id: str
    variables: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    tags: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))


@dataclass(frozen=True)
class Ask:
    """What is needed of one target: all permissions of any one of the `ways`.

    `service` names a service of Oracle's that needs the right under its own name, instead of the caller;
    `refusal` is what is answered where this right is missing, if not what the service usually answers.
    """

    ways: Sequence[Sequence[str]]
    target: Target
    service: str = ""
    refusal: ServiceError | None = None


@dataclass(frozen=True, kw_only=True)
class _Options:
    """What few operations say."""

    target: Callable[[ApiRequest], Target | None] | None = None
    """What it is about; raises the service's "not found" where that is not there. None of a function: the
    operation needs no right. No function: `asks` says it all."""

    permissions: Sequence[str] | None = None
    """All are needed. Not given: those of the catalogue."""

    when: Callable[[ApiRequest], str] | None = None
    """Where the catalogue's permissions depend: the words of the row that holds (`the object is new`)."""

    asks: Callable[[ApiRequest], Sequence[Ask]] | None = None
    """In place of both, where an operation is about several things or has a choice of rights."""

    anonymous: bool = False
    """Answered without a signature, such as the use of a pre-authenticated request."""

    signs_body: bool = True
    """Whether a signature must cover the headers of the body; the SDK leaves them out of a few operations."""

    creates: bool = False
    """Whether it creates what a retry token names: the same token again gets the same answer."""

    argument: str = ""
    """A query argument without which this operation is not meant, but a later one of the same path."""

    waits: bool = False
    """Whether it may take long (a function, a long poll), and so must not keep quick ones waiting."""

    largest: int | None = JSON_BYTES
    """Bytes of body that are taken; None for any number."""


@dataclass(frozen=True)
class Operation(_Options):
    """`path` begins after the API version; `{name}` is one segment, `{name+}` at the end all that is left."""

    name: str
    method: str
    path: str
    handler: Callable[[ApiRequest], ApiResponse]

    @cached_property
    def pattern(self) -> re.Pattern[str]:
        """Matches a raw path, its segments still percent-encoded."""
        text, place = "", 0
        for field_ in _FIELD.finditer(self.path):
            text += re.escape(self.path[place : field_.start()])
            text += f"(?P<{field_[1]}>{'.+' if field_[2] else '[^/]+'})"
            place = field_.end()
        return re.compile(text + re.escape(self.path[place:]))


@dataclass(frozen=True, kw_only=True)
class _ServiceOptions:
    versions: Sequence[str] = ()
    """API versions, all answered alike; empty where paths have none."""

    operations: Sequence[Operation] = ()

    refusal: Callable[[ApiRequest], ServiceError] | None = None
    """What is answered where a right is missing, if not 404-NotAuthorizedOrNotFound."""


@dataclass(frozen=True)
class RestService(_ServiceOptions):
    """`name` is the service as the catalogue of operations calls it: `Notifications`. `hosts` are names
    without region and domain, `*` for any one label: `notification`, `*.queue.messaging`."""

    name: str
    hosts: Sequence[str]

    def answers(self, labels: Sequence[str]) -> bool:
        """Whether a host with these labels is one of the service's."""
        return any(_fits(pattern.split("."), labels) for pattern in self.hosts)


def _fits(pattern: Sequence[str], labels: Sequence[str]) -> bool:
    return len(pattern) == len(labels) and all(
        wanted in ("*", label) for wanted, label in zip(pattern, labels, strict=True)
    )
