"""What Database refuses, and what it computes that programs read: how databases are connected to.

Source: Oracle's page "View TNS Names and Connection Strings for an Autonomous Database": a service for each
level, named after the database.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any

from sandbox.cloud import addresses, identities
from sandbox.cloud.call import Call
from sandbox.cloud.declared import Declared, formed, one_of
from sandbox.cloud.service_rules import Rules
from sandbox.services.database import AUTONOMOUS, DB_SYSTEM

_LEVELS = ("high", "medium", "low")
_PASSWORD = re.compile(r'(?=.*[a-z])(?=.*[A-Z])(?=.*\d)[^"]{12,30}')
_TLS = ("MUTUAL", "SERVER")
_URLS = {
    "apexUrl": "ords/apex",
    "databaseTransformsUrl": "odi",
    "graphStudioUrl": "graphstudio/",
    "machineLearningNotebookUrl": "oml/",
    "machineLearningUserManagementUrl": "omlusers/",
    "ordsUrl": "ords/",
    "sqlDevWebUrl": "ords/sql-developer",
}


class AutonomousRules(Declared):
    """An Autonomous Database with a service for each level of concurrency."""

    def claims(self, call: Call) -> Iterable[str]:
        name = call.inputs.get("dbName")
        if name:  # unique in the tenancy, in a region
            yield f"adb|{call.cloud.region}|{str(name).lower()}"

    def computed(self, call: Call) -> Mapping[str, Any]:
        region = call.cloud.region
        name = str(call.inputs.get("dbName") or "db").lower()
        ocid = identities.read(call.id)
        unique = (ocid.unique if ocid else call.id)[-15:].lower()
        host = f"adb.{region}.oraclecloud.com"
        services = {level: f"{host}:1522/{unique}_{name}_{level}.adb.oraclecloud.com" for level in _LEVELS}
        web = f"https://{unique}-{name}.adb.{region}.oraclecloudapps.com"
        return {
            **_endpoint(call, unique),
            "connectionStrings": [
                {
                    "allConnectionStrings": {level.upper(): value for level, value in services.items()},
                    "dedicated": "",
                    **services,
                    "profiles": [
                        _profile(level, value, tls) for tls in _TLS for level, value in services.items()
                    ],
                }
            ],
            "connectionUrls": [{name: f"{web}/{path}" for name, path in _URLS.items()}],
        }


def _endpoint(call: Call, unique: str) -> dict[str, Any]:
    """Where a database in a subnet is reached from inside; nothing for one reached from everywhere."""
    subnet = addresses.subnet_of(call)
    if subnet is None and not call.inputs.get("subnetId"):
        return {"privateEndpoint": "", "privateEndpointIp": "", "privateEndpointLabel": ""}
    label = str(call.inputs.get("privateEndpointLabel") or unique)
    address = call.inputs.get("privateEndpointIp") or addresses.private(call, subnet)
    return {
        "privateEndpoint": f"{label}.adb.{call.cloud.region}.oraclecloud.com",
        "privateEndpointIp": address,
        "privateEndpointLabel": label,
    }


def _profile(level: str, value: str, tls: str) -> dict[str, Any]:
    """A connect descriptor of a service; without a wallet by another port."""
    address, _, service = value.partition("/")
    host, _, port = address.partition(":")
    port = port if tls == "MUTUAL" else "1521"
    descriptor = (
        f"(description= (retry_count=20)(retry_delay=3)(address=(protocol=tcps)(port={port})(host={host}))"
        f"(connect_data=(service_name={service}))(security=(ssl_server_dn_match=yes)))"
    )
    return {
        "consumerGroup": level.upper(),
        "displayName": service.removesuffix(".adb.oraclecloud.com").partition("_")[2],
        "hostFormat": "FQDN",
        "isRegional": False,
        "protocol": "TCPS",
        "sessionMode": "DIRECT",
        "syntaxFormat": "LONG",
        "tlsAuthentication": tls,
        "value": descriptor,
    }


class DbSystemRules(Declared):
    """A DB system, reached by its host's name in its subnet's domain."""

    def claims(self, call: Call) -> Iterable[str]:
        kinds = ("dbhome", "database", "dbnode", "vnic", "privateip")
        return [f"ocid|{identities.beside(call.id, kind)}" for kind in kinds]

    def computed(self, call: Call) -> Mapping[str, Any]:
        subnet = addresses.subnet_of(call)
        domain = call.inputs.get("domain") or (subnet.outputs.get("subnetDomainName") if subnet else "") or ""
        host = str(call.inputs.get("hostname") or "")
        home = call.inputs.get("dbHome") or {}
        database = home.get("database") or {}
        unique = str(database.get("dbUniqueName") or database.get("dbName") or "")
        at = f"{host}.{domain}" if domain else host
        service = f"{at}:1521/{unique}.{domain}"
        strings = {"allConnectionStrings": {"cdbDefault": service}, "cdbDefault": service, "cdbIpDefault": ""}
        made = {
            "connectionStrings": [strings],
            "id": identities.beside(call.id, "database"),
            "dbUniqueName": unique,
            "state": "AVAILABLE",
        }
        return {
            "domain": domain,
            "dbHome": {
                "id": identities.beside(call.id, "dbhome"),
                "state": "AVAILABLE",
                **home,
                "database": {**made, **database},
            },
            "listenerPort": 1521,
            "nodeCount": call.inputs.get("nodeCount") or 1,
            "scanDnsName": f"{host}-scan.{domain}" if int(call.inputs.get("nodeCount") or 1) > 1 else "",
            "version": str(home.get("dbVersion") or ""),
        }


def _password(value: Any) -> str:
    """That of the administrator of an Autonomous Database."""
    text = str(value)
    if _PASSWORD.fullmatch(text) and "admin" not in text.lower():
        return ""
    return (
        "12 to 30 characters: letters of each case and digits, no double quotes, and not the name of the user"
    )


RULES: Mapping[str, Rules] = {
    AUTONOMOUS: AutonomousRules(
        {
            "adminPassword": _password,
            "dbName": formed(r"[A-Za-z][A-Za-z0-9]{0,29}", "at most 30 letters and digits, a letter first"),
            "dbWorkload": one_of("OLTP", "DW", "AJD", "APEX", "LH"),
            "licenseModel": one_of("LICENSE_INCLUDED", "BRING_YOUR_OWN_LICENSE"),
        }
    ),
    DB_SYSTEM: DbSystemRules(
        {
            "databaseEdition": one_of(
                "STANDARD_EDITION",
                "ENTERPRISE_EDITION",
                "ENTERPRISE_EDITION_HIGH_PERFORMANCE",
                "ENTERPRISE_EDITION_EXTREME_PERFORMANCE",
                "ENTERPRISE_EDITION_DEVELOPER",
            ),
            "licenseModel": one_of("LICENSE_INCLUDED", "BRING_YOUR_OWN_LICENSE"),
        }
    ),
}
