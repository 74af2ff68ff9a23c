"""`sandbox reset`: everything in a sandbox is gone, and the sandbox stays ready for use."""

from __future__ import annotations

import argparse
import os
import shutil
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from sandbox import private
from sandbox.cloud.errors import SandboxFault, Unusable
from sandbox.cloud.store import Store
from sandbox.console import say
from sandbox.environment import Sandbox
from sandbox.recovery.locks import engines_at_work
from sandbox.rest.place import Place

# Beside the store: the engine's states with the stack files that belong to them, what was built and what was
# said. Plugins, passphrase, authority and the issuer of tokens stay: they say nothing of what existed.
_EMPTIED = ("state", "project", "images", "objects", "logs", "dev")
_IDENTITIES = ("rest/homes", "rest/runs")


def add_reset_arguments(parser: argparse.ArgumentParser) -> None:
    """The arguments of `reset`."""
    parser.add_argument("--yes", action="store_true", help="do not ask")


def run_reset(options: argparse.Namespace, sandbox: Sandbox) -> int:
    """Empty the sandbox; the exit status. A process that serves goes on with an empty cloud."""
    if not sandbox.store.exists():
        say(f"reset     nothing is in {sandbox.folder}")
        return 0
    with _nobody_else(sandbox), Store(sandbox.store) as store:
        count = len(store.list())
        what = f"{count} resource{'' if count == 1 else 's'}"
        if not (options.yes or _agreed(f"{what} in {sandbox.folder}, with stacks, objects and logs,")):
            say("reset     nothing was removed")
            return 1
        empty(sandbox.folder, store)
        for name in _IDENTITIES:
            _clear(sandbox.folder / name)
    say(f"reset     {sandbox.folder}: {what} removed")
    return 0


def empty(folder: Path, store: Store) -> None:
    """Remove what exists. Users are made anew when named, and sign with the keys they had. Raises
    `SandboxFault`."""
    store.clear()
    for name in _EMPTIED:
        _clear(folder / name)


def _clear(folder: Path) -> None:
    """Empty a folder and leave it: a process that serves writes into it."""
    try:
        for path in folder.iterdir() if folder.is_dir() else ():
            if path.is_dir() and not path.is_symlink():
                shutil.rmtree(path)
            else:
                path.unlink(missing_ok=True)
    except OSError as error:
        raise SandboxFault(f"{error.filename}: cannot be removed: {error.strerror}") from None


def _agreed(what: str) -> bool:
    if not sys.stdin.isatty():
        raise Unusable("reset: nobody can be asked here; --yes removes everything without asking")
    say(f"{what} will be removed. Type yes to go on:")
    return sys.stdin.readline().strip() == "yes"


@contextmanager
def _nobody_else(sandbox: Sandbox) -> Iterator[None]:
    """Keep deploys of this project from beginning. Raises `SandboxFault` where somebody is at work."""
    with ExitStack() as ending:
        for path in sandbox.folder.glob("stack-*.lock"):
            lock = private.open_lock(path)
            ending.callback(os.close, lock)
            if not private.locked(lock):
                holder = path.read_text().strip() or "another command"
                stack = path.stem.removeprefix("stack-")
                raise SandboxFault(f"stack {stack} is in use by {holder}; wait until it ends")
        for line in engines_at_work(sandbox):
            raise SandboxFault(f"{line}; wait until it ends")
        if Place(sandbox.folder).folder.is_dir() and Place(sandbox.folder).is_needed():
            raise SandboxFault("a command is at work on this sandbox (run, emit, invoke); wait until it ends")
        yield
