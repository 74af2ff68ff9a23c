from __future__ import annotations

import time

import pytest

from oci_iam.catalogue.permissions import FUNCTIONS_REACH, permissions_of
from oci_iam.conditions import holds, must, yielded
from oci_iam.language.parser import parse_condition
from oci_iam.statement import Condition, Unparsable


def read(text: str) -> Condition:
    condition = parse_condition(text)
    assert not isinstance(condition, Unparsable), condition
    return condition


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a = 'X'", {"a": {"x"}}),
        ("a in ('x', 'Y')", {"a": {"x", "y"}}),
        ("a != 'x'", {}),
        ("a not in ('x')", {}),
        ("a = '*'", {}),
        ("a = 'x*'", {}),
        ("a = /x/", {}),
        ("a in ('x', /y/)", {}),
        ("a in ('x', '*')", {}),
        ("a in ('x', b)", {}),
        ("a = b", {}),
        ("a", {}),
        ("!a", {}),
        ("a before 'x'", {}),
        ("sets-equal(a, 'x')", {}),
        ("all {a = 'x', b = 'y'}", {"a": {"x"}, "b": {"y"}}),
        ("all {a = 'x', a != 'y', c}", {"a": {"x"}}),
        ("all {a in ('x', 'y'), a in ('y', 'z')}", {"a": {"y"}}),
        ("all {a = 'x', a = 'y'}", {"a": {"x"}}),
        ("any {a = 'x', a = 'y'}", {"a": {"x", "y"}}),
        ("any {a = 'x', b = 'y'}", {}),
        ("any {a = 'x', a != 'x'}", {}),
        ("any {all {a = 'x', b = 'y'}, all {a = 'z', c = 'y'}}", {"a": {"x", "z"}}),
        ("all {any {a = 'x', !a}, b = 'y'}", {"b": {"y"}}),
    ],
)
def test_must(text: str, expected: dict[str, set[str]]) -> None:
    """Only equality and membership confine; all adds up, any keeps what every branch confines."""
    assert expected == must(read(text))


def test_must_of_no_condition() -> None:
    """No condition confines nothing."""
    assert not must(None)


ID = "target.function.id"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("request.permission = 'FN_INVOCATION'", {"FN_INVOCATION"}),
        ("request.permission = 'fn_invocation'", {"FN_INVOCATION"}),
        ("request.permission = 'BUCKET_READ'", set()),
        ("request.permission = 'FN_APP'", set()),
        ("request.permission in ('FN_APP_DELETE', 'X')", {"FN_APP_DELETE"}),
        ("request.permission in ('FN_APP_DELETE', b)", FUNCTIONS_REACH),
        ("request.permission != 'FN_INVOCATION'", FUNCTIONS_REACH),
        ("request.permission not in ('FN_INVOCATION')", FUNCTIONS_REACH),
        ("request.permission = '*'", FUNCTIONS_REACH),
        ("request.permission = /*/", FUNCTIONS_REACH),
        ("request.permission = /FN_APP*/", {"FN_APP_CREATE", "FN_APP_UPDATE", "FN_APP_DELETE"}),
        ("request.permission = /*_delete/", {"FN_APP_DELETE", "FN_FUNCTION_DELETE"}),
        ("request.permission = /FN_APP*DELETE/", {"FN_APP_DELETE"}),
        ("request.permission = /FN_APP_/", {"FN_APP_CREATE", "FN_APP_UPDATE", "FN_APP_DELETE"}),
        ("request.permission = /BUCKET*/", set()),
        ("request.permission", FUNCTIONS_REACH),
        ("!request.permission", FUNCTIONS_REACH),
        ("request.operation = 'InvokeFunction'", {"FN_INVOCATION"}),
        ("request.operation = 'UpdateApplication'", {"FN_APP_UPDATE"}),
        ("request.operation = 'ListBuckets'", set()),
        ("request.operation = 'GetFunction'", set()),
        ("request.operation = 'ChangeFunctionThing'", FUNCTIONS_REACH),
        ("request.operation = 'BulkDeleteResources'", FUNCTIONS_REACH),
        ("request.operation = /List*/", FUNCTIONS_REACH),
        ("request.operation != 'InvokeFunction'", FUNCTIONS_REACH),
        ("request.region = 'iad'", FUNCTIONS_REACH),
        ("all {request.permission = 'FN_INVOCATION', request.region = 'x'}", {"FN_INVOCATION"}),
        ("all {request.permission = 'FN_INVOCATION', request.operation = 'CreateApp'}", set()),
        ("any {request.permission = 'FN_INVOCATION', request.permission = 'X'}", {"FN_INVOCATION"}),
        ("any {request.permission = 'FN_INVOCATION', request.region = 'x'}", FUNCTIONS_REACH),
    ],
)
def test_yielded(text: str, expected: set[str]) -> None:
    """Equality with permissions and known operations takes permissions away; nothing else does."""
    assert expected == yielded(read(text), FUNCTIONS_REACH)


@pytest.mark.parametrize("operation", ["GetBucket", "listbuckets", "HeadObject"])
def test_unknown_operation_that_reads_leaves_other_permissions(operation: str) -> None:
    """An operation the table does not know, and that reads, needs no permission that reaches functions."""
    expected = permissions_of("manage", "buckets")

    assert expected == yielded(read(f"request.operation = '{operation}'"), expected | FUNCTIONS_REACH)


@pytest.mark.parametrize(
    "operation", ["CreateSubscription", "CreateServiceConnector", "PutBucket", "GetFunctionThing", "Get"]
)
def test_unknown_operation_leaves_everything(operation: str) -> None:
    """One that writes may need a function: whoever subscribes one to a topic must be allowed to invoke it."""
    assert yielded(read(f"request.operation = '{operation}'"), FUNCTIONS_REACH) == FUNCTIONS_REACH


def test_list_with_a_missing_variable() -> None:
    """In a list, the variable that is missing is what does not match; the other values may."""
    assert holds(read("a in (z, 'apple')"), REQUEST)


REQUEST: dict[str, str | frozenset[str]] = {
    "a": "Apple",
    "b": "apple",
    "c": "pear",
    "request.groups.id": frozenset({"g1", "g2"}),
    "request.utc-timestamp": "2026-03-04T10:30:00Z",
    "request.utc-timestamp.time-of-day": "10:30:00Z",
    "time": "10:30:00.5Z",
    "late": "10:59:59Z",
    "since": "2026-01-01T00:00Z",
    "group": "g2",
    "tags": "x, y",
}


@pytest.mark.parametrize(
    "text",
    [
        "a = 'APPLE'",
        "a = b",
        "a != 'pear'",
        "a != c",
        "a in ('x', 'apple')",
        "a not in ('x', 'y')",
        "a",
        "!z",
        "not z",
        "a = /app*/",
        "a = /*ple/",
        "a = /*ppl*/",
        "a = /*/",
        "a = /apple/",
        "a = '*'",
        "a = /a*l*e/",
        "a = /ap*ple/",
        "a = /*app*e/",
        "a = 'ap*'",
        "all {a, b}",
        "any {z, a}",
        "request.groups.id = 'G1'",
        "request.groups.id != 'g3'",
        "group = request.groups.id",
        "request.utc-timestamp after '2026-01-01T00:00Z'",
        "request.utc-timestamp after '2026-03-04'",
        "request.utc-timestamp after '20260304T102900Z'",
        "request.utc-timestamp after since",
        "request.utc-timestamp after '2026-03-04T12:29:00+02:00'",
        "time after '10:30:00Z'",
        "late before '11:00:00Z'",
        "late after '10:59:58Z'",
        "time between '10:30:00.5Z' and '10:30:00.5Z'",
        "time between '10:30:00.5Z' and '09:00:00Z'",
        "request.utc-timestamp before '2026-03-04T10:31:00Z'",
        "request.utc-timestamp.time-of-day between '10:00:00Z' and '11:00:00Z'",
        "request.utc-timestamp.time-of-day between '22:00:00Z' and '10:30:00Z'",
        "sets-equal(tags, ('Y', 'X'))",
        "sets-intersect(tags, ('y', 'q'))",
        "sets-equal(a, b)",
    ],
)
def test_holds(text: str) -> None:
    """Without case, with patterns, variables, sets and moments."""
    assert holds(read(text), REQUEST)


@pytest.mark.parametrize(
    "text",
    [
        "a = 'pear'",
        "a = c",
        "a != 'apple'",
        "a != b",
        "a in ('x')",
        "a not in ('x', 'apple')",
        "z",
        "!a",
        "not a",
        "z = 'x'",
        "z != 'x'",
        "z in ('x')",
        "z not in ('x')",
        "z = /*/",
        "z = '*'",
        "a = z",
        "a != z",
        "z = z",
        "a not in ('pear', z)",
        "a in (z, 'pear')",
        "a = /ple*/",
        "a = /*app/",
        "a = /a*a/",
        "a = /appl*ple/",
        "a = /a*le*le/",
        "a = /*p*p*p*/",
        "a = /*x*/",
        "a != /*/",
        "a != '*'",
        "a = ''",
        "all {a, z}",
        "any {z, y}",
        "request.groups.id = 'g3'",
        "request.groups.id != 'g1'",
        "request.utc-timestamp before '2026-01-01T00:00Z'",
        "request.utc-timestamp after 'soon'",
        "request.utc-timestamp after request.groups.id",
        "request.utc-timestamp after '2026-03-04T10:30:00Z'",
        "request.utc-timestamp before '2026-03-04T10:30:00Z'",
        "time between '09:00:00Z' and '09:00:00Z'",
        "a before 'b'",
        "z before '2026-01-01T00:00Z'",
        "request.groups.id before '2026-01-01T00:00Z'",
        "request.utc-timestamp between '10:00:00Z' and '11:00:00Z'",
        "request.utc-timestamp.time-of-day between '11:00:00Z' and '12:00:00Z'",
        "sets-equal(tags, ('x'))",
        "sets-intersect(tags, ('q'))",
        "sets-equal(z, 'x')",
        "sets-equal(tags, /x/)",
        "sets-intersect(tags, /x/)",
        "sets-equal(tags)",
    ],
)
def test_does_not_hold(text: str) -> None:
    """A missing variable makes every comparison false, `!=` too; so does what can't be compared."""
    assert not holds(read(text), REQUEST)


def test_no_condition_holds() -> None:
    """A statement without a condition applies to every request."""
    assert holds(None, {})


def test_moment_without_a_zone_is_in_utc(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where the decider runs plays no part in what a condition means."""
    with monkeypatch.context() as elsewhere:
        elsewhere.setenv("TZ", "Asia/Tokyo")
        time.tzset()

        assert holds(read("request.utc-timestamp after '2026-03-04T10:29:00'"), REQUEST)
        assert not holds(read("request.utc-timestamp after '2026-03-04T10:31:00'"), REQUEST)
        assert not holds(read("request.utc-timestamp before '2026-03-04T10:29:00'"), REQUEST)
    time.tzset()
