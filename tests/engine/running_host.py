"""A language host that was started as the CLI starts it."""

from __future__ import annotations

import os
import signal
import subprocess
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import grpc
from pulumi.runtime.proto import language_pb2_grpc


@dataclass
class RunningHost:
    """A language host, started as the CLI starts it, and a connection to it."""

    process: subprocess.Popen[bytes]
    port: int
    channel: grpc.Channel
    stub: Any

    @classmethod
    def start(cls, folder: Path, environment: Mapping[str, str]) -> RunningHost:
        """Start it and wait for its port."""
        process = subprocess.Popen(
            [folder / "pulumi-language-python", "127.0.0.1:1"],
            env=environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            process_group=0,
        )
        assert process.stdout
        port = int(process.stdout.readline())
        channel = grpc.insecure_channel(f"127.0.0.1:{port}")
        return cls(process, port, channel, language_pb2_grpc.LanguageRuntimeStub(channel))

    def stop(self) -> bytes:
        """End it as the CLI does, and close what is open; what it wrote to stdout since."""
        with suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGINT)
        out, _ = self.process.communicate(timeout=5)
        self.channel.close()
        return out
