"""What a function is to the runner, and what its platform answers for it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

# From the documented table; sizes between its rows take the row below.
_TMP = (
    (128, 32, 1024),
    (256, 64, 2048),
    (512, 128, 4096),
    (1024, 256, 8192),
    (2048, 512, 16384),
    (3072, 768, 24576),
)


@dataclass(frozen=True, kw_only=True)
class Additions:
    """What a function's process is given beyond its image: the way to services, an identity.

    Made by `containers.Equip`, for each container.
    """

    environment: Mapping[str, str] = field(default_factory=dict)
    """Set after the configuration, as what the platform sets itself."""
    read_only: tuple[Path, ...] = ()
    """Files and folders that the function sees under the same path; see `confinement.hand_over`."""
    ports: tuple[int, ...] = ()
    """Ports of the machine's 127.0.0.1 that the function reaches at its own: a proxy's."""


@dataclass(frozen=True, kw_only=True)
class FunctionSpec:
    """An image's content with its configuration; `config` is the application's, then the function's."""

    function_id: str
    function_name: str
    app_id: str
    app_name: str
    content: Path
    config: Mapping[str, str] = field(default_factory=dict)
    timeout_seconds: int = 30
    memory_mb: int = 128
    additions: Additions = field(default_factory=Additions)
    detached: bool = False
    """Whether nobody waits for the answer, which the function is told."""
    build: bool = False
    """Whether requirements without a wheel may be built, which runs their code unconfined."""

    @property
    def key(self) -> str:
        """The same for two calls that the same container may serve."""
        return repr(self)

    @property
    def tmp(self) -> tuple[int, int]:
        """Megabytes and number of files of `/tmp`, by memory."""
        return next(
            (size, files) for memory, size, files in reversed(_TMP) if memory <= max(self.memory_mb, 128)
        )


@dataclass(frozen=True)
class Line:
    """A line that a function printed: when (seconds since the epoch), STDOUT or STDERR, and its text."""

    time: float
    source: str
    text: str


@dataclass(frozen=True, kw_only=True)
class Reply:
    """One call as the platform sees it: 200, 413, 502 or 504; `problem` says what it saw go wrong."""

    status: int
    body: bytes
    """What the function itself answered; `for_caller` is what its caller gets of that."""
    headers: Mapping[str, str]
    milliseconds: float
    call_id: str
    problem: str = ""
    own_status: int | None = None
    """The function's own status; None where the development kit did not tell."""
    code: str = ""
    """OCI's error code; empty for 200."""
    message: str = ""
    lines: tuple[Line, ...] = ()
    """What it printed since the call before."""
    ready_ms: float = 0.0
    """How long its container took to start; 0 for one that was there."""

    def for_caller(self) -> tuple[int, dict[str, str], bytes]:
        """Status, headers and body that the caller gets: OCI drops what a function that failed answered."""
        if self.status == 200:
            return 200, dict(self.headers), self.body
        body = json.dumps({"code": self.code, "message": self.message}).encode()
        return self.status, {"content-type": "application/json"}, body


@dataclass(frozen=True)
class Failure:
    """How OCI Functions answers a call that went wrong."""

    status: int
    code: str
    message: str


TOO_LARGE = Failure(413, "FunctionInvokeRequestContentTooLarge", "Request content too large")
FAILED = Failure(502, "FunctionInvokeExecutionFailed", "function failed")
ENDED = Failure(502, "FunctionInvokeExecutionError", "error receiving function response")
INVALID = Failure(502, "FunctionInvokeInvalidResponse", "invalid function response")
ANSWER_TOO_LARGE = Failure(502, "FunctionInvokeResponseBodyTooLarge", "function response body too large")
TIMED_OUT = Failure(504, "FunctionInvokeTimeout", "Timed out")
_CHECK = "please ensure you are using the latest fdk and check the logs"
NOT_STARTED = Failure(502, "FunctionInvokeContainerInitFail", f"Container failed to initialize, {_CHECK}")
NOT_READY = Failure(
    504, "FunctionInvokeContainerInitTimeout", f"Container initialization timed out, {_CHECK}"
)
