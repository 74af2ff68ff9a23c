"""What one way of a condition pins: the functions it names, and who asks. Judges nothing."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from oci_iam.ocid import ocid_type
from oci_iam.ways.normal_form import Way
from oci_iam.ways.principals import WITHOUT_COMPARTMENT, bare, is_principal

__all__ = ["is_service_form", "names_target", "pins_principal", "why_unpinned"]

_TARGETS = (("target.function.id", "fnfunc"), ("target.app.id", "fnapp"))
_ID, _TYPE = "request.principal.id", "request.principal.type"
_COMPARTMENTS = ("request.principal.compartment.id", "request.resource.compartment.id")


def names_target(way: Way) -> bool:
    """Whether the way confines the target to functions or applications named by OCID."""
    return any(_all_of_type(way.of(variable), kind) for variable, kind in _TARGETS)


def pins_principal(way: Way) -> bool:
    """Whether the way certainly says who asks.

    By the OCID of a principal, a user or a group; or by a type with the compartment its principals lie in;
    or as the service account of a cluster's namespace.
    """
    return (
        _all(is_principal, way.of(_ID))
        or _all_of_type(way.of("request.user.id"), "user")
        or _all_of_type(way.of("request.groups.id"), "group")
        or _all(lambda kind: _pins_type(bare(kind), way), way.of(_TYPE))
    )


def is_service_form(way: Way) -> bool:
    """The form Oracle documents for API Gateway and its like: a resource, by its OCID or by type and
    compartment."""
    ids, types = way.of(_ID), way.of(_TYPE)
    if any(bare(kind) in WITHOUT_COMPARTMENT for kind in types):
        return False
    if _all(is_principal, ids):
        return all(ocid_type(one) != "user" for one in ids)
    return _all(lambda kind: _lies_in_compartment(bare(kind), way), types)


def _pins_type(kind: str, way: Way) -> bool:
    return _lies_in_compartment(kind, way) or (kind == "workload" and _is_service_account(way))


def _lies_in_compartment(kind: str, way: Way) -> bool:
    if not kind.isalnum() or kind in WITHOUT_COMPARTMENT:
        return False
    variables = (*_COMPARTMENTS, "request.instance.compartment.id") if kind == "instance" else _COMPARTMENTS
    return any(_all_of_type(way.of(variable), "compartment") for variable in variables)


def _is_service_account(way: Way) -> bool:
    """A Kubernetes service account: without the cluster, the same names in any cluster would match."""
    return (
        _all_of_type(way.of("request.principal.cluster_id"), "cluster")
        and _all(_is_kubernetes_name, way.of("request.principal.namespace"))
        and _all(_is_kubernetes_name, way.of("request.principal.service_account"))
    )


def _is_kubernetes_name(text: str) -> bool:
    """Letters, digits, hyphens and dots; anything else is a placeholder."""
    return text.replace("-", "").replace(".", "").isalnum()


def _all_of_type(values: frozenset[str], wanted: str) -> bool:
    return _all(lambda value: ocid_type(value) == wanted, values)


def _all(test: Callable[[str], bool], values: Iterable[str]) -> bool:
    found = tuple(values)
    return bool(found) and all(map(test, found))


# --- why a way pins nobody -----------------------------------------------------------------------------

_WANTED = (
    (_ID, "a principal", is_principal),
    ("request.user.id", "a user", lambda value: ocid_type(value) == "user"),
    ("request.groups.id", "a group", lambda value: ocid_type(value) == "group"),
    *(
        (variable, "a compartment", lambda value: ocid_type(value) == "compartment")
        for variable in (*_COMPARTMENTS, "request.instance.compartment.id")
    ),
    ("request.principal.cluster_id", "a cluster", lambda value: ocid_type(value) == "cluster"),
)


def why_unpinned(way: Way) -> str:
    """What is wrong with the OCIDs a way compares the principal with, or what it lacks."""
    for variable, wanted, test in _WANTED:
        for value in sorted(way.of(variable)):
            if not test(value):
                kind = ocid_type(value)
                found = f"that of a {kind}" if kind else "no complete OCID"
                return f"`{variable}` is compared with {found}, which is not the OCID of {wanted}"
    types = {bare(kind) for kind in way.of(_TYPE)}
    if types & WITHOUT_COMPARTMENT and any(way.of(variable) for variable in _COMPARTMENTS):
        return "a compartment does not narrow principals of this type; only an OCID does"
    if "workload" in types:
        return (
            "a workload is pinned by literals of `request.principal.cluster_id`,"
            " `request.principal.namespace` and `request.principal.service_account` together"
        )
    if types:
        return "the condition pins the principal's type without its OCID or compartment"
    return "the condition does not pin the principal by an OCID, or by its type and compartment"
