"""OCI's limits as checks."""

from __future__ import annotations

from components.values import limits


def test_limits_have_both_ends() -> None:
    """The ends of each range are inside."""
    assert [limits.timeout(each) for each in (1, 300)] == [1, 300]
    assert [limits.detached_timeout(each) for each in (5, 3600)] == [5, 3600]
    assert [limits.memory(each) for each in limits.MEMORY_IN_MBS] == list(limits.MEMORY_IN_MBS)
    assert limits.function_config({"A": "x" * 4095}) == {"A": "x" * 4095}
    assert [
        limits.provisioned_concurrency(*each) for each in ((40, 128), (20, 256), (10, 512), (0, 128))
    ] == [
        40,
        20,
        10,
        0,
    ]
