"""Resources created, changed and deleted as the service's rules say, whoever asks.

What the Pulumi providers do for the engine (`sandbox.providers.oci`), for REST endpoints: no URN, no SDK
classes; `inputs` are named as the Pulumi provider names them, so that what one door creates the other one
shows.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from sandbox.cloud import composed_ids, references
from sandbox.cloud.call import Call, Cloud
from sandbox.cloud.store import Record
from sandbox.services import rules_of


def create(cloud: Cloud, type: str, inputs: Mapping[str, Any], more: Mapping[str, Any]) -> Record:
    """A new resource; `more` is what the service fills in beside what its rules compute. Raises
    `ServiceError`."""
    rules = rules_of(type)
    with cloud.store.transaction():
        call = Call(cloud, type, "", "", inputs)
        references.verify(cloud, type, inputs)
        rules.create(call)
        call = replace(call, id=rules.new_id(call) or composed_ids.new_id("id", call))
        outputs = {**inputs, **more, **rules.computed(call)}
        record = cloud.store.create(
            type,
            "",
            inputs,
            outputs,
            call.id,
            claims=[*rules.claims(call), *composed_ids.own_ocids(call, outputs)],
            region=cloud.region_for(type),
        )
        rules.created(call)
    return record


def update(cloud: Cloud, record: Record, changes: Mapping[str, Any]) -> Record:
    """A resource with some inputs changed; what is not named stays. Raises `ServiceError`."""
    rules = rules_of(record.type)
    inputs = {**record.inputs, **changes}
    with cloud.store.transaction():
        call = Call(cloud, record.type, record.urn, record.id, inputs, record)
        references.verify(cloud, record.type, changes)
        rules.update(call)
        outputs = rules.refreshed(call, {**record.outputs, **changes})
        cloud.store.update(
            record.id,
            inputs,
            outputs,
            claims=[*rules.claims(call), *composed_ids.own_ocids(call, outputs)],
        )
    return replace(record, inputs=inputs, outputs=outputs)


def delete(cloud: Cloud, record: Record) -> None:
    """Delete a resource. Raises `ServiceError` where something depends on it."""
    rules = rules_of(record.type)
    with cloud.store.transaction():
        rules.delete(Call(cloud, record.type, record.urn, record.id, record.inputs, record))
        cloud.store.delete(record.id)
