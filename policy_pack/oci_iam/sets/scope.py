"""The place a statement applies to, comparable with another's. Decides nothing about requests."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from oci_iam.directory import Directory, known_id
from oci_iam.statement import Location

__all__ = ["ANY_TENANCY", "Scope", "contains", "enclosing", "overlap", "scope_of"]

ANY_TENANCY = "any-tenancy"


@dataclass(frozen=True, slots=True)
class Scope:
    """The whole tenancy (neither ``id`` nor ``path``), a compartment by OCID, or one by a path of folded
    names below ``attached``. ``tenancy`` names another tenancy by alias; None is the own one."""

    id: str | None = None
    attached: str = ""
    path: tuple[str, ...] = ()
    tenancy: str | None = None

    def __str__(self) -> str:
        """How a sentence names it."""
        place = f"compartment {self.id or ':'.join(self.path)}" if self.id or self.path else "the tenancy"
        if self.tenancy is None:
            return place
        beyond = "any tenancy" if self.tenancy == ANY_TENANCY else f"tenancy {self.tenancy}"
        return f"{place} of {beyond}" if self.id or self.path else beyond


def scope_of(
    location: Location, attached: str, aliases: Mapping[str, str], directory: Directory | None = None
) -> Scope:
    """The scope of a location in a policy attached at ``attached`` (an OCID, or empty where it is not known).

    With a directory every path it knows becomes an OCID. The tenancy's OCID is the tenancy.
    """
    tenancy = ANY_TENANCY if location.kind == "any-tenancy" else _folded_alias(location.tenancy, aliases)
    if location.kind != "compartment":
        return Scope(tenancy=tenancy)
    ocid, rest = location.id, location.path
    if ocid is None and tenancy is None and rest[0].casefold() in aliases:
        ocid, rest = aliases[rest[0].casefold()], rest[1:]
    if ocid is not None and not rest:
        return _by_id(known_id(ocid, directory), tenancy)
    start = known_id(ocid or attached, directory)
    if directory is not None and tenancy is None:
        found = directory.at_path(start or directory.tenancy_id, rest)
        if found is not None:
            return _by_id(found, None)
    return Scope(None, start, tuple(name.casefold() for name in rest), tenancy)


def _by_id(ocid: str, tenancy: str | None) -> Scope:
    is_root = ocid.casefold().startswith("ocid1.tenancy.")
    return Scope(tenancy=tenancy) if is_root else Scope(ocid, tenancy=tenancy)


def _folded_alias(alias: str | None, aliases: Mapping[str, str]) -> str | None:
    return None if alias is None else aliases.get(alias.casefold(), alias.casefold())


def contains(outer: Scope, inner: Scope, directory: Directory | None = None) -> bool | None:
    """Whether all of the inner scope lies in the outer one. None: it cannot be told.

    Two OCIDs without a directory are taken as unrelated, an OCID and a path as possibly related.
    """
    if outer.tenancy != inner.tenancy and (outer.tenancy != ANY_TENANCY or inner.tenancy is None):
        return False
    if not outer.id and not outer.path:
        return True
    if not inner.id and not inner.path:
        return False
    if outer.id and inner.id:
        return outer.id == inner.id or (directory is not None and directory.covers(outer.id, inner.id))
    if outer.id or inner.id:
        return None
    if outer.attached == inner.attached:
        return inner.path[: len(outer.path)] == outer.path
    return None if set(outer.path) & set(inner.path) else False


def enclosing(scope: Scope, directory: Directory | None = None) -> Iterator[Scope]:
    """Every scope that certainly contains this one, itself included: those of which ``contains`` is True."""
    tenancy = scope.tenancy
    yield Scope(tenancy=tenancy)
    if tenancy is not None and tenancy != ANY_TENANCY:
        yield Scope(tenancy=ANY_TENANCY)
    if scope.id:
        above = directory.ancestry(scope.id) if directory is not None else (scope.id,)
        yield from (Scope(ocid, tenancy=tenancy) for ocid in above)
    for length in range(1, len(scope.path) + 1):
        yield Scope(None, scope.attached, scope.path[:length], tenancy)


def overlap(one: Scope, other: Scope, directory: Directory | None = None) -> bool:
    """Whether the scopes may share a compartment: compartments form a tree, so one then holds the other."""
    return contains(one, other, directory) is not False or contains(other, one, directory) is not False
