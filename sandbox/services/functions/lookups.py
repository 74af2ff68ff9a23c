"""Data sources of Functions."""

from __future__ import annotations

from sandbox.services.asking import Lookup, listing, showing
from sandbox.services.functions.rules import APPLICATION, FUNCTION

LOOKUPS: dict[str, Lookup] = {
    "oci:Functions/getApplication:getApplication": showing(APPLICATION, "applicationId"),
    "oci:Functions/getApplications:getApplications": listing("applications", APPLICATION),
    "oci:Functions/getFunction:getFunction": showing(FUNCTION, "functionId"),
    "oci:Functions/getFunctions:getFunctions": listing("functions", FUNCTION),
}
