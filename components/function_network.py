"""A network of functions' own: private, and out to Oracle's services alone unless more is named."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Annotated, Literal

import pulumi
import pulumi_oci as oci

from components.errors import checks_of, place, refuse_bad
from components.tenancy import OracleServices
from components.values import addresses, limits
from components.values.addresses import Load
from components.values.option import Check, Option

Protocol = Literal["tcp", "udp"]
_NUMBER = {"tcp": "6", "udp": "17"}  # IANA's
_EVERYWHERE = "0.0.0.0/0"
_HTTPS = 443


@dataclass(frozen=True, kw_only=True)
class NetworkOptions:
    """What a stack may say about its network."""

    cidr: Annotated[
        str,
        Option(
            "IPv4 CIDR of the VCN, /16 to /29. Functions get its beginning: as much as their memory and "
            "provisioned concurrency need, at least a /24, at most a half",
            addresses.network_cidr,
        ),
    ] = "10.0.0.0/16"
    public_subnet: Annotated[
        bool,
        Option("true: also a public subnet, at the end of the VCN; a PUBLIC api has one without saying so"),
    ] = False
    nat_gateway: Annotated[
        bool,
        Option("true: a NAT gateway, so that functions reach addresses of the internet named in egress"),
    ] = False


@dataclass(frozen=True, kw_only=True)
class Egress:
    """Where else functions may send: one protocol, one port."""

    cidr: Annotated[str, Option("Where to, an IPv4 CIDR", addresses.destination)]
    port: Annotated[int, Option("To which port", limits.port)] = _HTTPS
    protocol: Annotated[Protocol, Option("tcp or udp")] = "tcp"


@dataclass(frozen=True, kw_only=True)
class FunctionNetworkArgs(NetworkOptions):
    """A network in one compartment. `prefix` begins its names; `load` is what the functions use at one time;
    `services` is all that Oracle offers without the internet in this region."""

    compartment_id: Annotated[str, Check(limits.compartment)]
    prefix: str
    load: Load
    services: OracleServices
    egress: Mapping[str, Egress] = field(default_factory=dict)
    config_path: str = ""

    def __post_init__(self) -> None:
        refuse_bad(self.config_path, checks_of(self))
        for name, each in self.egress.items():
            refuse_bad(place(self.config_path, f"egress.{name}"), checks_of(each))
        refuse_bad(self.config_path, {"cidr": (lambda cidr: addresses.layout(cidr, self.load), self.cidr)})


class FunctionNetwork(pulumi.ComponentResource):
    """A VCN with a private subnet, whose functions reach Oracle's services through a service gateway.

    No security list lets anything through: what functions may send is said by their security group alone, and
    nothing may be sent to them, since invocations do not come through the subnet.

    Not for: who may invoke a function. Only IAM decides that, wherever the function runs.
    """

    vcn: oci.core.Vcn
    subnet: oci.core.Subnet
    subnet_id: pulumi.Output[str]
    security_group: oci.core.NetworkSecurityGroup
    security_group_id: pulumi.Output[str]
    public_subnet_id: pulumi.Output[str] | None

    def __init__(
        self, name: str, args: FunctionNetworkArgs, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        super().__init__("aifunctions:index:FunctionNetwork", name, {}, opts)
        # Subnets cannot move to other addresses: another CIDR is another network, beside the former one.
        self._name, self._args = f"{name}-{args.cidr.replace('/', '-')}", args
        layout = addresses.layout(args.cidr, args.load)
        self.vcn = oci.core.Vcn(
            f"{self._name}-vcn",
            compartment_id=args.compartment_id,
            display_name=args.prefix,
            cidr_blocks=[args.cidr],
            dns_label="functions",
            opts=pulumi.ResourceOptions(parent=self),
        )
        # The list that every new subnet gets is open for SSH as Oracle makes it.
        self._closed = oci.core.DefaultSecurityList(
            f"{self._name}-closed",
            manage_default_resource_id=self.vcn.default_security_list_id,
            compartment_id=args.compartment_id,
            display_name=f"{args.prefix}-closed",
            egress_security_rules=[],
            ingress_security_rules=[],
            opts=pulumi.ResourceOptions(parent=self),
        )
        self.subnet = oci.core.Subnet(
            f"{self._name}-functions-subnet",
            compartment_id=args.compartment_id,
            vcn_id=self.vcn.id,
            display_name=f"{args.prefix}-functions",
            cidr_block=layout.private,
            dns_label="functions",
            prohibit_public_ip_on_vnic=True,
            route_table_id=self._routes().id,
            security_list_ids=[self._closed.id],
            opts=pulumi.ResourceOptions(parent=self),
        )
        self.security_group = self._security_group()
        self.subnet_id, self.security_group_id = self.subnet.id, self.security_group.id
        self.public_subnet_id = self._public_subnet(layout.public).id if args.public_subnet else None
        self.register_outputs(
            {
                "vcn_id": self.vcn.id,
                "subnet_id": self.subnet_id,
                "security_group_id": self.security_group_id,
                "public_subnet_id": self.public_subnet_id,
            }
        )

    def _routes(self) -> oci.core.RouteTable:
        """To Oracle's services without the internet; elsewhere through the NAT gateway, if there is one."""
        args = self._args
        services = oci.core.ServiceGateway(
            f"{self._name}-service-gateway",
            compartment_id=args.compartment_id,
            vcn_id=self.vcn.id,
            display_name=f"{args.prefix}-services",
            services=[oci.core.ServiceGatewayServiceArgs(service_id=args.services.id)],
            opts=pulumi.ResourceOptions(parent=self),
        )
        rules = [
            oci.core.RouteTableRouteRuleArgs(
                network_entity_id=services.id,
                destination=args.services.cidr,
                destination_type="SERVICE_CIDR_BLOCK",
                description="Oracle's services",
            )
        ]
        if args.nat_gateway:
            nat = oci.core.NatGateway(
                f"{self._name}-nat-gateway",
                compartment_id=args.compartment_id,
                vcn_id=self.vcn.id,
                display_name=f"{args.prefix}-internet",
                block_traffic=False,
                opts=pulumi.ResourceOptions(parent=self),
            )
            rules.append(_to_everywhere(nat.id))
        return self._route_table("functions", rules)

    def _route_table(self, kind: str, rules: list[oci.core.RouteTableRouteRuleArgs]) -> oci.core.RouteTable:
        return oci.core.RouteTable(
            f"{self._name}-{kind}-routes",
            compartment_id=self._args.compartment_id,
            vcn_id=self.vcn.id,
            display_name=f"{self._args.prefix}-{kind}",
            route_rules=rules,
            opts=pulumi.ResourceOptions(parent=self),
        )

    def _security_group(self) -> oci.core.NetworkSecurityGroup:
        """What the functions belong to: out to Oracle's services by HTTPS, and to what is named."""
        args = self._args
        group = oci.core.NetworkSecurityGroup(
            f"{self._name}-functions",
            compartment_id=args.compartment_id,
            vcn_id=self.vcn.id,
            display_name=f"{args.prefix}-functions",
            opts=pulumi.ResourceOptions(parent=self),
        )
        self._egress(group, "services", args.services.cidr, "SERVICE_CIDR_BLOCK", "tcp", _HTTPS)
        for name, each in sorted(args.egress.items()):
            self._egress(group, f"to-{name}", each.cidr, "CIDR_BLOCK", each.protocol, each.port)
        return group

    def _egress(
        self,
        group: oci.core.NetworkSecurityGroup,
        name: str,
        destination: str,
        kind: str,
        protocol: Protocol,
        port: int,
    ) -> None:
        range_ = {"min": port, "max": port}
        oci.core.NetworkSecurityGroupSecurityRule(
            # Of another protocol it is another rule: the ports of the former one would stay.
            f"{self._name}-egress-{name}-{protocol}",
            network_security_group_id=group.id,
            direction="EGRESS",
            destination=destination,
            destination_type=kind,
            protocol=_NUMBER[protocol],
            tcp_options={"destination_port_range": range_} if protocol == "tcp" else None,
            udp_options={"destination_port_range": range_} if protocol == "udp" else None,
            stateless=False,
            description=name,
            opts=pulumi.ResourceOptions(parent=self),
        )

    def _public_subnet(self, block: str) -> oci.core.Subnet:
        """For an API gateway: HTTPS in from everywhere, HTTPS out to functions and to who signs tokens."""
        args = self._args
        gateway = oci.core.InternetGateway(
            f"{self._name}-internet-gateway",
            compartment_id=args.compartment_id,
            vcn_id=self.vcn.id,
            display_name=f"{args.prefix}-public",
            enabled=True,
            opts=pulumi.ResourceOptions(parent=self),
        )
        https = {"min": _HTTPS, "max": _HTTPS}
        security = oci.core.SecurityList(
            f"{self._name}-public-security",
            compartment_id=args.compartment_id,
            vcn_id=self.vcn.id,
            display_name=f"{args.prefix}-public",
            ingress_security_rules=[
                {"protocol": _NUMBER["tcp"], "source": _EVERYWHERE, "source_type": "CIDR_BLOCK"}
                | {"stateless": False, "description": "HTTPS", "tcp_options": https}
            ],
            egress_security_rules=[
                {"protocol": _NUMBER["tcp"], "destination": _EVERYWHERE, "destination_type": "CIDR_BLOCK"}
                | {"stateless": False, "description": "HTTPS", "tcp_options": https}
            ],
            opts=pulumi.ResourceOptions(parent=self),
        )
        return oci.core.Subnet(
            f"{self._name}-public-subnet",
            compartment_id=args.compartment_id,
            vcn_id=self.vcn.id,
            display_name=f"{args.prefix}-public",
            cidr_block=block,
            dns_label="public",
            prohibit_public_ip_on_vnic=False,
            route_table_id=self._route_table("public", [_to_everywhere(gateway.id)]).id,
            security_list_ids=[security.id],
            opts=pulumi.ResourceOptions(parent=self),
        )


def _to_everywhere(gateway_id: pulumi.Input[str]) -> oci.core.RouteTableRouteRuleArgs:
    return oci.core.RouteTableRouteRuleArgs(
        network_entity_id=gateway_id,
        destination=_EVERYWHERE,
        destination_type="CIDR_BLOCK",
        description="the internet",
    )
