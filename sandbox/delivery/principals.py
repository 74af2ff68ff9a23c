"""Whose right is asked for when something is delivered.

| source | principal | source of the fact |
|---|---|---|
| Events rule | `eventrule`, or the service `cloudEvents`: one is enough | Oracle's pages leave it open |
| connector | `serviceconnector` | Oracle's sample repositories |
| schedule | `resourceschedule` | Oracle's page on scheduling functions |
| secret that is rotated | `vaultsecret` | public runbooks |
| function (the record of a detached call) | `fnfunc` | Oracle's page on invoking functions |
| subscription, alarm, detached call | nobody: the right was asked for when it was set up or called | |
"""

from __future__ import annotations

from oci_iam import Principal
from sandbox.cloud.store import Record, Store

_TYPES = {
    "rule": "eventrule",
    "connector": "serviceconnector",
    "schedule": "resourceschedule",
    "secret": "vaultsecret",
    "function": "fnfunc",
}


def principals_of(source_kind: str, source: str, store: Store) -> tuple[Principal, ...] | None:
    """Those of whom one must have the right; empty where nobody needs it, None where the source is gone."""
    type = _TYPES.get(source_kind)
    if type is None:
        return ()
    record = store.get(source)
    if record is None:
        return None
    own = Principal(
        type=type,
        id=record.id,
        compartment_id=_compartment(record, store),
        name=str(record.outputs.get("displayName") or record.outputs.get("secretName") or "") or None,
        tags=dict(record.outputs.get("definedTags") or {}),
    )
    if source_kind == "rule":
        return own, Principal(type="service", service="cloudEvents")
    return (own,)


def _compartment(record: Record, store: Store) -> str | None:
    """A function lies where its application does."""
    application = store.get(str(record.outputs.get("applicationId") or ""))
    holder = application if application is not None else record
    return str(holder.outputs.get("compartmentId") or "") or None
