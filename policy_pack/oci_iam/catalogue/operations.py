"""API operations of Functions, as `request.operation` names them, and the permission each needs."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

__all__ = ["OPERATIONS"]

OPERATIONS: Mapping[str, str] = MappingProxyType(
    {
        "invokefunction": "FN_INVOCATION",
        **{
            f"{act}{thing}": f"FN_{kind}_{permission}"
            for act, permission in (
                ("create", "CREATE"),
                ("update", "UPDATE"),
                ("delete", "DELETE"),
                ("get", "READ"),
                ("list", "LIST"),
            )
            for kind, things in (
                ("APP", ("app", "apps", "application", "applications")),
                ("FUNCTION", ("function", "functions")),
            )
            for thing in things
        },
    }
)
"""Operation (as in ``request.operation``, lower case) -> the permission it needs: "Details for
Functions", with the spellings of the SDK beside those of the page."""
