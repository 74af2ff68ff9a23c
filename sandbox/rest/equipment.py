"""What a function's container gets beyond its image: its own identity, and the way to the local endpoints.

The same for a function that the serving process runs and for one that a command such as `emit` runs.
"""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sandbox import private
from sandbox.cloud.store import Store
from sandbox.rest.credentials import Credentials
from sandbox.rest.place import Place
from sandbox.rest.principals import Home, of_resource, tenancy_of, way_there
from sandbox.rest.serving import ensure
from sandbox.runner.confinement import hand_over
from sandbox.runner.containers import Equip
from sandbox.runner.spec import Additions, FunctionSpec


class Equipment:
    """The identities of functions, each in a folder of its own. Safe to use from several threads."""

    def __init__(self, place: Place, store: Store, credentials: Credentials) -> None:
        self._place = place
        self._store = store
        self._credentials = credentials
        self._homes: dict[str, Home] = {}
        self._lock = threading.Lock()

    def of(self, function_id: str, proxy_port: int) -> Additions:
        """The same at every call, so that a container stays warm; the token is replaced before it expires.

        Nothing for a function that was deleted.
        """
        record = self._store.get(function_id)
        if record is None:
            return Additions()
        folder = self._place.folder / "homes" / f"fn-{hashlib.sha256(function_id.encode()).hexdigest()[:16]}"
        trusted = folder / "ca.pem"
        with self._lock:
            home = self._homes.get(function_id)
            if home is None:
                identity = of_resource(record, "fnfunc", self._store, tenancy_of(self._store))
                home = self._homes[function_id] = Home(folder, identity, self._credentials)
                home.make()
                private.write(trusted, self._place.authority.read_text())
                hand_over(folder)
            elif home.renew():
                hand_over(folder)
        own = {name: text for name, text in home.variables().items() if not name.startswith("OCI_CLI_")}
        way = way_there(trusted, proxy_port)
        return Additions(environment={**way, **own}, read_only=(folder,), ports=(proxy_port,))


@contextmanager
def equipping(sandbox_dir: Path) -> Iterator[Equip]:
    """Equips the functions that a command runs itself; a serving process is started at the first of them.

    Raises `SandboxFault`.
    """
    place = Place(sandbox_dir)
    place.make()
    with place.needed(), Store(sandbox_dir / "store.db") as store:
        equipment = Equipment(place, store, Credentials(place.folder, store))

        @contextmanager
        def equip(spec: FunctionSpec) -> Iterator[Additions]:
            yield equipment.of(spec.function_id, ensure(place).proxy_port)

        yield equip
