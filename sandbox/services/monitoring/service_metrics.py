"""What Functions and Events post of themselves: the metrics that a stack's alarms are about, and no others.

Sources: Oracle's pages "Function Metrics" and "Events Metrics". Times are the cloud's, as alarms are.
"""

from __future__ import annotations

from typing import Final

from sandbox.cloud import clock
from sandbox.cloud.store import Record, Store
from sandbox.services.monitoring import samples
from sandbox.services.monitoring.queries import Sample

FUNCTIONS: Final = "oci_faas"
EVENTS: Final = "oci_cloudevents"
POSTED: Final = frozenset({FUNCTIONS, EVENTS})
"""The namespaces that have any; the other services of the sandbox post nothing."""
_THROTTLED = 429


def function_ran(
    store: Store, function: Record, status: int, milliseconds: float | None, *, detached: bool = False
) -> None:
    """A call has ended; `milliseconds` is None where nothing ran."""
    common = _of_function(function) | {"invokeType": "Detached" if detached else "Sync"}
    responded = common | {"responseType": _response(status)}
    values = [("FunctionInvocationCount", common, 1.0), ("FunctionResponseCount", responded, 1.0)]
    if milliseconds is not None:
        values.append(("FunctionExecutionDuration", common, milliseconds))
    _post(store, function, FUNCTIONS, values)


def record_delivered(store: Store, function: Record, status: int) -> None:
    """The record of a detached call was brought to its destination, or not."""
    dimensions = _of_function(function) | {"responseType": _response(status), "status": str(status)}
    _post(store, function, FUNCTIONS, [("FunctionDetachedDeliveries", dimensions, 1.0)])


def event_delivered(store: Store, rule: Record, *, arrived: bool) -> None:
    """A rule delivered an event to one of its actions, or could not."""
    dimensions = {"resourceId": rule.id, "resourceDisplayName": str(rule.outputs.get("displayName"))}
    name = "DeliverySucceedEvents" if arrived else "DeliveryFailedEvents"
    _post(store, rule, EVENTS, [(name, dimensions, 1.0)])


def _of_function(function: Record) -> dict[str, str]:
    outputs = function.outputs
    return {
        "applicationId": str(outputs.get("applicationId")),
        "resourceId": function.id,
        "resourceDisplayName": str(outputs.get("displayName")),
    }


def _response(status: int) -> str:
    if status == _THROTTLED:
        return "Throttled"
    return "Success" if 200 <= status < 300 else "Error"


def _post(
    store: Store, owner: Record, namespace: str, values: list[tuple[str, dict[str, str], float]]
) -> None:
    now, compartment = clock.now(store), _compartment(store, owner)
    samples.record(
        store,
        [
            (
                samples.Metric(
                    compartment_id=compartment, namespace=namespace, name=name, dimensions=dimensions
                ),
                [Sample(now, value, 1)],
            )
            for name, dimensions, value in values
        ],
    )


def _compartment(store: Store, owner: Record) -> str:
    """A function is in its application's compartment."""
    application = store.get(str(owner.outputs.get("applicationId")))
    return str((application or owner).outputs.get("compartmentId"))
