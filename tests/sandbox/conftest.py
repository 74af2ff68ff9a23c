"""The stand-in providers over real gRPC, in this process, asked the way the engine asks."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import grpc
import pytest
from google.protobuf.empty_pb2 import Empty

from sandbox.cloud.store import Record, Store
from sandbox.providers.docker_build import DockerBuildProvider
from sandbox.providers.oci import OciProvider
from sandbox.providers.server import Provider, start
from sandbox.providers.stubs import provider_pb2, provider_pb2_grpc
from sandbox.providers.wire import decode, encode, plain

COMPARTMENT = "ocid1.compartment.oc1..aaaaaaaacompartment"
TENANCY = "ocid1.tenancy.oc1..aaaaaaaatenancy"
SUBNET = "ocid1.subnet.oc1.iad.aaaaaaaasubnet"
USER = "ocid1.user.oc1..aaaaaaaauser"

APPLICATION = "oci:Functions/application:Application"
FUNCTION = "oci:Functions/function:Function"
GROUP = "oci:Identity/group:Group"
POLICY = "oci:Identity/policy:Policy"


class Failed(Exception):
    """A check that failed, or a request the provider refused: the text a person would read."""


@dataclass
class Resource:
    """What the engine would keep of one resource."""

    urn: str
    type: str
    id: str
    inputs: dict[str, Any]
    outputs: dict[str, Any]


@dataclass
class Client:
    """Asks one provider as the engine does."""

    stub: Any
    provider: Provider
    stack: str = "dev"
    configured: bool = field(default=False)

    def configure(self, **config: str) -> Client:
        """Send the provider's configuration."""
        variables = {f"oci:config:{key}": value for key, value in config.items()}
        request = provider_pb2.ConfigureRequest(variables=variables, acceptSecrets=True)
        self._ask(self.stub.Configure, request)
        self.configured = True
        return self

    def urn(self, type: str, name: str) -> str:
        """The URN of a resource of the stack."""
        return f"urn:pulumi:{self.stack}::project::{type}::{name}"

    def check(
        self, type: str, name: str, inputs: dict[str, Any], olds: dict[str, Any] | None = None, **more: Any
    ) -> dict[str, Any]:
        """Checked inputs; Failed with every reason if the provider finds any."""
        response = self._ask(
            self.stub.Check,
            provider_pb2.CheckRequest(
                urn=self.urn(type, name),
                type=type,
                name=name,
                olds=encode(olds or {}),
                news=encode(inputs),
                **{"randomSeed": b"seed", **more},
            ),
        )
        if response.failures:
            raise Failed("; ".join(failure.reason for failure in response.failures))
        return decode(response.inputs)

    def preview(self, type: str, name: str, inputs: dict[str, Any]) -> dict[str, Any]:
        """What a preview of a create shows."""
        checked = self.check(type, name, inputs)
        request = provider_pb2.CreateRequest(
            urn=self.urn(type, name), type=type, name=name, properties=encode(checked), preview=True
        )
        response = self._ask(self.stub.Create, request)
        assert response.id == ""
        return decode(response.properties)

    def create(self, type: str, name: str, inputs: dict[str, Any]) -> Resource:
        """Check and create."""
        checked = self.check(type, name, inputs)
        request = provider_pb2.CreateRequest(
            urn=self.urn(type, name), type=type, name=name, properties=encode(checked)
        )
        response = self._ask(self.stub.Create, request)
        return Resource(self.urn(type, name), type, response.id, checked, decode(response.properties))

    def diff(self, resource: Resource, inputs: dict[str, Any], ignore: tuple[str, ...] = ()) -> Any:
        """The provider's answer to a diff with new inputs."""
        name = resource.urn.rpartition("::")[2]
        checked = self.check(resource.type, name, inputs, resource.inputs)
        return self._ask(
            self.stub.Diff,
            provider_pb2.DiffRequest(
                id=resource.id,
                urn=resource.urn,
                type=resource.type,
                name=name,
                olds=encode(resource.outputs),
                old_inputs=encode(resource.inputs),
                news=encode(checked),
                ignoreChanges=ignore,
            ),
        )

    def changed(self, resource: Resource, inputs: dict[str, Any]) -> dict[str, str]:
        """What a diff finds: path -> kind, such as UPDATE or UPDATE_REPLACE."""
        found = self.diff(resource, inputs).detailedDiff
        return {path: provider_pb2.PropertyDiff.Kind.Name(found[path].kind) for path in sorted(found)}

    def update(self, resource: Resource, inputs: dict[str, Any], *, preview: bool = False) -> Resource:
        """Check and update."""
        name = resource.urn.rpartition("::")[2]
        checked = self.check(resource.type, name, inputs, resource.inputs)
        response = self._ask(
            self.stub.Update,
            provider_pb2.UpdateRequest(
                id=resource.id,
                urn=resource.urn,
                type=resource.type,
                name=name,
                olds=encode(resource.outputs),
                old_inputs=encode(resource.inputs),
                news=encode(checked),
                preview=preview,
            ),
        )
        return Resource(resource.urn, resource.type, resource.id, checked, decode(response.properties))

    def read(self, resource: Resource) -> Resource | None:
        """Refresh a resource; None if it is gone."""
        response = self._ask(
            self.stub.Read,
            provider_pb2.ReadRequest(
                id=resource.id,
                urn=resource.urn,
                type=resource.type,
                name=resource.urn.rpartition("::")[2],
                properties=encode(resource.outputs),
                inputs=encode(resource.inputs),
            ),
        )
        return self._read(resource, response)

    def refresh(self, resource: Resource) -> Resource:
        """Refresh a resource that is there."""
        found = self.read(resource)
        assert found is not None
        return found

    def record(self, id: str) -> Record:
        """What the store holds of a resource that is there."""
        found = self.provider.store.get(id)
        assert found is not None
        return found

    def importing(self, type: str, name: str, id: str) -> Resource | None:
        """Read for an import: the provider is told nothing but the id."""
        request = provider_pb2.ReadRequest(
            id=id, urn=self.urn(type, name), type=type, name=name, properties=encode({})
        )
        return self._read(
            Resource(self.urn(type, name), type, id, {}, {}), self._ask(self.stub.Read, request)
        )

    @staticmethod
    def _read(resource: Resource, response: Any) -> Resource | None:
        if not response.id:
            return None
        return Resource(
            resource.urn, resource.type, response.id, decode(response.inputs), decode(response.properties)
        )

    def delete(self, resource: Resource) -> None:
        """Delete a resource."""
        self._ask(
            self.stub.Delete,
            provider_pb2.DeleteRequest(
                id=resource.id,
                urn=resource.urn,
                type=resource.type,
                name=resource.urn.rpartition("::")[2],
                properties=encode(resource.outputs),
                old_inputs=encode(resource.inputs),
            ),
        )

    def invoke(self, token: str, **args: Any) -> dict[str, Any]:
        """Ask a data source."""
        response = self._ask(self.stub.Invoke, provider_pb2.InvokeRequest(tok=token, args=encode(args)))
        if response.failures:
            raise Failed("; ".join(failure.reason for failure in response.failures))
        answer: dict[str, Any] = plain(decode(getattr(response, "return")))
        return answer

    def cancel(self) -> None:
        """Tell the provider that the deploy is being broken off."""
        self._ask(self.stub.Cancel, Empty())

    def _ask(self, method: Any, request: Any) -> Any:
        if not self.configured and not isinstance(request, provider_pb2.ConfigureRequest):
            self.configure()
        try:
            return method(request, timeout=30)
        except grpc.RpcError as error:
            text = str(error.details())
        if "\n" in text:
            raise AssertionError(f"an error of more than one line: {text}")
        raise Failed(text)


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty sandbox folder, and an environment that says nothing else."""
    for name in ("OCI_SANDBOX_STRICT", "OCI_SANDBOX_HOME_REGION", "TF_VAR_region", "OCI_REGION"):
        monkeypatch.delenv(name, raising=False)
    place = tmp_path / "sandbox"
    monkeypatch.setenv("OCI_SANDBOX_DIR", str(place))
    return place


@pytest.fixture
def connect(folder: Path) -> Iterator[Callable[[Provider], Client]]:
    """Serves a provider and gives a client of it; everything ends with the test."""
    ending: list[Callable[[], Any]] = []

    def serve(provider: Provider) -> Client:
        ports: list[str] = []
        server = start(provider, ports.append)
        channel = grpc.insecure_channel(f"127.0.0.1:{ports[0]}")
        ending.extend((channel.close, lambda: server.stop(0).wait(), provider.close))
        return Client(provider_pb2_grpc.ResourceProviderStub(channel), provider)

    yield serve
    for end in ending:
        end()


@pytest.fixture
def oci(connect: Callable[[Provider], Client]) -> Client:
    """A client of the stand-in `oci`."""
    return connect(OciProvider())


@pytest.fixture
def docker(connect: Callable[[Provider], Client]) -> Client:
    """A client of the stand-in `docker-build`."""
    return connect(DockerBuildProvider())


@pytest.fixture
def store(oci: Client) -> Store:
    """The store both use."""
    return oci.provider.store


def application(**more: Any) -> dict[str, Any]:
    """Inputs of an application that OCI accepts."""
    return {"compartmentId": COMPARTMENT, "displayName": "app", "subnetIds": [SUBNET], **more}


def function(application_id: Any, **more: Any) -> dict[str, Any]:
    """Inputs of a function that OCI accepts; its image is outside the sandbox."""
    return {
        "applicationId": application_id,
        "displayName": "fn",
        "memoryInMbs": "256",
        "sourceDetails": {
            "sourceType": "CONTAINER_IMAGE",
            "image": "iad.ocir.io/tenancyns/app/fn:1.0",
            "imageDigest": f"sha256:{'ab' * 32}",
        },
        **more,
    }


def refused(oci: Client, type: str, inputs: dict[str, Any], text: str) -> None:
    """A create with these inputs is refused, and the message holds the text."""
    with pytest.raises(Failed) as failed:
        oci.create(type, "x", inputs)
    assert text in str(failed.value)
