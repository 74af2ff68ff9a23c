"""Pulumi's `ResourceProvider` protocol, what is the same for every stand-in: handshake, errors, process.

A subclass answers check, diff, create, read, update, delete and invoke. Every refusal reaches the engine as
one line of text; a mistake in the sandbox's own code does too, with the place it happened.
"""

# ruff: noqa: ARG002 the protocol names methods and their parameters
from __future__ import annotations

import contextlib
import functools
import os
import signal
import sys
import threading
import traceback
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextvars import ContextVar
from pathlib import Path
from typing import Any

import grpc
from google.protobuf.empty_pb2 import Empty

from sandbox import checkpoints
from sandbox.cloud.errors import SandboxFault, ServiceError
from sandbox.cloud.faults import Fault, fault_for
from sandbox.cloud.store import Store
from sandbox.providers import deployer
from sandbox.providers.deployer import Action
from sandbox.providers.redaction import redacted, secret_values
from sandbox.providers.sdk import Sdk, UnknownType
from sandbox.providers.stubs import (
    engine_pb2,
    engine_pb2_grpc,
    plugin_pb2,
    provider_pb2,
    provider_pb2_grpc,
)
from sandbox.providers.wire import decode

_WORKERS = 128  # a create that is asked to be slow keeps one busy all the time
_LARGEST_MESSAGE = 400 * 1024 * 1024
_WATCH_SECONDS = 0.1
_GRACE_SECONDS = 5.0

# 500 is "unknown" to the engine, as an error of the real provider is: it cannot know whether the service did
# it.
_CODES = {
    400: grpc.StatusCode.INVALID_ARGUMENT,
    403: grpc.StatusCode.PERMISSION_DENIED,
    404: grpc.StatusCode.NOT_FOUND,
    409: grpc.StatusCode.ALREADY_EXISTS,
    429: grpc.StatusCode.RESOURCE_EXHAUSTED,
    501: grpc.StatusCode.FAILED_PRECONDITION,
}


# What is being answered, by thread: its secrets are kept out of everything that is said meanwhile.
_REQUEST: ContextVar[Any] = ContextVar("request", default=None)
# Where a request carries properties.
_PROPERTIES = ("news", "olds", "old_inputs", "properties", "inputs", "args")


class Refused(Exception):
    """An answer that is an error, ready for gRPC."""

    def __init__(self, code: grpc.StatusCode, text: str) -> None:
        super().__init__(text)
        self.code = code


def answering(method: Callable[..., Any]) -> Callable[..., Any]:
    """Turn what a method raises into a gRPC status with one line of text, without a secret of the request."""

    @functools.wraps(method)
    def answer(self: Any, request: Any, context: grpc.ServicerContext) -> Any:
        _REQUEST.set(request)
        try:
            response = method(self, request, context)
        except Exception as error:  # noqa: BLE001 whatever it is, the engine gets one line and no traceback
            refused = refusal(error)
        else:
            for failure in getattr(response, "failures", ()):
                failure.reason = self.told(failure.reason)
            return response
        return context.abort(refused.code, self.told(str(refused)))

    return answer


def refusal(error: Exception) -> Refused:
    """The status and line for an exception."""
    if isinstance(error, Refused):
        return error
    if isinstance(error, ServiceError):
        return Refused(_CODES.get(error.status, grpc.StatusCode.UNKNOWN), str(error))
    if isinstance(error, SandboxFault):
        return Refused(grpc.StatusCode.FAILED_PRECONDITION, str(error))
    if isinstance(error, UnknownType):
        return Refused(
            grpc.StatusCode.INVALID_ARGUMENT, f"the installed SDK has no resource type {error.args[0]}"
        )
    frames = traceback.extract_tb(error.__traceback__)
    place = f"{Path(frames[-1].filename).name}:{frames[-1].lineno}" if frames else "?"
    text = " ".join(str(error).split())
    return Refused(
        grpc.StatusCode.UNKNOWN,
        f"500-InternalError, the sandbox itself failed at {place}: {type(error).__name__}: {text}",
    )


class Provider(provider_pb2_grpc.ResourceProviderServicer):  # type: ignore[misc]
    """What every stand-in answers alike. `sdk` says which types there are, `folder` where the sandbox is."""

    def __init__(self, sdk: Sdk, folder: Path | None = None) -> None:
        self.sdk = sdk
        self.folder = folder or _folder()
        self.config: dict[str, str] = {}
        self.reference = ""
        """The provider in the engine's state, as `<URN>::<id>`; empty where the engine does not say."""
        self._engine: str | None = None
        self._missed = False
        self._store: Store | None = None
        self._store_lock = threading.Lock()
        self._running = 0
        self._running_lock = threading.Lock()

    @property
    def store(self) -> Store:
        """The sandbox's store, opened at the first use."""
        with self._store_lock:
            if self._store is None:
                self._store = Store(self.folder / "store.db")
            return self._store

    def close(self) -> None:
        """Let go of the store."""
        with self._store_lock:
            if self._store is not None:
                self._store.close()
                self._store = None

    @contextlib.contextmanager
    def working(self) -> Iterator[None]:
        """Around everything that must end before the process does."""
        with self._running_lock:
            self._running += 1
        try:
            yield
        finally:
            with self._running_lock:
                self._running -= 1

    def expect(self, urn: str, id: str) -> None:
        """A resource the engine compares should exist; said once where one does not.

        To the engine it is unchanged, as a resource deleted by hand is on OCI. Raises `SandboxFault` where
        nothing exists at all.
        """
        if self._missed or self.store.get(id) is not None:
            return
        if self.store.is_empty():
            raise SandboxFault(
                f"{self.store.path}: lost or emptied: it contains none of this stack's resources; restore "
                "the file, or remove them from the state: pulumi refresh"
            )
        self._missed = True
        self.warn(
            urn, "no longer exists; `pulumi refresh` removes it from the state, and an up creates it again"
        )

    def answer_goes_out(self, urn: str, id: str, context: Any) -> None:
        """An update or delete is answered; not where the engine has hung up, and so will not know."""
        if not context.is_active():
            return
        if checkpoints.are_skipped():
            self.store.await_save(id, urn)
        else:
            self.store.answered(id)

    @property
    def is_working(self) -> bool:
        """Whether a create, update or delete is under way."""
        return self._running > 0

    def told(self, text: str) -> str:
        """A text for the engine, without the secrets of the request that is being answered."""
        request = _REQUEST.get()
        fields = {field.name for field in request.DESCRIPTOR.fields} if request is not None else set()
        token = getattr(request, "type", "") or _type_in(getattr(request, "urn", ""))
        sensitive = self.sdk.resource(token).secret_outputs if token in self.sdk.tokens else frozenset[str]()
        secrets: dict[str, list[str]] = {}
        for name in fields.intersection(_PROPERTIES):
            for input, values in secret_values(decode(getattr(request, name)), sensitive).items():
                secrets.setdefault(input, []).extend(values)
        return redacted(text, secrets)

    def warn(self, urn: str, text: str) -> None:
        """Show a warning at a resource; lost without harm where there is no engine to show it."""
        self._show(urn, self.told(text))

    def authorize(self, action: Action, urn: str, token: str, id: str, properties: Mapping[str, Any]) -> None:
        """Raise what OCI says to a deployer without a right that this needs; the reason is a warning of the
        sandbox's own."""
        try:
            deployer.check(action, urn, token, id, properties, self.store)
        except deployer.NotAuthorized as refused:
            self.warn(urn, refused.reason)
            raise

    def fault(self, operation: str, type: str, urn: str) -> Fault:
        """What was asked to go wrong with this request."""
        return fault_for(self.folder, self.store, operation, type, urn)

    def _show(self, urn: str, text: str) -> None:
        if not self._engine:
            return
        with contextlib.suppress(grpc.RpcError), grpc.insecure_channel(self._engine) as channel:
            engine_pb2_grpc.EngineStub(channel).Log(
                engine_pb2.LogRequest(severity=engine_pb2.WARNING, message=text, urn=urn), timeout=5
            )

    # The protocol's methods are named by Pulumi.

    def Handshake(self, request: Any, context: Any) -> Any:
        self._engine = request.engine_address
        return provider_pb2.ProviderHandshakeResponse(
            accept_secrets=True,
            accept_resources=False,
            accept_outputs=False,
            supports_autonaming_configuration=True,
        )

    def Attach(self, request: Any, context: Any) -> Any:
        self._engine = request.address
        return Empty()

    def GetPluginInfo(self, request: Any, context: Any) -> Any:
        return plugin_pb2.PluginInfo(version=self.sdk.version)

    def CheckConfig(self, request: Any, context: Any) -> Any:
        return provider_pb2.CheckResponse(inputs=request.news)

    def DiffConfig(self, request: Any, context: Any) -> Any:
        changed = request.old_inputs != request.news
        kind = provider_pb2.DiffResponse.DIFF_SOME if changed else provider_pb2.DiffResponse.DIFF_NONE
        return provider_pb2.DiffResponse(changes=kind)

    @answering
    def Configure(self, request: Any, context: Any) -> Any:
        self.config = {key.rpartition(":")[2]: value for key, value in request.variables.items()}
        self.reference = f"{request.urn}::{request.id}" if request.urn and request.id else ""
        _ = self.store.mark  # a store that cannot be used is told once, here
        return provider_pb2.ConfigureResponse(
            acceptSecrets=True, supportsPreview=True, supports_autonaming_configuration=True
        )

    def Cancel(self, request: Any, context: Any) -> Any:
        """No-op: in-flight creates finish and are recorded."""
        return Empty()


def _folder() -> Path:
    """The sandbox's folder: `OCI_SANDBOX_DIR`, else `.sandbox` in the project."""
    return Path(os.environ.get("OCI_SANDBOX_DIR") or Path(__file__).parents[2] / ".sandbox").absolute()


def _type_in(urn: str) -> str:
    """The resource type a URN names; empty where there is none."""
    return urn.rpartition("::")[0].rpartition("::")[2].rpartition("$")[2]


def serve(provider: Provider) -> None:
    """Serve until the engine ends the process or is gone; the port is the first line on stdout."""
    stop = threading.Event()
    parent = os.getppid()
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C goes to the whole terminal; the engine decides
    signal.signal(signal.SIGTERM, lambda *_: stop.set())
    server = start(provider)
    while not stop.wait(_WATCH_SECONDS) and os.getppid() == parent:
        pass
    grace = _GRACE_SECONDS if provider.is_working and os.getppid() == parent else 0
    server.stop(grace).wait()
    provider.close()
    sys.stdout.flush()
    os._exit(0)  # threads that still wait on purpose must not keep the process


def start(provider: Provider, say: Callable[[str], None] | None = None) -> Any:
    """A server on a free port of this machine only."""
    server = grpc.server(
        ThreadPoolExecutor(max_workers=_WORKERS),
        options=[
            ("grpc.max_receive_message_length", _LARGEST_MESSAGE),
            ("grpc.max_send_message_length", _LARGEST_MESSAGE),
            ("grpc.so_reuseport", 0),
        ],
    )
    provider_pb2_grpc.add_ResourceProviderServicer_to_server(provider, server)
    port = server.add_insecure_port("127.0.0.1:0")
    server.start()
    if say is None:
        print(port, flush=True)
    else:
        say(str(port))
    return server
