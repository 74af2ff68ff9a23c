"""Inputs of an Events rule that OCI accepts."""

from __future__ import annotations

import json
from typing import Any

from tests.sandbox.conftest import COMPARTMENT

FN = "ocid1.fnfunc.oc1.iad.aaaaforeign"


def action(**more: Any) -> dict[str, Any]:
    """One action that invokes a function outside the sandbox."""
    return {"actionType": "FAAS", "isEnabled": True, "functionId": FN, **more}


def rule(**more: Any) -> dict[str, Any]:
    """A rule with that one action."""
    return {
        "compartmentId": COMPARTMENT,
        "displayName": "r",
        "isEnabled": True,
        "condition": json.dumps({"eventType": "com.oraclecloud.objectstorage.createobject"}),
        "actions": {"actions": [action()]},
        **more,
    }
