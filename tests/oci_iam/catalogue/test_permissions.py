"""The table of permissions: what a verb on a resource-type yields."""

from __future__ import annotations

import pytest

from oci_iam.catalogue.permissions import (
    FAMILIES,
    FUNCTIONS_PERMISSIONS,
    FUNCTIONS_REACH,
    ROWS,
    VERBS,
    permissions_of,
)

# Written down a second time, from the table of the page "Details for Functions".
READ = {"FN_APP_LIST", "FN_APP_READ", "FN_FUNCTION_LIST", "FN_FUNCTION_READ"}
MANAGE_APP = {"FN_APP_CREATE", "FN_APP_UPDATE", "FN_APP_DELETE"}
MANAGE_FUNCTION = {"FN_FUNCTION_CREATE", "FN_FUNCTION_UPDATE", "FN_FUNCTION_DELETE"}


@pytest.mark.parametrize(
    ("verb", "resource", "expected"),
    [
        ("inspect", "fn-app", {"FN_APP_LIST"}),
        ("read", "fn-app", {"FN_APP_LIST", "FN_APP_READ"}),
        ("use", "fn-app", {"FN_APP_LIST", "FN_APP_READ"}),
        ("manage", "fn-app", {"FN_APP_LIST", "FN_APP_READ"} | MANAGE_APP),
        ("inspect", "fn-function", {"FN_FUNCTION_LIST"}),
        ("read", "fn-function", {"FN_FUNCTION_LIST", "FN_FUNCTION_READ"}),
        ("use", "fn-function", {"FN_FUNCTION_LIST", "FN_FUNCTION_READ"}),
        ("manage", "fn-function", {"FN_FUNCTION_LIST", "FN_FUNCTION_READ"} | MANAGE_FUNCTION),
        ("inspect", "fn-invocation", set()),
        ("read", "fn-invocation", set()),
        ("use", "fn-invocation", {"FN_INVOCATION"}),
        ("manage", "fn-invocation", {"FN_INVOCATION"}),
        ("inspect", "functions-family", {"FN_APP_LIST", "FN_FUNCTION_LIST"}),
        ("read", "functions-family", READ),
        ("use", "functions-family", READ | {"FN_INVOCATION"}),
        ("manage", "functions-family", READ | {"FN_INVOCATION"} | MANAGE_APP | MANAGE_FUNCTION),
        ("use", "objects", {"OBJECT_INSPECT", "OBJECT_READ", "OBJECT_OVERWRITE"}),
        ("read", "secret-bundles", {"SECRET_BUNDLE_INSPECT", "SECRET_BUNDLE_READ"}),
        ("use", "dynamic-groups", {"DYNAMIC_GROUP_INSPECT", "DYNAMIC_GROUP_UPDATE"}),
        ("use", "generative-ai-chat", {"GENERATIVE_AI_CHAT"}),
        ("use", "nosql-rows", {"NOSQL_ROWS_READ", "NOSQL_ROWS_INSERT"}),
        ("use", "bucket", {"BUCKET_INSPECT", "BUCKET_READ", "BUCKET_UPDATE"}),
        ("manage", "log-content", {"LOG_CONTENT_READ", "LOG_CONTENT_PUSH", "UNIFIED_AGENT_CONFIG_GENERATE"}),
        ("use", "metrics", {"METRIC_INSPECT", "METRIC_READ", "METRIC_WRITE"}),
        ("manage", "stream-push", {"STREAM_PRODUCE"}),
        ("inspect", "policies", {"POLICY_READ"}),
        ("inspect", "secret-family", {"SECRET_INSPECT", "SECRET_VERSION_INSPECT", "SECRET_BUNDLE_INSPECT"}),
        ("associate", "functions-family", set()),
        ("manage", "no-such-type", set()),
    ],
)
def test_permissions(verb: str, resource: str, expected: set[str]) -> None:
    """A verb has its own permissions and those of the verbs before it."""
    assert expected == permissions_of(verb, resource)


def test_all_functions_permissions_are_eleven() -> None:
    """The page lists eleven permissions."""
    assert READ | {"FN_INVOCATION"} | MANAGE_APP | MANAGE_FUNCTION == FUNCTIONS_PERMISSIONS
    assert FUNCTIONS_PERMISSIONS - READ == FUNCTIONS_REACH


@pytest.mark.parametrize("verb", VERBS)
def test_all_resources_holds_every_row(verb: str) -> None:
    """all-resources yields what each type yields for the same verb."""
    expected = frozenset().union(*(permissions_of(verb, name) for name in ROWS))

    assert expected == permissions_of(verb, "all-resources")


def test_each_row_names_its_source() -> None:
    """A row without a source is a guess, and a permission stands in one place of its row."""
    for row in ROWS.values():
        names = row.permissions
        assert row.source
        assert len(names) == len(set(names))
        assert all(name.isidentifier() and name.isupper() for name in names)


def test_members_of_families_have_rows() -> None:
    """A family yields through its members."""
    assert not [member for members in FAMILIES.values() for member in members if member not in ROWS]
