"""Pulumi's generated gRPC stubs, without the SDK around them.

`import pulumi` runs the whole SDK, which a provider does not use and which doubles the time it takes to
start. Where the SDK is loaded already (tests), its own modules are used.
"""

from __future__ import annotations

import importlib
import importlib.util
import sys
from pathlib import Path
from types import ModuleType
from typing import Any


def _load() -> tuple[Any, ...]:
    absent = [name for name in ("pulumi", "pulumi.runtime") if name not in sys.modules]
    if absent:
        found = importlib.util.find_spec("pulumi")
        if found is None or found.origin is None:
            raise ImportError("the package pulumi is not installed in this environment")
        root = Path(found.origin).parent
        for name in absent:
            package = ModuleType(name)
            package.__path__ = [str(root.joinpath(*name.split(".")[1:]))]
            sys.modules[name] = package
    try:
        return tuple(
            importlib.import_module(f"pulumi.runtime.proto.{name}")
            for name in ("provider_pb2", "provider_pb2_grpc", "plugin_pb2", "engine_pb2", "engine_pb2_grpc")
        )
    finally:
        for name in absent:  # whoever wants the SDK later gets the real one
            sys.modules.pop(name, None)


provider_pb2, provider_pb2_grpc, plugin_pb2, engine_pb2, engine_pb2_grpc = _load()
