"""What Load Balancer refuses, and what it computes that programs read: the address.

Sources: Oracle's pages "Managing Load Balancers", "Backend Sets" and "Listeners", and the API reference.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from sandbox.cloud import addresses
from sandbox.cloud.call import Call
from sandbox.cloud.declared import Declared, address, between, in_use, one_of
from sandbox.cloud.errors import InvalidParameter, MissingParameter, NotFound
from sandbox.cloud.service_rules import Rules
from sandbox.services.loadbalancer import (
    BACKEND,
    BACKEND_SET,
    CERTIFICATE,
    HOSTNAME,
    LISTENER,
    LOAD_BALANCER,
    ROUTING_POLICY,
    RULE_SET,
)

_PORT = between(1, 65535)


class LoadBalancerRules(Declared):
    """A load balancer with a reserved address, or one of its own."""

    def write(self, call: Call) -> None:
        super().write(call)
        details = call.inputs.get("shapeDetails") or {}
        if str(call.inputs.get("shape")).lower() == "flexible":
            if not details:
                raise MissingParameter("shapeDetails must be given for the shape flexible")
            least, most = details.get("minimumBandwidthInMbps"), details.get("maximumBandwidthInMbps")
            if least and most and int(least) > int(most):
                raise InvalidParameter(
                    f"shapeDetails.minimumBandwidthInMbps: expected at most {most}, found {least}"
                )
        subnet = addresses.subnet_of(call)
        if not call.inputs.get("isPrivate") and subnet and subnet.outputs.get("prohibitPublicIpOnVnic"):
            raise InvalidParameter(
                f"subnetIds: a public load balancer cannot be in the private subnet {subnet.id}"
            )

    def computed(self, call: Call) -> Mapping[str, Any]:
        for each in call.inputs.get("reservedIps") or ():
            record = call.store.get(str(each.get("id")))
            reserved = record.outputs.get("ipAddress") if record is not None else None
            if reserved:
                shown = {"ipAddress": reserved, "isPublic": True, "reservedIps": [each]}
                return {"ipAddressDetails": [shown], "ipAddresses": [reserved]}
        return {}


class BackendSetRules(Declared):
    """A backend set, which stays while a listener sends to it."""

    def delete(self, call: Call) -> None:
        balancer, name = call.inputs.get("loadBalancerId"), call.inputs.get("name")
        for user in call.store.users(str(balancer), LISTENER):
            if user.outputs.get("defaultBackendSetName") == name:
                raise in_use(call.id, "the listener", user)


class InSet(Declared):
    """What names a backend set of its load balancer."""

    def __init__(self, place: str, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        self.place = place

    def write(self, call: Call) -> None:
        super().write(call)
        balancer, name = str(call.inputs.get("loadBalancerId")), call.inputs.get(self.place)
        if call.store.get(balancer) is None or not name:
            return
        known = {user.outputs.get("name") for user in call.store.users(balancer, BACKEND_SET)}
        if name not in known:
            raise NotFound(f"{self.place}: load balancer {balancer} has no backend set {name}")


class ListenerRules(InSet):
    """A listener: its port is its own, unless names of hosts tell listeners apart."""

    def claims(self, call: Call) -> Iterable[str]:
        yield from super().claims(call)
        if not call.inputs.get("hostnameNames") and str(call.inputs.get("protocol")).upper() != "UDP":
            yield f"lb-port|{call.inputs.get('loadBalancerId')}|{call.inputs.get('port')}"


_NAMED = "{loadBalancerId}|{name}"
RULES: Mapping[str, Rules] = {
    BACKEND: InSet(
        "backendsetName",
        {"ipAddress": address, "port": _PORT, "weight": between(1, 100)},
        unique="{loadBalancerId}|{backendsetName}|{ipAddress}|{port}",
    ),
    BACKEND_SET: BackendSetRules(
        {
            "healthChecker.port": between(0, 65535),
            "healthChecker.protocol": one_of("HTTP", "TCP"),
            "policy": one_of("ROUND_ROBIN", "LEAST_CONNECTIONS", "IP_HASH"),
        },
        unique=_NAMED,
    ),
    CERTIFICATE: Declared(unique="{loadBalancerId}|{certificateName}"),
    HOSTNAME: Declared(unique=_NAMED),
    LISTENER: ListenerRules(
        "defaultBackendSetName",
        {"port": _PORT, "protocol": one_of("HTTP", "HTTP2", "TCP", "GRPC")},
        unique=_NAMED,
    ),
    LOAD_BALANCER: LoadBalancerRules(
        {
            "shape": one_of("flexible", "10Mbps-Micro", "10Mbps", "100Mbps", "400Mbps", "8000Mbps"),
            "shapeDetails.maximumBandwidthInMbps": between(10, 8000),
            "shapeDetails.minimumBandwidthInMbps": between(10, 8000),
        }
    ),
    ROUTING_POLICY: Declared(unique=_NAMED),
    RULE_SET: Declared(unique=_NAMED),
}
