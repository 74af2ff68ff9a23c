"""What MySQL HeatWave refuses, and what it computes that programs read: where a DB system is reached."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from sandbox.cloud import addresses
from sandbox.cloud.call import Call
from sandbox.cloud.errors import InvalidParameter
from sandbox.cloud.service_rules import Rules
from sandbox.services.mysql import DB_SYSTEM

_VERSION = "9.4.1"


# Source: Oracle's page "Creating a DB System".
_PASSWORD = re.compile(r"(?=.*[a-z])(?=.*[A-Z])(?=.*\d)(?=.*[^A-Za-z0-9]).{8,32}", re.DOTALL)


class DbSystemRules(Rules):
    """A DB system with one endpoint, in its subnet."""

    def create(self, call: Call) -> None:
        password = call.inputs.get("adminPassword")
        if password and _PASSWORD.fullmatch(str(password)) is None:
            raise InvalidParameter(
                "adminPassword: expected 8 to 32 characters: letters of each case, digits and special ones"
            )

    def computed(self, call: Call) -> Mapping[str, Any]:
        subnet = addresses.subnet_of(call)
        address = str(call.inputs.get("ipAddress") or addresses.private(call, subnet))
        port, port_x = int(call.inputs.get("port") or 3306), int(call.inputs.get("portX") or 33060)
        label = str(call.inputs.get("hostnameLabel") or "")
        place = {
            "availabilityDomain": call.inputs.get("availabilityDomain") or "",
            "faultDomain": call.inputs.get("faultDomain") or addresses.FAULT_DOMAINS[0],
        }
        return {
            "currentPlacements": [place],
            "endpoints": [
                {
                    "hostname": addresses.host(label, subnet),
                    "ipAddress": address,
                    "ipAddressVersion": "IPV4",
                    "modes": ["READ", "WRITE"],
                    "port": port,
                    "portX": port_x,
                    "resourceId": call.id,
                    "resourceType": "DBSYSTEM",
                    "status": "ACTIVE",
                    "statusDetails": "",
                }
            ],
            "ipAddress": address,
            "mysqlVersion": call.inputs.get("mysqlVersion") or _VERSION,
            "port": port,
            "portX": port_x,
        }


RULES: Mapping[str, Rules] = {DB_SYSTEM: DbSystemRules()}
