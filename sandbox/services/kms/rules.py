"""What Key Management fills in."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sandbox.cloud.call import Call
from sandbox.cloud.service_rules import Rules
from sandbox.services.kms import KEY


class KeyRules(Rules):
    """A key has a first version from the start."""

    def computed(self, call: Call) -> Mapping[str, Any]:
        return {"currentKeyVersion": call.cloud.mint("keyversion")}


RULES = {KEY: KeyRules()}
