"""Whether the rights of a deployer are checked at each call of the engine; how they are is in `rights`.

Off unless `OCI_SANDBOX_AS` names a deployer (`group:<OCID>`, `user:<OCID>`), as `sandbox up --as` sets it.
With `OCI_SANDBOX_LOOK_UPS` every look-up of the program is noted in that file, a JSON object a line. Quick to
import: `rights` loads the catalogue and the decider, for which a provider that checks nothing does not wait.
"""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Literal, TypeAlias

from sandbox.cloud.errors import NotFound
from sandbox.cloud.store import Store

DEPLOYER = "OCI_SANDBOX_AS"
LOOK_UPS = "OCI_SANDBOX_LOOK_UPS"
Action: TypeAlias = Literal["create", "read", "update", "delete"]
_REFUSED = "Authorization failed or requested resource not found."


class NotAuthorized(NotFound):
    """A right is missing: OCI's own words, which do not say so. `reason` is for the sandbox's user."""

    def __init__(self, reason: str) -> None:
        super().__init__(_REFUSED)
        self.reason = reason


def check(action: Action, urn: str, token: str, id: str, properties: Mapping[str, Any], store: Store) -> None:
    """Raise `NotAuthorized` where the deployer lacks a right to do this, `NotEmulated` where the catalogue
    does not know what it takes."""
    who = os.environ.get(DEPLOYER)
    if who:
        from oci_iam.deployer.resources import Resource
        from sandbox.providers import rights

        resource = Resource(token, id, properties, urn.rpartition("::")[2])
        _refuse(rights.missing(action, resource, store, who))


def check_look_up(token: str, arguments: Mapping[str, Any], store: Store) -> None:
    """The same for a look-up, which is also noted where somebody asks for that."""
    note = os.environ.get(LOOK_UPS)
    if note:
        with Path(note).open("a", encoding="utf-8") as file:
            file.write(json.dumps({"token": token, "arguments": arguments}, default=str) + "\n")
    who = os.environ.get(DEPLOYER)
    if who:
        from sandbox.providers import rights

        _refuse(rights.missing_for_look_up(token, arguments, store, who))


def _refuse(missing: str) -> None:
    if missing:
        raise NotAuthorized(missing)
