"""The sandbox's ids and those of the real provider: a plain OCID in the same places, of the table's type.

What the provider does is read from the facts about it beside the project; skipped where they are not there.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from oci_iam.resource_tokens import OCID_TYPES
from sandbox.cloud import composed_ids, identities
from sandbox.cloud.call import Call, Cloud
from sandbox.cloud.store import Store
from sandbox.providers.sdk import Sdk
from sandbox.services import rules_of

FACTS = Path(__file__).resolve().parents[3] / "shared" / "facts" / "provider" / "provider_facts.jsonl"
SDK = Sdk("pulumi_oci")

# The table names what their `ocid` output holds; the id itself is the identity domain's own.
IN_AN_OUTPUT = {
    "oci:Identity/domainsApp:DomainsApp",
    "oci:Identity/domainsDynamicResourceGroup:DomainsDynamicResourceGroup",
    "oci:Identity/domainsGroup:DomainsGroup",
    "oci:Identity/domainsIdentityProvider:DomainsIdentityProvider",
    "oci:Identity/domainsUser:DomainsUser",
}


@pytest.fixture(scope="module")
def shapes() -> dict[str, str]:
    """Resource type -> what its id looks like in the real provider."""
    if not FACTS.is_file():
        pytest.skip(f"{FACTS} is not there: the ids are not compared with the real provider's")
    rows: list[dict[str, Any]] = [json.loads(line) for line in FACTS.read_text().splitlines()]
    return {row["type"]: row["id_shape"] for row in rows if "id_shape" in row}


@pytest.fixture
def cloud(tmp_path: Path) -> Iterator[Cloud]:
    """A cloud in which nothing exists."""
    with Store(tmp_path / "store.db") as store:
        yield Cloud(store, "us-ashburn-1", "ocid1.tenancy.oc1..aaaatenancy")


def is_plain(shape: str) -> bool:
    return shape == "<ocid>" or shape.startswith("<ocid> (plain")


def test_the_id_is_a_plain_ocid_where_the_providers_is(shapes: dict[str, str], cloud: Cloud) -> None:
    """Also where it is imported by a path; and its type is the table's."""
    wrong = []
    plain = [token for token, shape in shapes.items() if is_plain(shape)]
    assert set() == set(plain) - set(OCID_TYPES), "types without a row"
    for token in plain:
        call = Call(cloud, token, "urn", "", {})
        template = composed_ids.template_of(token, SDK.resource(token).import_id)
        id = rules_of(token).new_id(call) or composed_ids.new_id(template, call)
        ocid = identities.read(id)
        if ocid is None or ocid.type != OCID_TYPES.get(token, ocid.type):
            wrong.append(f"{token}: {id}")

    assert len(plain) > 150
    assert wrong == []


def test_what_the_table_knows_has_an_ocid(shapes: dict[str, str]) -> None:
    """A row for a type whose id is something else would never be met."""
    wrong = {token for token in OCID_TYPES if token in shapes and not is_plain(shapes[token])}

    assert len(set(OCID_TYPES) & set(shapes)) > 90
    assert wrong == IN_AN_OUTPUT
