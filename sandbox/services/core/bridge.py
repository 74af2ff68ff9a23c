"""How the Pulumi provider treats instances, beyond what the facts say as data."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sandbox.services.bridge_base import Bridge
from sandbox.services.core import INSTANCE

# Of these platforms alone the settings below can change while the instance stays.
_VIRTUAL_MACHINES = frozenset({"", "AMD_VM", "INTEL_VM"})
_PLATFORM = frozenset(
    {"platformConfig.configMap", "platformConfig.isSymmetricMultiThreadingEnabled", "platformConfig.type"}
)
# What cloud-init reads once, at the first boot.
_FIRST_BOOT = frozenset({"metadata.ssh_authorized_keys", "metadata.user_data"})


class InstanceBridge(Bridge):
    """Instances."""

    def replaces(self, place: str, old: Mapping[str, Any], new: Mapping[str, Any]) -> bool | None:
        if place in _FIRST_BOOT:
            return True
        if place == "metadata":  # all of it is added or taken away
            return any(place in _FIRST_BOOT for inputs in (old, new) for place in _metadata(inputs))
        if ".".join(place.split(".")[:2]) in _PLATFORM:
            return any(_platform(inputs) not in _VIRTUAL_MACHINES for inputs in (old, new))
        return None


def _metadata(inputs: Mapping[str, Any]) -> set[str]:
    """The places of what is known of the metadata."""
    given = inputs.get("metadata")
    return {f"metadata.{key}" for key in given} if isinstance(given, Mapping) else set()


def _platform(inputs: Mapping[str, Any]) -> str:
    config = inputs.get("platformConfig")
    return str(config.get("type") or "").upper() if isinstance(config, Mapping) else ""


BRIDGES = {INSTANCE: InstanceBridge}
