"""REST operations of Monitoring: posting metrics, and reading them. Alarms are read from the store."""

from __future__ import annotations

import time
from collections.abc import Mapping
from typing import Any

from sandbox.api.operation import Ask, Operation, RestService, Target
from sandbox.api.paging import page
from sandbox.api.representation import of_seconds, seconds_since_1970
from sandbox.api.request import ApiRequest
from sandbox.api.response import ApiResponse, as_json
from sandbox.cloud import clock
from sandbox.cloud.errors import InvalidParameter, MissingParameter, coded
from sandbox.services.identity import COMPARTMENT
from sandbox.services.monitoring import posting, queries, samples

_DEFAULT_SECONDS = 3 * 3600
_MOST_WINDOWS = 100_000
_GROUPED = ("namespace", "name", "resourceGroup")


# Posting


def _metric_data(request: ApiRequest) -> list[Any]:
    given = request.json().get("metricData")
    if not isinstance(given, list):
        raise MissingParameter("metricData is required")
    if not 1 <= len(given) <= posting.MOST_STREAMS:
        raise InvalidParameter(
            f"metricData has {len(given)} metric streams. The valid range is 1 to {posting.MOST_STREAMS}"
        )
    return given


def _post_asks(request: ApiRequest) -> list[Ask]:
    """A right for each compartment and namespace that is written to."""
    places: dict[tuple[str, str], None] = {}
    for one in _metric_data(request):
        if isinstance(one, Mapping):
            places[str(one.get("compartmentId")), str(one.get("namespace"))] = None
    if not places:
        raise InvalidParameter("metricData must hold objects")
    return [Ask([("METRIC_WRITE",)], _target(*place)) for place in places]


def _target(compartment_id: str, namespace: str) -> Target:
    return Target(compartment_id, {"target.metrics.namespace": namespace} if namespace else {})


def _post(request: ApiRequest) -> ApiResponse:
    """What is valid is kept; the rest comes back with its reason, unless all or nothing was asked for."""
    atomicity = request.json().get("batchAtomicity") or "NON_ATOMIC"
    if atomicity not in ("ATOMIC", "NON_ATOMIC"):
        raise InvalidParameter("batchAtomicity must be ATOMIC or NON_ATOMIC")
    store = request.cloud.store
    now = (time.time(), clock.now(store))  # a function has the real time, whatever the cloud's clock says
    taken, failed = [], []
    given = _metric_data(request)
    for one in given:
        try:
            taken.append(posting.read(one, now))
        except posting.Invalid as error:
            failed.append({"message": str(error), "metricData": one})
    if failed and not taken:
        reason = failed[0]["message"]
        raise InvalidParameter(
            f"No valid metrics. All metrics failed input validation. First failure: {reason}"
        )
    if failed and atomicity == "ATOMIC":
        raise InvalidParameter(f"{len(failed)} metrics failed. First failure: {failed[0]['message']}")
    samples.record(store, taken)
    return as_json({"failedMetricsCount": len(failed), "failedMetrics": failed})


def _post_elsewhere(request: ApiRequest) -> ApiResponse:
    host = request.host.replace("telemetry.", "telemetry-ingestion.", 1)
    raise coded(404, "NotFound", f"PostMetricData is answered at https://{host}: set service_endpoint")


# Reading


def _summary_target(request: ApiRequest) -> Target:
    return _target(request.required("compartmentId"), _namespace(request.json()))


def _namespace(details: Mapping[str, Any]) -> str:
    value = details.get("namespace")
    if not isinstance(value, str) or not value:
        raise MissingParameter("namespace is required")
    return value


def _list_target(request: ApiRequest) -> Target:
    return _target(request.required("compartmentId"), str(request.json().get("namespace") or ""))


def _compartments(request: ApiRequest) -> set[str]:
    asked = request.required("compartmentId")
    if not request.flag("compartmentIdInSubtree"):
        return {asked}
    if asked != request.cloud.tenancy:
        raise InvalidParameter("compartmentIdInSubtree may be true for the tenancy only")
    return {asked, *(record.id for record in request.cloud.store.list(COMPARTMENT))}


def _summarize(request: ApiRequest) -> ApiResponse:
    details = request.json()
    now = clock.now(request.cloud.store)
    end = _time(details, "endTime", now)
    start = _time(details, "startTime", now - _DEFAULT_SECONDS)
    if start >= end:
        raise InvalidParameter("startTime must be before endTime")
    try:
        query = queries.read(str(details.get("query") or ""))
        step = queries.seconds(str(details.get("resolution") or "1m"))
    except queries.QueryError as error:
        raise InvalidParameter(f"query: {error}") from None
    if step > query.interval:
        raise InvalidParameter("resolution must be equal to or less than the interval of the query")
    if (end - start) / step > _MOST_WINDOWS:
        raise InvalidParameter(f"resolution: more than {_MOST_WINDOWS} data points are asked for")
    found = samples.series(
        request.cloud.store,
        query,
        namespace=_namespace(details),
        compartment_ids=_compartments(request),
        start=start,
        end=end,
        resource_group=str(details.get("resourceGroup") or ""),
        resolution=step,
    )
    resolution = details.get("resolution") or "1m"
    return as_json([_show_series(one, resolution) for one in found])


def _show_series(one: samples.Series, resolution: str) -> dict[str, Any]:
    points = [{"timestamp": of_seconds(begins), "value": value} for begins, value in one.points]
    shown = {**one.metric.shown(), "metadata": dict(one.metric.metadata)}
    return {**shown, "resolution": resolution, "aggregatedDatapoints": points}


def _list(request: ApiRequest) -> ApiResponse:
    details = request.json()
    wanted = {name: details.get(name) for name in _GROUPED if details.get(name) is not None}
    grouped = details.get("groupBy") or []
    filters = {} if grouped else details.get("dimensionFilters") or {}
    if not isinstance(grouped, list) or not all(name in _GROUPED for name in grouped):
        raise InvalidParameter(f"groupBy may hold {', '.join(_GROUPED)}")
    if not isinstance(filters, Mapping):
        raise InvalidParameter("dimensionFilters must be an object")
    found: dict[str, dict[str, Any]] = {}
    for metric in samples.metrics(request.cloud.store, _compartments(request)):
        item = metric.shown()
        fits = all(item[name] == value for name, value in wanted.items())
        if fits and all(metric.dimensions.get(name) == value for name, value in filters.items()):
            key = str([item[name] for name in grouped]) if grouped else metric.key
            found[key] = {name: item[name] for name in grouped} if grouped else item
    shown, headers = page(request, list(found.items()), lambda pair: pair[0])
    return as_json([item for _, item in shown], headers)


def _time(details: Mapping[str, Any], name: str, default: float) -> float:
    if details.get(name) is None:
        return default
    found = seconds_since_1970(details[name])
    if found is None:
        raise InvalidParameter(f"{name} must be a time in the form of RFC 3339")
    return found


READING = (
    Operation(
        "SummarizeMetricsData",
        "POST",
        "/metrics/actions/summarizeMetricsData",
        _summarize,
        target=_summary_target,
    ),
    Operation("ListMetrics", "POST", "/metrics/actions/listMetrics", _list, target=_list_target),
    Operation("PostMetricData", "POST", "/metrics", _post_elsewhere, asks=_post_asks),
)
POSTING = (Operation("PostMetricData", "POST", "/metrics", _post, asks=_post_asks),)
ENDPOINTS = (
    RestService("Monitoring", hosts=("telemetry",), versions=("20180401",), operations=READING),
    RestService("Monitoring", hosts=("telemetry-ingestion",), versions=("20180401",), operations=POSTING),
)
