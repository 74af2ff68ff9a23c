"""What Vault refuses and computes of secrets, as Pulumi writes them."""

from __future__ import annotations

import base64
from typing import Any

import pytest

from sandbox.services.vault import SECRET, versions
from tests.sandbox.conftest import COMPARTMENT, Client

VAULT = "ocid1.vault.oc1.iad.aaaavault"
KEY = "ocid1.key.oc1.iad.aaaakey"


def _inputs(text: str = "first", **more: Any) -> dict[str, Any]:
    content = base64.b64encode(text.encode()).decode()
    return {
        "compartmentId": COMPARTMENT,
        "vaultId": VAULT,
        "keyId": KEY,
        "secretName": "token",
        "secretContent": {"contentType": "BASE64", "content": content},
        **more,
    }


def _contents(oci: Client, id: str) -> list[str]:
    record = oci.provider.store.get(id)
    assert record is not None
    return [base64.b64decode(one.content).decode() for one in versions.versions(oci.provider.store, record)]


def test_a_new_content_is_a_new_version(oci: Client) -> None:
    """Another description is none; the version's number is an output."""
    made = oci.create(SECRET, "s", _inputs())
    described = oci.update(made, _inputs(description="d"))
    changed = oci.update(described, _inputs("second", description="d"))

    assert made.outputs["currentVersionNumber"] == "1"
    assert described.outputs["currentVersionNumber"] == "1"
    assert changed.outputs["currentVersionNumber"] == "2"
    assert _contents(oci, made.id) == ["first", "second"]


def test_the_versions_go_with_the_secret(oci: Client) -> None:
    """Nothing of what it held stays in the store."""
    made = oci.create(SECRET, "s", _inputs())
    assert _contents(oci, made.id) == ["first"]
    oci.delete(made)

    assert oci.provider.store.select("SELECT * FROM secret_versions") == []


def test_a_name_is_taken_once_in_a_vault(oci: Client) -> None:
    """Another vault may have it, too."""
    oci.create(SECRET, "s", _inputs())
    oci.create(SECRET, "t", _inputs(vaultId=f"{VAULT}2"))

    with pytest.raises(Exception, match="409-Conflict"):
        oci.create(SECRET, "u", _inputs())


@pytest.mark.parametrize(
    "content",
    [
        {"contentType": "BASE64", "content": "no base64: hunter2"},
        {"contentType": "BASE64", "content": ""},
        {"contentType": "BASE64", "content": base64.b64encode(b"hunter2" * 4000).decode()},
        {"contentType": "TEXT", "content": "hunter2"},
    ],
)
def test_content_that_is_refused(oci: Client, content: dict[str, str]) -> None:
    """What is no base64, too long or of another type; the reason does not quote it."""
    with pytest.raises(Exception, match=r"400-InvalidParameter|expected one of BASE64") as error:
        oci.create(SECRET, "s", _inputs(secretContent=content))

    assert "hunter2" not in str(error.value)
