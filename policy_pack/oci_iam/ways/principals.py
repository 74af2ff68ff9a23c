"""Which OCIDs a principal of a type has. Knows types only, not who exists."""

from __future__ import annotations

from collections.abc import Iterable

from oci_iam.ocid import ocid_type

__all__ = ["WITHOUT_COMPARTMENT", "bare", "fitting", "has_type", "is_principal"]

_NOT_A_PRINCIPAL = frozenset({"tenancy", "compartment", "group", "dynamicgroup", "policy"})

WITHOUT_COMPARTMENT = frozenset({"user", "service", "group", "dynamicgroup", "anyuser"})
"""Principal types a compartment does not narrow: users live in the tenancy itself, services in none."""

_SURE = frozenset(
    {
        "apigateway",
        "eventrule",
        "fnapp",
        "fnfunc",
        "instance",
        "resourceschedule",
        "serviceconnector",
        "user",
    }
)
"""Types of principals whose OCIDs are certainly of the type of the same name ("Writing Policies for
Functions", "Managing Dynamic Groups", OCIDs in public statements). Of any other type nothing is claimed."""


def bare(kind: str) -> str:
    """A type without the hyphens and underscores in which spellings differ."""
    return kind.replace("-", "").replace("_", "")


def is_principal(ocid: str) -> bool:
    """Whether a text is the OCID of something that can make a request, and so names one principal."""
    kind = ocid_type(ocid)
    return kind is not None and kind not in _NOT_A_PRINCIPAL


def fitting(ids: frozenset[str], types: frozenset[str]) -> frozenset[str]:
    """The OCIDs without those that certainly no principal of one of the types has."""
    known = {bare(kind) for kind in types}
    if not known <= _SURE:
        return ids
    return frozenset(one for one in ids if (kind := ocid_type(one)) not in _SURE or kind in known)


def has_type(ocid: str, types: Iterable[str]) -> bool:
    """Whether the principal of an OCID certainly is of one of the types."""
    kind = ocid_type(ocid)
    return kind in _SURE and any(bare(one.lower()) == kind for one in types)
