"""Data sources: what a service's own look-up answers, in the SDK's shape; and all others, from the store.

Most data sources show one resource of a type (`getSubnet`), or list those of a type (`getSubnets`). For these
the SDK says enough: which type, by the name, and what the answer looks like. One that has no resource type
behind it, and no look-up of its own, is `NotEmulated`, never a guess.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from sandbox.cloud import identities
from sandbox.cloud.call import Cloud
from sandbox.cloud.errors import NotEmulated, NotFound
from sandbox.cloud.existence import exists
from sandbox.cloud.listing import filtered, shown
from sandbox.providers import filling
from sandbox.providers.sdk import DataSource, Property, Sdk, Type, UnknownType
from sandbox.services import lookup_of

_EMPTY: dict[str, Any] = {"list": [], "map": {}}


def answer(sdk: Sdk, cloud: Cloud, token: str, args: dict[str, Any]) -> dict[str, Any]:
    """What a data source says. Raises `NotEmulated`, or what a look-up refuses."""
    lookup = lookup_of(token)
    try:
        source = sdk.data_source(token)
    except UnknownType:
        raise NotEmulated(f"the sandbox does not emulate the data source {token}") from None
    if lookup is not None:
        return shaped(source, lookup(cloud, args))
    listed = _list_of(source)
    type = _type_behind(sdk, token, plural=listed is not None)
    if type is None:
        raise NotEmulated(f"the sandbox does not emulate the data source {token}")
    if listed is None:
        return shaped(source, _one(source, cloud, type, args))
    return shaped(source, {**args, "id": token.rpartition(":")[2], listed.name: _many(cloud, type, args)})


def shaped(source: DataSource, value: Mapping[str, Any]) -> dict[str, Any]:
    """A look-up's answer with the properties the SDK has for it. What is a single object elsewhere is a list
    of one here, and often named in the plural."""
    return _object(source, source.answers, value)


def _object(
    source: DataSource, properties: Mapping[str, Property], value: Mapping[str, Any]
) -> dict[str, Any]:
    found = {}
    for name, property in properties.items():
        given = next((value[key] for key in (name, *_singulars(name)) if value.get(key) is not None), None)
        if given is None:
            given = _EMPTY.get(property.type.kind)
        if given is not None:
            found[name] = _fitted(source, property.type, given)
    return found


def _fitted(source: DataSource, type: Type, value: Any) -> Any:
    if type.kind == "list":
        items = value if isinstance(value, list) else [value]
        of = type.of or Type("any")
        if of.kind == "object":
            properties = source.object(of.name)
            if set(properties) == {"items"} and not all(set(item) == {"items"} for item in items):
                items = [{"items": items}]
            return [_object(source, properties, item) for item in items]
        return [_fitted(source, of, item) for item in items]
    if type.kind == "int" and isinstance(value, str) and value.isdigit():
        return int(value)
    if type.kind == "str" and isinstance(value, int | float) and not isinstance(value, bool):
        return f"{value:g}"
    return value


def _list_of(source: DataSource) -> Property | None:
    """The one property that lists resources; None for a data source that shows one."""
    name = source.token.rpartition(":")[2]
    lists = [
        property
        for property in source.answers.values()
        if property.type.kind == "list"
        and property.type.of is not None
        and property.type.of.kind == "object"
        and property.name != "filters"
    ]
    return lists[0] if len(lists) == 1 and "filters" in source.answers and name.endswith("s") else None


def _type_behind(sdk: Sdk, token: str, *, plural: bool) -> str | None:
    """The resource type a data source is about."""
    service = token.split(":")[1].partition("/")[0]
    name = token.rpartition(":")[2].removeprefix("get")
    for singular in _singulars(name) if plural else (name,):
        type = f"oci:{service}/{singular[:1].lower()}{singular[1:]}:{singular}"
        if type in sdk.tokens:
            return type
    return None


def _singulars(name: str) -> Iterator[str]:
    if name.endswith("ies"):
        yield f"{name[:-3]}y"
    if re.search(r"(?:s|x|ch|sh)es$", name):
        yield name[:-2]
    if name.endswith("s"):
        yield name[:-1]


def _many(cloud: Cloud, type: str, args: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The resources of the type that an argument contradicts in nothing, and that pass the filters."""
    found = [shown(record) for record in cloud.list(type)]
    for name, value in args.items():
        if not isinstance(value, list | dict):
            found = [item for item in found if _same(item.get(name, value), value)]
    return filtered(found, args)


def _same(one: Any, other: Any) -> bool:
    return one == other or str(one).lower() == str(other).lower()


def _one(source: DataSource, cloud: Cloud, type: str, args: Mapping[str, Any]) -> dict[str, Any]:
    """The resource an argument names by its id, or that all arguments fit. One outside the sandbox is taken
    as existing, as it is wherever a resource refers to it."""
    by_id = [cloud.store.get(value) for value in args.values() if isinstance(value, str)]
    records = [
        record for record in by_id if record is not None and record.type == type and cloud.sees(record)
    ]
    if records:
        return {**args, **shown(records[-1])}
    own = f"{type.partition('/')[2].partition(':')[0]}Id"
    wanted = str(args.get(own) or args.get("id") or "")
    ocid = identities.read(wanted)
    if ocid is None:
        fitting = _many(cloud, type, args)
        if fitting:
            return {**args, **fitting[-1]}
    elif cloud.store.get(wanted) is None and exists(cloud, wanted, ocid):
        return {**args, **_foreign(source, cloud, type, wanted), "id": wanted}
    raise NotFound(f"{type.rpartition(':')[2]} {wanted or dict(args)} not found in the sandbox")


def _foreign(source: DataSource, cloud: Cloud, type: str, id: str) -> dict[str, Any]:
    """What is shown of a resource outside the sandbox: plain values by name and type."""
    found: dict[str, Any] = {}
    for name, property in source.answers.items():
        if name in ("name", "displayName"):
            found[name] = f"{identities.type_of(type)}-{id[-8:]}"
        elif name == "compartmentId":
            found[name] = cloud.tenancy
        elif property.type.kind == "str":
            found[name] = filling.plain_text(name, type, id, cloud)
        else:
            found[name] = filling.EMPTY.get(property.type.kind)
    return found
