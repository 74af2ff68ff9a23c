"""The package for other languages: a program in YAML uses it on the real engine, the pack as in prod."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from sandbox.environment import ROOT, Sandbox
from tests.end_to_end.harness import COMPARTMENT, PACK, SUBNET, TENANCY, Program, Ran

PROGRAM = f"""\
name: yaml-events
runtime: yaml
description: a test's own program
packages:
  oci-ai-functions: {ROOT / "component_package"}
variables:
  images:
    fn::invoke:
      function: oci:Core:getImages
      arguments: {{compartmentId: {COMPARTMENT}, shape: VM.Standard.A1.Flex}}
      return: images
resources:
  network:
    type: oci:Core:Vcn
    properties: {{compartmentId: {COMPARTMENT}, cidrBlocks: [10.0.0.0/16]}}
    options: {{version: 4.0.0}}
  app:
    type: oci-ai-functions:FunctionApplication
    properties:
      compartmentId: {COMPARTMENT}
      subnetIds: [{SUBNET}]
      prefix: yaml
  responder:
    type: oci-ai-functions:EventFunction
    properties:
      tenancyId: {TENANCY}
      homeRegion: eu-frankfurt-1
      compartmentId: {COMPARTMENT}
      applicationId: ${{app.applicationId}}
      prefix: yaml-responder
      imageContext: function
      registryUsername: sandbox/somebody
      registryAuthToken: {{"fn::secret": a token}}
      eventTypes: [com.oraclecloud.objectstorage.createobject]
      bucketName: yaml-results
      connections:
        reports: {{intent: write, bucketName: yaml-reports}}
        jobs: {{intent: push, queueId: "${{jobs.id}}", endpoint: "${{jobs.messagesEndpoint}}"}}
  jobs:
    type: oci:Queue:Queue
    properties: {{compartmentId: {COMPARTMENT}, displayName: yaml-jobs}}
  door:
    type: oci-ai-functions:ApiFront
    properties:
      tenancyId: {TENANCY}
      homeRegion: eu-frankfurt-1
      compartmentId: {COMPARTMENT}
      subnetId: {SUBNET}
      prefix: yaml-api
      audiences: [yaml]
      jwksUri: https://idcs-0a.identity.oraclecloud.com/admin/v1/SigningCert/jwk
      routes:
        grade: {{path: /grade, functionId: "${{responder.functionId}}", scopes: [grade]}}
outputs:
  api: ${{door.endpoint}}
  image: ${{images[0].displayName}}
  function_id: ${{responder.functionId}}
  queue_id: ${{jobs.id}}
  invoke_endpoint: ${{responder.invokeEndpoint}}
"""
BROAD = f"""\
  everything:
    type: oci:Identity:Policy
    properties:
      compartmentId: {COMPARTMENT}
      name: everything
      description: too much
      statements: [Allow group Everybody to manage functions-family in tenancy]
outputs:
"""
PROD = ("--policy-pack", str(PACK), "--policy-pack-config", str(PACK / "config" / "prod.json"))


class YamlProgram(Program):
    """A program whose source is its `Pulumi.yaml`."""

    def write(self, source: str) -> None:
        """Replace the program's text."""
        (self.folder / "Pulumi.yaml").write_text(source)

    def deploy(self, *changes: tuple[str, str]) -> Ran:
        """Deploy it after these replacements in its text."""
        text = (self.folder / "Pulumi.yaml").read_text()
        for old, new in changes:
            assert old in text, old
            text = text.replace(old, new, 1)
        self.write(text)
        return self.up(*PROD)


@pytest.fixture(scope="module")
def yaml_program(sandbox: Sandbox, tmp_path_factory: pytest.TempPathFactory) -> YamlProgram:
    """A program in YAML, deployed in an environment that `python -m sandbox env` printed in its folder."""
    folder = tmp_path_factory.mktemp("yaml")
    (folder / "Pulumi.yaml").write_text(PROGRAM)
    (folder / "Pulumi.test.yaml").write_text("config:\n  oci:region: eu-frankfurt-1\n")
    (folder / "function").symlink_to(ROOT / "function_src")
    program = YamlProgram(folder, environment_in(folder, sandbox))
    assert program.run("stack", "init").status == 0
    ran = program.deploy()
    assert ran.status == 0, ran.output
    return program


def environment_in(folder: Path, sandbox: Sandbox) -> dict[str, str]:
    """What the shell of somebody who works in this folder is left with."""
    script = f'eval "$({sys.executable} -m sandbox env --cwd {folder})" && env -0'
    ran = subprocess.run(
        ["bash", "-c", script],
        cwd=ROOT,
        env={**os.environ, "OCI_SANDBOX_DIR": str(sandbox.folder)},
        capture_output=True,
        text=True,
        check=True,
    )
    return dict(line.split("=", 1) for line in ran.stdout.split("\0") if "=" in line)


def test_it_is_up_and_a_second_up_changes_nothing(yaml_program: YamlProgram) -> None:
    """All that a Python program would have, in prod's mode without a finding, and one of an older release
    of the provider."""
    again = yaml_program.deploy()

    assert again.status == 0, again.output
    assert "unchanged" in again.output
    assert not {"updated", "created", "replaced"} & set(again.output.split())
    outputs = yaml_program.outputs()
    assert outputs["function_id"].startswith("ocid1.fnfunc.oc1.eu-frankfurt-1.")
    assert outputs["invoke_endpoint"].startswith("https://")
    assert "-aarch64-" in outputs["image"]
    policies = [
        each for key, each in yaml_program.resources().items() if key.startswith("oci:Identity/policy")
    ]
    assert len(policies) == 3
    statements = [each for policy in policies for each in policy["inputs"]["statements"]]
    assert all(outputs["function_id"] in each for each in statements)
    (pushes,) = [each for each in statements if "queue-push" in each]
    assert f"target.queue.id = '{outputs['queue_id']}'" in pushes


def test_an_event_reaches_the_function(yaml_program: YamlProgram, tmp_path: Path) -> None:
    """What is granted is what the delivery needs: the event of an object runs the function in the folder."""
    event = json.loads((ROOT / "docs" / "events" / "object-created.json").read_text())
    event["data"]["compartmentId"] = COMPARTMENT
    event["data"]["additionalDetails"]["bucketName"] = "yaml-results"
    (tmp_path / "event.json").write_text(json.dumps(event))

    emitted = subprocess.run(
        [
            *(sys.executable, "-m", "sandbox", "emit", "--json", "--file", str(tmp_path / "event.json")),
            *("--object", str(ROOT / "docs" / "events" / "pump-7.json")),
        ],
        cwd=ROOT,
        env=yaml_program.environment,
        capture_output=True,
        text=True,
        check=False,
    )

    assert emitted.returncode == 0, emitted.stdout + emitted.stderr
    assert yaml_program.outputs()["function_id"] in emitted.stdout


def test_a_changed_argument_is_an_update(yaml_program: YamlProgram) -> None:
    """In place, and of that resource alone; taken out, the default is back."""
    changed = yaml_program.deploy(("bucketName:", "memoryInMbs: 1024\n      bucketName:"))
    assert changed.status == 0, changed.output
    assert "1 updated" in changed.output

    back = yaml_program.deploy(("memoryInMbs: 1024\n      ", ""))
    assert back.status == 0, back.output
    assert "1 updated" in back.output


def test_a_bad_argument_is_one_clear_error(yaml_program: YamlProgram) -> None:
    """It names the argument as the program writes it, and nothing changes."""
    before = yaml_program.resources()

    refused = yaml_program.deploy(("bucketName:", "memoryInMbs: 1000\n      bucketName:"))
    yaml_program.write(PROGRAM)

    assert refused.status != 0
    assert "property memoryInMbs with value 1000 has a problem: 1000 is not one of 128" in refused.output
    assert not refused.traceback
    assert yaml_program.resources() == before


def test_an_overbroad_policy_beside_it_is_refused(yaml_program: YamlProgram) -> None:
    """The program's own policies are judged as in any language."""
    refused = yaml_program.deploy(("outputs:\n", BROAD))
    yaml_program.write(PROGRAM)

    assert refused.status != 0
    assert "functions-grant-overbroad" in refused.output
    assert not [key for key in yaml_program.resources() if key.endswith("/everything")]


def test_the_schema_is_what_the_engine_gets(yaml_program: YamlProgram) -> None:
    """`pulumi package get-schema` gives what `schema.json` has, from which SDKs are generated."""
    shown = subprocess.run(
        ["pulumi", "package", "get-schema", str(ROOT / "component_package")],
        cwd=yaml_program.folder,
        env=yaml_program.environment,
        capture_output=True,
        text=True,
        check=False,
    )

    assert shown.returncode == 0, shown.stderr
    stated = json.loads((ROOT / "component_package" / "schema.json").read_text())
    assert json.loads(shown.stdout)["resources"].keys() == stated["resources"].keys()


def test_down_takes_everything_along(yaml_program: YamlProgram) -> None:
    """Last: nothing is left in the state. The event has left an object in the bucket."""
    ran = yaml_program.run("destroy", "--yes", OCI_SANDBOX_EMPTY_BUCKETS="1")

    assert ran.status == 0, ran.output
    assert yaml_program.resources() == {}
