"""Refusals by OCI's own status and code."""

from __future__ import annotations

from sandbox.cloud.errors import Conflict, ServiceError, by_name, coded


def test_a_code_of_one_services_own() -> None:
    """In the text that a person reads, and for a client each by itself."""
    error = coded(404, "BucketNotFound", "no\nsuch bucket")

    assert (error.status, error.code, error.text) == (404, "BucketNotFound", "no\nsuch bucket")
    assert str(error) == "404-BucketNotFound, no such bucket"
    assert type(error) is ServiceError
    assert (ServiceError.status, ServiceError.code) == (500, "InternalError")


def test_an_error_by_its_name() -> None:
    """Is of the class that its status has."""
    error = by_name("409-IncorrectState", "busy")

    assert isinstance(error, Conflict)
    assert (error.status, error.code) == (409, "IncorrectState")
    assert Conflict.code == "Conflict"
