"""What Database computes that programs read: how an Autonomous Database is connected to.

Source: Oracle's page "View TNS Names and Connection Strings for an Autonomous Database": a service for each
level, named after the database.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sandbox.cloud import identities
from sandbox.cloud.call import Call
from sandbox.cloud.service_rules import Rules
from sandbox.services.database import AUTONOMOUS

_LEVELS = ("high", "medium", "low")
_URLS = {
    "apexUrl": "ords/apex",
    "databaseTransformsUrl": "odi",
    "graphStudioUrl": "graphstudio/",
    "machineLearningNotebookUrl": "oml/",
    "machineLearningUserManagementUrl": "omlusers/",
    "ordsUrl": "ords/",
    "sqlDevWebUrl": "ords/sql-developer",
}


class AutonomousRules(Rules):
    """An Autonomous Database with a service for each level of concurrency."""

    def computed(self, call: Call) -> Mapping[str, Any]:
        region = call.cloud.region
        name = str(call.inputs.get("dbName") or "db").lower()
        ocid = identities.read(call.id)
        unique = (ocid.unique if ocid else call.id)[-15:].lower()
        host = f"adb.{region}.oraclecloud.com"
        services = {level: f"{host}:1522/{unique}_{name}_{level}.adb.oraclecloud.com" for level in _LEVELS}
        web = f"https://{unique}-{name}.adb.{region}.oraclecloudapps.com"
        return {
            "connectionStrings": [
                {
                    "allConnectionStrings": {level.upper(): value for level, value in services.items()},
                    "dedicated": "",
                    **services,
                    "profiles": [],
                }
            ],
            "connectionUrls": [{name: f"{web}/{path}" for name, path in _URLS.items()}],
        }


RULES = {AUTONOMOUS: AutonomousRules()}
