"""What Network Load Balancer refuses. Source: Oracle's API reference, and its pages "Backend Sets" and
"Listeners"."""

from __future__ import annotations

from collections.abc import Mapping

from sandbox.cloud.call import Call
from sandbox.cloud.declared import Check, Declared, between, in_use
from sandbox.cloud.errors import NotFound
from sandbox.cloud.service_rules import Rules
from sandbox.services.networkloadbalancer import BACKEND, BACKEND_SET, LISTENER

_BALANCER = "networkLoadBalancerId"
_NAMED = "{networkLoadBalancerId}|{name}"


class BackendSetRules(Declared):
    """A backend set, which stays while a listener sends to it."""

    def delete(self, call: Call) -> None:
        for user in call.store.users(str(call.inputs.get(_BALANCER)), LISTENER):
            if user.outputs.get("defaultBackendSetName") == call.inputs.get("name"):
                raise in_use(call.id, "the listener", user)


class InSet(Declared):
    """What names a backend set of its balancer."""

    def __init__(self, place: str, checks: Mapping[str, Check], unique: str) -> None:
        super().__init__(checks, unique)
        self.place = place

    def write(self, call: Call) -> None:
        super().write(call)
        balancer, name = str(call.inputs.get(_BALANCER)), call.inputs.get(self.place)
        if call.store.get(balancer) is None or not name:
            return
        if name not in {each.outputs.get("name") for each in call.store.users(balancer, BACKEND_SET)}:
            raise NotFound(f"{self.place}: network load balancer {balancer} has no backend set {name}")


_PORT = between(0, 65535)  # 0 is every port
RULES: Mapping[str, Rules] = {
    BACKEND: InSet("backendSetName", {"port": _PORT}, "{networkLoadBalancerId}|{backendSetName}|{name}"),
    BACKEND_SET: BackendSetRules(unique=_NAMED),
    LISTENER: InSet("defaultBackendSetName", {"port": _PORT}, _NAMED),
}
