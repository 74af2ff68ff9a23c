"""A function as a test calls it: by its handle, past the question who may, with everything else as on OCI."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from sandbox.cloud.errors import Unusable

_DEFAULTS = {"memory": 128, "timeout": 30}


@dataclass(frozen=True, kw_only=True)
class Invocation:
    """One call of a function, as the platform saw it.

    `status` is 200, or what OCI answers in its place (502, 504, 413), then `problem` says why.
    """

    status: int
    body: bytes
    headers: Mapping[str, str]
    logs: tuple[str, ...] = ()
    problem: str = ""
    milliseconds: float = 0.0

    @property
    def text(self) -> str:
        """The answer as text."""
        return self.body.decode()

    def json(self) -> Any:
        """The answer, decoded."""
        return json.loads(self.body)


@dataclass(frozen=True)
class SandboxFunction:
    """A function of a sandbox; `id` is its OCID."""

    id: str
    name: str
    _call: Callable[[str, bytes, Mapping[str, str]], Invocation]

    def invoke(self, body: object = b"", headers: Mapping[str, str] | None = None) -> Invocation:
        """Call it once and wait; what is neither bytes nor a string goes as JSON."""
        if isinstance(body, str):
            body = body.encode()
        raw = body if isinstance(body, bytes) else json.dumps(body).encode()
        return self._call(self.id, raw, headers or {})


@dataclass(frozen=True, kw_only=True)
class Settings:
    """What `func.yaml` says of a function; each may be given by the test instead."""

    name: str
    memory: int
    timeout: int
    config: Mapping[str, str]


def settings_of(folder: Path, given: Mapping[str, Any]) -> Settings:
    """The settings of a function's folder, with what a test gave over them. Raises `Unusable`."""
    place = folder / "func.yaml"
    try:
        stated = yaml.safe_load(place.read_text(encoding="utf-8")) if place.is_file() else {}
    except (OSError, ValueError, yaml.YAMLError) as error:
        raise Unusable(f"{place}: cannot be read: {error}") from None
    stated = stated if isinstance(stated, dict) else {}
    known = {name: stated[name] for name in ("name", "memory", "timeout", "config") if stated.get(name)}
    found = {"name": folder.resolve().name, "config": {}, **_DEFAULTS, **known}
    found |= {name: value for name, value in given.items() if value is not None}
    return Settings(
        name=str(found["name"]),
        memory=int(found["memory"]),
        timeout=int(found["timeout"]),
        config={name: str(value) for name, value in found["config"].items()},
    )
