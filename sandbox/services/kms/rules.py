"""What Key Management fills in."""

from __future__ import annotations

from sandbox.cloud.call import Call
from sandbox.cloud.service_rules import Rules
from sandbox.services.kms import KEY


class KeyRules(Rules):
    """A key has an OCID, which other services take, although it is imported by a path."""

    def new_id(self, call: Call) -> str:
        return call.cloud.mint("key")


RULES = {KEY: KeyRules()}
