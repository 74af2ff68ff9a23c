"""A provider whose creates take as long as they are told. Started by the CLI, not imported by tests.

The file `creating` in the test's folder tells that one is under way. A process in a session of its own
is started with each, as a provider may do.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import grpc
from google.protobuf import empty_pb2, struct_pb2
from pulumi.runtime.proto import plugin_pb2, provider_pb2, provider_pb2_grpc

FOLDER = Path(os.environ["TEST_FOLDER"])


SCHEMA = {
    "name": "slow",
    "version": "1.0.0",
    "resources": {
        "slow:index:Thing": {
            "properties": {"seconds": {"type": "number"}},
            "inputProperties": {"seconds": {"type": "number"}},
            "requiredInputs": ["seconds"],
        }
    },
}

# What a thing that is imported is like.
FOUND = struct_pb2.Struct(fields={"seconds": struct_pb2.Value(number_value=7)})


class SlowProvider(provider_pb2_grpc.ResourceProviderServicer):
    """Creates `slow:index:Thing` in `seconds`, imports and deletes it; it never changes."""

    def Handshake(self, request: Any, context: Any) -> Any:
        context.abort(grpc.StatusCode.UNIMPLEMENTED, "not needed")

    def GetPluginInfo(self, request: Any, context: Any) -> Any:
        return plugin_pb2.PluginInfo(version="1.0.0")

    def GetSchema(self, request: Any, context: Any) -> Any:
        return provider_pb2.GetSchemaResponse(schema=json.dumps(SCHEMA))

    def CheckConfig(self, request: Any, context: Any) -> Any:
        return provider_pb2.CheckResponse(inputs=request.news)

    def DiffConfig(self, request: Any, context: Any) -> Any:
        return provider_pb2.DiffResponse()

    def Configure(self, request: Any, context: Any) -> Any:
        return provider_pb2.ConfigureResponse()

    def Check(self, request: Any, context: Any) -> Any:
        return provider_pb2.CheckResponse(inputs=request.news)

    def Diff(self, request: Any, context: Any) -> Any:
        return provider_pb2.DiffResponse()

    def Create(self, request: Any, context: Any) -> Any:
        if not request.preview:
            subprocess.Popen(["/bin/sleep", "300"], start_new_session=True)
            (FOLDER / "creating").touch()
            time.sleep(request.properties["seconds"])
        return provider_pb2.CreateResponse(id="made", properties=request.properties)

    def Read(self, request: Any, context: Any) -> Any:
        return provider_pb2.ReadResponse(id=request.id, properties=FOUND, inputs=FOUND)

    def Delete(self, request: Any, context: Any) -> Any:
        return empty_pb2.Empty()

    def Cancel(self, request: Any, context: Any) -> Any:
        return empty_pb2.Empty()


if __name__ == "__main__":
    server = grpc.server(ThreadPoolExecutor(max_workers=8))
    provider_pb2_grpc.add_ResourceProviderServicer_to_server(SlowProvider(), server)
    print(server.add_insecure_port("127.0.0.1:0"))
    server.start()
    print("a line for nobody", file=sys.stderr)
    server.wait_for_termination()
