"""The stack file the sandbox generates."""

from __future__ import annotations

from sandbox.project import merge


def test_tracked_settings_win_and_sandbox_secrets_stay() -> None:
    """Settings come from the tracked file at every run; what the sandbox encrypted for itself is kept."""
    tracked = {"config": {"p:memory": 256}}
    former = {"encryptionsalt": "v1:own", "config": {"p:memory": 128, "p:token": {"secure": "own"}}}

    assert merge(tracked, former) == {
        "encryptionsalt": "v1:own",
        "config": {"p:memory": 256, "p:token": {"secure": "own"}},
    }


def test_foreign_secrets_are_left_out() -> None:
    """What the tracked file holds encrypted for its owner's passphrase never reaches the sandbox's copy."""
    tracked = {"encryptionsalt": "v1:theirs", "config": {"p:token": {"secure": "theirs"}}}

    assert merge(tracked, {}) == {"config": {}}


def test_removed_setting_is_gone() -> None:
    """A plain setting that was removed from the tracked file does not live on in the copy."""
    assert merge({"config": {}}, {"config": {"p:memory": 128}}) == {"config": {}}
