"""One sandbox as a test uses it: served, with ways to create what the code under test expects.

What is created here is created past every right, as whoever prepares a test would; the clients that it makes
are unmodified, and each of their calls is decided on the policies that are there.
"""

from __future__ import annotations

import base64
import itertools
import os
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any, TypeVar

from oci_sandbox.functions import Invocation, SandboxFunction, settings_of
from sandbox import housekeeping
from sandbox.cloud import regions
from sandbox.cloud.call import Cloud
from sandbox.cloud.errors import Unusable
from sandbox.cloud.namespace import namespace_of
from sandbox.cloud.store import Store
from sandbox.events import function_log, objects
from sandbox.events.development import Source
from sandbox.events.dispatch import dispatch
from sandbox.events.envelope import EventFileError, completed, object_of
from sandbox.events.function_log import Run
from sandbox.events.invocation import spec_of
from sandbox.events.invoke import named
from sandbox.events.samples import SAMPLES, fitted
from sandbox.events.snapshot import read_deployment
from sandbox.events.trace import Trace
from sandbox.reset import empty
from sandbox.rest.credentials import Credentials
from sandbox.rest.equipment import equipping
from sandbox.rest.place import Place
from sandbox.rest.principals import Home, find, tenancy_of, way_there
from sandbox.rest.request_log import NO_REQUEST, RequestLog
from sandbox.rest.run import inherited
from sandbox.rest.serving import ensure
from sandbox.rest.why import explained
from sandbox.runner.containers import Containers, using
from sandbox.services.events import RULE
from sandbox.services.functions import APPLICATION, FUNCTION
from sandbox.services.identity import COMPARTMENT, GROUP, MEMBERSHIP, POLICY
from sandbox.services.kms import KEY, VAULT
from sandbox.services.objectstorage import BUCKET
from sandbox.services.resources import create
from sandbox.services.vault import SECRET

Client = TypeVar("Client")
_LOOK_SECONDS = 0.02
_TIMES = "2026-01-01 00:00:00 +0000 UTC"


class SandboxCloud:
    """A sandbox in a folder, as a context manager: inside, this process's OCI clients reach nothing else."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.outputs: dict[str, Any] = {}
        """The outputs of the stack that is deployed here; empty where none is."""
        self._ending = ExitStack()
        self._sessions = ExitStack()
        self._numbers = itertools.count(1)
        # Functions are made ready as outside of a test: their packages do not come from OCI.
        self._around: Mapping[str, str] = dict(os.environ)

    def __enter__(self) -> SandboxCloud:
        with ExitStack() as ending:
            place = self._place = Place(self.folder)
            place.make()
            ending.enter_context(place.needed())
            self._store = ending.enter_context(Store(self.folder / "store.db"))
            self._credentials = Credentials(place.folder, self._store)
            ending.enter_context(housekeeping.running(self.folder))
            equip = ending.enter_context(equipping(self.folder))
            self._containers = Containers(self.folder / "run", equip)
            ending.callback(self._containers.close)
            self._ending = ending.pop_all()
        return self

    def __exit__(self, *_: object) -> None:
        # A process that serves ends where nobody says any more that it does.
        (self._place.folder / "serve.json").unlink(missing_ok=True)
        self._ending.close()

    @contextmanager
    def reached(self) -> Iterator[None]:
        """Let this process's OCI clients come here inside, and nowhere else; nobody's identity is set."""
        way = way_there(self._place.authority, ensure(self._place).proxy_port)
        self._around = dict(os.environ)
        with (
            self._sessions,
            _environment({**inherited(os.environ), **way, "OCI_SANDBOX_DIR": str(self.folder)}),
        ):
            yield

    def reset(self) -> None:
        """Empty it: resources, objects, rights, logs."""
        empty(self.folder, self._store)

    # Places

    @property
    def tenancy(self) -> str:
        """The tenancy's OCID."""
        return tenancy_of(self._store)

    @property
    def compartment(self) -> str:
        """The OCID of the compartment where things are created that name no other."""
        return self._once(COMPARTMENT, "name", "tests", lambda: self.create_compartment("tests"))

    @property
    def region(self) -> str:
        """Where what is deployed lies, else `us-ashburn-1`."""
        return find("administrator", self._store).region

    @property
    def namespace(self) -> str:
        """The tenancy's Object Storage namespace."""
        return namespace_of(self._cloud)

    @property
    def _cloud(self) -> Cloud:
        return Cloud(self._store, self.region, self.tenancy, is_region_given=True)

    # Clients

    def client(self, kind: Callable[..., Client], as_: str = "administrator", **more: Any) -> Client:
        """A client of the unmodified SDK for a principal, named as for `python -m sandbox run --as`.

        `more` goes to the client. Raises `Unusable` for a principal that is not there.
        """
        with self.acting_as(as_):
            if "OCI_RESOURCE_PRINCIPAL_VERSION" in os.environ:
                from oci.auth.signers import get_resource_principals_signer

                made = kind({}, signer=get_resource_principals_signer(), **more)
            else:
                made = kind(self.config(as_), **more)
        session = getattr(getattr(made, "base_client", None), "session", None)
        if session is not None:
            self._sessions.callback(session.close)
        return made

    def client_for(self, as_: str) -> Callable[..., Any]:
        """The same for several clients of one principal: `client_for("user:alice")(IdentityClient)`."""
        return lambda kind, **more: self.client(kind, as_, **more)

    def config(self, as_: str) -> dict[str, Any]:
        """The config of a user, as `oci.config.from_file` reads it."""
        from oci.config import from_file

        home = self._home(as_)
        home.make()
        if "OCI_CONFIG_FILE" not in home.variables():
            raise Unusable(f"{as_}: has no config file: it signs as a resource principal")
        found: dict[str, Any] = from_file(home.variables()["OCI_CONFIG_FILE"])
        return found

    @contextmanager
    def acting_as(self, as_: str) -> Iterator[None]:
        """Let code that makes clients by itself find this principal, by config file or resource principal."""
        home = self._home(as_)
        folder = home.make()
        with _environment({**os.environ, **home.variables(), "HOME": str(folder)}):
            yield

    def _home(self, as_: str) -> Home:
        identity = find(as_, self._store)
        return Home(self._place.folder / "homes" / identity.folder, identity, self._credentials)

    # What there is

    def create_compartment(self, name: str, parent: str = "") -> str:
        """A compartment below the tenancy or another one; its OCID."""
        return self._create(COMPARTMENT, compartmentId=parent or self.tenancy, name=name, description=name)

    def create_bucket(self, name: str, compartment: str = "", *, emits: bool = False) -> str:
        """A bucket, which emits events of its objects if told so; its name."""
        self._create(
            BUCKET,
            compartmentId=compartment or self.compartment,
            name=name,
            namespace=self.namespace,
            accessType="NoPublicAccess",
            storageTier="Standard",
            versioning="Disabled",
            autoTiering="Disabled",
            objectEventsEnabled=emits,
            metadata={},
        )
        return name

    def create_secret(self, name: str, content: str | bytes, compartment: str = "") -> str:
        """A secret that a function may be allowed to read, in a vault that is made for it; its OCID."""
        place = compartment or self.compartment
        vault = self._create(VAULT, compartmentId=place, displayName=name, vaultType="DEFAULT")
        key = self._create(
            KEY,
            compartmentId=place,
            displayName=name,
            managementEndpoint=self._output(vault, "managementEndpoint"),
            keyShape={"algorithm": "AES", "length": 32},
        )
        text = base64.b64encode(content.encode() if isinstance(content, str) else content).decode()
        return self._create(
            SECRET,
            compartmentId=place,
            vaultId=vault,
            keyId=key,
            secretName=name,
            secretContent={"contentType": "BASE64", "content": text},
        )

    def create_group(self, name: str, *members: str) -> str:
        """A group with users, by name; its OCID."""
        group = self._create(GROUP, compartmentId=self.tenancy, name=name, description=name)
        for member in members:
            user = find(f"user:{member}", self._store).credential.user_id
            self._create(MEMBERSHIP, compartmentId=self.tenancy, groupId=group, userId=user)
        return group

    def put_policy(self, *statements: str, compartment: str = "") -> str:
        """A policy of these statements, attached to the tenancy where no compartment is named; its OCID."""
        return self._create(
            POLICY,
            compartmentId=compartment or self.tenancy,
            name=f"policy-{next(self._numbers)}",
            description="of a test",
            statements=list(statements),
        )

    def put_rule(self, condition: str, function: SandboxFunction, compartment: str = "") -> str:
        """An Events rule that invokes a function; its OCID. It needs a policy, as on OCI."""
        action = {"actionType": "FAAS", "isEnabled": True, "functionId": function.id}
        return self._create(
            RULE,
            compartmentId=compartment or self.compartment,
            displayName=f"rule-{next(self._numbers)}",
            condition=condition,
            isEnabled=True,
            actions={"actions": [action]},
        )

    def _create(self, type: str, **inputs: Any) -> str:
        more = {"definedTags": {}, "freeformTags": {}, "timeCreated": _TIMES}
        return create(self._cloud, type, inputs, more).id

    def _output(self, id: str, name: str) -> Any:
        record = self._store.get(id)
        return record.outputs[name] if record else None

    def _once(self, type: str, key: str, name: str, make: Callable[[], str]) -> str:
        """The id of a resource by its name; made where there is none."""
        found = (record.id for record in self._store.list(type) if record.outputs.get(key) == name)
        return next(found, None) or make()

    # Functions

    def function(
        self,
        folder: str | Path,
        *,
        name: str | None = None,
        config: Mapping[str, str] | None = None,
        memory: int | None = None,
        timeout: int | None = None,
        compartment: str = "",
    ) -> SandboxFunction:
        """A function of a folder, by its Dockerfile and `func.yaml` where there are some, without a deploy.

        Raises `SandboxFault` for a folder that cannot be built.
        """
        place = Path(folder).absolute()
        settings = settings_of(place, {"name": name, "config": config, "memory": memory, "timeout": timeout})
        image, digest = self._image(place, settings.name)
        application = self._once(APPLICATION, "displayName", "tests", lambda: self._application(compartment))
        id = self._create(
            FUNCTION,
            applicationId=application,
            compartmentId=compartment or self.compartment,
            displayName=settings.name,
            memoryInMbs=str(settings.memory),
            timeoutInSeconds=settings.timeout,
            config=dict(settings.config),
            sourceDetails={"sourceType": "CONTAINER_IMAGE", "image": image, "imageDigest": digest},
        )
        return SandboxFunction(id, settings.name, self._call)

    def deployed_function(self, name: str) -> SandboxFunction:
        """A function that is there, by display name or OCID. Raises `Unusable`."""
        found = named(name, None, read_deployment(self.folder))
        return SandboxFunction(found.id, found.name, self._call)

    def _application(self, compartment: str) -> str:
        subnet = f"ocid1.subnet.oc1.{regions.in_ocid(self.region)}.{'a' * 60}"
        return self._create(
            APPLICATION,
            compartmentId=compartment or self.compartment,
            displayName="tests",
            subnetIds=[subnet],
        )

    def _image(self, folder: Path, name: str) -> tuple[str, str]:
        context = Source(folder).read()
        kept = self.folder / "images" / "sha256" / context.hash()
        context.keep(kept)
        image = f"{regions.key_of(self.region).lower()}.ocir.io/{self.namespace}/{name.lower()}:test"
        digest = f"sha256:{context.hash()}"
        self._store.add_image(
            digest,
            image,
            ref=f"{image}@{digest}",
            platforms=["linux/amd64"],
            context=str(kept),
            pushed=True,
        )
        return image, digest

    def _call(self, function_id: str, body: bytes, headers: Mapping[str, str]) -> Invocation:
        function = read_deployment(self.folder).functions.get(function_id)
        if function is None or function.content is None:
            raise Unusable(f"function {function_id}: not in this sandbox any more, or without its image")
        with _environment(self._around):
            reply = self._containers.call(
                spec_of(function, self.folder),
                body,
                content_type=headers.get("content-type", "application/json"),
                passed=headers,
            )
        lines = tuple(line.text for line in reply.lines)
        ended = reply.problem or f"{reply.status} in {reply.milliseconds:.0f} ms"
        self._note(
            [
                Run(
                    time=function_log.now(),
                    stack=function.stack,
                    function=function.name,
                    id=function.id,
                    ended=ended,
                    lines=list(lines),
                )
            ]
        )
        status, answered, content = reply.for_caller()
        return Invocation(
            status=status,
            body=content,
            headers=answered,
            logs=lines,
            problem=reply.problem or reply.message,
            milliseconds=reply.milliseconds,
        )

    def _note(self, runs: list[Run]) -> None:
        """Into the log, and to where pytest shows it beside a test that failed."""
        function_log.append(self.folder, runs)
        for run in runs:
            for line in run.lines:
                print(f"{run.function}: {line}", file=sys.stderr)

    # Events

    def emit(self, event: Mapping[str, Any] | str, body: bytes | None = None) -> Trace:
        """Send an event through the rules, and wait for the functions; what happened, step by step.

        `event` is an envelope, completed as Events would, or the name of a sample (`sandbox emit --help`).
        `body` is that of the object which the event names.
        """
        deployment = read_deployment(self.folder)
        if isinstance(event, str):
            if event not in SAMPLES:
                raise Unusable(f"sample {event!r}: there are: {', '.join(sorted(SAMPLES))}")
            body = SAMPLES[event].body if body is None else body
            event = fitted(SAMPLES[event], deployment)
        whole, _ = completed(event)
        if body is not None:
            ref = object_of(whole)
            if ref is None:
                raise EventFileError("the event names no object that this could be the body of")
            objects.place(self.folder, ref, body)
        with _environment(self._around), using(self._containers):
            trace = dispatch(whole, deployment)
        self._note(function_log.runs_of(trace))
        return trace

    def object_event(self, bucket: str, name: str, kind: str = "createobject") -> dict[str, Any]:
        """The event that Object Storage emits for an object of a bucket."""
        found = next(
            (record for record in self._store.list(BUCKET) if record.outputs.get("name") == bucket), None
        )
        if found is None:
            raise Unusable(f"bucket {bucket}: not in this sandbox")
        namespace = str(found.outputs["namespace"])
        compartment = str(found.outputs["compartmentId"])
        return {
            "eventType": f"com.oraclecloud.objectstorage.{kind}",
            "source": "ObjectStorage",
            "data": {
                "compartmentId": compartment,
                "resourceName": name,
                "resourceId": f"/n/{namespace}/b/{bucket}/o/{name}",
                "additionalDetails": {"bucketName": bucket, "namespace": namespace},
            },
            "extensions": {"compartmentId": compartment},
        }

    # Looking back

    def invocations(
        self, function: SandboxFunction | str | None = None, at_least: int = 0, seconds: float = 10.0
    ) -> list[Run]:
        """The runs of functions, oldest first, whoever invoked them; waits for so many, at most so long."""
        name = function.id if isinstance(function, SandboxFunction) else function
        until = time.monotonic() + seconds
        while True:
            found = list(function_log.read(self.folder, function=name))
            if len(found) >= at_least or time.monotonic() > until:
                return found
            time.sleep(_LOOK_SECONDS)

    def why(self, request_id: str) -> str:
        """How a request was decided, by its `opc-request-id`: what a refusal does not say. Raises
        `Unusable`."""
        entry = RequestLog(self.folder).find(request_id)
        if entry is None:
            raise Unusable(NO_REQUEST.format(request_id))
        return explained(entry)


@contextmanager
def _environment(values: Mapping[str, str]) -> Iterator[None]:
    """This process's environment as given, inside; afterwards what was changed for that is as it was."""
    former = {name: os.environ.get(name) for name in {*os.environ, *values}}
    changed = {name: values.get(name) for name in former if former[name] != values.get(name)}
    _set(changed)
    try:
        yield
    finally:
        _set({name: former[name] for name in changed})


def _set(variables: Mapping[str, str | None]) -> None:
    for name, value in variables.items():
        if value is None:
            os.environ.pop(name, None)
        else:
            os.environ[name] = value
