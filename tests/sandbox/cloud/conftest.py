"""A cloud without any door to it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from sandbox.cloud.call import Call, Cloud
from sandbox.cloud.store import Record, Store

TENANCY = "ocid1.tenancy.oc1..aaaaaaaatenancy"
APPLICATION = "oci:Functions/application:Application"

Keep = Callable[..., Record]


@pytest.fixture
def cloud(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Cloud]:
    """Ashburn, configured, with nothing in it."""
    monkeypatch.delenv("OCI_SANDBOX_STRICT", raising=False)
    with Store(tmp_path / "store.db") as store:
        yield Cloud(store, "us-ashburn-1", TENANCY, is_region_given=True)


@pytest.fixture
def keep(cloud: Cloud) -> Keep:
    """Creates a resource, in Ashburn where nothing else is said."""

    def create(type: str = APPLICATION, region: str = "us-ashburn-1", **outputs: Any) -> Record:
        return cloud.store.create(type, "urn", outputs, outputs, cloud.mint("fnapp"), region=region)

    return create


@pytest.fixture
def asked(cloud: Cloud) -> Callable[..., Call]:
    """A create of a type with inputs."""
    return lambda type, **inputs: Call(cloud, type, "urn", "", inputs)
