"""What Vault refuses and computes of secrets. Sources: Oracle's pages on managing secrets and on secret
rules."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any

from sandbox.cloud import clock
from sandbox.cloud.call import Call
from sandbox.cloud.errors import InvalidParameter
from sandbox.cloud.service_rules import Rules
from sandbox.services.vault import SECRET, rotation, versions

_NAME = re.compile(r"[A-Za-z0-9._-]{1,255}", re.ASCII)


def name_claim(vault_id: str, name: str) -> str:
    """What a secret holds in the store, so that it is found by its name."""
    return f"secret|{vault_id}|{name}"


class SecretRules(Rules):
    """A name is unique in its vault; a new content is a new version."""

    def claims(self, call: Call) -> Iterable[str]:
        yield name_claim(call.inputs["vaultId"], call.inputs["secretName"])

    def write(self, call: Call) -> None:
        if _NAME.fullmatch(str(call.inputs["secretName"])) is None:
            raise InvalidParameter("secretName must have 1 to 255 ASCII letters, digits, '.', '_' or '-'")
        if call.inputs.get("secretContent") is not None:
            versions.check(call.inputs["secretContent"])
        if call.inputs.get("rotationConfig") is not None:
            rotation.check(call.inputs["rotationConfig"])

    def computed(self, call: Call) -> Mapping[str, Any]:  # noqa: ARG002 the same for every secret
        return {"currentVersionNumber": "1"}

    def created(self, call: Call) -> None:
        _plan(call, call.inputs)

    def refreshed(self, call: Call, outputs: dict[str, Any]) -> dict[str, Any]:
        former, content = call.former, call.inputs.get("secretContent")
        if former is None:
            return outputs
        _plan(call, outputs)
        if content is not None and content != former.inputs.get("secretContent"):
            versions.add(call.store, former, content)
            outputs["currentVersionNumber"] = str(versions.current(call.store, former))
        return outputs

    def delete(self, call: Call) -> None:
        versions.forget(call.store, call.id)
        rotation.forget(call.store, call.id)


def _plan(call: Call, properties: Mapping[str, Any]) -> None:
    rotation.plan(call.store, call.id, properties.get("rotationConfig"), clock.now(call.store))


RULES = {SECRET: SecretRules()}
