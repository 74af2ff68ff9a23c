"""What Key Management fills in."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from typing import Any

from sandbox.cloud.call import Call
from sandbox.cloud.errors import InvalidParameter
from sandbox.cloud.service_rules import Rules
from sandbox.services.kms import KEY, VAULT, material

# The bytes of a key of each kind. Source: the API reference of `KeyShape`.
_LENGTHS = {"AES": (16, 24, 32), "ECDSA": (32, 48, 66), "RSA": (256, 384, 512)}


class VaultRules(Rules):
    """A vault has two hosts of its own: one to manage its keys, one to use them."""

    def computed(self, call: Call) -> Mapping[str, Any]:
        name = hashlib.sha256(call.id.encode()).hexdigest()[:12]
        hosts = f"{name}-{{}}.kms.{call.cloud.region}.oraclecloud.com"
        return {
            "cryptoEndpoint": f"https://{hosts.format('crypto')}",
            "managementEndpoint": f"https://{hosts.format('management')}",
            "state": "ACTIVE",
        }


class KeyRules(Rules):
    """A key has a first version from the start, and lies in the vault whose endpoint it was created at."""

    def computed(self, call: Call) -> Mapping[str, Any]:
        endpoint = str(call.inputs.get("managementEndpoint", "")).rstrip("/")
        vault = next(
            (one for one in call.store.list(VAULT) if one.outputs.get("managementEndpoint") == endpoint), None
        )
        return {
            "currentKeyVersion": call.cloud.mint("keyversion"),
            **({"vaultId": vault.id} if vault else {}),
        }

    def write(self, call: Call) -> None:
        shape = call.inputs.get("keyShape") or {}
        lengths = _LENGTHS.get(str(shape.get("algorithm")).upper())
        if lengths and shape.get("length") is not None and int(shape["length"]) not in lengths:
            known = ", ".join(map(str, lengths))
            raise InvalidParameter(f"keyShape.length: expected one of {known}, found {shape['length']}")

    def delete(self, call: Call) -> None:
        material.forget(call.store, call.id)


RULES = {KEY: KeyRules(), VAULT: VaultRules()}
