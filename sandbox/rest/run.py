"""A command under an identity: any program whose OCI clients then talk to the sandbox.

The command gets a HOME of its own and none of the caller's variables that lead to an account. It reaches
Oracle's hosts through the local proxy, and where the system allows it nothing else: it has a network of its
own then, in which its own servers listen.
"""

from __future__ import annotations

import os
import secrets
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from types import FrameType

from sandbox.cloud.errors import SandboxFault
from sandbox.cloud.store import Store
from sandbox.console import say
from sandbox.environment import FOREIGN_VARIABLES
from sandbox.rest.credentials import Credentials
from sandbox.rest.place import Place
from sandbox.rest.principals import Home, find, in_session, way_there
from sandbox.rest.serving import SERVED_OUTSIDE, ensure
from sandbox.runner.command import NoNetwork, OwnNetwork
from sandbox.runner.confinement import SWITCH

NOT_EXECUTABLE, NOT_FOUND = 126, 127
"""Exit statuses of a command that could not be started, as shells have them."""
_LOOK_SECONDS = 0.25
_LEAK = "a client that ignores HTTPS_PROXY reaches the real network"
_PROXIES = ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY", "FTP_PROXY")
_TRUST = ("SSL_CERT_DIR", "SSL_CERT_FILE", "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE")
_HOMES = ("XDG_CONFIG_HOME", "XDG_CACHE_HOME", "XDG_DATA_HOME", "XDG_STATE_HOME")
_GONE = frozenset((*FOREIGN_VARIABLES, *_PROXIES, *(name.lower() for name in _PROXIES), *_TRUST, *_HOMES))


@dataclass(frozen=True)
class Wishes:
    """What whoever runs a command may say about it."""

    region: str = ""
    """Of the config file; empty: the one that is deployed in."""
    allow: Sequence[str] = ()
    """Hosts beside Oracle's that the proxy reaches."""
    session: bool = False
    """A user signs with a session token instead of an API key."""
    real_network: bool = False
    """No network of its own."""


def run(who: str, command: Sequence[str], sandbox_dir: Path, wishes: Wishes) -> int:
    """Run a command as somebody; its exit status, 128 + n after a signal n. Raises `SandboxFault`."""
    place = Place(sandbox_dir)
    place.make()
    with place.needed(), Store(sandbox_dir / "store.db") as store, _allowed(place, wishes.allow) as token:
        credentials = Credentials(place.folder, store)
        identity = find(who, store, wishes.region)
        if wishes.session:
            identity = in_session(identity)
        home = Home(place.folder / "homes" / identity.folder, identity, credentials)
        folder = home.make()
        serving = ensure(place)
        environment = {
            **inherited(os.environ),
            **way_there(place.authority, serving.proxy_port, token),
            **home.variables(),
            "HOME": str(folder),
            "OCI_SANDBOX_DIR": str(sandbox_dir),
        }
        is_open = wishes.real_network or os.environ.get(SWITCH) == "0"
        with OwnNetwork([serving.proxy_port]) as network:

            def start() -> subprocess.Popen[bytes]:
                return _started(command, environment, None if is_open else network, identity.label)

            return _watched(command[0], start, place, home)


def _started(
    command: Sequence[str], environment: dict[str, str], network: OwnNetwork | None, label: str
) -> subprocess.Popen[bytes]:
    """The command, in its own network where there is one; what is not confined is said in a line."""
    if network is not None:
        try:
            process = network.start(command, {**environment, SERVED_OUTSIDE: environment["OCI_SANDBOX_DIR"]})
        except NoNetwork as error:
            say(f"note      the command is not confined in: network ({error}); {_LEAK}")
        else:
            if sys.stderr.isatty():
                say(f"run       as {label}, in a network of its own (--real-network: in yours)")
            return process
    elif sys.stderr.isatty():
        say(f"run       as {label}; {_LEAK}")
    return subprocess.Popen(list(command), env=environment)


def inherited(variables: Mapping[str, str]) -> dict[str, str]:
    """What of an environment leads neither to an account nor past the proxy."""
    return {
        name: value
        for name, value in variables.items()
        if name not in _GONE and (not name.startswith(("OCI_", "TF_VAR_")) or name.startswith("OCI_SANDBOX_"))
    }


@contextmanager
def _allowed(place: Place, hosts: Sequence[str]) -> Iterator[str]:
    """A user name for the proxy that stands for the hosts; empty where there are none."""
    if not hosts:
        yield ""
        return
    token = secrets.token_hex(8)
    place.allow(token, list(hosts))
    try:
        yield token
    finally:
        place.disallow(token)


def _watched(name: str, start: Callable[[], subprocess.Popen[bytes]], place: Place, home: Home) -> int:
    process: subprocess.Popen[bytes] | None = None

    def passed_on(number: int, _: FrameType | None) -> None:
        # A terminal sends Ctrl-C to the command as well; to send it twice would be once too often.
        if process is not None and number != signal.SIGINT:
            process.send_signal(number)

    caught = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
    former = {number: signal.signal(number, passed_on) for number in caught}
    try:
        try:
            process = start()
        except OSError as error:
            is_missing = isinstance(error, FileNotFoundError)
            say(f"{name}: {'not found on the PATH of this shell' if is_missing else error.strerror}")
            return NOT_FOUND if is_missing else NOT_EXECUTABLE
        while True:
            with suppress(subprocess.TimeoutExpired):
                status = process.wait(_LOOK_SECONDS)
                return status if status >= 0 else 128 - status
            home.renew()
            with suppress(
                SandboxFault
            ):  # a process that serves may have been killed: the next one takes over
                ensure(place)
    finally:
        for number, handler in former.items():
            signal.signal(number, handler)
