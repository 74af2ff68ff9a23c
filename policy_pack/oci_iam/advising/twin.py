"""Brings a statement into the words that ``decide`` knows: one tenancy, places by OCID, known principals.

An ``endorse`` or ``admit`` becomes an ``allow`` inside one tenancy, a word for the root compartment or an
alias of it ``tenancy``, and an undocumented ``resource`` subject ``any-user``. The twin is for asking
``decide``; it is no statement to write.
"""

from __future__ import annotations

from dataclasses import replace

from oci_iam.language.tenancy import is_root
from oci_iam.statement import Location, Member, Statement, Subject
from oci_iam.verdict import Context

__all__ = ["tenancy_of", "twin_of"]

_TENANCY = "ocid1.tenancy.oc1..yours"


def twin_of(statement: Statement, context: Context) -> Statement:
    """The statement inside one tenancy."""
    members = tuple(
        Member("any-user") if one.kind == "resource" else one for one in statement.subject.members
    )
    location = _place(statement.location, context)
    return replace(
        statement, kind="allow", subject=Subject(members), location=location, partner=None, slips=()
    )


def tenancy_of(statement: Statement, context: Context) -> str:
    """The OCID of that tenancy: the one that is known or named, or one made up."""
    ocid = statement.location.id or ""
    return context.tenancy_id or (ocid if ocid.casefold().startswith("ocid1.tenancy.") else _TENANCY)


def _place(location: Location, context: Context) -> Location:
    if location.kind != "compartment":
        return Location("tenancy")
    known = {name.casefold(): ocid for name, ocid in context.aliases.items()}
    ocid = location.id or known.get(":".join(location.path).casefold())
    if ocid is None:
        return Location("tenancy") if is_root(location.path) else Location("compartment", location.path)
    return Location("tenancy") if _is_tenancy(ocid, context) else Location("compartment", (), ocid)


def _is_tenancy(ocid: str, context: Context) -> bool:
    return (
        ocid.casefold().startswith("ocid1.tenancy.")
        or ocid.casefold() == (context.tenancy_id or "").casefold()
    )
