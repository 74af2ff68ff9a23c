"""What look-ups show of subnets that are given: whether a function in them could start at all.

A function's image comes from the registry over the application's subnets. Without a route or a security rule
for it a deploy is green and the first invocation fails (`FunctionInvokeImageNotAvailable`); so it is refused
here, where that is certain. Oracle's page "Creating the VCN and Subnets to Use with OCI Functions" says what
is needed. What cannot be looked up (no right to, another compartment, a sample OCID) is said once.

Not for: OCIDs of another region, which the config alone shows (`components.config.consistency`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

import pulumi
import pulumi_oci as oci

from components.config.arguments import Context
from components.errors import ConfigError
from components.lookup import ask
from components.values import addresses
from components.values.addresses import Load

T = TypeVar("T")
_EVERYWHERE = "0.0.0.0/0"
_PRIVATE = tuple(map(addresses.cidr, ("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "100.64.0.0/10")))
_HTTPS = 443
_TCP = "6"


@dataclass(frozen=True)
class Route:
    """One rule of a route table: to what, and through which kind of gateway, as its OCID says."""

    destination: str
    gateway: str


@dataclass(frozen=True)
class Sending:
    """One egress rule; `ports` are those of TCP it is for, None for all."""

    protocol: str
    destination: str
    ports: tuple[int, int] | None = None


@dataclass(frozen=True)
class Seen:
    """A subnet with what belongs to it. None is what could not be looked up."""

    cidr: str
    is_public: bool
    routes: Sequence[Route] | None
    sendings: Sequence[Sending] | None
    own_resolver: bool | None
    taken: int | None

    @property
    def free(self) -> int | None:
        """Addresses that nothing has, where that could be looked up."""
        if self.taken is None:
            return None
        return addresses.cidr(self.cidr).num_addresses - addresses.RESERVED - self.taken


def check(context: Context, group_ids: Sequence[str], load: Load) -> None:
    """Look at the subnets of a stack whose application is in these groups; warn of what may fail.

    Raises `ConfigError` for what is certain to.
    """
    groups = _all(map(_of_group, group_ids))
    subnets = [_seen(each, groups) for each in context.subnet_ids]
    problems = [
        f"{context.path(f'subnet_ids[{index}]')}: {problem}"
        for index, subnet in enumerate(subnets)
        if subnet is not None
        for problem in refusals(subnet)
    ]
    if problems:
        raise ConfigError(*problems)
    for line in warnings(subnets, load):
        pulumi.log.warn(line)
    if unseen := list(_unseen(subnets)):
        pulumi.log.info(f"subnet_ids: not looked up, so not checked: {'; '.join(unseen)}")


def refusals(subnet: Seen) -> Iterator[str]:
    """Why no function in it could start."""
    if subnet.routes is not None and not any(_leads_out(each, subnet.is_public) for each in subnet.routes):
        kind, gateway = ("public", "an internet") if subnet.is_public else ("private", "a NAT")
        yield (
            f"no rule of its route table leads from a {kind} subnet to the registry, so no function could "
            f"start; add one: All <region> Services in Oracle Services Network to a service gateway, or "
            f"{_EVERYWHERE} to {gateway} gateway"
        )
    if subnet.sendings is not None and not any(map(_lets_out, subnet.sendings)):
        yield (
            "no security list of it and no group of application.network_security_group_ids lets HTTPS out "
            "to the registry, so no function could start; add an egress rule: TCP, port 443, to All "
            "<region> Services in Oracle Services Network"
        )


def warnings(subnets: Sequence[Seen | None], load: Load) -> Iterator[str]:
    """What may fail under load, or in some networks."""
    free = [None if subnet is None else subnet.free for subnet in subnets]
    known = [each for each in free if each is not None]
    if known and len(known) == len(free) and sum(known) < load.addresses:
        yield (
            f"subnet_ids: {sum(known)} addresses are free, and functions with this memory and provisioned "
            f"concurrency need up to {load.addresses} at one time (one for each "
            f"{addresses.GB_PER_ADDRESS} GB)"
        )
    for index, subnet in enumerate(subnets):
        if subnet is not None and subnet.own_resolver:
            yield (
                f"subnet_ids[{index}]: names are resolved by servers of your own, which must know those of "
                "Oracle's services too"
            )


def _unseen(subnets: Sequence[Seen | None]) -> Iterator[str]:
    for index, subnet in enumerate(subnets):
        if subnet is None:
            yield f"[{index}]"
        elif missing := [
            what
            for what, value in (
                ("routes", subnet.routes),
                ("security rules", subnet.sendings),
                ("DHCP options", subnet.own_resolver),
                ("private IPs", subnet.taken),
            )
            if value is None
        ]:
            yield f"{', '.join(missing)} of [{index}]"


def _leads_out(route: Route, is_public: bool) -> bool:
    """Whether it may lead to the registry. What lies behind another gateway, such as a firewall, nobody
    knows."""
    match route.gateway:
        case "servicegateway":
            return route.destination.startswith("all-")
        case "natgateway":
            return not _is_private(route.destination)
        case "internetgateway":
            return is_public and not _is_private(route.destination)
    return not _is_private(route.destination)


def _lets_out(rule: Sending) -> bool:
    if rule.protocol not in ("all", _TCP):
        return False
    if rule.ports is not None and not rule.ports[0] <= _HTTPS <= rule.ports[1]:
        return False
    return rule.destination.startswith("all-") or not _is_private(rule.destination)


def _is_private(destination: str) -> bool:
    """Whether a block holds no address of the internet; a label such as Object Storage's is not the registry
    either, nor is a security group."""
    try:
        block = addresses.cidr(destination)
    except ValueError:
        return True
    return any(block.subnet_of(each) for each in _PRIVATE)


def _seen(subnet_id: str, groups: Sequence[Sending] | None) -> Seen | None:
    subnet = _looked_up(lambda: oci.core.get_subnet(subnet_id=subnet_id))
    # OCI writes <null> for a subnet of IPv6 alone, and the sandbox knows nothing of foreign ones.
    if subnet is None or "/" not in (subnet.cidr_block or ""):
        return None
    place = {"compartment_id": subnet.compartment_id, "vcn_id": subnet.vcn_id}
    lists = _all(_of_lists(list(subnet.security_list_ids or []), place))
    private_ips = _looked_up(lambda: oci.core.get_private_ips(subnet_id=subnet_id))
    return Seen(
        cidr=subnet.cidr_block,
        is_public=not subnet.prohibit_public_ip_on_vnic,
        routes=_routes(subnet.route_table_id, place),
        sendings=None if lists is None or groups is None else [*lists, *groups],
        own_resolver=_own_resolver(subnet.dhcp_options_id, place),
        taken=None if private_ips is None else len(private_ips.private_ips or []),
    )


def _routes(table_id: str, place: dict[str, Any]) -> list[Route] | None:
    tables = _looked_up(lambda: oci.core.get_route_tables(**place))
    table = _of_id(table_id, tables.route_tables if tables else None)
    if table is None:
        return None
    return [
        Route(str(rule.destination or rule.cidr_block), _kind(str(rule.network_entity_id)))
        for rule in table.route_rules or []
    ]


def _of_lists(ids: Sequence[str], place: dict[str, Any]) -> Iterator[list[Sending] | None]:
    answer = _looked_up(lambda: oci.core.get_security_lists(**place))
    for id_ in ids:
        found = _of_id(id_, answer.security_lists if answer else None)
        yield (
            None
            if found is None
            else [
                Sending(str(rule.protocol), str(rule.destination), _ports(rule.tcp_options))
                for rule in found.egress_security_rules or []
            ]
        )


def _of_group(group_id: str) -> list[Sending] | None:
    answer = _looked_up(
        lambda: oci.core.get_network_security_group_security_rules(
            network_security_group_id=group_id, direction="EGRESS"
        )
    )
    if answer is None:
        return None
    return [
        Sending(
            str(rule.protocol),
            str(rule.destination),
            _ports([each for options in rule.tcp_options or [] for each in options.destination_port_ranges]),
        )
        for rule in answer.security_rules or []
    ]


def _own_resolver(options_id: str, place: dict[str, Any]) -> bool | None:
    answer = _looked_up(lambda: oci.core.get_dhcp_options(**place))
    found = _of_id(options_id, answer.options if answer else None)
    if found is None:
        return None
    return any(each.server_type == "CustomDnsServer" for each in found.options or [])


def _ports(ranges: Sequence[Any] | None) -> tuple[int, int] | None:
    """The first range; OCI gives a rule one, and data sources a list of it."""
    for each in ranges or []:
        if each.max:
            return int(each.min), int(each.max)
    return None


def _kind(ocid: str) -> str:
    return ocid.split(".")[1] if ocid.count(".") > 1 else ""


def _of_id(id_: str, items: Sequence[Any] | None) -> Any | None:
    return next((each for each in items or [] if each.id == id_), None)


def _all(parts: Iterator[list[Sending] | None]) -> list[Sending] | None:
    """Everything, or None where a part could not be looked up."""
    found: list[Sending] = []
    for part in parts:
        if part is None:
            return None
        found += part
    return found


def _looked_up(question: Callable[[], T]) -> T | None:
    """The answer, or None where it is refused: a person may deploy without the right to read networks."""
    try:
        return ask("the network", question)
    except pulumi.RunError:
        return None
