"""What a verb on a resource-type, or a list of permissions, stands for."""

from __future__ import annotations

import pytest

from oci_iam.granted import granted_by_list, granted_by_verb


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
