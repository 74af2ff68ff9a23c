"""How long a message is tried, by what a subscription says."""

from __future__ import annotations

import pytest

from sandbox.services.ons.publishing import RETRY_SECONDS, retry_seconds


@pytest.mark.parametrize(
    ("policy", "seconds"),
    [
        ('{"backoffRetryPolicy": {"maxRetryDuration": 60000}}', 60.0),
        ('{"backoffRetryPolicy": {"maxRetryDuration": "60000"}}', 60.0),
        ('{"backoffRetryPolicy": {"maxRetryDuration": 1e999}}', RETRY_SECONDS),
        ('{"backoffRetryPolicy": {"maxRetryDuration": -1}}', RETRY_SECONDS),
        ('{"backoffRetryPolicy": {}}', RETRY_SECONDS),
        ("[]", RETRY_SECONDS),
        ("no JSON", RETRY_SECONDS),
        (None, RETRY_SECONDS),
    ],
)
def test_a_delivery_is_tried_for_as_long_as_the_policy_says(policy: str | None, seconds: float) -> None:
    """Two hours where it does not say anything that makes sense."""
    assert retry_seconds(policy) == seconds
