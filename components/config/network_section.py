"""The section of a network that the stack creates for its functions."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import field
from typing import Annotated

from components import tenancy
from components.config.arguments import Context
from components.config.section import Name, section
from components.function_network import Egress, FunctionNetwork, FunctionNetworkArgs, NetworkOptions
from components.values import addresses
from components.values.addresses import Load
from components.values.option import Option, options_of


@section
class EgressConfig(Egress):
    """Somewhere else that functions may send to."""


@section
class NetworkConfig(NetworkOptions):
    """A VCN, a private subnet for the functions, a service gateway and a security group."""

    egress: Annotated[
        Mapping[Name, EgressConfig],
        Option("Where else than to Oracle's services functions may send, by a name of your own"),
    ] = field(default_factory=dict)

    def create(self, context: Context, load: Load, *, public: bool) -> FunctionNetwork:
        """The network, with room for functions that use so much at one time, and a public subnet if something
        else of the stack needs it."""
        return FunctionNetwork(
            "network",
            FunctionNetworkArgs(
                **{**options_of(self, NetworkOptions), "public_subnet": public or self.public_subnet},
                compartment_id=context.compartment_id,
                prefix=context.prefix,
                load=load,
                services=tenancy.oracle_services(),
                egress=self.egress,
                config_path=context.path("network"),
            ),
        )

    def contradictions(self, load: Load) -> Iterator[str]:
        """What of it does not fit the functions, or itself."""
        try:
            addresses.layout(self.cidr, load)
        except ValueError as error:
            yield f"network.cidr: {error}"
        outside = {name: each.cidr for name, each in self.egress.items() if not self._holds(each.cidr)}
        for name, block in outside.items() if not self.nat_gateway else ():
            yield f"network.egress.{name}: {block} has no route there; set nat_gateway: true"
        if self.nat_gateway and not outside:
            yield "network.nat_gateway: leads nowhere; name in egress what functions may send to through it"

    def _holds(self, block: str) -> bool:
        return addresses.within(block, self.cidr)
