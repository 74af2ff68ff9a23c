"""Whether an OCID stands for something."""

from __future__ import annotations

import pytest

from sandbox.cloud import identities
from sandbox.cloud.call import Cloud
from sandbox.cloud.existence import exists, is_elsewhere, strict
from tests.sandbox.cloud.conftest import TENANCY, Keep

FOREIGN = "ocid1.subnet.oc1.iad.aaaaaaaaforeign"


def asked(cloud: Cloud, value: str) -> bool:
    ocid = identities.read(value)
    assert ocid is not None
    return exists(cloud, value, ocid)


def test_what_this_store_minted_exists_as_long_as_it_is_there(cloud: Cloud, keep: Keep) -> None:
    """Resources, and parts of resources that were minted with them."""
    made, part = keep(), cloud.mint("routetable")
    cloud.store.update(made.id, {}, {}, claims=[f"ocid|{part}"])

    assert [asked(cloud, value) for value in (made.id, part)] == [True, True]
    cloud.store.delete(made.id)
    assert [asked(cloud, value) for value in (made.id, part)] == [False, False]


@pytest.mark.parametrize(("setting", "is_strict"), [("", False), ("0", False), ("false", False), ("1", True)])
def test_a_foreign_ocid_exists_unless_strict(
    cloud: Cloud, monkeypatch: pytest.MonkeyPatch, setting: str, is_strict: bool
) -> None:
    """A tenancy does in any case: the program's own lies outside."""
    monkeypatch.setenv("OCI_SANDBOX_STRICT", setting)

    assert strict() is is_strict
    assert asked(cloud, FOREIGN) is not is_strict
    assert asked(cloud, TENANCY)
    assert asked(cloud, "ocid1.tenancy.oc1..aaaaaaaaother")


def test_what_lives_in_another_region_is_elsewhere(cloud: Cloud, keep: Keep) -> None:
    """So are its parts; what nobody knows is not."""
    made, part = keep(region="eu-paris-1"), cloud.mint("routetable")
    cloud.store.update(made.id, {}, {}, claims=[f"ocid|{part}"])

    assert [is_elsewhere(cloud, value) for value in (made.id, part)] == [True, True]
    assert [is_elsewhere(cloud, value) for value in (keep().id, FOREIGN)] == [False, False]
