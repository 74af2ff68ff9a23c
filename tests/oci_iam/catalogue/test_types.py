"""What the catalogue says of resource-types: families, spellings, what is guarded, what names a target."""

from __future__ import annotations

import pytest

from oci_iam.catalogue.types import (
    family_only,
    is_family,
    is_guarded,
    is_known,
    members,
    resource_type,
    types_with,
)


def test_a_type_says_what_names_its_target() -> None:
    """A literal bucket is one target; an object's name stands in every bucket, and a tag names none."""
    objects = resource_type("objects")

    assert objects is not None
    assert {"target.bucket.name"} == objects.names_target
    assert {"target.bucket.tag.*", "target.object.name"} == objects.variables - objects.names_target


@pytest.mark.parametrize(
    ("spelling", "name"),
    [("bucket", "buckets"), ("object", "objects"), ("secret-bundle", "secret-bundles"), ("key", "keys")],
)
def test_a_singular_is_read_as_the_plural(spelling: str, name: str) -> None:
    """Oracle's own examples write it."""
    assert resource_type(spelling) is resource_type(name) is not None
    assert (name,) == members(spelling)


def test_members() -> None:
    """A family has its members, a type is its own, and all-resources are all."""
    assert members("functions-family") == ("fn-app", "fn-function", "fn-invocation")
    assert members("buckets") == ("buckets",)
    assert {"fn-app", "buckets", "secrets"} < set(members("all-resources"))
    assert members("no-such-type") == ()


def test_families() -> None:
    """A name that ends like a family is one, known or not; a family has no row."""
    assert is_family("object-family")
    assert is_family("no-such-family")
    assert not is_family("objects")
    assert resource_type("object-family") is None


def test_families_that_are_the_narrowest_form() -> None:
    """The pages of Vision and Document Understanding name no types for analysis."""
    assert family_only("ai-service-vision-family")
    assert family_only("ai-service-document-family")
    assert not family_only("ai-service-language-family")


@pytest.mark.parametrize(
    ("permission", "expected"),
    [
        ("OBJECT_READ", True),
        ("OBJECT_INSPECT", False),
        ("BUCKET_READ", False),
        ("BUCKET_UPDATE", True),
        ("SECRET_BUNDLE_READ", True),
        ("SECRET_READ", False),
        ("LOG_CONTENT_READ", True),
        ("LOG_CONTENT_PUSH", False),
        ("METRIC_READ", False),
        ("METRIC_WRITE", False),
        ("LOG_ANALYTICS_LOG_GROUP_UPLOAD_LOGS", False),
        ("QUEUE_PRODUCE", True),
        ("QUEUE_READ", False),
        ("GENERATIVE_AI_CHAT", True),
        ("POLICY_READ", False),
        ("INSTANCE_READ", True),
        ("FN_INVOCATION", True),
        ("FN_FUNCTION_LIST", False),
        ("NO_SUCH_PERMISSION", None),
    ],
)
def test_guarded(permission: str, expected: bool | None) -> None:
    """Data, secrets, code and running things are guarded; names, states and write-only telemetry are not."""
    assert is_guarded(permission) is expected


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("fn-invocation", {"target.app.id", "target.function.id"}),
        ("queue-push", {"target.queue.id"}),
        ("streams", {"target.stream.id"}),
        ("secrets", {"target.secret.id", "target.secret.name", "target.vault.id"}),
        ("nosql-rows", {"target.nosql-table.id", "target.nosql-table.name"}),
        ("repos", {"target.repo.name"}),
        ("log-content", {"target.loggroup.id"}),
        ("leaf-certificate-bundles", {"target.leaf-certificate.id", "target.leaf-certificate.name"}),
        ("autonomous-databases", set()),
        ("ons-topics", set()),
        ("generative-ai-chat", set()),
    ],
)
def test_what_names_a_target(name: str, expected: set[str]) -> None:
    """An id or a name of the thing, not its workload or bundle type; topics and models have nothing."""
    row = resource_type(name)

    assert row is not None
    assert expected == row.names_target


def test_what_only_the_tenancy_takes() -> None:
    """Users, groups and what the tenancy is billed."""
    for name in ("users", "groups", "dynamic-groups", "usage-report"):
        row = resource_type(name)
        assert row is not None
        assert row.tenancy_only
    for name in ("policies", "compartments", "buckets"):
        row = resource_type(name)
        assert row is not None
        assert not row.tenancy_only


def test_types_of_a_permission() -> None:
    """Several types can yield one permission."""
    assert [each.name for each in types_with("QUEUE_PRODUCE")] == ["queues", "queue-push"]
    assert types_with("NO_SUCH_PERMISSION") == ()


def test_known_names() -> None:
    """With permissions or without, by another spelling too; a word of nobody's is not."""
    for name in ("buckets", "bucket", "object-family", "all-resources", "sddcs"):
        assert is_known(name)
    assert not is_known("no-such-type")
    assert not is_known("no-such-family")
