"""What DNS refuses, and what it computes that programs read: the name servers of a zone.

Source: Oracle's pages "Managing Zones" and "Managing Records" (the names are those of
Oracle's servers; their number is made up).
"""

from __future__ import annotations

import ipaddress
from collections.abc import Iterable, Mapping
from typing import Any

from sandbox.cloud import addresses
from sandbox.cloud.call import Call
from sandbox.cloud.errors import InvalidParameter, MissingParameter
from sandbox.cloud.service_rules import Rules
from sandbox.services.dns import RRSET, ZONE


class ZoneRules(Rules):
    """A zone: four servers of a public one, and the VCN's own of a private one."""

    def claims(self, call: Call) -> Iterable[str]:
        view = call.inputs.get("viewId") or call.cloud.tenancy
        yield f"zone|{view}|{str(call.inputs.get('name')).lower().rstrip('.')}"

    def create(self, call: Call) -> None:
        private = str(call.inputs.get("scope") or "").upper() == "PRIVATE"
        if private and not call.inputs.get("viewId"):
            raise MissingParameter("viewId must be given for a zone of scope PRIVATE")
        if str(call.inputs.get("zoneType")).upper() == "SECONDARY" and not call.inputs.get("externalMasters"):
            raise MissingParameter("externalMasters must be given for a zone of type SECONDARY")

    def computed(self, call: Call) -> Mapping[str, Any]:
        if str(call.inputs.get("scope") or "").upper() == "PRIVATE":
            return {"nameservers": [{"hostname": "vcn-dns.oraclevcn.com."}]}
        group = addresses.number_of(call.id) % 200 + 1
        servers = [f"ns{number}.p{group}.dns.oraclecloud.net." for number in (1, 2, 3, 4)]
        return {"nameservers": [{"hostname": each} for each in servers]}


class RecordsRules(Rules):
    """The records of one name and type: inside the zone, with data of the type."""

    def write(self, call: Call) -> None:
        wanted, domain = str(call.inputs.get("zoneNameOrId")), _plain(call.inputs.get("domain"))
        zone = call.store.get(wanted)
        name = _plain(zone.outputs.get("name") if zone is not None else wanted)
        if not name.startswith("ocid1.") and domain != name and not domain.endswith(f".{name}"):
            raise InvalidParameter(f"domain: expected a name in the zone {name}, found {domain!r}")
        for index, item in enumerate(call.inputs.get("items") or ()):
            kind, place = _ADDRESSES.get(str(item.get("rtype")).upper()), f"items[{index}]"
            if kind is not None and not _is_address(item.get("rdata"), kind):
                raise InvalidParameter(
                    f"{place}.rdata: expected an IPv{kind} address, found {item.get('rdata')!r}"
                )
            if int(item.get("ttl") or 0) < 0:
                raise InvalidParameter(f"{place}.ttl: expected 0 or more, found {item['ttl']}")


def _plain(name: Any) -> str:
    return str(name).lower().rstrip(".")


def _is_address(value: Any, version: int) -> bool:
    try:
        return ipaddress.ip_address(str(value)).version == version
    except ValueError:
        return False


_ADDRESSES = {"A": 4, "AAAA": 6}
RULES: Mapping[str, Rules] = {RRSET: RecordsRules(), ZONE: ZoneRules()}
