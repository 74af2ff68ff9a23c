"""What a function prints belongs to the run in which it printed it."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from sandbox.runner.output import Output


@pytest.mark.parametrize("is_read", [False, True])
def test_what_was_printed_is_there_at_once(tmp_path: Path, is_read: bool) -> None:
    """Whether or not the thread that reads has come to it."""
    output = Output(tmp_path / "log")
    streams = [os.dup(writing) for writing in output.writers]
    if is_read:
        output.start()

    for number in range(300):
        for stream in streams:
            os.write(stream, b"%d\nthe rest" % number)
        assert sorted(line.text.removeprefix("the rest") for line in output.taken()) == [f"{number}"] * 2

    if not is_read:
        output.start()
    for stream in streams:
        os.close(stream)
    output.close(5)
    assert [line.text for line in output.taken()] == ["the rest"] * 2
    assert (tmp_path / "log").read_bytes().count(b"299\n") == 2
