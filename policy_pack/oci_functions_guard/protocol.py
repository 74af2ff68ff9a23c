"""The messages of the engine's analyzer protocol, as the Pulumi SDK brings them along, without the SDK.

Importing `pulumi` runs all of it, which takes longer than everything else the pack does at its start, and the
engine begins with the program only when the pack has started. The generated modules refer to each other as
neighbours only, so they can be read as neighbours of this one.
"""

from __future__ import annotations

import importlib
import importlib.util
from pathlib import Path
from typing import Any

__all__ = ["analyzer_pb2", "plugin_pb2"]


def _folder() -> str:
    """Where the SDK keeps them. Raises ModuleNotFoundError."""
    sdk = importlib.util.find_spec("pulumi")
    if sdk is None or sdk.origin is None:
        raise ModuleNotFoundError("the policy pack needs the Pulumi SDK: pip install pulumi", name="pulumi")
    return str(Path(sdk.origin).parent / "runtime" / "proto")


__path__ = [_folder()]

analyzer_pb2: Any = importlib.import_module("oci_functions_guard.protocol.analyzer_pb2")
plugin_pb2: Any = importlib.import_module("oci_functions_guard.protocol.plugin_pb2")
