"""Makes the table of the provider's facts (`sandbox/facts/provider.txt`) from the facts beside the project.

Run: `.venv/bin/python -m tests.lockstep.facts_table`. What the SDK's classes say the same way is left out;
what the facts say in words is put into the table's words here. `test_provider_facts` fails where the two
differ.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

from sandbox.providers.sdk import Property, ResourceType, Sdk

FACTS = Path(__file__).resolve().parents[3] / "shared" / "facts" / "provider"
TABLE = Path(__file__).resolve().parents[2] / "sandbox" / "facts" / "provider.txt"
SDK = Sdk("pulumi_oci")

Row = dict[str, Any]

# Comparisons the facts describe in words. Those of functions, statements and tables of NoSQL are the
# bridges'.
COMPARED = {
    ("oci:ContainerEngine/containerInstance:ContainerInstance", "vnics.freeformTags"): "never",
    ("oci:Dns/rrset:Rrset", "items.rdata"): "spaces",
    ("oci:Dns/zone:Zone", "name"): "dot",
    ("oci:Identity/apiKey:ApiKey", "keyValue"): "spaces",
    ("oci:ObjectStorage/storageObject:StorageObject", "contentMd5"): "md5",
}
NAMED = {
    "time": "time",
    "json": "json",
    "ipv6": "ipv6",
    "order": "order",
    "never a change": "never",
    "no change when state is empty": "unset",
}
# Ids that are neither an OCID nor a path of inputs, as templates of `sandbox.cloud.composed_ids`.
IDS = {
    "<ocid> of the default object given in manageDefaultResourceId": "{manageDefaultResourceId}",
    "<compartment ocid> (plain, as given in compartmentId)": "{compartmentId}",
    "<compartment ocid> (plain)": "{compartmentId}",
    "<user ocid> (plain)": "{userId}",
    "<key ocid> (plain)": "{keyId}",
    "a time (RFC 3339)": "{#rfc3339}",
    "generated timestamp, no OCID": "{#timestamp}",
    "generated hash, no OCID": "{#number}",
    "record hash, no OCID": "{#hex32}",
    "short hexadecimal rule id, no OCID": "{#hex6}",
    "access key id (hexadecimal), no OCID": "{#hex40}",
    "id of the identity domain (32 hexadecimal digits), no OCID": "{#hex32}",
    "request id": "{#request}",
    "work request id": "{#workrequest}",
    'the text "nil"': "nil",
    "the signature text": "{signature}",
    "the index name": "{name}",
    "the region name": "{region}",
    "the namespace name": "{namespace}",
    'configuration/compartmentId/{compartmentId}, or "global" without one': (
        "configuration/compartmentId/{compartmentId}|global"
    ),
}
# Fields of paths that no input gives.
FIELDS = {
    "statement id": "#hex6",
    "rule id": "#hex6",
    "tenancy ocid": "tenancy",
    "fingerprint": "#fingerprint",
    "keyVersion ocid": "#ocid",
    "par id": "#par",
}


def read(name: str) -> list[Row]:
    """The rows of one file of facts."""
    return [json.loads(line) for line in (FACTS / name).read_text(encoding="utf-8").splitlines()]


@cache
def resources() -> dict[str, Row]:
    """Resource type -> its facts, of the types the installed SDK has."""
    return {row["type"]: row for row in read("provider_facts.jsonl") if row["type"] in SDK.tokens}


@cache
def look_ups() -> dict[str, Row]:
    """Data source -> its facts."""
    return {row["token"]: row for row in read("data_sources.jsonl")}


def bare(paths: Any) -> set[str]:
    """Places without the marks of lists."""
    return {path.replace("[]", "") for path in paths or ()}


def fields(resource: ResourceType) -> Iterator[tuple[str, Property]]:
    """Every input of a type and the properties of its objects, all the way down."""

    def below(properties: dict[str, Property], prefix: str) -> Iterator[tuple[str, Property]]:
        for name, property in properties.items():
            yield f"{prefix}{name}", property
            type = property.type
            while type.kind == "list" and type.of is not None:
                type = type.of
            if type.kind == "object":
                yield from below(resource.object(type.name), f"{prefix}{name}.")

    yield from below(resource.inputs, "")


def compared(facts: Row) -> dict[str, str]:
    """Place -> how its values are compared."""
    found = dict.fromkeys(bare(facts.get("case_insensitive")) - bare(facts.get("case_matters")), "case")
    found |= dict.fromkeys(bare(facts.get("int_text")), "number")
    for path, how in (facts.get("diff_suppress") or {}).items():
        if how in NAMED:
            found[path.replace("[]", "")] = NAMED[how]
    found |= {path: how for (type, path), how in COMPARED.items() if type == facts["type"]}
    return found


def id_template(facts: Row) -> str:
    """What the id is made of; empty for a plain OCID."""
    shape = facts["id_shape"]
    if shape in IDS:
        return IDS[shape]
    if shape == "<ocid>" or shape.startswith("<ocid> (plain"):
        return ""
    named = "{name, else targetId.port, else ipAddress:port}"
    if named in shape:
        alternatives = ("{name}", "{targetId}.{port}", "{ipAddress}:{port}")
        return "|".join(shape.replace(named, each) for each in alternatives)
    known = SDK.resource(facts["type"]).inputs
    own = {**FIELDS, **({} if "id" in known else {"id": "#ocid"})}
    return re.sub(r"\{([^}]*)\}", lambda field: f"{{{own.get(field[1], field[1])}}}", str(shape))


def type_row(facts: Row) -> Row:
    """One resource type's line, without what is empty."""
    nested = {path for path, field in fields(SDK.resource(facts["type"])) if "." in path and field.optional}
    kept = bare(facts.get("optional_computed")) - bare(facts.get("not_kept"))
    out_of_reach = bare(facts.get("unknown_inputs")) | bare(facts.get("refused_inputs"))
    replacing = bare(facts["replace"]) | {
        path
        for path, how in facts.get("ran_differs", {}).items()
        if how == "ran: replace" and "." not in path
    }
    by_way: dict[str, set[str]] = {}
    for path, how in compared(facts).items():
        by_way.setdefault(how, set()).add(path)
    row = {
        "replace": _words(replacing),
        "sets": _words(bare(facts.get("sets"))),
        "compared": {how: _words(paths) for how, paths in sorted(by_way.items())},
        "defaults": {path: value for path, value in sorted(facts.get("defaults", {}).items()) if value},
        "dropped": _words(nested - kept - out_of_reach),
        "enums": _allowed(facts.get("enums")),
        "exact": _words(bare(facts.get("enums_exact_case"))),
        "conflicts": sorted(sorted(pair) for pair in facts.get("conflicts", ())),
        "ranges": _ranges(facts.get("ranges")),
        "refused": _words(bare(facts.get("refused_inputs"))),
        "service_enums": _allowed({**facts.get("documented_values", {}), **facts.get("api_enums", {})}),
        "service_ranges": _ranges(facts.get("documented_ranges")),
        "no_update": bool(facts.get("no_update")),
        "id": id_template(facts),
    }
    return {key: value for key, value in row.items() if value}


def look_up_row(facts: Row) -> Row:
    """One data source's line, without what is empty."""
    row = {
        "required": _words(facts["required"]),
        "reads": facts["reads"] or "",
        "items": facts.get("items", "").replace("[]", ""),
        "wrapper": facts.get("wrapper") or {},
        "scim": facts.get("list_style") == "scim",
    }
    return {key: value for key, value in row.items() if value}


def _words(paths: Any) -> str:
    return " ".join(sorted(paths))


def _allowed(values: Any) -> dict[str, list[str]]:
    return {path.replace("[]", ""): list(allowed) for path, allowed in sorted((values or {}).items())}


def _ranges(values: Any) -> dict[str, str]:
    """Without fully qualified names and free maps, which the type's own bridge knows."""
    return {path.replace("[]", ""): what for path, what in sorted((values or {}).items()) if what != "map"}


def table() -> str:
    """The whole file."""
    rows = {token: type_row(facts) for token, facts in resources().items()}
    rows |= {token: look_up_row(facts) for token, facts in look_ups().items()}
    lines = [
        f"{token}\t{json.dumps(row, separators=(',', ':'), ensure_ascii=False)}"
        for token, row in sorted(rows.items())
    ]
    return "\n".join(
        ["# Generated by tests/lockstep/facts_table.py. See sandbox/facts/__init__.py.", *lines, ""]
    )


if __name__ == "__main__":
    TABLE.write_text(table(), encoding="utf-8")
