"""One request as a handler gets it."""

from __future__ import annotations

import gzip
from pathlib import Path
from typing import Any, cast

import pytest

from oci_iam import Principal
from sandbox.api import request as api_request
from sandbox.api.platform import Platform
from sandbox.api.request import ApiRequest, Body
from sandbox.cloud.call import Cloud
from sandbox.cloud.errors import CannotParse, InvalidParameter, MissingParameter, PayloadTooLarge


def asked(body: bytes = b"", **more: Any) -> ApiRequest:
    """A request that nobody has to answer."""
    return ApiRequest(
        operation="GetThing",
        cloud=cast(Cloud, None),
        platform=cast(Platform, None),
        principal=Principal(type="user"),
        host="h",
        request_id="r",
        body=Body(len(body), "", "", body),
        **more,
    )


def test_arguments() -> None:
    """The first value counts; an empty one is none."""
    request = asked(query={"a": ["1", "2"], "b": [""], "c": ["true"]})

    assert (request.argument("a"), request.argument("b"), request.argument("d")) == ("1", None, None)
    assert (request.required("a"), request.flag("c"), request.flag("d")) == ("1", True, False)
    with pytest.raises(MissingParameter, match="b is required"):
        request.required("b")
    with pytest.raises(InvalidParameter, match="a must be true or false, not '1'"):
        request.flag("a")


@pytest.mark.parametrize("text", ["0", "11", "-1", "1.5", "x", "٣", "9" * 400])
def test_numbers_have_bounds(text: str) -> None:
    """And are whole ones in ASCII."""
    with pytest.raises(InvalidParameter, match="limit must be a number from 1 to 10"):
        asked(query={"limit": [text]}).number("limit", 5, 1, 10)


def test_numbers() -> None:
    """The default where none is given."""
    assert asked().number("limit", 5, 1, 10) == 5
    assert asked(query={"limit": ["10"]}).number("limit", 5, 1, 10) == 10


@pytest.mark.parametrize("body", [b"", b"{", b"[]", b'"a"', b"\xff", b"[" * 100_000])
def test_what_is_no_json_object(body: bytes) -> None:
    """400 CannotParseRequest."""
    with pytest.raises(CannotParse):
        asked(body).json()


def test_a_body_may_be_compressed(monkeypatch: pytest.MonkeyPatch) -> None:
    """Up to the size a plain one may have."""
    packed = gzip.compress(b'{"a": "' + b"x" * 1000 + b'"}')
    request = asked(packed, headers={"content-encoding": "gzip"})

    assert request.json()["a"] == "x" * 1000
    with pytest.raises(CannotParse, match="not gzip"):
        asked(b"{}", headers={"content-encoding": "gzip"}).json()
    monkeypatch.setattr(api_request, "JSON_BYTES", 100)
    with pytest.raises(PayloadTooLarge):
        request.json()


def test_a_body_is_kept_in_one_step(tmp_path: Path) -> None:
    """From memory or from the file that it came into."""
    large = tmp_path / "large"
    large.write_bytes(b"large")
    Body(5, "", "", b"small").keep(tmp_path / "a")
    Body(5, "", "", file=large).keep(tmp_path / "b")

    assert [(tmp_path / name).read_bytes() for name in "ab"] == [b"small", b"large"]
    assert not large.exists()
