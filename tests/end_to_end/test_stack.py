"""This project's own stacks on the sandbox: what `make up`, `make emit` and `make down` do.

The tests run in order and in one process (`--dist loadfile`), on one copy of the checkout and one sandbox:
what one deployed, the next uses.
"""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from sandbox.environment import ROOT, merged
from tests.end_to_end.harness import Ran

FUNCTION = "oci:Functions/function:Function"
IMAGE = "docker-build:index:Image"


@dataclass
class Checkout:
    """A copy of the project, with a sandbox of its own."""

    folder: Path

    @property
    def sandbox(self) -> Path:
        return self.folder / ".sandbox"

    def start(self, *arguments: str, module: str = "sandbox", **changed: Any) -> subprocess.Popen[str]:
        """Start a command of the project in this copy."""
        return subprocess.Popen(
            [sys.executable, "-m", module, *arguments],
            cwd=self.folder,
            env={**os.environ, "OCI_SANDBOX_DIR": str(self.sandbox)},
            **{"stdout": subprocess.PIPE, "stderr": subprocess.STDOUT, **changed},
            text=True,
            start_new_session=True,
        )

    def run(self, *arguments: str, module: str = "sandbox") -> Ran:
        """Run a command of the project in this copy to its end."""
        process = self.start(*arguments, module=module)
        output, _ = process.communicate(timeout=300)
        return Ran(process.returncode, output)

    def git(self, *arguments: str) -> str:
        """What git says of this copy."""
        ran = subprocess.run(["git", *arguments], cwd=self.folder, capture_output=True, text=True, check=True)
        return ran.stdout

    def replace(self, name: str, old: str, new: str) -> None:
        """Edit a file of this copy; the text must be there."""
        path = self.folder / name
        text = path.read_text()
        assert old in text
        path.write_text(text.replace(old, new))

    def state(self, stack: str = "dev") -> list[dict[str, Any]]:
        """The resources in the stack's state."""
        return resources_of(self.sandbox, stack)

    def outputs(self, stack: str = "dev") -> dict[str, Any]:
        """The stack's outputs, as the state holds them."""
        return outputs_of(self.sandbox, stack)

    def of_type(self, token: str, stack: str = "dev") -> dict[str, Any]:
        """The inputs and outputs of the only resource of a type."""
        (found,) = [entry for entry in self.state(stack) if entry["type"] == token]
        return found


def resources_of(sandbox: Path, stack: str) -> list[dict[str, Any]]:
    """The resources in a stack's state in the sandbox of a folder."""
    path = sandbox / "state" / ".pulumi" / "stacks" / "oci-ai-functions" / f"{stack}.json"
    latest = json.loads(path.read_text())["checkpoint"]["latest"]
    found: list[dict[str, Any]] = latest.get("resources") or []
    assert not latest.get("pending_operations")
    return found


def outputs_of(sandbox: Path, stack: str) -> dict[str, Any]:
    """A stack's outputs, as the state holds them."""
    (root,) = [entry for entry in resources_of(sandbox, stack) if entry["type"] == "pulumi:pulumi:Stack"]
    found: dict[str, Any] = root["outputs"]
    return found


def _copy(folder: Path) -> Checkout:
    """What git tracks or would track, as it is in the working tree, committed as one."""
    listed = subprocess.run(
        ["git", "ls-files", "-co", "--exclude-standard", "-z"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    for name in filter(None, listed.stdout.split("\0")):
        if (ROOT / name).is_file():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(ROOT / name, folder / name)
    checkout = Checkout(folder)
    checkout.git("init", "-q")
    checkout.git("add", "-A")
    checkout.git("-c", "user.name=t", "-c", "user.email=t@example.com", "commit", "-q", "-m", "copy")
    return checkout


@pytest.fixture(scope="module")
def checkout(tmp_path_factory: pytest.TempPathFactory) -> Checkout:
    """One copy for the tests of this module."""
    return _copy(tmp_path_factory.mktemp("checkout"))


class TestMainJob:
    """up, up again, emit, change, prod beside dev, down."""

    def test_up(self, checkout: Checkout) -> None:
        """The dev stack is deployed, and prints the function's id and endpoint."""
        ran = checkout.run("up")

        assert ran.status == 0, ran.output
        outputs = checkout.outputs()
        assert outputs["function_id"].startswith("ocid1.fnfunc.")
        assert outputs["invoke_endpoint"].startswith("https://")
        assert outputs["function_id"] in ran.output
        assert outputs["invoke_endpoint"] in ran.output
        assert outputs["functions"]["responder"]["id"] == outputs["function_id"]

    def test_state_is_written_whole(self, checkout: Checkout) -> None:
        """Nothing beside the state is written in place, where a kill could leave half of it."""
        assert list((checkout.sandbox / "state").rglob("dev.json"))
        assert not list((checkout.sandbox / "state").rglob("*.attrs"))

    def test_second_up_changes_nothing(self, checkout: Checkout) -> None:
        """Deploying again finds nothing to do."""
        ran = checkout.run("up", "--", "--expect-no-changes")

        assert ran.status == 0, ran.output
        assert "unchanged" in ran.output

    def test_preview_ends_with_what_access_is_new(self, checkout: Checkout) -> None:
        """Nothing where nothing changes; of a stack that is not there yet, every grant by its future ids."""
        same = checkout.run("preview")
        new = checkout.run("preview", "--stack", "prod")

        assert same.status == new.status == 0, same.output + new.output
        assert same.output.rstrip().endswith("access    no new access")
        told = " ".join(new.output.partition("access    what is new in this change:")[2].split())
        assert "any-user gains FN_INVOCATION in compartment" in told
        assert "-function}'" in told

    def test_up_says_what_to_do_next(self, checkout: Checkout) -> None:
        """A reader that goes away (`| head -1`) does not end the deploy, which would be in its middle."""
        read, write = os.pipe()
        os.close(read)
        process = checkout.start("up", "--", "--skip-preview", stdout=write, stderr=subprocess.PIPE)
        _, said = process.communicate(timeout=300)
        os.close(write)

        assert process.returncode == 0, said
        assert "next      make emit" in said
        assert "Traceback" not in said

    def test_outputs(self, checkout: Checkout) -> None:
        """The stack's outputs, for people and for programs."""
        ran = checkout.run("outputs")
        process = checkout.start("outputs", "--", "--json", stderr=subprocess.DEVNULL)
        alone, _ = process.communicate(timeout=300)

        assert ran.status == 0, ran.output
        assert checkout.outputs()["invoke_endpoint"] in ran.output
        assert json.loads(alone) == checkout.outputs()

    def test_emit(self, checkout: Checkout) -> None:
        """An AI event goes through the deployed rule into the function and gets an answer."""
        ran = checkout.run("emit", "--json")

        assert ran.status == 0, ran.output
        assert checkout.outputs()["function_id"] in ran.output

    def test_third_stack_in_one_command(self, checkout: Checkout) -> None:
        """Its file is written from that of dev, and the pack judges it with a config by default."""
        written = checkout.run("stack", "qa")
        ran = checkout.run("preview", "--stack", "qa")
        (checkout.folder / "Pulumi.qa.yaml").unlink()

        assert written.status == 0, written.output
        assert ran.status == 0, ran.output
        assert "no policy_pack/config/qa.json; prod.json, the strictest, is used" in ran.output
        assert " to create" in ran.output

    def test_preview_judges_everything_with_prods_config(self, checkout: Checkout) -> None:
        """The prod stack passes the strictest config without a finding, nothing left unjudged at preview."""
        ran = checkout.run("preview", "--stack", "prod")

        assert ran.status == 0, ran.output
        assert "unknown-at-preview" not in ran.output
        assert "mandatory" not in ran.output
        assert "advisory" not in ran.output

    def test_prod_beside_dev(self, checkout: Checkout) -> None:
        """The prod stack is deployed beside the dev stack, and shares nothing with it."""
        ran = checkout.run("up", "--stack", "prod")

        assert ran.status == 0, ran.output
        theirs = {entry["id"] for entry in checkout.state("prod") if entry.get("id")}
        ours = {entry["id"] for entry in checkout.state("dev") if entry.get("id")}
        assert not theirs & ours

    def test_changed_source_updates_the_function_only(self, checkout: Checkout) -> None:
        """A changed source file changes the image's digest, so the function, and nothing else."""
        before = checkout.of_type(FUNCTION)
        source = checkout.folder / "function_src" / "func.py"
        source.write_text(f"{source.read_text()}\n# changed\n")
        ran = checkout.run("up")
        after = checkout.of_type(FUNCTION)
        checkout.git("checkout", "function_src")

        assert ran.status == 0, ran.output
        assert after["id"] == before["id"]
        assert after["inputs"]["sourceDetails"]["imageDigest"] == checkout.of_type(IMAGE)["outputs"]["digest"]
        assert after["inputs"] != before["inputs"]
        assert "~ 2 updated" in ran.output

    def test_other_subnet_replaces_the_application(self, checkout: Checkout) -> None:
        """What forces a new application replaces it and all that is in it, under the same names."""
        before = checkout.outputs()
        checkout.replace("Pulumi.dev.yaml", "developmentsubnet0", "developmentsubnet1")
        ran = checkout.run("up", "--", "--skip-preview")
        after = checkout.outputs()
        checkout.git("checkout", "Pulumi.dev.yaml")

        assert ran.status == 0, ran.output
        assert after["application_id"] != before["application_id"]
        assert after["function_id"] != before["function_id"]

    def test_overbroad_statement_in_the_program_is_stopped(self, checkout: Checkout) -> None:
        """A statement somebody adds to the program stops the deploy before anything changes."""
        program = checkout.folder / "__main__.py"
        text = program.read_text()
        program.write_text(
            f"{text}\nimport pulumi_oci as oci\n\noci.identity.Policy(\n"
            '    "extra", compartment_id=settings.compartment_id, description="added",\n'
            '    statements=["Allow any-user to use functions-family in tenancy"],\n)\n'
        )
        before = checkout.state()
        ran = checkout.run("up")
        checkout.git("checkout", "__main__.py")

        assert ran.status != 0
        assert "functions-family" in ran.output
        assert not ran.traceback
        assert checkout.state() == before

    def test_tracked_files_are_untouched(self, checkout: Checkout) -> None:
        """Nothing the sandbox did shows in `git status`."""
        assert checkout.git("status", "--porcelain") == ""

    def test_the_sandbox_is_its_owners_alone(self, checkout: Checkout) -> None:
        """Nothing in it can be read by others, whatever the engine's and the plugins' umask was."""
        entries = [checkout.sandbox, *checkout.sandbox.rglob("*")]
        open_ones = [one for one in entries if not one.is_symlink() and one.stat().st_mode & 0o077]

        assert len(entries) > 50
        assert open_ones == []

    def test_down_that_fails_keeps_the_objects(self, checkout: Checkout) -> None:
        """Objects are deleted with their bucket and not before it."""
        objects = checkout.sandbox / "objects"
        before = sorted(path.name for path in objects.rglob("*.json"))
        faults = checkout.sandbox / "faults.json"
        fault = {"type": "oci:ObjectStorage/*", "operation": "delete", "error": "500-InternalError"}
        faults.write_text(json.dumps([fault]))
        ran = checkout.run("down")
        faults.unlink()

        assert ran.status != 0
        assert "500-InternalError" in ran.output
        assert before == sorted(path.name for path in objects.rglob("*.json"))
        assert before != []

    def test_down(self, checkout: Checkout) -> None:
        """Destroying dev leaves prod; destroying prod leaves nothing in the cloud."""
        dev = checkout.run("down")
        left = checkout.state("prod")
        prod = checkout.run("down", "--stack", "prod")

        assert dev.status == 0, dev.output
        assert "the objects of bucket ai-results-dev were deleted with it" in dev.output
        assert not list((checkout.sandbox / "objects").rglob("*.json"))
        assert left
        assert prod.status == 0, prod.output
        assert checkout.state("dev") == checkout.state("prod") == []
        assert checkout.git("status", "--porcelain") == ""

    def test_own_stack_afterwards(self, checkout: Checkout, tmp_path: Path) -> None:
        """After the sandbox, the checkout takes a stack of one's own with another passphrase."""
        variables = {
            "PULUMI_HOME": str(tmp_path / "home"),
            "PULUMI_BACKEND_URL": f"file://{tmp_path}",
            "PULUMI_CONFIG_PASSPHRASE": "another",
            "PULUMI_CONFIG_PASSPHRASE_FILE": None,
        }
        path = _environment(checkout)["PATH"]
        ran = subprocess.run(
            ["pulumi", "stack", "init", "dev", "--non-interactive"],
            cwd=checkout.folder,
            env={**merged(variables), "PATH": path},
            capture_output=True,
            text=True,
            check=False,
        )
        checkout.git("checkout", ".")

        assert ran.returncode == 0, ran.stderr


def _environment(checkout: Checkout) -> dict[str, str]:
    shown = checkout.run("env").output
    listed = subprocess.run(
        ["bash", "-c", f"{shown[shown.index('unset') :]}\nenv -0"], capture_output=True, text=True, check=True
    )
    return dict(line.split("=", 1) for line in listed.stdout.split("\0") if "=" in line)


class TestCutOff:
    """Runs that end in the middle, and what the next one makes of it."""

    @pytest.fixture(autouse=True)
    def _slow_policies(self, checkout: Checkout) -> Any:
        """Every policy takes a while to create, so that there is a middle."""
        faults = checkout.sandbox / "faults.json"
        checkout.sandbox.mkdir(exist_ok=True)
        faults.write_text(
            json.dumps([{"type": "oci:Identity/policy:Policy", "operation": "create", "delay_seconds": 4}])
        )
        yield
        faults.unlink()
        for stack in ("dev",):
            checkout.run("down", "--stack", stack)

    def _until_creating(self, checkout: Checkout) -> subprocess.Popen[str]:
        """An `up` that has begun to create a policy."""
        process = checkout.start("up", "--", "--skip-preview")
        assert process.stdout is not None
        for line in process.stdout:
            if "oci:Identity:Policy" in line and "creating" in line:
                return process
        process.communicate()
        raise AssertionError("the run ended before a policy was created")

    def _converges(self, checkout: Checkout) -> None:
        """The next `up` ends in a correct stack: no resource twice, none lost, nothing left to do."""
        (checkout.sandbox / "faults.json").write_text("[]")
        ran = checkout.run("up", "--", "--skip-preview")
        again = checkout.run("preview", "--", "--expect-no-changes")

        assert ran.status == 0, ran.output
        assert again.status == 0, again.output
        assert not ran.traceback
        in_state = sorted(entry["id"] for entry in checkout.state() if entry["type"].startswith("oci:"))
        assert sorted(_cloud(checkout)) == in_state

    def test_kill(self, checkout: Checkout) -> None:
        """After `kill -9` of everything in the middle, the next up ends in a correct stack."""
        process = self._until_creating(checkout)
        os.killpg(process.pid, signal.SIGKILL)
        process.communicate(timeout=60)

        self._converges(checkout)

    def test_kill_of_the_engine_alone(self, checkout: Checkout) -> None:
        """After `kill -9` of `pulumi` alone, the command fails and the next up ends in a correct stack."""
        process = self._until_creating(checkout)
        subprocess.run(["pkill", "-KILL", "-g", str(process.pid), "-x", "pulumi"], check=True)
        process.communicate(timeout=60)

        assert process.returncode != 0
        self._converges(checkout)

    def test_interrupt(self, checkout: Checkout) -> None:
        """Ctrl-C lets creates in flight end and be recorded, and the command fails."""
        process = self._until_creating(checkout)
        os.killpg(process.pid, signal.SIGINT)
        output, _ = process.communicate(timeout=120)

        assert process.returncode != 0
        assert "Traceback" not in output
        self._converges(checkout)

    def test_second_up_while_one_runs(self, checkout: Checkout) -> None:
        """A second up of the same stack is refused at once, names the first, and harms nothing."""
        first = self._until_creating(checkout)
        second = checkout.run("up")
        output, _ = first.communicate(timeout=120)

        assert second.status != 0
        assert "stack dev is in use by `make up STACK=dev`" in second.output
        assert first.returncode == 0, output
        self._converges(checkout)


def _cloud(checkout: Checkout) -> list[str]:
    from sandbox.cloud.store import Store

    with Store(checkout.sandbox / "store.db") as store:
        return [record.id for record in store.list() if record.type.startswith("oci:")]


BAD = {
    "missing key": ("  oci-ai-functions:tenancy_id: ", "  # ", "Pulumi.dev.yaml: tenancy_id:"),
    "memory": (
        "memory_in_mbs: 256",
        "memory_in_mbs: 200",
        "responder.memory_in_mbs: 200 is not one of",
    ),
    "timeout": (
        "timeout_in_seconds: 60",
        "timeout_in_seconds: 301",
        "responder.timeout_in_seconds: 301",
    ),
    "unknown key": ("memory_in_mbs: 256", "memory: 256", "functions.responder.memory:"),
    "other OCID": ("ocid1.tenancy.", "ocid1.user.", "Pulumi.dev.yaml: tenancy_id:"),
    "event type": (
        "completedtranscriptionjob",
        "completedjob",
        "triggers.services.event_types",
    ),
    "twice": ("    responder:\n", "    responder: {}\n    responder:\n", "responder"),
    "not YAML": ("config:\n", "config: [\n", "Pulumi.dev.yaml:"),
}


@pytest.mark.parametrize(("old", "new", "named"), BAD.values(), ids=BAD)
def test_bad_config(checkout: Checkout, old: str, new: str, named: str) -> None:
    """A wrong stack file is refused before an engine runs and by the program itself, in one line."""
    checkout.replace("Pulumi.dev.yaml", old, new)
    checked = checkout.run("dev", module="components")
    ran = checkout.run("up")
    checkout.git("checkout", "Pulumi.dev.yaml")

    assert checked.status != 0
    assert named in checked.output
    assert len(checked.output.strip().splitlines()) == 1
    assert ran.status != 0
    assert not ran.traceback
    assert not checked.traceback


def test_damaged_store(checkout: Checkout) -> None:
    """A store that is no database is refused by name, and left as it is."""
    store = checkout.sandbox / "store.db"
    kept = checkout.sandbox / "kept.db"
    checkout.sandbox.mkdir(exist_ok=True)
    if store.exists():
        store.rename(kept)
    store.write_bytes(b"not a database at all" * 400)
    ran = checkout.run("up")
    content = store.read_bytes()
    store.unlink()
    if kept.exists():
        kept.rename(store)

    assert ran.status != 0
    assert f"{store}: " in ran.output
    assert not ran.traceback
    assert content == b"not a database at all" * 400


def test_waits_for_nothing_after_the_end(checkout: Checkout) -> None:
    """A command that has nothing to do ends: no plugin or host lingers."""
    start = time.monotonic()
    ran = checkout.run("down")
    left = subprocess.run(["pgrep", "-f", str(checkout.sandbox)], capture_output=True, text=True, check=False)

    assert ran.status == 0, ran.output
    assert time.monotonic() - start < 60
    assert left.stdout == ""
