"""One serving process for all tests of a run, and real OCI clients that find it as `sandbox run` tells them
to.

The server runs in a thread of this process, on a sandbox of its own. Each test gets a compartment of its
own, so that nothing of another test is in its way.
"""

from __future__ import annotations

import contextlib
import itertools
import os
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import oci
import pytest

from sandbox.cloud.call import Cloud
from sandbox.cloud.store import Store
from sandbox.rest.credentials import Credentials
from sandbox.rest.place import Place, Serving
from sandbox.rest.principals import Home, Identity, find, tenancy_of, way_there
from sandbox.rest.request_log import Entry, RequestLog
from sandbox.rest.server import serve
from sandbox.services.identity import COMPARTMENT, GROUP, POLICY
from sandbox.services.resources import create

REGION = "us-ashburn-1"
_NUMBERS = itertools.count(1)


@dataclass(frozen=True)
class Door:
    """The served sandbox."""

    place: Place
    store: Store
    serving: Serving
    region: str = REGION

    @property
    def tenancy(self) -> str:
        """The tenancy's OCID."""
        return tenancy_of(self.store)

    def cloud(self) -> Cloud:
        """Where things are created for a test."""
        return Cloud(self.store, REGION, self.tenancy, is_region_given=True)

    def add(self, type: str, **inputs: Any) -> str:
        """A resource, straight into the store and past every right; its id."""
        return create(self.cloud(), type, inputs, {"definedTags": {}, "freeformTags": {}}).id

    def compartment(self) -> str:
        """A new compartment."""
        name = f"c{next(_NUMBERS)}"
        return self.add(COMPARTMENT, compartmentId=self.tenancy, name=name, description="d")

    def allow(self, *statements: str, compartment: str = "") -> None:
        """A policy, attached to the tenancy where no compartment is named."""
        self.add(
            POLICY,
            compartmentId=compartment or self.tenancy,
            name=f"p{next(_NUMBERS)}",
            description="d",
            statements=list(statements),
        )

    def group(self) -> str:
        """A new group's name."""
        name = f"g{next(_NUMBERS)}"
        self.add(GROUP, compartmentId=self.tenancy, name=name, description="d")
        return name

    def config(self, who: str) -> dict[str, Any]:
        """The config of a user, as `sandbox run --as` writes it."""
        _, home = self._home(who)
        config: dict[str, Any] = oci.config.from_file(str(home.make() / ".oci" / "config"))
        return config

    def connected(self, kind: Any, who: str, **more: Any) -> Any:
        """A client of the real SDK as anybody that `sandbox run --as` knows; whoever asks closes it."""
        given = {"retry_strategy": oci.retry.NoneRetryStrategy(), **more}
        identity, home = self._home(who)
        if identity.is_user:
            return kind(self.config(who), **given)
        home.make()
        with pytest.MonkeyPatch.context() as patch:
            for name, value in home.variables().items():
                patch.setenv(name, value)
            return kind({}, signer=oci.auth.signers.get_resource_principals_signer(), **given)

    def _home(self, who: str) -> tuple[Identity, Home]:
        identity = find(who, self.store, self.region)
        credentials = Credentials(self.place.folder, self.store)
        return identity, Home(self.place.folder / "homes" / identity.folder, identity, credentials)

    @contextlib.contextmanager
    def way_there(self) -> Iterator[None]:
        """What leads clients of this process to the door, inside."""
        with pytest.MonkeyPatch.context() as patch:
            for name in [name for name in os.environ if name.upper().endswith("_PROXY")]:
                patch.delenv(name)
            for name, value in way_there(self.place.authority, self.serving.proxy_port).items():
                patch.setenv(name, value)
            yield

    def asked(self, request_id: str) -> Entry:
        """What the log has of a request."""
        entry = RequestLog(self.place.sandbox_dir).find(request_id)
        assert entry is not None
        return entry


@contextlib.contextmanager
def served(sandbox_dir: Path, region: str = REGION) -> Iterator[Door]:
    """A sandbox served by a thread of this process, inside."""
    place = Place(sandbox_dir)
    ready: list[Serving] = []
    started = threading.Event()

    def told(serving: Serving) -> None:
        ready.append(serving)
        started.set()

    thread = threading.Thread(target=serve, args=(place.sandbox_dir,), kwargs={"ready": told})
    thread.start()
    try:
        assert started.wait(20)
        with Store(place.sandbox_dir / "store.db") as store:
            yield Door(place, store, ready[0], region)
    finally:
        (place.folder / "serve.json").unlink(missing_ok=True)  # which ends it
        thread.join(20)


@pytest.fixture(scope="session")
def door(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Door]:
    """A served, empty sandbox."""
    with served(tmp_path_factory.mktemp("rest") / "sandbox") as door:
        yield door


@pytest.fixture
def clients(door: Door) -> Iterator[Callable[..., Any]]:
    """Makes a client of the real SDK: `clients(oci.identity.IdentityClient, "user:alice")`."""
    with door.way_there(), contextlib.ExitStack() as ending:

        def client(kind: Any, who: str = "administrator", **more: Any) -> Any:
            made = door.connected(kind, who, **more)
            ending.callback(made.base_client.session.close)
            return made

        yield client


@pytest.fixture
def refused() -> Callable[..., tuple[int, str]]:
    """Status and code of a call that must be refused."""

    def status(call: Callable[..., Any], *arguments: Any, **more: Any) -> tuple[int, str]:
        with pytest.raises(oci.exceptions.ServiceError) as error:
            call(*arguments, **more)
        return error.value.status, error.value.code

    return status


def sandbox_files(folder: Path) -> Iterator[Path]:
    """Every file below a sandbox's folder."""
    return (path for path in folder.rglob("*") if path.is_file() and not path.is_symlink())
