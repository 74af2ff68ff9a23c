"""The fixture `oci_sandbox_stack`: somebody's program, deployed by the real engine for their tests."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from tests.end_to_end.harness import COMPARTMENT, TENANCY

ROOT = Path(__file__).resolve().parents[2]
HOME = os.path.expanduser("~")  # before pytester gives a test one of its own
PROGRAM = f"""
import pulumi
import pulumi_oci as oci

config = pulumi.Config()
namespace = oci.objectstorage.get_namespace(compartment_id="{TENANCY}").namespace
name = config.require("bucket")
bucket = oci.objectstorage.Bucket("b", compartment_id="{COMPARTMENT}", namespace=namespace, name=name)
oci.identity.Group("readers", compartment_id="{TENANCY}", name="readers", description="d")
oci.identity.Policy("p", compartment_id="{COMPARTMENT}", name="p", description="d",
    statements=["Allow group readers to read buckets in compartment id {COMPARTMENT}"])
pulumi.export("bucket", bucket.name)
pulumi.export("region", config.get("given"))
"""
TESTS = """
import oci
import pytest

Storage = oci.object_storage.ObjectStorageClient

def test_who_may(oci_sandbox_stack):
    cloud = oci_sandbox_stack
    member = cloud.client(Storage, as_="group:readers")
    assert member.get_bucket(cloud.namespace, cloud.outputs["bucket"]).data.name == "inbox"
    with pytest.raises(oci.exceptions.ServiceError):
        cloud.client(Storage, as_="user:stranger").get_bucket(cloud.namespace, "inbox")
    cloud.create_bucket("left")

def test_it_is_the_same_one(oci_sandbox_stack):
    cloud = oci_sandbox_stack
    assert cloud.region == "eu-frankfurt-1"
    assert cloud.client(Storage).get_bucket(cloud.namespace, "left").status == 200

@pytest.mark.oci_sandbox_stack("infra", stack="dev", config={"bucket": "another"})
def test_a_stack_of_its_own(oci_sandbox_stack, oci_sandbox):
    assert oci_sandbox_stack.outputs["bucket"] == "another"
    assert oci_sandbox.outputs == {}
"""


def test_a_stack_for_the_tests_of_a_project(
    pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Deployed once for all tests that name it, by setting or by marker, with its rights; its folder is not
    touched."""
    monkeypatch.setenv("PYTHONPATH", str(ROOT))
    monkeypatch.setenv("HOME", HOME)  # where the engine is
    folder = pytester.mkdir("infra")
    (folder / "Pulumi.yaml").write_text("name: infra\nruntime: python\n")
    (folder / "Pulumi.dev.yaml").write_text(
        "encryptionsalt: v1:of-its-owner\nconfig:\n  infra:bucket: inbox\n  oci:region: eu-frankfurt-1\n"
        "  infra:given: {secure: v1:not-for-the-sandbox}\n"
    )
    (folder / "__main__.py").write_text(PROGRAM)
    before = {path.name: path.read_text() for path in folder.iterdir()}
    pytester.makepyfile(TESTS)
    pytester.makeini("[pytest]\noci_sandbox_stack = infra dev\n")
    result = pytester.runpytest_subprocess("-p", "oci_sandbox.plugin", "-p", "no:asyncio", "--strict-markers")

    result.assert_outcomes(passed=3)
    assert {path.name: path.read_text() for path in folder.iterdir() if path.is_file()} == before
