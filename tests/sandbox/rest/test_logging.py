"""Logging by the real SDK, over TLS and with real signatures."""

from __future__ import annotations

import datetime
import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import oci
import pytest

from sandbox.services.functions import APPLICATION
from sandbox.services.logging import LOG, LOG_GROUP, entries, invoke_log
from tests.sandbox.rest.conftest import Door

Management = oci.logging.LoggingManagementClient
Search = oci.loggingsearch.LogSearchClient
Ingestion = oci.loggingingestion.LoggingClient
ingestion = oci.loggingingestion.models
search = oci.loggingsearch.models
Clients = Callable[..., Any]
Refused = Callable[..., tuple[int, str]]
NOT_FOUND = (404, "NotAuthorizedOrNotFound")
INVALID = (400, "InvalidParameter")
NOW = datetime.datetime(2026, 1, 31, 12, tzinfo=datetime.UTC)
SUBNET = "ocid1.subnet.oc1.iad.aaaaaaaasubnet"


@dataclass(frozen=True)
class Place:
    """A custom log in a log group, in a compartment of its own."""

    door: Door
    compartment: str
    group: str
    log: str

    @property
    def scope(self) -> str:
        """As a search names it."""
        return f'search "{self.compartment}/{self.group}/{self.log}"'


@pytest.fixture
def place(door: Door) -> Place:
    """As Pulumi deploys it."""
    compartment = door.compartment()
    group = door.add(LOG_GROUP, compartmentId=compartment, displayName="logs")
    log = door.add(LOG, logGroupId=group, displayName="app", logType="CUSTOM")
    return Place(door, compartment, group, log)


@pytest.fixture
def put(clients: Clients) -> Callable[..., Any]:
    """Pushes entries a second apart."""

    def pushed(log: str, *data: Any, who: str = "administrator") -> Any:
        found = [
            ingestion.LogEntry(
                data=one if isinstance(one, str) else json.dumps(one),
                id=f"id-{number}",
                time=NOW + datetime.timedelta(seconds=number),
            )
            for number, one in enumerate(data)
        ]
        batch = ingestion.LogEntryBatch(
            entries=found, source="host-1", type="app.requests", defaultlogentrytime=NOW
        )
        details = ingestion.PutLogsDetails(specversion="1.0", log_entry_batches=[batch])
        return clients(Ingestion, who).put_logs(log, details)

    return pushed


@pytest.fixture
def find(clients: Clients) -> Callable[..., Any]:
    """Searches an hour; the log content of each result."""

    def found(query: str, who: str = "administrator", **more: Any) -> Any:
        details = search.SearchLogsDetails(
            time_start=NOW - datetime.timedelta(minutes=30),
            time_end=NOW + datetime.timedelta(minutes=30),
            search_query=query,
        )
        answer = clients(Search, who).search_logs(details, **more)
        return [one.data["logContent"] for one in answer.data.results]

    return found


def _messages(found: Any) -> list[str]:
    return [one["data"]["message"] for one in found]


class TestPutting:
    def test_what_is_put_is_found(self, place: Place, put: Any, find: Any) -> None:
        """Objects as they are, text as a message; with where it lies and when it came in."""
        answer = put(place.log, {"message": "a", "status": 200}, "plain")
        plain, first = find(place.scope)

        assert (answer.status, answer.data) == (200, None)
        assert first["data"] == {"message": "a", "status": 200}
        assert plain["data"] == {"message": "plain"}
        assert (first["id"], first["source"], first["type"]) == ("id-0", "host-1", "app.requests")
        assert first["time"] == "2026-01-31T12:00:00.000Z"
        assert first["oracle"]["logid"] == place.log
        assert first["oracle"]["loggroupid"] == place.group

    def test_long_data_is_cut(self, place: Place, put: Any, find: Any) -> None:
        """Without a word, as OCI does."""
        put(place.log, "x" * 10_001)

        assert _messages(find(place.scope)) == ["x" * 10_000]

    def test_a_log_that_is_not_there(self, place: Place, put: Any) -> None:
        """Is answered in a form of its own."""
        with pytest.raises(oci.exceptions.ServiceError, match="logId not found") as error:
            put(f"{place.log}x", "a")
        assert (error.value.status, error.value.code) == (404, "404")

    def test_logs_that_take_none(self, place: Place, put: Any, refused: Refused) -> None:
        """A service's log, and one that is not enabled."""
        add = place.door.add
        source = {"sourceType": "OCISERVICE", "service": "other", "resource": "r", "category": "c"}
        service = add(
            LOG,
            logGroupId=place.group,
            displayName="s",
            logType="SERVICE",
            configuration={"source": source},
        )
        off = add(LOG, logGroupId=place.group, displayName="off", logType="CUSTOM", isEnabled=False)

        assert refused(put, service, "a") == INVALID
        assert refused(put, off, "a") == (409, "IncorrectState")

    def test_putting_is_a_right_to_a_log_group(self, place: Place, put: Any, refused: Refused) -> None:
        """No variable names one log."""
        group = place.door.group()
        other = place.door.add(LOG_GROUP, compartmentId=place.compartment, displayName="other")
        log = place.door.add(LOG, logGroupId=other, displayName="app", logType="CUSTOM")
        place.door.allow(
            f"Allow group {group} to use log-content in compartment id {place.compartment}"
            f" where target.loggroup.id = '{place.group}'"
        )

        assert put(place.log, "a", who=f"group:{group}").status == 200
        assert refused(put, log, "a", who=f"group:{group}") == NOT_FOUND

    def test_connectors_go_on_where_they_stopped(self, place: Place, put: Any) -> None:
        """By the number of the last entry they had."""
        store = place.door.store
        before = entries.newest(store)
        put(place.log, "a", "b", "c")
        first = entries.after(store, [place.log], before, 2)
        rest = entries.after(store, [place.log], first[-1].number, 2)

        assert [one.content["data"]["message"] for one in [*first, *rest]] == ["a", "b", "c"]


class TestSearching:
    @pytest.mark.parametrize(
        ("where", "expected"),
        [
            ("where data.message = 'a'", ["a"]),
            ("where data.message != 'a'", ["c b", "b"]),
            ("where data.message = '*b'", ["c b", "b"]),
            ("where logContent.data.status >= 400", ["c b"]),
            ("where data.status > 100 and not data.message = 'a' or data.message = 'a'", ["c b", "b", "a"]),
            ("where (data.message = 'a' or data.message = 'b') and \"data\".status < 300", ["b", "a"]),
            ("where data.ok = true", ["a"]),
            ("where subject = 'nothing'", []),
            ("where type = 'app.*' | sort by datetime asc", ["a", "b", "c b"]),
            ("sort by data.status desc", ["c b", "b", "a"]),
            ("where data.message = 'a' | where data.status = 200 | sort by datetime", ["a"]),
        ],
    )
    def test_conditions(self, place: Place, put: Any, find: Any, where: str, expected: list[str]) -> None:
        """Compare fields, and are joined."""
        put(
            place.log,
            {"message": "a", "status": 200, "ok": True},
            {"message": "b", "status": 201},
            {"message": "c b", "status": 500},
        )

        assert _messages(find(f"{place.scope} | {where}")) == expected

    @pytest.mark.parametrize(
        "query",
        [
            "select *",
            'search "a/b/c/d"',
            'search "{scope}" | count',
            "search \"{scope}\" | where data.message like 'a'",
            'search "{scope}" | where data.message = "a"',
            "search \"{scope}\" | where (data.message = 'a'",
            'search "{scope}" | sort by',
            'search "{scope}" | where ' + "(" * 60 + "data.a = 1" + ")" * 60,
            'search "{scope}" §',
        ],
    )
    def test_what_is_not_taken(self, place: Place, find: Any, refused: Refused, query: str) -> None:
        """Answers 400, and says what is taken."""
        assert refused(find, query.replace("{scope}", place.compartment)) == INVALID

    def test_scopes(self, place: Place, put: Any, find: Any, refused: Refused) -> None:
        """A compartment, a log group or a log of it, by name or OCID; several at once."""
        other = place.door.add(LOG, logGroupId=place.group, displayName="other", logType="CUSTOM")
        put(place.log, "a")
        put(other, "b")
        whole, group = place.compartment, f"{place.compartment}/logs"

        assert sorted(_messages(find(f'search "{whole}"'))) == ["a", "b"]
        assert sorted(_messages(find(f'search "{group}"'))) == ["a", "b"]
        assert _messages(find(f'search "{group}/other"')) == ["b"]
        assert sorted(_messages(find(f'search "{group}/other", "{group}/app"'))) == ["a", "b"]
        assert refused(find, f'search "{group}/nothing"') == NOT_FOUND
        assert refused(find, f'search "{whole}/nothing"') == NOT_FOUND

    def test_pages(self, place: Place, put: Any, clients: Clients) -> None:
        """One after the other, each entry once."""
        put(place.log, "a", "b", "c")
        details = search.SearchLogsDetails(
            time_start=NOW, time_end=NOW + datetime.timedelta(minutes=1), search_query=place.scope
        )
        client = clients(Search)
        first = client.search_logs(details, limit=2)
        second = client.search_logs(details, limit=2, page=first.next_page)
        found = [one.data["logContent"]["id"] for one in [*first.data.results, *second.data.results]]

        assert found == ["id-2", "id-1", "id-0"]
        assert first.data.summary.result_count == 2
        assert not second.has_next_page

    def test_times_bound_it(self, place: Place, put: Any, find: Any) -> None:
        """What lies outside is not found."""
        entry = entries.NewEntry(data="old", time=NOW.timestamp() - 3600, source="s", type="t")
        record = place.door.store.get(place.log)
        assert record is not None
        entries.record(place.door.store, record, [entry], NOW.timestamp())

        assert find(place.scope) == []

    def test_reading_is_a_right_to_each_scope(
        self, place: Place, put: Any, find: Any, refused: Refused
    ) -> None:
        """One to a log group is none to its compartment; one to push is none to read."""
        reader, writer = place.door.group(), place.door.group()
        within = f"in compartment id {place.compartment} where target.loggroup.id = '{place.group}'"
        place.door.allow(f"Allow group {reader} to read log-content {within}")
        place.door.allow(
            f"Allow group {writer} to use log-content {within[: within.index(' where')]}"
            " where request.permission = 'LOG_CONTENT_PUSH'"
        )
        put(place.log, "a")

        assert _messages(find(place.scope, who=f"group:{reader}")) == ["a"]
        assert refused(find, f'search "{place.compartment}"', who=f"group:{reader}") == NOT_FOUND
        assert refused(find, place.scope, who=f"group:{writer}") == NOT_FOUND


class TestInvokeLog:
    def test_lines_of_a_function(self, place: Place, find: Any) -> None:
        """Each is an entry of its application's invoke log, and of no other."""
        door = place.door
        app = door.add(APPLICATION, compartmentId=place.compartment, displayName="app", subnetIds=[SUBNET])
        source = {
            "sourceType": "OCISERVICE",
            "service": "functions",
            "resource": app,
            "category": "invoke",
        }
        log = {"logGroupId": place.group, "logType": "SERVICE", "configuration": {"source": source}}
        door.add(LOG, displayName="invoke", **log)
        door.add(LOG, displayName="off", isEnabled=False, **log)
        invoked = invoke_log.Invoked(
            function_id="f", function_name="fn", app_id=app, app_name="app", request_id="r"
        )
        lines = [invoke_log.Printed(NOW.timestamp(), "STDERR", "printed")]
        invoke_log.record(door.store, invoked, lines)

        (found,) = find(f"search \"{place.compartment}\" | where data.src = 'STDERR'")

        assert (found["source"], found["subject"], found["type"]) == ("app", "fn", invoke_log.TYPE)
        assert found["data"]["message"] == "printed"
        assert found["data"]["opcRequestId"] == "r"


class TestManagement:
    def test_groups_and_logs_are_shown(self, place: Place, clients: Clients, refused: Refused) -> None:
        """Each by its id, and in lists."""
        client = clients(Management)
        group, log = client.get_log_group(place.group).data, client.get_log(place.group, place.log).data

        assert (group.display_name, group.compartment_id) == ("logs", place.compartment)
        assert (log.display_name, log.log_type, log.is_enabled) == ("app", "CUSTOM", True)
        assert [one.id for one in client.list_log_groups(place.compartment).data] == [place.group]
        assert [one.id for one in client.list_logs(place.group, log_type="CUSTOM").data] == [place.log]
        assert client.list_logs(place.group, display_name="x").data == []
        assert refused(client.get_log, f"{place.group}", place.group) == NOT_FOUND
        assert refused(client.delete_log, place.group, place.log) == (501, "NotImplemented")

    def test_showing_is_a_right(self, place: Place, clients: Clients, refused: Refused) -> None:
        """To inspect and to read log groups."""
        group = place.door.group()
        client = clients(Management, f"group:{group}")
        place.door.allow(f"Allow group {group} to inspect log-groups in compartment id {place.compartment}")

        assert [one.id for one in client.list_logs(place.group).data] == [place.log]
        assert refused(client.get_log, place.group, place.log) == NOT_FOUND
