"""A directory made of nothing but statements: the compartments they name, for where nobody says what exists.

Each path is taken as written, seen from where its policy is attached. Groups are none: who is in them is not
known. Decides nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from oci_iam.directory import Compartment, Directory
from oci_iam.inputs import Unusable
from oci_iam.language.tenancy import is_root
from oci_iam.ocid import ocid_type
from oci_iam.policy import Entry, Policy, entries
from oci_iam.statement import Location, Statement

__all__ = ["UNKNOWN_TENANCY", "assumed_directory", "tenancy_of", "with_path"]

UNKNOWN_TENANCY = "ocid1.tenancy.oc1..unknown"


def assumed_directory(policies: Sequence[Policy], directory: Directory | None = None) -> Directory:
    """The tenancy (what of it is known, if anything) with every compartment that a statement names by path.

    Raises Unusable where the statements speak of two tenancies as their own.
    """
    if directory is None or directory.tenancy_id == UNKNOWN_TENANCY:
        tenancy = tenancy_of(policies)
        directory = Directory(tenancy) if directory is None else replace(directory, tenancy_id=tenancy)
    for entry in entries(policies):
        location = _location(entry)
        if location.tenancy is None and location.path and not is_root(location.path):
            start, path = entry.policy.compartment_id or directory.tenancy_id, location.path
            alias = entry.aliases.places.get(path[0].casefold())
            directory, _ = with_path(directory, alias or start, path[1:] if alias is not None else path)
    return directory


def with_path(directory: Directory, start: str, path: Sequence[str]) -> tuple[Directory, str]:
    """The directory with all compartments of a path below a start, and the OCID of the last or what stands
    for it."""
    for name in path:
        known = directory.at_path(start, (name,))
        if known is None:
            known = f"{start}:{name}" if start != directory.tenancy_id else f"compartment {name}"
            parent = None if start == directory.tenancy_id else start
            directory = replace(
                directory, compartments={**directory.compartments, known: Compartment(name, parent)}
            )
        start = known
    return directory, start


def _location(entry: Entry) -> Location:
    return entry.read.location if isinstance(entry.read, Statement) else Location("none")


def tenancy_of(policies: Iterable[Policy]) -> str:
    """The own tenancy's OCID: where a policy is attached, or a statement applies. Raises Unusable for two."""
    found = {}
    for entry in entries(policies):
        named = (entry.policy.compartment_id, _location(entry).id or "")
        found.update({ocid.casefold(): ocid for ocid in named if ocid_type(ocid) == "tenancy"})
    if len(found) > 1:
        raise Unusable(
            f"the statements are of several tenancies ({', '.join(sorted(found))}): give --directory"
        )
    return next(iter(found.values()), UNKNOWN_TENANCY)
