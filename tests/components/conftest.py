"""Runs Pulumi programs against a recording stand-in of the engine, the way the engine runs them.

`world.run(program)` is `pulumi.runtime.run_in_stack` on a loop and in a context of its own, so an assert in
an `apply` that nothing waits for is still run, and a `RunError` comes out as it does under the engine.
"""

from __future__ import annotations

import asyncio
import contextlib
import contextvars
import gc
import hashlib
import json
import logging
import runpy
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from unittest.mock import patch

import grpc
import pulumi
import pytest
import yaml
from pulumi.output import Unknown
from pulumi.runtime import mocks, rpc, settings

ROOT = Path(__file__).resolve().parents[2]
# As Pulumi's own launcher does: a refused program leaves futures that nobody asks.
logging.getLogger("asyncio").setLevel(logging.CRITICAL)
ALL_SERVICES = "all-fra-services-in-oracle-services-network"
OCID_TYPES = {
    "oci:Functions/application:Application": "fnapp",
    "oci:Functions/function:Function": "fnfunc",
    "oci:Identity/group:Group": "group",
    "oci:Identity/dynamicGroup:DynamicGroup": "dynamicgroup",
    "oci:Events/rule:Rule": "eventrule",
    "oci:Identity/policy:Policy": "policy",
    "oci:Core/subnet:Subnet": "subnet",
    "oci:Core/networkSecurityGroup:NetworkSecurityGroup": "networksecuritygroup",
    "oci:ApiGateway/gateway:Gateway": "apigateway",
    "oci:ApiGateway/deployment:Deployment": "apideployment",
}


@dataclass(frozen=True)
class Registered:
    """One resource as the program registered it."""

    urn: str
    type: str
    name: str
    parent: str
    inputs: dict[str, Any]
    provider: str
    depends_on: tuple[str, ...]
    ignore_changes: tuple[str, ...]
    retained: bool


def minted(kind: str, name: str) -> str:
    """The OCID the stand-in gives a resource, the same every time."""
    unique = hashlib.sha256(name.encode()).hexdigest()[:52]
    return f"ocid1.{OCID_TYPES.get(kind, 'thing')}.oc1.eu-frankfurt-1.{unique}"


class Refusal(grpc.RpcError):
    """A look-up that the provider refuses, as it arrives from the engine."""

    def __init__(self, details: str) -> None:
        super().__init__(details)
        self._details = details

    def code(self) -> grpc.StatusCode:
        return grpc.StatusCode.UNKNOWN

    def details(self) -> str:
        return self._details


class Cloud(mocks.Mocks):
    """Creates everything at once; at preview (`known` false) ids and computed outputs are unknown."""

    def __init__(self, known: bool) -> None:
        self.known = known
        self.calls: list[tuple[str, dict[str, Any]]] = []
        self.answers: dict[str, Any] = {
            "oci:Identity/getRegionSubscriptions:getRegionSubscriptions": {
                "regionSubscriptions": [
                    {"regionName": "us-phoenix-1", "isHomeRegion": False},
                    {"regionName": "us-ashburn-1", "isHomeRegion": True},
                ]
            },
            "oci:ObjectStorage/getNamespace:getNamespace": {"namespace": "axsample"},
            "pulumi:pulumi:readStackResourceOutputs": {"outputs": {}},
            "oci:ObjectStorage/getBucket:getBucket": {"objectEventsEnabled": True},
            "oci:Core/getSubnet:getSubnet": {},
            "oci:Core/getNetworkSecurityGroupSecurityRules:getNetworkSecurityGroupSecurityRules": {
                "securityRules": []
            },
            "oci:Core/getServices:getServices": {
                "services": [
                    {"id": "ocid1.service.oc1..one", "cidrBlock": "oci-fra-objectstorage"},
                    {"id": "ocid1.service.oc1..all", "cidrBlock": ALL_SERVICES},
                ]
            },
        }

    def call(self, args: mocks.MockCallArgs) -> tuple[dict[str, Any], list[tuple[str, str]] | None]:
        self.calls.append((args.token, args.args))
        answer = self.answers[args.token]
        if isinstance(answer, str):
            raise Refusal(answer)
        return dict(answer), []

    def new_resource(self, args: mocks.MockResourceArgs) -> tuple[str, dict[str, Any]]:
        outputs = dict(args.inputs)
        if not args.custom or args.typ.startswith("pulumi:providers:"):
            return f"{args.name}-id" if args.custom else "", outputs
        if not self.known:
            return "", outputs
        if args.typ == "docker-build:index:Image":
            outputs |= {"digest": "sha256:" + hashlib.sha256(args.name.encode()).hexdigest()}
        if args.typ == "oci:Functions/function:Function":
            outputs |= {"invokeEndpoint": f"https://{args.name}.eu-frankfurt-1.functions.oci.oraclecloud.com"}
        if args.typ == "oci:Core/vcn:Vcn":
            outputs |= {"defaultSecurityListId": minted("oci:Core/securityList:SecurityList", args.name)}
        if args.typ == "oci:ApiGateway/gateway:Gateway":
            outputs |= {
                "hostname": f"{args.name}.apigateway.eu-frankfurt-1.oci.customer-oci.com",
                "ipAddresses": [{"ipAddress": "129.146.1.7"}],
            }
        if args.typ == "oci:ApiGateway/deployment:Deployment":
            outputs |= {"endpoint": f"https://gateway.example.com{args.inputs['pathPrefix']}"}
        if args.typ == "oci:Waas/policy:Policy":
            outputs |= {"cname": "edge.example.waas.oci.oraclecloud.net"}
        return minted(args.typ, args.name), outputs


class Recorder(mocks.MockMonitor):
    """Keeps what was registered, and what each component and the stack gave as outputs."""

    def __init__(self, cloud: Cloud) -> None:
        super().__init__(cloud)
        self.registered: dict[str, Registered] = {}
        self.outputs: dict[str, dict[str, Any]] = {}

    def RegisterResource(self, request: Any) -> Any:
        response = super().RegisterResource(request)  # type: ignore[no-untyped-call]  # Pulumi's mocks
        if request.type != "pulumi:pulumi:Stack":
            self.registered[response.urn] = Registered(
                urn=response.urn,
                type=request.type,
                name=request.name,
                parent=request.parent,
                inputs=_plain(rpc.deserialize_properties(request.object, keep_unknowns=True)),
                provider=request.provider,
                depends_on=tuple(sorted(request.dependencies)),
                ignore_changes=tuple(request.ignoreChanges),
                retained=request.retainOnDelete,
            )
        return response

    def RegisterResourceOutputs(self, request: Any) -> Any:
        self.outputs[request.urn] = _plain(rpc.deserialize_properties(request.outputs, keep_unknowns=True))
        return super().RegisterResourceOutputs(request)  # type: ignore[no-untyped-call]  # same


def _plain(value: Any) -> Any:
    """Values as a person reads them: `<unknown>`, and secrets marked."""
    if rpc.is_rpc_secret(value):
        return {"<secret>": _plain(rpc.unwrap_rpc_secret(value))}
    if isinstance(value, dict):
        return {key: _plain(each) for key, each in value.items()}
    if isinstance(value, list):
        return [_plain(each) for each in value]
    return "<unknown>" if isinstance(value, Unknown) else value


@contextlib.contextmanager
def _event_loop() -> Iterator[asyncio.AbstractEventLoop]:
    """A loop for one run. The stand-in engine wants one in each worker thread too, and closes none."""
    loops = [asyncio.new_event_loop()]
    gc.freeze()  # what was there before, thousands of tests among it, need not be looked through at the end

    def enter_thread() -> None:
        loops.append(asyncio.new_event_loop())
        asyncio.set_event_loop(loops[-1])

    executor = ThreadPoolExecutor(max_workers=2, initializer=enter_thread)
    loops[0].set_default_executor(executor)
    asyncio.set_event_loop(loops[0])
    try:
        yield loops[0]
    finally:
        # A program that was refused leaves tasks behind, as it does under the engine.
        pending = asyncio.all_tasks(loops[0])
        for task in pending:
            task.cancel()
        loops[0].run_until_complete(asyncio.gather(*pending, return_exceptions=True))
        executor.shutdown()
        asyncio.set_event_loop(None)
        for loop in loops:
            # Futures of a refused program nobody waits for are dropped here, in silence: dropped at some
            # later time they would report themselves in the middle of another test.
            loop.set_exception_handler(lambda *_: None)
            loop.close()
        settings.SETTINGS.outputs.clear()
        gc.collect()
        gc.unfreeze()


@dataclass
class World:
    """What one run of a program left behind."""

    stack: str = "dev"
    config: dict[str, str] = field(default_factory=dict)
    secret_keys: tuple[str, ...] = ()
    cloud: Cloud = field(default_factory=lambda: Cloud(known=True))

    def __post_init__(self) -> None:
        self.recorder = Recorder(self.cloud)

    def run(self, program: Callable[[], Any], *, preview: bool = False) -> World:
        """Run `program` to its end. Raises what the engine would report."""
        self.cloud.known = not preview
        contextvars.Context().run(self._run, program, preview)
        return self

    def _run(self, program: Callable[[], Any], preview: bool) -> None:
        with _event_loop() as loop:
            settings.configure(
                mocks.MockSettings(  # type: ignore[no-untyped-call]  # same
                    monitor=self.recorder,
                    engine=mocks.MockEngine(None),
                    project="oci-ai-functions",
                    stack=self.stack,
                    dry_run=preview,
                    organization=None,
                )
            )
            settings.ROOT.set(None)
            settings.SETTINGS.outputs.clear()  # what a refused program never came to wait for
            pulumi.runtime.set_all_config(self.config, list(self.secret_keys))
            loop.run_until_complete(pulumi.runtime.run_in_stack(lambda: _ignore(program())))

    def all(self, type_: str) -> list[Registered]:
        """Resources of a type, in order of registration."""
        return [each for each in self.recorder.registered.values() if each.type == type_]

    def one(self, type_: str) -> Registered:
        """The only resource of a type."""
        (found,) = self.all(type_)
        return found

    def named(self, name: str) -> Registered:
        """The only resource of a name."""
        (found,) = [each for each in self.recorder.registered.values() if each.name == name]
        return found

    def graph(self) -> str:
        """Everything registered, as plain data without this machine's paths."""
        resources = {
            each.urn: {
                "parent": each.parent,
                "inputs": each.inputs,
                "provider": each.provider.rpartition("::")[0],
                "depends_on": list(each.depends_on),
                **({"retained": True} if each.retained else {}),
            }
            for each in self.recorder.registered.values()
        }
        text = json.dumps({"resources": resources, "exports": self.exports}, indent=1, sort_keys=True)
        return text.replace(str(ROOT), "<root>") + "\n"

    @property
    def exports(self) -> dict[str, Any]:
        """What the stack exports."""
        (found,) = [each for urn, each in self.recorder.outputs.items() if "pulumi:pulumi:Stack::" in urn]
        return found


def _ignore(_: Any) -> None:
    """A program's value is nothing to wait for: Pulumi waits for every output by itself."""


def stack_values(stack: str) -> dict[str, str]:
    """The tracked stack file the way the engine hands it over, with the two secrets set."""
    content = yaml.safe_load((ROOT / f"Pulumi.{stack}.yaml").read_text())["config"]
    values = {
        key: value if isinstance(value, str) else json.dumps(value, sort_keys=True)
        for key, value in content.items()
    }
    return values | {
        "oci-ai-functions:registry_username": "axsample/deployer",
        "oci-ai-functions:registry_auth_token": "sample-token",
    }


@pytest.fixture(name="minted")
def _minted() -> Callable[[str, str], str]:
    """The OCID a resource of this type and name gets."""
    return minted


@pytest.fixture
def world() -> World:
    """An empty stack called dev."""
    return World()


@pytest.fixture
def deployed() -> Callable[..., World]:
    """Runs this repository's own program for one of its stacks."""

    def deploy(
        stack: str,
        *,
        preview: bool = False,
        secret_keys: tuple[str, ...] = (),
        answers: dict[str, Any] | None = None,
        **changes: str | None,
    ) -> World:
        values = stack_values(stack) | {f"oci-ai-functions:{key}": value for key, value in changes.items()}
        config = {key: value for key, value in values.items() if value is not None}
        world = World(stack=stack, config=config, secret_keys=secret_keys)
        world.cloud.answers |= answers or {}
        return _run_program(world, preview)

    return deploy


@pytest.fixture
def ran() -> Callable[[dict[str, str]], World]:
    """Runs this repository's own program for the stack dev with this config and no other."""
    return lambda config: _run_program(World(config=config), False)


def _run_program(world: World, preview: bool) -> World:
    # Here the process does not end with the program: what is left of one would slow down all that follow.
    with patch("components.garbage.collect_rarely"):
        return world.run(lambda: runpy.run_path(str(ROOT), run_name="__main__"), preview=preview)
