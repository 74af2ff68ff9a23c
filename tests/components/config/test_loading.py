"""What is accepted as the config of a stack, and that every mistake is told."""

from __future__ import annotations

import pytest

from components.config.loading import check_file
from tests.components.config.stack_files import (
    HERE,
    MEMORY,
    ROOT,
    TIMEOUT,
    Check,
    edited,
)


@pytest.mark.parametrize("stack", ["dev", "prod"])
def test_the_tracked_files_are_accepted(stack: str) -> None:
    """Both stack files are good as they are."""
    assert check_file(ROOT / f"Pulumi.{stack}.yaml").functions


def test_all_mistakes_of_a_file_are_told(problems: Check) -> None:
    """Three mistakes give three lines."""
    text = edited(MEMORY, "memory_in_mbs: 200").replace(TIMEOUT, "timeout_in_seconds: 301")

    assert [line.partition(": ")[0] for line in problems(text.replace("ocid1.tenancy", "ocid1.user"))] == [
        "tenancy_id",
        f"{HERE}.memory_in_mbs",
        f"{HERE}.timeout_in_seconds",
    ]


def test_what_is_called_secure_is_no_secret(problems: Check) -> None:
    """Such as the only bucket with options, or a function; the engine decrypts strings alone."""
    text = edited("name: ai-results", "name: secure").replace(
        "oci-ai-functions:functions",
        "oci-ai-functions:buckets: {secure: {retain: true}}\n  oci-ai-functions:functions",
    )

    assert problems(text) == []


@pytest.mark.parametrize("secret", ["registry_username", "registry_auth_token"])
def test_encrypted_secrets_are_accepted(problems: Check, secret: str) -> None:
    """What `pulumi config set --secret` writes is no problem, and neither is what `stack init` adds."""
    value = f"oci-ai-functions:{secret}:\n    secure: v1:abc\n  oci-ai-functions:functions"

    assert problems("encryptionsalt: v1:x\n" + edited("oci-ai-functions:functions", value)) == []
