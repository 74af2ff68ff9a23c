"""What the stand-in provider adds to an up of 400 resources, against a provider that answers at once.

Run: `.venv/bin/python -m benchmarks.provider_overhead [--rounds N]`. The same program is deployed to an
empty stack with either provider in turn, after one up of each that is not counted; the medians are compared.
The provider that answers at once is a Python process too. It returns what it is sent and, as they were seen
once, the outputs that the stand-in adds: the engine writes all of them into its state at each step, which is
no part of the stand-in's own share. Exit status 1 if the stand-in takes more than 1.15 times as long.
"""

from __future__ import annotations

import argparse
import json
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from sandbox.environment import ROOT, Sandbox, merged
from sandbox.providers.install import PLUGINS

LIMIT = 1.15
ROUNDS = 3

PROGRAM = """
import pulumi_oci as oci

COMPARTMENT = "ocid1.compartment.oc1..aaaaaaaa7kq3sfz5x2w6hynd4uvbtgcmjrpeo"
TENANCY = "ocid1.tenancy.oc1..aaaaaaaaq2w6hynd4uvbtgcmjrpeo7kq3sfz5x"
APPLICATION = "ocid1.fnapp.oc1.iad.aaaaaaaa4uvbtgcmjrpeo7kq3sfz5x2w6hynd"

for number in range({each_kind}):
    oci.objectstorage.Bucket(f"bucket-{number}", compartment_id=COMPARTMENT, namespace="ns")
    group = oci.identity.Group(f"group-{number}", compartment_id=TENANCY, description="benchmark")
    oci.identity.Policy(
        f"policy-{number}", compartment_id=COMPARTMENT, description="benchmark",
        statements=[group.id.apply(
            lambda id: f"Allow group id {id} to read buckets in compartment id {COMPARTMENT}"
        )],
    )
    oci.functions.Function(
        f"function-{number}", application_id=APPLICATION, display_name=f"function-{number}",
        memory_in_mbs="256", config={"LEVEL": "info"},
        source_details={"source_type": "CONTAINER_IMAGE", "image": f"iad.ocir.io/tenancyns/fn:{number}"},
    )
"""

# Uses the stubs of the stand-in, so that both start equally fast, and nothing else of it.
AT_ONCE = """
import itertools
import json
import sys
import time
from concurrent.futures import ThreadPoolExecutor

sys.path[0] = {root!r}

import grpc
from google.protobuf.empty_pb2 import Empty
from google.protobuf.struct_pb2 import Struct
from sandbox.providers.stubs import plugin_pb2, provider_pb2 as pb, provider_pb2_grpc

numbers = itertools.count()
added = {{}}
for token, outputs in json.loads({outputs!r}).items():
    added[token] = Struct()
    added[token].update(outputs)


class AtOnce(provider_pb2_grpc.ResourceProviderServicer):
    def Handshake(self, request, context):
        return pb.ProviderHandshakeResponse(accept_secrets=True)

    def GetPluginInfo(self, request, context):
        return plugin_pb2.PluginInfo(version={version!r})

    def CheckConfig(self, request, context):
        return pb.CheckResponse(inputs=request.news)

    def Configure(self, request, context):
        return pb.ConfigureResponse(acceptSecrets=True, supportsPreview=True)

    def Check(self, request, context):
        return pb.CheckResponse(inputs=request.news)

    def Create(self, request, context):
        properties = Struct()
        properties.CopyFrom(added[request.urn.split("::")[2]])
        properties.MergeFrom(request.properties)
        return pb.CreateResponse(id=f"id-{{next(numbers)}}", properties=properties)

    def Delete(self, request, context):
        return Empty()

    def Cancel(self, request, context):
        return Empty()


server = grpc.server(ThreadPoolExecutor(max_workers=128))
provider_pb2_grpc.add_ResourceProviderServicer_to_server(AtOnce(), server)
port = server.add_insecure_port("127.0.0.1:0")
server.start()
print(port, flush=True)
while True:
    time.sleep(60)
"""


def seen_outputs(place: Path) -> dict[str, Any]:
    """What the stand-in answers to a create of each kind of the program, by type token."""
    program, environment = prepare(place, each_kind=1)
    pulumi(program, environment, "up", "--yes", "--skip-preview", "--suppress-progress")
    latest = json.loads(Sandbox(place / "sandbox").state_file("overhead", "bench").read_text())["checkpoint"]
    resources = latest["latest"]["resources"]
    return {each["type"]: each["outputs"] for each in resources if each["type"].startswith("oci:")}


def prepare(
    place: Path, *, answers: dict[str, Any] | None = None, each_kind: int = 100
) -> tuple[Path, dict[str, str]]:
    """A sandbox, a program of so many resources of each of four kinds, and a stack in it; with a plugin that
    answers at once, by type token, where there are `answers`."""
    sandbox = Sandbox(place / "sandbox")
    environment = merged(sandbox.prepare(lambda line: print(line, file=sys.stderr)))
    if answers is not None:
        version, _ = PLUGINS["oci"]
        plugin = sandbox.home / "plugins" / f"resource-oci-v{version}" / "__main__.py"
        plugin.write_text(AT_ONCE.format(root=str(ROOT), version=version, outputs=json.dumps(answers)))
    program = place / "program"
    program.mkdir()
    (program / "__main__.py").write_text(PROGRAM.replace("{each_kind}", str(each_kind)))
    (program / "Pulumi.yaml").write_text(
        "name: overhead\nruntime:\n  name: python\n  options:\n"
        f"    virtualenv: {Path(sys.executable).parent.parent}\n"
    )
    pulumi(program, environment, "stack", "init", "bench")
    return program, environment


def pulumi(program: Path, environment: dict[str, str], *arguments: str) -> float:
    """Seconds one command takes. Raises `CalledProcessError` if it fails."""
    command = ["pulumi", *arguments, "--non-interactive"]
    begun = time.perf_counter()
    done = subprocess.run(command, cwd=program, env=environment, capture_output=True, text=True, check=False)
    if done.returncode:
        print(done.stdout, done.stderr, file=sys.stderr)
        done.check_returncode()
    return time.perf_counter() - begun


def up_and_down(program: Path, environment: dict[str, str]) -> float:
    """Seconds of one up from nothing; everything is gone afterwards."""
    took = pulumi(program, environment, "up", "--yes", "--skip-preview", "--suppress-progress")
    pulumi(program, environment, "destroy", "--yes", "--skip-preview", "--suppress-progress")
    return took


def main() -> int:
    """Print both medians and their ratio."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument(
        "--rounds", type=int, default=ROUNDS, help="counted ups per provider (default %(default)s)"
    )
    rounds = parser.parse_args().rounds
    seconds: dict[str, list[float]] = {"stand-in": [], "at once": []}
    with tempfile.TemporaryDirectory() as place:
        folders = {name: Path(place) / name.replace(" ", "-") for name in ("seen", *seconds)}
        for folder in folders.values():
            folder.mkdir()
        answers = seen_outputs(folders["seen"])
        ready = {
            "stand-in": prepare(folders["stand-in"]),
            "at once": prepare(folders["at once"], answers=answers),
        }
        for number in range(rounds + 1):
            for name, (program, environment) in ready.items():
                took = up_and_down(program, environment)
                print(
                    f"round {number}  {name:9} {took:6.2f} s{'' if number else '  (not counted)'}", flush=True
                )
                if number:
                    seconds[name].append(took)
    medians = {name: statistics.median(taken) for name, taken in seconds.items()}
    ratio = medians["stand-in"] / medians["at once"]
    print(
        f"stand-in {medians['stand-in']:.2f} s, at once {medians['at once']:.2f} s,"
        f" ratio {ratio:.2f} (at most {LIMIT})"
    )
    return 0 if ratio <= LIMIT else 1


if __name__ == "__main__":
    sys.exit(main())
