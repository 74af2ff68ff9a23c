"""The content that Vault generates for a secret."""

from __future__ import annotations

import base64
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from sandbox.cloud.errors import NotEmulated
from sandbox.cloud.store import Record, Store
from sandbox.services.vault import SECRET, versions


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    """An empty store."""
    with Store(tmp_path / "store.db") as store:
        yield store


def secret(store: Store, **inputs: Any) -> Record:
    """A secret of these inputs."""
    return store.create(SECRET, "urn:s", inputs, inputs, f"ocid1.vaultsecret.oc1..{len(inputs)}")


@pytest.mark.parametrize("length", [20, 30])
def test_a_passphrase_is_generated_once(store: Store, length: int) -> None:
    """As long as it is asked for, and read again as it was."""
    made = secret(
        store,
        enableAutoGeneration=True,
        secretGenerationContext={"generationType": "PASSPHRASE", "passphraseLength": length},
    )

    (first,) = versions.versions(store, made)
    (again,) = versions.versions(store, made)

    assert len(base64.b64decode(first.content)) == length
    assert (first.content, first.stages) == (again.content, ("CURRENT", "LATEST"))


@pytest.mark.parametrize(
    "inputs",
    [
        {},
        {"enableAutoGeneration": False, "secretGenerationContext": {"generationType": "PASSPHRASE"}},
        {"enableAutoGeneration": True, "secretGenerationContext": {"generationType": "SSH_KEY"}},
    ],
)
def test_nothing_else_is_generated(store: Store, inputs: dict[str, Any]) -> None:
    """What is not asked for, and what is no passphrase, is said not to be here."""
    with pytest.raises(NotEmulated, match="passphrases only"):
        versions.versions(store, secret(store, **inputs))
