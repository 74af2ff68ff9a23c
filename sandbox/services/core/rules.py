"""What Networking refuses and fills in.

Sources: Oracle's pages "Networking Overview", "Overview of VCNs and Subnets", "DNS in Your VCN", "Security
Rules", "Route Tables", "Service Gateway" and "Service Limits". Texts are OCI's where one is known.
"""

# ruff: noqa: ARG002 every rule has the same parameters, used or not
from __future__ import annotations

import hashlib
import ipaddress
import re
from collections.abc import Iterable, Mapping
from itertools import combinations
from typing import Any

from sandbox.cloud import addresses, identities
from sandbox.cloud.call import Call
from sandbox.cloud.errors import Conflict, InvalidParameter, LimitExceeded, MissingParameter, NotFound, coded
from sandbox.cloud.service_rules import Rules
from sandbox.cloud.store import Record
from sandbox.services.core import (
    DEFAULT_DHCP_OPTIONS,
    DEFAULT_ROUTE_TABLE,
    DEFAULT_SECURITY_LIST,
    DHCP_OPTIONS,
    DRG,
    DRG_ATTACHMENT,
    INSTANCE,
    INSTANCE_POOL,
    INTERNET_GATEWAY,
    LOCAL_PEERING_GATEWAY,
    NAT_GATEWAY,
    PRIVATE_IP,
    PUBLIC_IP,
    ROUTE_TABLE,
    SECURITY_GROUP,
    SECURITY_GROUP_RULE,
    SECURITY_LIST,
    SERVICE_GATEWAY,
    SUBNET,
    VCN,
    VNIC_ATTACHMENT,
    blocks,
    launching,
    offers,
    routing,
    traffic,
    vnics,
    volumes,
)
from sandbox.services.core.oracle_services import services_of

_LABEL = re.compile(r"[A-Za-z][A-Za-z0-9]{0,14}", re.ASCII)
_GATEWAYS = (INTERNET_GATEWAY, NAT_GATEWAY, SERVICE_GATEWAY)
_LISTS, _LIST_RULES, _GROUP_RULES, _ROUTES = 5, 200, 120, 200


class VcnRules(Rules):
    """A VCN: blocks that do not overlap, and a name in DNS."""

    def create(self, call: Call) -> None:
        if call.inputs.get("cidrBlock") and call.inputs.get("cidrBlocks"):
            raise InvalidParameter("cidrBlock and cidrBlocks cannot both be given")
        self.write(call)

    def write(self, call: Call) -> None:
        found = blocks.of_vcn(call.inputs)
        if not found and not call.inputs.get("isIpv6enabled"):
            raise MissingParameter("cidrBlocks must be given")
        for one, other in combinations(found, 2):
            if one.overlaps(other):
                raise InvalidParameter(
                    f"The requested CIDR {other} is invalid: {one} of the same VCN overlaps with this CIDR"
                )
        _label(call.inputs)
        for subnet in call.store.users(call.id, SUBNET) if call.former else ():
            _inside(blocks.of_subnet(subnet.outputs), found)

    def computed(self, call: Call) -> Mapping[str, Any]:
        found = [str(each) for each in blocks.of_vcn(call.inputs)]
        label = call.inputs.get("dnsLabel")
        return {
            "cidrBlocks": found,
            **({"cidrBlock": found[0]} if found else {}),
            **({"vcnDomainName": f"{label}.oraclevcn.com"} if label else {}),
        }

    def refreshed(self, call: Call, outputs: dict[str, Any]) -> dict[str, Any]:
        return {**outputs, "cidrBlock": outputs["cidrBlocks"][0]} if outputs.get("cidrBlocks") else outputs

    def delete(self, call: Call) -> None:
        users = call.store.users(call.id)
        if any(user.type in _GATEWAYS for user in users):
            raise coded(
                409, "IncorrectState", f"{call.id} is associated with Gateway that is in use", Conflict
            )
        _unused(call, "VCN", users)


class InVcn(Rules):
    """Something of one VCN that subnets, or route tables, may use."""

    def __init__(self, what: str) -> None:
        self.what = what

    def write(self, call: Call) -> None:
        call.cloud.existing(str(call.inputs.get("vcnId")), VCN, "VCN")

    def delete(self, call: Call) -> None:
        _unused(call, self.what, call.store.users(call.id))


class SubnetRules(InVcn):
    """A subnet: inside its VCN, beside the others, with routes, lists and options of the same VCN."""

    def claims(self, call: Call) -> Iterable[str]:
        label = call.inputs.get("dnsLabel")
        if label:
            yield f"dnslabel|{call.inputs['vcnId']}|{label.lower()}"

    def write(self, call: Call) -> None:
        inputs = call.inputs
        vcn = call.cloud.existing(str(inputs.get("vcnId")), VCN, "VCN")
        found = blocks.of_subnet(inputs)
        if not found and not (inputs.get("ipv6cidrBlock") or inputs.get("ipv6cidrBlocks")):
            raise MissingParameter("cidrBlock must be given")
        if vcn is not None:
            _inside(found, blocks.of_vcn(vcn.outputs))
            if inputs.get("dnsLabel") and not vcn.outputs.get("dnsLabel"):
                raise InvalidParameter("dnsLabel cannot be given: the VCN has none")
        self._beside(call, found)
        self._holds_what_it_held(call, found)
        _label(inputs)
        ids = inputs.get("securityListIds") or []
        if len(ids) > _LISTS:
            raise LimitExceeded(f"a subnet can have at most {_LISTS} security lists, not {len(ids)}")
        used = {"routeTableId": inputs.get("routeTableId"), "dhcpOptionsId": inputs.get("dhcpOptionsId")}
        used |= {f"securityListIds[{index}]": each for index, each in enumerate(ids)}
        for place, each in used.items():
            _of_vcn(call, each, vcn, place)

    def _beside(self, call: Call, found: list[ipaddress.IPv4Network]) -> None:
        for other in call.store.users(str(call.inputs.get("vcnId")), SUBNET):
            for block in found if other.id != call.id else ():
                for taken in blocks.of_subnet(other.outputs):
                    if block.overlaps(taken):
                        raise InvalidParameter(
                            f"The requested CIDR {block} is invalid: subnet {other.id} with CIDR {taken} "
                            "overlaps with this CIDR."
                        )

    def _holds_what_it_held(self, call: Call, found: list[ipaddress.IPv4Network]) -> None:
        for user in call.store.users(call.id, PRIVATE_IP) if call.former else ():
            address = ipaddress.IPv4Address(user.outputs["ipAddress"])
            if not any(address in each for each in found):
                raise InvalidParameter(
                    f"subnet {call.id} has the private IP {address} outside of the new CIDR"
                )

    def computed(self, call: Call) -> Mapping[str, Any]:
        vcn, inputs = call.store.get(str(call.inputs.get("vcnId"))), call.inputs
        is_private = bool(inputs.get("prohibitPublicIpOnVnic") or inputs.get("prohibitInternetIngress"))
        found: dict[str, Any] = {
            **({} if inputs.get("ipv6cidrBlock") else {"ipv6virtualRouterIp": ""}),
            "prohibitPublicIpOnVnic": is_private,
            "prohibitInternetIngress": is_private,
            **_addressed(blocks.of_subnet(inputs), call.id),
        }
        if vcn is not None:
            found |= {
                "routeTableId": inputs.get("routeTableId") or vcn.outputs.get("defaultRouteTableId"),
                "dhcpOptionsId": inputs.get("dhcpOptionsId") or vcn.outputs.get("defaultDhcpOptionsId"),
                "securityListIds": inputs.get("securityListIds")
                or [vcn.outputs.get("defaultSecurityListId")],
            }
            label, domain = inputs.get("dnsLabel"), vcn.outputs.get("vcnDomainName")
            if label and domain:
                found["subnetDomainName"] = f"{label}.{domain}"
        return found

    def refreshed(self, call: Call, outputs: dict[str, Any]) -> dict[str, Any]:
        return {**outputs, **_addressed(blocks.of_subnet(outputs), call.id)}


def _addressed(found: list[ipaddress.IPv4Network], id: str) -> dict[str, str]:
    """The router of a subnet."""
    digest = hashlib.sha256(id.encode()).hexdigest()
    mac = f"00:00:17:{digest[:2]}:{digest[2:4]}:{digest[4:6]}"
    return {"virtualRouterIp": blocks.router(found[0]), "virtualRouterMac": mac.upper()} if found else {}


class RouteTableRules(InVcn):
    """A route table: each route leads to something of the same VCN that can take it."""

    def write(self, call: Call) -> None:
        super().write(call)
        routes(call, str(call.inputs.get("vcnId")))


def routes(call: Call, vcn_id: str) -> None:
    """The routes of a table of a VCN."""
    seen: set[str] = set()
    listed = call.inputs.get("routeRules") or []
    if len(listed) > _ROUTES:
        raise LimitExceeded(f"a route table can have at most {_ROUTES} rules, not {len(listed)}")
    for index, route in enumerate(listed):
        place = f"routeRules[{index}]"
        destination = route.get("destination") or route.get("cidrBlock")
        if not destination:
            raise MissingParameter(f"{place}.destination must be given")
        if destination in seen:
            raise InvalidParameter(f"{place}.destination {destination} has a rule already")
        seen.add(destination)
        _route(call, route, destination, place, vcn_id)


def _route(call: Call, route: Mapping[str, Any], destination: str, place: str, vcn_id: str) -> None:
    target = str(route.get("networkEntityId") or "")
    ocid = identities.read(target)
    if ocid is None:
        raise InvalidParameter(f"{place}.networkEntityId is not an OCID: {target!r}")
    to_services = route.get("destinationType") == "SERVICE_CIDR_BLOCK"
    if to_services:
        traffic.service(call.cloud, destination, f"{place}.destination")
    else:
        blocks.any_block(destination, f"{place}.destination")
    if to_services != (ocid.type == "servicegateway"):
        raise InvalidParameter(
            f"{place}: a service gateway takes what goes to Oracle's services, and nothing else does"
        )
    gateway = call.store.get(target)
    if gateway is not None and gateway.type in _GATEWAYS and gateway.outputs.get("vcnId") != vcn_id:
        raise InvalidParameter(f"{place}.networkEntityId {target} is of another VCN")


class SecurityListRules(InVcn):
    """A security list: rules about addresses, for whole subnets."""

    def write(self, call: Call) -> None:
        super().write(call)
        listed(call)


def listed(call: Call) -> None:
    """The rules of a security list."""
    for name, end in (("egressSecurityRules", "destination"), ("ingressSecurityRules", "source")):
        rules = call.inputs.get(name) or []
        if len(rules) > _LIST_RULES:
            raise LimitExceeded(f"{name}: a security list can have at most {_LIST_RULES}, not {len(rules)}")
        for index, rule in enumerate(rules):
            traffic.check(call.cloud, rule, f"{name}[{index}]", end, groups=False)


class SecurityGroupRules(InVcn):
    """A security group: its rules go with it, what belongs to it stays."""

    def delete(self, call: Call) -> None:
        users = call.store.users(call.id)
        own = [user for user in users if user.type == SECURITY_GROUP_RULE]
        _unused(call, "network security group", [user for user in users if user not in own])
        for rule in own:
            call.store.delete(rule.id)


class SecurityGroupRuleRules(Rules):
    """One rule of a security group."""

    def write(self, call: Call) -> None:
        inputs = call.inputs
        group = str(inputs.get("networkSecurityGroupId"))
        call.cloud.existing(group, SECURITY_GROUP, "network security group")
        direction = inputs.get("direction")
        if direction not in ("EGRESS", "INGRESS"):
            raise InvalidParameter(f"direction must be one of EGRESS, INGRESS, not {direction!r}")
        end = "destination" if direction == "EGRESS" else "source"
        traffic.check(call.cloud, inputs, "securityRule", end, groups=True)
        others = [user for user in call.store.users(group, SECURITY_GROUP_RULE) if user.id != call.id]
        if len(others) >= _GROUP_RULES:
            raise LimitExceeded(f"a network security group can have at most {_GROUP_RULES} rules")

    def computed(self, call: Call) -> Mapping[str, Any]:
        return {"isValid": True}


class GatewayRules(InVcn):
    """A gateway of which a VCN has one; a route table may lead to it."""

    def create(self, call: Call) -> None:
        super().create(call)
        if call.store.users(str(call.inputs.get("vcnId")), call.type):
            raise LimitExceeded(f"a VCN can have at most 1 {self.what}")


class NatGatewayRules(GatewayRules):
    """A NAT gateway, whose address is a public one."""

    def computed(self, call: Call) -> Mapping[str, Any]:
        reserved = call.store.get(str(call.inputs.get("publicIpId") or ""))
        address = reserved.outputs.get("ipAddress") if reserved is not None else None
        return {"blockTraffic": False, "natIp": address or addresses.public(call)}


class ServiceGatewayRules(GatewayRules):
    """A service gateway, which leads to what the region offers."""

    def write(self, call: Call) -> None:
        super().write(call)
        known = [each["id"] for each in services_of(call.cloud)]
        wanted = [each.get("serviceId") for each in call.inputs.get("services") or []]
        for each in wanted:
            if each not in known:
                raise NotFound(f"service {each} not found")
        if len(wanted) > 1:
            raise InvalidParameter("services: one label can be enabled at a time")

    def computed(self, call: Call) -> Mapping[str, Any]:
        return {"blockTraffic": False}


class PrivateIpRules(Rules):
    """A private IP: an address of its subnet that nobody else has."""

    def claims(self, call: Call) -> Iterable[str]:
        address = call.inputs.get("ipAddress")
        if address and call.inputs.get("subnetId"):
            yield _address_claim(call.inputs["subnetId"], address)

    def write(self, call: Call) -> None:
        _address(call, call.inputs.get("subnetId"), call.inputs.get("ipAddress"), "ipAddress")

    def computed(self, call: Call) -> Mapping[str, Any]:
        subnet = call.store.get(str(call.inputs.get("subnetId")))
        if call.inputs.get("ipAddress") or subnet is None:
            return {"isPrimary": False}
        return {"isPrimary": False, "ipAddress": _free_address(call, subnet)}


_LAUNCHED = {
    "bootVolumeType": "PARAVIRTUALIZED",
    "firmware": "UEFI_64",
    "isConsistentVolumeNamingEnabled": True,
    "isPvEncryptionInTransitEnabled": False,
    "networkType": "PARAVIRTUALIZED",
    "remoteDataVolumeType": "PARAVIRTUALIZED",
}


class InstanceRules(Rules):
    """An instance and its first VNIC, whose address nobody else in the subnet has."""

    def claims(self, call: Call) -> Iterable[str]:
        for made in vnics.made_with(call.id):
            yield f"ocid|{made}"
        details = call.inputs.get("createVnicDetails") or {}
        address, label = self._private_ip(call), details.get("hostnameLabel")
        if details.get("subnetId") and address:
            yield _address_claim(details["subnetId"], address)
        if details.get("subnetId") and label:
            yield f"hostname|{details['subnetId']}|{str(label).lower()}"

    def _private_ip(self, call: Call) -> str:
        """The address that is given, the one it has, or a free one of the subnet."""
        details = call.inputs.get("createVnicDetails") or {}
        if details.get("privateIp"):
            return str(details["privateIp"])
        if call.former is not None:
            return str(call.former.outputs.get("privateIp") or "")
        subnet = vnics.subnet_of(call.cloud, details)
        return _free_address(call, subnet, from_id=True) if subnet is not None else ""

    def computed(self, call: Call) -> Mapping[str, Any]:
        address, source = self._private_ip(call), call.inputs.get("sourceDetails")
        found: dict[str, Any] = {"privateIp": address} if address else {}
        if source:
            found["sourceDetails"] = {"bootVolumeSizeInGbs": "50", "bootVolumeVpusPerGb": "10", **source}
        size = offers.size_of(str(call.inputs.get("shape")))
        if size:
            found["shapeConfig"] = {**size, **(call.inputs.get("shapeConfig") or {})}
            found["launchOptions"] = {**_LAUNCHED, **(call.inputs.get("launchOptions") or {})}
        return found

    def write(self, call: Call) -> None:
        details = call.inputs.get("createVnicDetails") or {}
        place = "createVnicDetails.privateIp"
        _address(call, details.get("subnetId"), details.get("privateIp"), place)
        launching.check(call)


class VnicAttachmentRules(Rules):
    """A further VNIC of an instance, with an address of its own."""

    def claims(self, call: Call) -> Iterable[str]:
        yield f"ocid|{identities.beside(call.id, 'privateip')}"
        details = call.inputs.get("createVnicDetails") or {}
        address = self._address(call)
        if details.get("subnetId") and address:
            yield _address_claim(details["subnetId"], address)

    def write(self, call: Call) -> None:
        details = call.inputs.get("createVnicDetails") or {}
        _address(call, details.get("subnetId"), details.get("privateIp"), "createVnicDetails.privateIp")

    def _address(self, call: Call) -> str:
        former = call.former.outputs if call.former is not None else {}
        details = {**(former.get("createVnicDetails") or {}), **(call.inputs.get("createVnicDetails") or {})}
        if details.get("privateIp"):
            return str(details["privateIp"])
        subnet = vnics.subnet_of(call.cloud, details)
        return _free_address(call, subnet, from_id=True) if subnet is not None else ""

    def computed(self, call: Call) -> Mapping[str, Any]:
        details, address = call.inputs.get("createVnicDetails") or {}, self._address(call)
        return {
            "state": "ATTACHED",
            "subnetId": details.get("subnetId") or "",
            **({"createVnicDetails": {**details, "privateIp": address}} if address else {}),
        }


class PublicIpRules(Rules):
    """A public IP, and the private one it is given to."""

    def derived(self, call: Call) -> Mapping[str, Any]:
        return _assigned(call)


def _assigned(call: Call) -> dict[str, Any]:
    entity = str(call.inputs.get("privateIpId") or "")
    return {
        "assignedEntityId": entity,
        "assignedEntityType": "PRIVATE_IP" if entity else "",
        "state": "ASSIGNED" if entity else "AVAILABLE",
    }


class InstancePoolRules(Rules):
    """A pool, which is as large as it is to be."""

    def computed(self, call: Call) -> Mapping[str, Any]:
        return {"actualSize": call.inputs.get("size") or 0, "state": "RUNNING"}

    def refreshed(self, call: Call, outputs: dict[str, Any]) -> dict[str, Any]:
        return {**outputs, "actualSize": outputs.get("size") or 0}


class DefaultRules(Rules):
    """What a VCN was made with, taken over: its id is the one it has."""

    def new_id(self, call: Call) -> str | None:
        return str(call.inputs.get("manageDefaultResourceId"))

    def create(self, call: Call) -> None:
        id = str(call.inputs.get("manageDefaultResourceId"))
        if call.store.get(id) is not None:
            raise Conflict(f"{id} is managed by another resource already")
        super().create(call)

    def write(self, call: Call) -> None:
        if call.type == DEFAULT_SECURITY_LIST:
            listed(call)
        elif call.type == DEFAULT_ROUTE_TABLE:
            routes(call, call.store.holder(f"ocid|{call.inputs.get('manageDefaultResourceId')}") or "")


def _free_address(call: Call, subnet: Record, *, from_id: bool = False) -> str:
    """The first address of a subnet that nobody has; or the first one from a place that the id says, so
    that many creates need not look through the same beginning."""
    taken = {user.outputs.get("ipAddress") for user in call.store.users(subnet.id, PRIVATE_IP)}
    start = int.from_bytes(hashlib.sha256(call.id.encode()).digest()[:4], "big") if from_id else 0
    for block in blocks.of_subnet(subnet.outputs):
        for address in blocks.free(block, start):
            if address not in taken and call.store.holder(_address_claim(subnet.id, address)) is None:
                return address
    raise LimitExceeded(f"no address of subnet {subnet.id} is free")


def _address_claim(subnet_id: str, address: str) -> str:
    return f"privateip|{subnet_id}|{address}"


def _address(call: Call, subnet_id: Any, address: Any, place: str) -> None:
    """An address that is given must be one of the subnet that a VNIC can have."""
    subnet = call.cloud.existing(str(subnet_id), SUBNET, "subnet") if subnet_id else None
    if not address:
        return
    try:
        wanted = ipaddress.IPv4Address(str(address))
    except ValueError:
        raise InvalidParameter(f"{place} {address!r} is not an IPv4 address") from None
    found = blocks.of_subnet(subnet.outputs) if subnet else []
    if found and not any(wanted in each for each in found):
        raise InvalidParameter(f"{place} {address} is not in the subnet's CIDR {found[0]}")
    for each in found:
        if wanted in each and int(wanted - int(each.network_address)) in (0, 1, each.num_addresses - 1):
            raise InvalidParameter(f"{place} {address} is reserved: the first two and the last of {each} are")


def _label(inputs: Mapping[str, Any]) -> None:
    label = inputs.get("dnsLabel")
    if label and _LABEL.fullmatch(label) is None:
        raise InvalidParameter(
            f"dnsLabel {label!r} must have at most 15 letters and digits, and begin with a letter"
        )


def _inside(found: list[ipaddress.IPv4Network], whole: list[ipaddress.IPv4Network]) -> None:
    for each in found:
        if whole and not any(each.subnet_of(one) for one in whole):
            raise InvalidParameter(
                f"The requested CIDR {each} is invalid: it is not within those of the VCN: "
                f"{', '.join(map(str, whole))}"
            )


def _of_vcn(call: Call, id: Any, vcn: Record | None, place: str) -> None:
    """What a subnet uses is of its own VCN; what Oracle made with a VCN belongs to that one."""
    if not id or vcn is None:
        return
    record = call.store.get(str(id))
    owner = call.store.holder(f"ocid|{id}")
    found = record.outputs.get("vcnId") if record and record.outputs.get("vcnId") else owner
    if found is not None and found != vcn.id:
        raise InvalidParameter(f"{place} {id} is of another VCN")


def _unused(call: Call, what: str, users: list[Record]) -> None:
    if users:
        kind = users[0].type.rpartition(":")[2]
        raise Conflict(
            f"The {what} {call.id} references the {kind} {users[0].id}. You must remove the reference to "
            "proceed with this operation."
        )


RULES: Mapping[str, Rules] = {
    DEFAULT_DHCP_OPTIONS: DefaultRules(),
    DEFAULT_ROUTE_TABLE: DefaultRules(),
    DEFAULT_SECURITY_LIST: DefaultRules(),
    DHCP_OPTIONS: InVcn("DHCP options"),
    DRG: routing.DrgRules(),
    DRG_ATTACHMENT: routing.DrgAttachmentRules(),
    INSTANCE: InstanceRules(),
    INSTANCE_POOL: InstancePoolRules(),
    INTERNET_GATEWAY: GatewayRules("internet gateway"),
    LOCAL_PEERING_GATEWAY: routing.LocalPeeringRules(),
    NAT_GATEWAY: NatGatewayRules("NAT gateway"),
    PRIVATE_IP: PrivateIpRules(),
    PUBLIC_IP: PublicIpRules(),
    ROUTE_TABLE: RouteTableRules("route table"),
    SECURITY_GROUP: SecurityGroupRules("network security group"),
    SECURITY_GROUP_RULE: SecurityGroupRuleRules(),
    SECURITY_LIST: SecurityListRules("security list"),
    SERVICE_GATEWAY: ServiceGatewayRules("service gateway"),
    SUBNET: SubnetRules("subnet"),
    VCN: VcnRules(),
    VNIC_ATTACHMENT: VnicAttachmentRules(),
    **volumes.RULES,
}
