from __future__ import annotations

import pytest

from oci_iam.permissions import (
    FAMILIES,
    FUNCTIONS_PERMISSIONS,
    FUNCTIONS_REACH,
    OPERATIONS,
    ROWS,
    VERBS,
    granted_by_list,
    granted_by_verb,
    near_miss,
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
        names = [name for part in row[:4] for name in part]
        assert row.source
        assert len(names) == len(set(names))
        assert all(name.isidentifier() and name.isupper() for name in names)


def test_members_of_families_have_rows() -> None:
    """A family yields through its members."""
    assert not [member for members in FAMILIES.values() for member in members if member not in ROWS]


def test_operations_need_permissions_that_exist() -> None:
    """The table of operations speaks of functions permissions only, and of each of them."""
    assert set(OPERATIONS.values()) == FUNCTIONS_PERMISSIONS


@pytest.mark.parametrize(
    ("word", "meant"),
    [
        ("function-family", "functions-family"),
        ("functions_family", "functions-family"),
        ("functionsfamily", "functions-family"),
        ("functions-famliy", "functions-family"),
        ("funtcions-family", "functions-family"),
        ("functi0ns-family", "functions-family"),
        ("fucntinos-family", "functions-family"),
        ("nctions-family", "functions-family"),
        ("xyfunctions-family", "functions-family"),
        ("funxyctions-family", "functions-family"),
        ("funions-family", "functions-family"),
        ("gumctions-family", "functions-family"),
        ("l-resources", "all-resources"),
        ("functionfamilies", "functions-family"),
        ("lal-reosurces", "all-resources"),
        ("functions", "functions-family"),
        ("function", "functions-family"),
        ("fn-functions", "fn-function"),
        ("fn_function", "fn-function"),
        ("fnfunction", "fn-function"),
        ("fn-apps", "fn-app"),
        ("fnapp", "fn-app"),
        ("f-n-a-p-p", "fn-app"),
        ("nf-app", "fn-app"),
        ("fn-invocations", "fn-invocation"),
        ("fn-invoction", "fn-invocation"),
        ("fn-pbf", "fn-function"),
        ("fn", "fn-function"),
        ("all-resource", "all-resources"),
        ("all_resources", "all-resources"),
        ("allresources", "all-resources"),
        ("a11-resources", "all-resources"),
        ("all", "all-resources"),
    ],
)
def test_near_miss(word: str, meant: str) -> None:
    """A word one or two letters off, singular, plural, underscored, unhyphenated, or beginning fn."""
    assert meant == near_miss(word)


@pytest.mark.parametrize(
    "word",
    [
        "all-resources",
        "buckets",
        "apps",
        "app",
        "resources",
        "some-new-family",
        "xal-resourzcs",
        "guncons-family",
        "ctions-family",
        "dns-apps",
        "functions-family",
    ],
)
def test_no_near_miss(word: str) -> None:
    """Another word is another word, and the right word misses nothing."""
    assert near_miss(word) == ""


@pytest.mark.parametrize(
    ("verb", "resource", "standing"),
    [
        ("use", "fn-app", "functions"),
        ("read", "all-resources", "functions"),
        ("use", "buckets", "known"),
        ("use", "vcns", "known"),
        ("use", "generative-ai-chat", "known"),
        ("use", "object-family", "known"),
        ("use", "some-new-type", "unknown"),
        ("use", "fn-pbf", "near-miss"),
    ],
)
def test_standing(verb: str, resource: str, standing: str) -> None:
    """What the model knows of a resource-type."""
    assert standing == granted_by_verb(verb, resource).standing


@pytest.mark.parametrize(
    ("permissions", "standing", "reach"),
    [
        (("FN_INVOCATION", "BUCKET_READ"), "functions", {"FN_INVOCATION"}),
        (("FN_APP_READ",), "functions", set()),
        (("BUCKET_READ", "NO_SUCH"), "known", set()),
        (("BUCKET_READ", "FN_INVOKE"), "near-miss", set()),
        (("FM_INVOCATION",), "near-miss", set()),
        (("GET_INVOCATION",), "known", set()),
        (("FN_APP_DELETE", "FNAPP"), "near-miss", {"FN_APP_DELETE"}),
    ],
)
def test_permission_list(permissions: tuple[str, ...], standing: str, reach: set[str]) -> None:
    """A list yields what it names; a name that begins FN and does not exist is a near miss."""
    grant = granted_by_list(permissions)

    assert standing == grant.standing
    assert reach == grant.reach
