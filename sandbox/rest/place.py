"""Where the REST door keeps its files in the sandbox's folder, and what says that it is open.

rest/serve.lock     held by the serving process as long as it lives; its process id inside
rest/serve.json     the ports it listens on, and its process id; 0600
rest/users.lock     shared by everything that needs it
rest/ca.pem, ca.key, issuer.key
rest/homes/<who>/   a HOME for each identity: config, key, token
rest/runs/<token>   hosts that one `sandbox run --allow` may reach
"""

from __future__ import annotations

import contextlib
import fcntl
import json
import os
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path

from sandbox import private
from sandbox.cloud.errors import SandboxFault


@dataclass(frozen=True)
class Serving:
    """A serving process: its id and ports, all on 127.0.0.1."""

    pid: int
    proxy_port: int
    endpoint_port: int


class Place:
    """The files of one sandbox's REST door."""

    def __init__(self, sandbox_dir: Path) -> None:
        self.sandbox_dir = sandbox_dir
        self.folder = sandbox_dir / "rest"
        self.authority = self.folder / "ca.pem"
        self.log = sandbox_dir / "logs" / "serve.log"

    def make(self) -> None:
        """Make the folders. Raises `SandboxFault`."""
        try:
            for folder in (self.sandbox_dir, self.folder, self.folder / "runs", self.log.parent):
                private.make_folder(folder)
        except OSError as error:
            raise SandboxFault(f"{self.folder}: cannot be made: {error.strerror}") from None

    @contextlib.contextmanager
    def claimed(self) -> Iterator[bool]:
        """Be the one serving process inside; False where there is one. Ends however the process ends."""
        lock = private.open_lock(self.folder / "serve.lock")
        try:
            if not private.locked(lock):
                yield False
                return
            os.ftruncate(lock, 0)
            os.write(lock, str(os.getpid()).encode())
            yield True
        finally:
            os.close(lock)

    def tell(self, serving: Serving) -> None:
        """Say that requests are answered from now on."""
        private.write(self.folder / "serve.json", json.dumps(asdict(serving)))

    def last_told(self) -> Serving | None:
        """What the last serving process said, alive or not."""
        try:
            return Serving(**json.loads((self.folder / "serve.json").read_text()))
        except (OSError, ValueError, TypeError):
            return None

    def serving(self) -> Serving | None:
        """The process that serves now and is ready; None where there is none."""
        told = self.last_told()
        try:
            lock = os.open(self.folder / "serve.lock", os.O_RDWR | os.O_CLOEXEC)
        except OSError:
            return None
        try:
            try:
                fcntl.flock(lock, fcntl.LOCK_SH | fcntl.LOCK_NB)
            except BlockingIOError:
                holder = os.read(lock, 20).decode(errors="replace")
                # What a dead one told is no news of the one that is starting.
                return told if told is not None and holder == str(told.pid) else None
            return None
        finally:
            os.close(lock)

    @contextlib.contextmanager
    def needed(self) -> Iterator[None]:
        """Keep a serving process that was started on demand from ending, inside."""
        lock = private.open_lock(self.folder / "users.lock")
        try:
            fcntl.flock(lock, fcntl.LOCK_SH)
            yield
        finally:
            os.close(lock)

    def is_needed(self) -> bool:
        """Whether anybody is inside `needed`."""
        lock = private.open_lock(self.folder / "users.lock")
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return True
        finally:
            os.close(lock)
        return False

    def allow(self, run: str, hosts: list[str]) -> None:
        """Let whoever names `run` as its user reach some hosts that are not Oracle's."""
        private.write(self.folder / "runs" / run, json.dumps([host.lower() for host in hosts]))

    def disallow(self, run: str) -> None:
        """Take that back."""
        (self.folder / "runs" / run).unlink(missing_ok=True)

    def allowed(self, run: str) -> frozenset[str]:
        """The hosts such a user may reach."""
        if not run.isalnum():
            return frozenset()
        try:
            return frozenset(json.loads((self.folder / "runs" / run).read_text()))
        except (OSError, ValueError):
            return frozenset()
