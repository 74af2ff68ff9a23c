"""The policy pack's share of a preview of 400 resources on the real engine: with the pack against without.

Run: `.venv/bin/python -m benchmarks.pack_share`. Three sides are run in turn, in one sandbox, and the
medians of the rounds are compared: no pack, a pack of the SDK with one idle rule, and this project's.
The program has 100 policies of three statements and 300 other resources.
"""

from __future__ import annotations

import statistics
import subprocess
import tempfile
import time
from pathlib import Path

from sandbox.environment import ROOT, Sandbox, merged

ROUNDS = 3

PROGRAM = """
import pulumi_oci as oci

COMPARTMENT = "ocid1.compartment.oc1..aaaaaaaa7kq3sfz5x2w6hynd4uvbtgcmjrpeo"
for number in range(300):
    oci.ons.NotificationTopic(f"topic-{number}", compartment_id=COMPARTMENT, name=f"topic-{number}")
for number in range(100):
    oci.identity.Policy(
        f"policy-{number}", compartment_id=COMPARTMENT, description="benchmark", name=f"policy-{number}",
        statements=[
            f"Allow group team-{number} to read buckets in compartment id {COMPARTMENT}",
            f"Allow group team-{number} to use fn-invocation in compartment id {COMPARTMENT} "
            "where target.function.id = 'ocid1.fnfunc.oc1.iad.aaaaaaaac6r4yt2wq5nxk3mvzbjhdpgsufeoil'",
            f"Allow group team-{number} to manage objects in compartment id {COMPARTMENT} "
            "where all {target.bucket.name = 'b', request.permission = 'OBJECT_CREATE'}",
        ],
    )
"""

IDLE_PACK = """
from pulumi_policy import EnforcementLevel, PolicyPack, ResourceValidationPolicy


def nothing(args, report):
    pass


PolicyPack(
    name="idle",
    enforcement_level=EnforcementLevel.ADVISORY,
    policies=[ResourceValidationPolicy(name="nothing", description="nothing", validate=nothing)],
)
"""


def write(folder: Path, manifest: str, source: str, program: str) -> Path:
    """A folder with a program or a pack in it."""
    folder.mkdir()
    (folder / manifest).write_text(source)
    (folder / "__main__.py").write_text(program)
    return folder


def preview(folder: Path, environment: dict[str, str], *arguments: str) -> float:
    """Seconds one preview takes. Raises `CalledProcessError` if it fails."""
    command = [
        "pulumi",
        "preview",
        "--stack",
        "bench",
        "--non-interactive",
        "--suppress-progress",
        *arguments,
    ]
    start = time.perf_counter()
    subprocess.run(command, cwd=folder, env=environment, check=True, stdout=subprocess.DEVNULL)
    return time.perf_counter() - start


def main() -> None:
    """Print both medians and the pack's share."""
    with tempfile.TemporaryDirectory() as place:
        sandbox = Sandbox(Path(place) / "sandbox")
        environment = merged(sandbox.prepare(lambda _: None))
        folder = write(Path(place) / "program", "Pulumi.yaml", "name: bench\nruntime: python\n", PROGRAM)
        idle = write(Path(place) / "idle", "PulumiPolicy.yaml", "runtime: python\n", IDLE_PACK)
        subprocess.run(
            ["pulumi", "stack", "init", "bench"],  # noqa: S607 the engine's folder leads PATH
            cwd=folder,
            env=environment,
            check=True,
            stdout=subprocess.DEVNULL,
        )
        sides = ((), ("--policy-pack", str(idle)), ("--policy-pack", str(ROOT / "policy_pack")))
        for side in sides:
            preview(folder, environment, *side)  # fills the caches
        rounds = [[preview(folder, environment, *side) for side in sides] for _ in range(ROUNDS)]
    without, with_idle, with_ours = (statistics.median(side) for side in zip(*rounds, strict=True))
    print("resources               400 (100 policies, 300 statements)")
    print(f"preview without a pack  {without:6.2f} s")
    print(f"with an idle pack       {with_idle:6.2f} s   {_share(without, with_idle)}")
    print(f"with this pack          {with_ours:6.2f} s   {_share(without, with_ours)}")
    print(f"against the idle one    {'':8}   {_share(with_idle, with_ours)}")


def _share(less: float, more: float) -> str:
    return f"{100 * (more - less) / more:5.1f} % of the wall time"


if __name__ == "__main__":
    main()
