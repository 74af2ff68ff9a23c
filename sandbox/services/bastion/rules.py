"""What Bastion refuses, and what it computes that programs read: the command that opens a session.

Source: Oracle's page "Connecting to Sessions in Bastion".
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sandbox.cloud.call import Call
from sandbox.cloud.declared import Declared, between, block, one_of
from sandbox.cloud.service_rules import Rules
from sandbox.services.bastion import BASTION, SESSION


class SessionRules(Rules):
    """A session, with the command of its kind."""

    def computed(self, call: Call) -> Mapping[str, Any]:
        target = call.inputs.get("targetResourceDetails") or {}
        host = f"{call.id}@host.bastion.{call.cloud.region}.oci.oraclecloud.com"
        port = target.get("targetResourcePort") or 22
        address = target.get("targetResourcePrivateIpAddress") or _address(call, target)
        bastion = call.store.get(str(call.inputs.get("bastionId")))
        kind = str(target.get("sessionType") or "").upper()
        key = "-i <privateKey>"
        commands = {
            "MANAGED_SSH": f'ssh {key} -o ProxyCommand="ssh {key} -W %h:%p -p 22 {host}" -p {port} '
            f"{target.get('targetResourceOperatingSystemUserName')}@{address}",
            "PORT_FORWARDING": f"ssh {key} -N -L <localPort>:{address}:{port} -p 22 {host}",
        }
        return {
            "sshMetadata": {
                "command": commands.get(kind, f"ssh {key} -N -D 127.0.0.1:<localPort> -p 22 {host}")
            },
            "bastionUserName": call.id,
            **({"bastionName": bastion.outputs.get("name")} if bastion else {}),
        }


def _address(call: Call, target: Mapping[str, Any]) -> str:
    """That of the instance that is named."""
    instance = call.store.get(str(target.get("targetResourceId")))
    return str(instance.outputs.get("privateIp") or "") if instance else ""


RULES: Mapping[str, Rules] = {
    BASTION: Declared(
        {
            "bastionType": one_of("STANDARD"),
            "clientCidrBlockAllowLists": block,
            "maxSessionTtlInSeconds": between(1800, 10800),
        }
    ),
    SESSION: SessionRules(),
}
