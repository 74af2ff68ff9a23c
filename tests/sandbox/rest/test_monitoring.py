"""Monitoring by the real SDK, over TLS and with real signatures."""

from __future__ import annotations

import datetime
from collections.abc import Callable
from typing import Any

import oci
import pytest

from tests.sandbox.rest.conftest import REGION, Door

Monitoring = oci.monitoring.MonitoringClient
models = oci.monitoring.models
Clients = Callable[..., Any]
Refused = Callable[..., tuple[int, str]]
INGESTION = f"https://telemetry-ingestion.{REGION}.oraclecloud.com"
NOT_FOUND = (404, "NotAuthorizedOrNotFound")
INVALID = (400, "InvalidParameter")


def _minute() -> datetime.datetime:
    """A full minute, some minutes ago."""
    now = datetime.datetime.now(datetime.UTC)
    return now.replace(second=0, microsecond=0) - datetime.timedelta(minutes=20)


def _stream(compartment: str, *values: float, **more: Any) -> Any:
    """Datapoints ten seconds apart."""
    points = [
        models.Datapoint(timestamp=_minute() + datetime.timedelta(seconds=10 * place), value=value)
        for place, value in enumerate(values)
    ]
    given = {
        "namespace": "my_app",
        "compartment_id": compartment,
        "name": "requests",
        "dimensions": {"host": "a"},
        "datapoints": points,
    }
    return models.MetricDataDetails(**{**given, **more})


@pytest.fixture
def post(clients: Clients) -> Callable[..., Any]:
    """Posts streams as somebody."""

    def posted(*streams: Any, who: str = "administrator", **more: Any) -> Any:
        client = clients(Monitoring, who, service_endpoint=INGESTION)
        details = models.PostMetricDataDetails(metric_data=list(streams), **more)
        return client.post_metric_data(details).data

    return posted


@pytest.fixture
def ask(clients: Clients) -> Callable[..., Any]:
    """Summarizes with a query; the values of each series."""

    def asked(compartment: str, query: str, **more: Any) -> list[tuple[dict[str, str], list[float]]]:
        details = models.SummarizeMetricsDataDetails(namespace="my_app", query=query, **more)
        found = clients(Monitoring).summarize_metrics_data(compartment, details).data
        return [(one.dimensions, [point.value for point in one.aggregated_datapoints]) for one in found]

    return asked


class TestPosting:
    def test_what_is_posted_is_summarized(self, door: Door, post: Any, ask: Any, clients: Clients) -> None:
        """By the minute, at the minute's start."""
        compartment = door.compartment()
        answer = post(_stream(compartment, 1, 2, 6, 1, 1, 1, 7))
        details = models.SummarizeMetricsDataDetails(namespace="my_app", query="requests[1m].sum()")
        found = clients(Monitoring).summarize_metrics_data(compartment, details).data[0]
        first, second = found.aggregated_datapoints

        assert answer.failed_metrics_count == 0
        assert (first.value, second.value) == (12, 7)
        assert first.timestamp == _minute()
        assert (found.name, found.dimensions, found.resolution) == ("requests", {"host": "a"}, "1m")

    def test_a_part_may_fail(self, door: Door, post: Any, ask: Any, refused: Refused) -> None:
        """Inside a 200, each with its reason; all of it, or all or nothing being asked for, is a 400."""
        compartment = door.compartment()
        good, bad = _stream(compartment, 1), _stream(compartment, 1, dimensions={})
        answer = post(good, bad)

        assert answer.failed_metrics_count == 1
        assert answer.failed_metrics[0].message == "dimensions can not be null or empty"
        assert answer.failed_metrics[0].metric_data.name == "requests"
        assert ask(compartment, "requests[1m].count()") == [({"host": "a"}, [1.0])]
        assert refused(post, bad) == INVALID
        assert refused(post, good, bad, batch_atomicity="ATOMIC") == INVALID
        assert refused(post, *[good] * 51) == INVALID

    @pytest.mark.parametrize(
        "wrong",
        [
            {"namespace": "oci_mine"},
            {"namespace": "Mine"},
            {"namespace": "x-y"},
            {"name": "1st"},
            {"name": "two words"},
            {"dimensions": {str(number): "v" for number in range(21)}},
            {"dimensions": {"a b": "v"}},
            {"dimensions": {"a": ""}},
            {"dimensions": {"a": "v" * 513}},
            {"metadata": {"unit": "u" * 257}},
            {"datapoints": []},
            {"datapoints": [models.Datapoint(timestamp=_minute(), value=1, count=0)]},
            {"datapoints": [models.Datapoint(timestamp=_minute() - datetime.timedelta(hours=3), value=1)]},
            {"datapoints": [models.Datapoint(timestamp=_minute() + datetime.timedelta(hours=1), value=1)]},
        ],
    )
    def test_what_is_refused(self, door: Door, post: Any, wrong: Any) -> None:
        """Names, dimensions, metadata and datapoints beyond what the service takes."""
        compartment = door.compartment()
        answer = post(_stream(compartment, 1), _stream(compartment, 1, **wrong))

        assert answer.failed_metrics_count == 1

    def test_posting_is_a_right_to_a_namespace(
        self, door: Door, post: Any, refused: Refused, clients: Clients
    ) -> None:
        """In a compartment; one stream elsewhere refuses the whole post."""
        compartment, group = door.compartment(), door.group()
        door.allow(
            f"Allow group {group} to use metrics in compartment id {compartment}"
            " where target.metrics.namespace = 'my_app'"
        )
        who = f"group:{group}"
        ours, theirs = _stream(compartment, 1), _stream(compartment, 1, namespace="other")

        assert post(ours, who=who).failed_metrics_count == 0
        assert refused(post, ours, theirs, who=who) == NOT_FOUND
        assert refused(post, _stream(door.tenancy, 1), who=who) == NOT_FOUND

    def test_the_other_host_takes_none(self, door: Door, clients: Clients) -> None:
        """The answer says which one does."""
        details = models.PostMetricDataDetails(metric_data=[_stream(door.compartment(), 1)])

        with pytest.raises(oci.exceptions.ServiceError, match="telemetry-ingestion") as error:
            clients(Monitoring).post_metric_data(details)
        assert error.value.status == 404


class TestReading:
    @pytest.mark.parametrize(
        ("query", "expected"),
        [
            ("requests[1m].max()", [({"host": "a"}, [4.0]), ({"host": "b"}, [10.0])]),
            ('requests[1m]{host = "a"}.mean()', [({"host": "a"}, [2.0])]),
            ('requests[1m]{host != "a"}.min()', [({"host": "b"}, [10.0])]),
            ('requests[1m]{host =~ "b*"}.last()', [({"host": "b"}, [10.0])]),
            ("requests[5m].grouping().count()", [({}, [4.0])]),
            ("requests[1m].groupBy(host).first()", [({"host": "a"}, [1.0]), ({"host": "b"}, [10.0])]),
            ('requests[1m]{host = "a"}.percentile(0.5)', [({"host": "a"}, [1.0])]),
            ('requests[1m]{host = "a"}.rate()', [({"host": "a"}, [0.15])]),
            ("nothing[1m].mean()", []),
        ],
    )
    def test_queries(self, door: Door, post: Any, ask: Any, query: str, expected: Any) -> None:
        """Statistics, dimensions and groups."""
        compartment = door.compartment()
        post(_stream(compartment, 1, 1, 4), _stream(compartment, 10, dimensions={"host": "b"}))

        assert ask(compartment, query, resolution=query.partition("[")[2].partition("]")[0]) == expected

    def test_windows_overlap(self, door: Door, post: Any, ask: Any) -> None:
        """One begins each minute unless another resolution is asked for."""
        compartment = door.compartment()
        post(_stream(compartment, 5))
        start = _minute() - datetime.timedelta(minutes=5)

        [(_, values)] = ask(compartment, "requests[3m].sum()", start_time=start)

        assert values == [5.0, 5.0, 5.0]

    @pytest.mark.parametrize(
        "query",
        [
            "requests",
            "requests[1m]",
            "requests[1m].median()",
            "requests[61m].sum()",
            "requests[1m].sum() > 5",
            "requests[1m]{host in (a)}.sum()",
            "requests[1m].sum() + 1",
            'requests[1m]{host = "a" host = "b"}.sum()',
            "requests[1m].percentile(2)",
        ],
    )
    def test_what_is_not_taken(self, door: Door, ask: Any, refused: Refused, query: str) -> None:
        """Answers 400, and says what is taken."""
        assert refused(ask, door.compartment(), query) == INVALID

    def test_metrics_are_listed(self, door: Door, post: Any, clients: Clients) -> None:
        """Page by page, filtered and grouped."""
        compartment, client = door.compartment(), clients(Monitoring)
        post(*[_stream(compartment, 1, dimensions={"host": host}) for host in "abc"])
        post(_stream(compartment, 1, name="errors"))
        details = models.ListMetricsDetails(namespace="my_app", name="requests")
        first = client.list_metrics(compartment, details, limit=2)
        second = client.list_metrics(compartment, details, limit=2, page=first.next_page)
        filtered = models.ListMetricsDetails(dimension_filters={"host": "b"})
        grouped = models.ListMetricsDetails(group_by=["name"])

        assert [one.dimensions["host"] for one in [*first.data, *second.data]] == ["a", "b", "c"]
        assert [one.name for one in client.list_metrics(compartment, filtered).data] == ["requests"]
        assert [one.name for one in client.list_metrics(compartment, grouped).data] == ["errors", "requests"]

    def test_reading_needs_both_rights(
        self, door: Door, post: Any, refused: Refused, clients: Clients
    ) -> None:
        """To see metrics and to read them."""
        compartment, group = door.compartment(), door.group()
        client = clients(Monitoring, f"group:{group}")
        details = models.SummarizeMetricsDataDetails(namespace="my_app", query="requests[1m].sum()")
        door.allow(f"Allow group {group} to inspect metrics in compartment id {compartment}")

        assert client.list_metrics(compartment, models.ListMetricsDetails()).data == []
        assert refused(client.summarize_metrics_data, compartment, details) == NOT_FOUND
        door.allow(f"Allow group {group} to read metrics in compartment id {compartment}")
        assert client.summarize_metrics_data(compartment, details).data == []

    def test_a_subtree_is_the_tenancys(self, door: Door, post: Any, clients: Clients) -> None:
        """All compartments at once."""
        compartment = door.compartment()
        post(_stream(compartment, 3, namespace="subtree_only"))
        details = models.SummarizeMetricsDataDetails(namespace="subtree_only", query="requests[1m].sum()")
        client = clients(Monitoring)
        found = client.summarize_metrics_data(door.tenancy, details, compartment_id_in_subtree=True).data

        assert [one.compartment_id for one in found] == [compartment]
