"""What the registry refuses and fills in. Source: Oracle's page "Creating a Repository" (Container
Registry)."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any

from sandbox.cloud import validation
from sandbox.cloud.call import Call
from sandbox.cloud.errors import InvalidParameter
from sandbox.cloud.namespace import namespace_of
from sandbox.cloud.service_rules import Rules
from sandbox.services.artifacts import REPOSITORY

_NAME = re.compile(r"[a-z0-9]+(?:[._/-]+[a-z0-9]+)*", re.ASCII)


class RepositoryRules(Rules):
    """A container repository; its name is unique in the tenancy and region."""

    def claims(self, call: Call) -> Iterable[str]:
        yield f"repository|{call.cloud.region}|{call.cloud.tenancy}|{call.inputs['displayName']}"

    def write(self, call: Call) -> None:
        name = validation.filled(call.inputs, "displayName")
        if _NAME.fullmatch(name) is None:
            raise InvalidParameter(
                f"displayName {name!r} may contain only lower-case letters and digits,"
                " with . _ - / between them"
            )

    def computed(self, call: Call) -> Mapping[str, Any]:
        return {
            "namespace": namespace_of(call.cloud),
            "state": "AVAILABLE",
            "isImmutable": bool(call.inputs.get("isImmutable")),
            "isPublic": bool(call.inputs.get("isPublic")),
            "billableSizeInGbs": "0",
            "layersSizeInBytes": "0",
        }


RULES = {REPOSITORY: RepositoryRules()}
