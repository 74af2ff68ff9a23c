"""The policy pack's share of a preview of 400 resources on the real engine: with the pack against without.

Run: `.venv/bin/python -m benchmarks.pack_share`. The two sides are run in turn, in one sandbox; the medians
of the rounds are compared. The program has 100 policies of three statements and 300 other resources.
"""

from __future__ import annotations

import statistics
import subprocess
import tempfile
import time
from pathlib import Path

from sandbox.environment import ROOT, Sandbox, merged

ROUNDS = 5

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
        folder = Path(place) / "program"
        folder.mkdir()
        (folder / "Pulumi.yaml").write_text("name: bench\nruntime: python\n")
        (folder / "__main__.py").write_text(PROGRAM)
        subprocess.run(
            ["pulumi", "stack", "init", "bench"],  # noqa: S607 the engine's folder leads PATH
            cwd=folder,
            env=environment,
            check=True,
            stdout=subprocess.DEVNULL,
        )
        pack = ("--policy-pack", str(ROOT / "policy_pack"))
        preview(folder, environment, *pack)  # fills the caches of both sides
        pairs = [(preview(folder, environment), preview(folder, environment, *pack)) for _ in range(ROUNDS)]
    without, with_pack = (statistics.median(side) for side in zip(*pairs, strict=True))
    print("resources              400 (100 policies, 300 statements)")
    print(f"preview without pack   {without:6.2f} s")
    print(f"preview with pack      {with_pack:6.2f} s")
    print(f"the pack's share       {100 * (with_pack - without) / with_pack:6.1f} % of the wall time")


if __name__ == "__main__":
    main()
