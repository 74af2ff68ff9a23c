"""Data sources: what a service's own look-up answers, in the SDK's shape; and all others, from the store.

Most data sources show one resource of a type (`getSubnet`), or list those of a type (`getSubnets`). Of these
the facts say which type and where the records are; where there are none, the names in the SDK do. One that
has no resource type behind it, and no look-up of its own, is `NotEmulated`, never a guess.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from sandbox import facts
from sandbox.cloud import identities
from sandbox.cloud.call import Cloud
from sandbox.cloud.errors import NotEmulated, NotFound
from sandbox.cloud.existence import exists
from sandbox.cloud.import_ids import says
from sandbox.cloud.listing import SEARCHING, filtered, nested, shown
from sandbox.cloud.store import Record
from sandbox.facts import LookUpFacts
from sandbox.providers import plausible, scim
from sandbox.providers.sdk import DataSource, Property, Sdk, Type, UnknownType
from sandbox.services import lookup_of

_NO_FACTS = LookUpFacts()


def problems(sdk: Sdk, token: str, args: Mapping[str, Any]) -> list[str]:
    """What is wrong with the arguments, each in a sentence; nothing where the SDK has no such data source."""
    try:
        source = sdk.data_source(token)
    except UnknownType:
        return []
    required = (facts.of_look_up(token) or _NO_FACTS).required
    return [
        *(f'missing required argument "{name}"' for name in sorted(required - set(args))),
        *(f'unexpected argument "{name}"' for name in sorted(set(args) - source.arguments)),
    ]


def answer(sdk: Sdk, cloud: Cloud, token: str, args: dict[str, Any]) -> dict[str, Any]:
    """What a data source says. Raises `NotEmulated`, or what a look-up refuses."""
    lookup = lookup_of(token)
    try:
        source = sdk.data_source(token)
    except UnknownType:
        raise NotEmulated(f"the sandbox does not emulate the data source {token}") from None
    if lookup is not None:
        return shaped(source, lookup(cloud, args))
    known = facts.of_look_up(token) or _NO_FACTS
    listed = known.items or _list_of(source)
    type = known.reads if known.reads in sdk.tokens else _type_behind(sdk, token, plural=bool(listed))
    if type is None:
        raise NotEmulated(f"the sandbox does not emulate the data source {token}")
    if not listed:
        return shaped(source, _one(source, cloud, type, args))
    found, beside = _many(cloud, type, args, known.required), dict[str, Any]()
    if known.is_scim:
        found, beside = scim.answer(found, args)
    return shaped(source, {**args, "id": token.rpartition(":")[2], **beside, **nested(listed, found)})


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
            # An argument nobody gave is not there; all else has a value of its kind.
            is_argument = properties is source.answers and name in source.arguments
            given = (
                None if is_argument and name not in ("filters",) else plausible.EMPTY.get(property.type.kind)
            )
        if given is not None:
            found[name] = _fitted(source, property.type, given)
    return found


def _fitted(source: DataSource, type: Type, value: Any) -> Any:
    if type.kind == "list":
        items = value if isinstance(value, list) else [value] if value != {} else []
        of = type.of or Type("any")
        if of.kind == "object":
            properties = source.object(of.name)
            if set(properties) == {"items"} and not all(set(item) == {"items"} for item in items):
                items = [{"items": items}]
            return [_object(source, properties, item) for item in items if isinstance(item, Mapping)]
        return [_fitted(source, of, item) for item in items]
    if type.kind == "int" and isinstance(value, str) and value.isdigit():
        return int(value)
    if type.kind == "str" and isinstance(value, int | float) and not isinstance(value, bool):
        return f"{value:g}"
    return value


def _list_of(source: DataSource) -> str:
    """The one property that lists resources; empty for a data source that shows one."""
    name = source.token.rpartition(":")[2]
    lists = [
        property.name
        for property in source.answers.values()
        if property.type.kind == "list"
        and property.type.of is not None
        and property.type.of.kind == "object"
        and property.name != "filters"
    ]
    return lists[0] if len(lists) == 1 and "filters" in source.answers and name.endswith("s") else ""


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


def _many(cloud: Cloud, type: str, args: Mapping[str, Any], required: frozenset[str]) -> list[dict[str, Any]]:
    """The resources of the type that an argument contradicts in nothing, and that pass the filters.

    One that is empty where an argument is required says nothing of it.
    """
    found = [shown(record) for record in cloud.list(type)]
    for name, value in args.items():
        in_all = name == "compartmentId" and args.get("compartmentIdInSubtree")
        if not isinstance(value, list | dict) and name not in SEARCHING and not in_all:
            unsaid = ("",) if name in required else ()
            found = [
                item for item in found if item.get(name) in unsaid or _same(item.get(name, value), value)
            ]
    return filtered(found, args)


def _same(one: Any, other: Any) -> bool:
    return one == other or str(one).lower() == str(other).lower()


def _one(source: DataSource, cloud: Cloud, type: str, args: Mapping[str, Any]) -> dict[str, Any]:
    """The resource an argument names by its id, or that all arguments fit. One outside the sandbox is taken
    as existing, as it is wherever a resource refers to it."""
    texts = {name: value for name, value in args.items() if isinstance(value, str)}
    by_id = [cloud.store.get(value) for value in texts.values()]
    records = [each for each in by_id if each is not None and each.type == type and cloud.sees(each)]
    records = records or [each for each in cloud.list(type) if _last_part(each) in texts.values()]
    if records:
        return {**args, **shown(records[-1])}
    own = f"{type.partition('/')[2].partition(':')[0]}Id"
    wanted = texts.get(own) or texts.get("id") or _of_type(type, texts)
    ocid = identities.read(wanted)
    if ocid is None:
        fitting = [each for each in cloud.list(type) if _fits(each, texts)]
        if fitting:
            return {**args, **shown(fitting[-1])}
    elif cloud.store.get(wanted) is None and exists(cloud, wanted, ocid):
        return {**args, **_foreign(source, cloud, type, wanted), "id": wanted}
    raise NotFound(f"{type.rpartition(':')[2]} {wanted or dict(args)} not found in the sandbox")


def _last_part(record: Record) -> str:
    """The resource's own id in a composed one, such as a key version's OCID; empty for a plain id."""
    return record.id.rpartition("/")[2] if "/" in record.id else ""


def _of_type(type: str, texts: Mapping[str, str]) -> str:
    """The OCID of this type among the arguments; empty where there is none."""
    kind = identities.type_of(type)
    return next(
        (each for each in texts.values() if (read := identities.read(each)) and read.type == kind), ""
    )


def _fits(record: Record, texts: Mapping[str, str]) -> bool:
    """Whether every argument means this resource: `backendSetName` is the `name` of a backend set."""
    return all(says(record, name, value) for name, value in texts.items())


def _foreign(source: DataSource, cloud: Cloud, type: str, id: str) -> dict[str, Any]:
    """What is shown of a resource outside the sandbox: plain values by name and type."""
    found: dict[str, Any] = {}
    for name, property in source.answers.items():
        if name in ("name", "displayName"):
            found[name] = f"{identities.type_of(type)}-{id[-8:]}"
        elif name == "compartmentId":
            found[name] = cloud.tenancy
        elif property.type.kind == "str":
            found[name] = plausible.plain_text(name, type, id, cloud)
        else:
            found[name] = plausible.EMPTY.get(property.type.kind)
    return found
