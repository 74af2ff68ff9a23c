"""Refuses a resource without the tags that the config asks for; asks for none by itself.

Looks at what the program sends. Tags that OCI adds by itself (tag defaults of a compartment) are not seen.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from fnmatch import fnmatchcase
from typing import Final

from oci_functions_guard.resource import Resource
from oci_functions_guard.rule import Case, Later, Said, Violation
from oci_functions_guard.values import UNKNOWN, kind_of, reveal

__all__ = ["applies", "check"]

# Resources that take tags and belong to a function, or to what it is connected to.
_TYPES: Final = (
    "oci:ApiGateway/deployment:Deployment",
    "oci:ApiGateway/gateway:Gateway",
    "oci:Artifacts/containerRepository:ContainerRepository",
    "oci:Core/networkSecurityGroup:NetworkSecurityGroup",
    "oci:Core/subnet:Subnet",
    "oci:Core/vcn:Vcn",
    "oci:Events/rule:Rule",
    "oci:Functions/application:Application",
    "oci:Functions/function:Function",
    "oci:Identity/dynamicGroup:DynamicGroup",
    "oci:Identity/group:Group",
    "oci:Identity/policy:Policy",
    "oci:Logging/log:Log",
    "oci:Logging/logGroup:LogGroup",
    "oci:Monitoring/alarm:Alarm",
    "oci:ObjectStorage/bucket:Bucket",
    "oci:Ons/notificationTopic:NotificationTopic",
    "oci:Ons/subscription:Subscription",
    "oci:Queue/queue:Queue",
    "oci:ResourceScheduler/schedule:Schedule",
    "oci:Sch/connector:Connector",
    "oci:Streaming/stream:Stream",
    "oci:Vault/secret:Secret",
    "oci:Waas/customProtectionRule:CustomProtectionRule",
    "oci:Waas/policy:Policy",
)
_KINDS: Final = (("freeform", "freeformTags"), ("defined", "definedTags"))


def applies(resource: Resource) -> bool:
    return resource.type.startswith("oci:")


def check(case: Case) -> Iterator[Said]:
    types = case.settings.get("types", _TYPES)
    if any(fnmatchcase(case.resource.type, each) for each in types):
        for setting, key in _KINDS:
            yield from _check_tags(case, key, case.settings.get(setting, ()))


def _check_tags(case: Case, key: str, wanted: Sequence[str]) -> Iterator[Said]:
    tags = case.resource.get(key)
    if not wanted:
        return
    if tags is UNKNOWN:
        yield Later(f"{key} is unknown")
        return
    if not isinstance(tags, dict | None):
        yield Violation(f"{key}: expected an object, found {kind_of(tags)}")
        return
    # OCI compares the keys of tags, and the namespaces before them, without case.
    given = {name.casefold(): reveal(value) for name, value in (tags or {}).items()}
    for name in wanted:
        value = given.get(name.casefold())
        if value is UNKNOWN:
            yield Later(f"{key}.{name} is unknown")
        elif not value:
            yield Violation(f"{key}.{name} is missing")
