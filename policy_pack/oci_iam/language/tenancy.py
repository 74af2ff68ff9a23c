"""Which places are the whole tenancy: words for the root compartment, a tenancy's OCID, aliases of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from oci_iam.statement import Location, Statement, Unparsable
from oci_iam.verdict import Context

__all__ = ["alias", "is_root", "is_tenancy", "is_tenancy_wide", "with_aliases"]


def is_root(path: tuple[str, ...]) -> bool:
    """Whether a path is a word for the root compartment: `root`, or `name (root)` as the console shows it."""
    name = path[0].strip().lower() if len(path) == 1 else ""
    return name == "root" or name.endswith("(root)")


def is_tenancy_wide(location: Location, context: Context) -> bool:
    """Whether a location is more than one compartment's subtree: the tenancy, another one, or any."""
    if location.kind != "compartment":
        return True
    if location.id is not None:
        return is_tenancy(location.id, context)
    found = alias(":".join(location.path), context.aliases) if context.aliases else None
    return is_tenancy(found, context) if found is not None else is_root(location.path)


def alias(name: str, aliases: Mapping[str, str]) -> str | None:
    """The OCID that a name stands for; None where it is no alias."""
    folded = name.lower()
    return next((ocid for known, ocid in aliases.items() if known.lower() == folded), None)


def is_tenancy(ocid: str, context: Context) -> bool:
    """Whether an OCID is that of a tenancy."""
    folded = ocid.lower()
    if folded.startswith("ocid1.tenancy"):
        return True
    return context.tenancy_id is not None and folded == context.tenancy_id.lower()


def with_aliases(parsed: Sequence[Statement | Unparsable], context: Context) -> Context:
    """The context of one policy, its own ``define`` statements included."""
    definitions = [
        item.definition for item in parsed if isinstance(item, Statement) and item.definition is not None
    ]
    if not definitions:
        return context
    aliases = {name.lower(): ocid for name, ocid in context.aliases.items()}
    for definition in definitions:
        name = definition.name.lower()
        if definition.kind == "tenancy":
            aliases[name] = _SOME_TENANCY
        elif not is_tenancy(aliases.get(name, ""), context):  # whatever kind of thing it calls the tenancy
            aliases[name] = definition.id
    return replace(context, aliases=aliases)


_SOME_TENANCY = "ocid1.tenancy.oc1..alias"
"""Stands for whatever a `define tenancy` names: that it is a tenancy is all the judge asks."""
