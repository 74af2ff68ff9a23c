"""The outputs of a resource: what the program gave, what the rules computed, and plain values for the rest.

Every output is there, with a value of its kind: an empty one where neither the service nor anybody else says
more.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sandbox.cloud.call import Call
from sandbox.providers import plausible
from sandbox.providers.sdk import ResourceType


def fill(
    resource: ResourceType, call: Call, inputs: Mapping[str, Any], computed: Mapping[str, Any]
) -> dict[str, Any]:
    """The inputs, what the rules computed, and every other output.

    An optional input that the service doesn't fill in is empty where the program left it out.
    """
    outputs = dict(inputs)
    outputs.update(
        {
            name: value
            for name, value in computed.items()
            if value is not None and (name in inputs or name in resource.computed)
        }
    )
    asked = plausible.Asked(call)
    for name in sorted(resource.outputs):
        if name not in outputs:
            outputs[name] = plausible.value(resource, name, asked)
    return outputs


def emptied(resource: ResourceType, outputs: dict[str, Any]) -> dict[str, Any]:
    """The outputs, and an empty value for every one that an update took away."""
    gone = {
        name: plausible.EMPTY.get(output.type.kind)
        for name, output in resource.outputs.items()
        if name not in outputs
    }
    return {**outputs, **gone}


def unknowns(resource: ResourceType, inputs: Mapping[str, Any], unknown: Any) -> dict[str, Any]:
    """What a preview shows of a resource that doesn't exist yet: its inputs, and that the rest is unknown."""
    return {**dict.fromkeys(sorted(resource.computed), unknown), **inputs}
