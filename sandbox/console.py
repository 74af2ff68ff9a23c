"""What a command prints: its result on standard output, messages on standard error.

A reader that goes away (`emit | head -1`) changes nothing: the command goes on to its end, and its status is
its own. Output that is lost for another reason, such as a full disk, is a fault. The engine's output passes
through `relay.py`, because the engine itself would be ended by a reader that goes away, in the middle of a
deploy.
"""

from __future__ import annotations

import contextlib
import errno
import io
import os
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any, TextIO

from sandbox.cloud.errors import SandboxFault

_RELAY = Path(__file__).with_name("relay.py")
# What outlives the engine and holds its output open, such as a plugin about to end, is not waited for longer.
_RELAY_SECONDS = 5.0


_hidden: list[Callable[[str], str]] = []


def hide_with(hide: Callable[[str], str] | None) -> None:
    """Pass all that is printed from now on through a function that takes secrets out of a text; None:
    through none."""
    _hidden[:] = [] if hide is None else [hide]


class OutputFault(SandboxFault):
    """Standard output cannot be written; the message says why."""


def set_up() -> None:
    """Let text that the terminal's encoding cannot show be escaped, instead of ending the command."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")


def show(text: str) -> None:
    """Print a result. Raises `OutputFault` if it is lost."""
    _write(sys.stdout, f"{_without_secrets(text)}\n")


def say(line: str) -> None:
    """Print a message; where nobody can read it, it is dropped."""
    with contextlib.suppress(OutputFault):
        _write(sys.stderr, f"{_without_secrets(line)}\n")


def _without_secrets(text: str) -> str:
    for hide in _hidden:
        with contextlib.suppress(SandboxFault):  # a store that cannot be read says so, and shows nothing
            text = hide(text)
    return text


def settle() -> None:
    """Write what is still buffered, before the interpreter tries at exit and complains in its own way."""
    _write(sys.stdout)


def _write(stream: TextIO | None, text: str = "") -> None:
    if stream is None:  # closed before the command began
        return
    try:
        if text:
            stream.write(text)
        stream.flush()
    except OSError as error:
        _silence(stream)
        _judge(error.errno or 0)


def _judge(number: int) -> None:
    """Raises `OutputFault` unless the output was written, or its reader did not want more."""
    if number not in (0, errno.EPIPE):
        raise OutputFault(f"standard output: {os.strerror(number)}")


def _silence(stream: TextIO) -> None:
    """Point the stream at nothing: what its buffer holds would fail again at exit."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, stream.fileno())
    os.close(nowhere)


@contextlib.contextmanager
def relayed() -> Iterator[Mapping[str, Any]]:
    """`stdout` and `stderr` for a `subprocess.Popen` whose output survives a reader that goes away.

    The child is to be started and waited for inside. Raises `OutputFault` afterwards if standard output was
    lost.
    """
    relays: dict[str, subprocess.Popen[bytes]] = {}
    streams: dict[str, Any] = {}
    for name, number in (("stdout", 1), ("stderr", 2)):
        if not _needs_relay(number):
            streams[name] = None
        elif relays and _same(1, 2):
            streams[name] = subprocess.STDOUT
        else:
            relays[name] = _relay(number)
            streams[name] = relays[name].stdin
    try:
        yield streams
    finally:
        lost = {name: _ended(relay) for name, relay in relays.items()}
    _judge(lost.get("stdout", 0))


def _needs_relay(number: int) -> bool:
    """Terminals are inherited, so that colours and progress stay; so is what is closed."""
    try:
        os.fstat(number)
    except OSError:
        return False
    return not os.isatty(number)


def _same(one: int, other: int) -> bool:
    """Whether both lead to one place (`2>&1`), where the order of lines counts."""
    return os.path.samestat(os.fstat(one), os.fstat(other))


def _relay(number: int) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        [sys.executable, "-I", "-S", str(_RELAY)],
        stdin=subprocess.PIPE,
        stdout=number,
        stderr=subprocess.DEVNULL,
    )


def _ended(relay: subprocess.Popen[bytes]) -> int:
    """What the relay says of its output: 0, or the number of the error."""
    if relay.stdin:
        relay.stdin.close()
    with contextlib.suppress(subprocess.TimeoutExpired):
        return max(0, relay.wait(_RELAY_SECONDS))
    return 0
