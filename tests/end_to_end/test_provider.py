"""The stand-in provider under the real engine: what a user of `pulumi` does with a stack."""

from __future__ import annotations

import json
import sqlite3
from pathlib import Path

from sandbox.environment import Sandbox
from tests.end_to_end.harness import COMPARTMENT, SUBNET, TENANCY, Program

HEAD = f"""
    import pulumi
    import pulumi_oci as oci

    COMPARTMENT, TENANCY, SUBNET = {COMPARTMENT!r}, {TENANCY!r}, {SUBNET!r}
"""

APPLICATION = "oci:Functions/application:Application"
TOPIC = "oci:Ons/notificationTopic:NotificationTopic"


def application(arguments: str = "", options: str = "") -> str:
    """A program with one application named `a`."""
    return f"""{HEAD}
    app = oci.functions.Application(
        "a", compartment_id=COMPARTMENT, display_name=pulumi.get_project(), subnet_ids=[SUBNET], {arguments}
        opts=pulumi.ResourceOptions({options}),
    )
    pulumi.export("id", app.id)
    """


def test_update_in_place_and_replacement(program: Program) -> None:
    """What OCI can update keeps its id; what it can't is replaced, the old one first: the name stays."""
    program.write(application())
    first = program.up()
    created = program.outputs()["id"]
    program.write(application('config={"A": "1"},'))
    updated = program.up("--diff")
    kept = program.outputs()["id"]
    program.write(application('shape="GENERIC_ARM",', "delete_before_replace=True"))
    replaced = program.up()

    assert first.status == 0, first.output
    assert created.startswith("ocid1.fnapp.oc1.eu-frankfurt-1.")
    assert updated.status == 0, updated.output
    assert kept == created
    assert replaced.status == 0, replaced.output
    assert program.outputs()["id"] != created
    assert len(program.resources()) == 1


def test_second_up_changes_nothing(program: Program) -> None:
    """Deploying the same program again changes nothing."""
    program.write(application())
    program.up()

    again = program.up("--expect-no-changes")

    assert again.status == 0, again.output


def test_refresh_finds_drift(program: Program, sandbox: Sandbox) -> None:
    """What somebody changed by hand in the cloud is found by refresh and put back by up."""
    program.write(application('config={"A": "1"},'))
    program.up()
    drifted = _change_by_hand(sandbox, program.outputs()["id"], "config", {"A": "2"})

    refreshed = program.run("refresh", "--yes", "--skip-preview", "--diff")
    repaired = program.up()

    assert drifted == 1
    assert refreshed.status == 0, refreshed.output
    assert "1 updated" in refreshed.output
    assert repaired.status == 0, repaired.output
    assert "1 updated" in repaired.output


def _change_by_hand(sandbox: Sandbox, identity: str, key: str, value: object) -> int:
    with sqlite3.connect(sandbox.store) as connection:
        columns = ("inputs", "outputs")
        changed = 0
        for column in columns:
            (text,) = connection.execute(
                f"select {column} from resources where id = ?",  # noqa: S608 two fixed names
                (identity,),
            ).fetchone()
            content = {**json.loads(text), key: value}
            changed = connection.execute(
                f"update resources set {column} = ? where id = ?",  # noqa: S608 two fixed names
                (json.dumps(content), identity),
            ).rowcount
    return changed


def test_changed_region_moves_nothing_and_is_said(program: Program, sandbox: Sandbox) -> None:
    """An application stays where it was created; the state forgets it with the next refresh."""
    program.run("config", "set", "oci:region", "eu-frankfurt-1")
    program.write(application())
    program.up()
    created = program.outputs()["id"]
    program.run("config", "set", "oci:region", "us-ashburn-1")
    unchanged = program.up()
    refreshed = program.run("refresh", "--yes", "--skip-preview")
    with sqlite3.connect(sandbox.store) as connection:
        kept = connection.execute("select region from resources where id = ?", (created,)).fetchall()

    assert unchanged.status == 0, unchanged.output
    assert "warning: lives in eu-frankfurt-1, where the provider for us-ashburn-1 does not find it" in (
        " ".join(unchanged.output.split())
    )
    assert refreshed.status == 0, refreshed.output
    assert program.resources() == {}
    assert kept == [("eu-frankfurt-1",)]


def test_import_and_missing_id(program: Program, tmp_path: Path) -> None:
    """An existing resource is imported by its id; a missing one is one error and exit status not 0."""
    program.write(application())
    program.up()
    identity = program.outputs()["id"]
    program.run("state", "delete", "--yes", program.resources()[f"{APPLICATION}/a"]["urn"])
    missing = program.run(
        "import",
        APPLICATION,
        "b",
        identity[:-6] + "zzzzzz",
        "--yes",
        "--skip-preview",
        "--generate-code=false",
    )

    imported = program.run(
        "import",
        APPLICATION,
        "a",
        identity,
        "--yes",
        "--skip-preview",
        "--protect=false",
        "--generate-code=false",
    )
    again = program.up("--expect-no-changes")

    assert missing.status != 0
    assert not missing.traceback
    assert imported.status == 0, imported.output
    assert again.status == 0, again.output


def test_protect_and_destroy(program: Program) -> None:
    """A protected resource stops destroy; unprotected, everything goes."""
    program.write(application(options="protect=True"))
    program.up()
    refused = program.run("destroy", "--yes", "--skip-preview")
    kept = program.resources()
    program.run("state", "unprotect", "--all", "--yes")

    destroyed = program.run("destroy", "--yes", "--skip-preview")

    assert refused.status != 0
    assert list(kept) == [f"{APPLICATION}/a"]
    assert destroyed.status == 0, destroyed.output
    assert program.resources() == {}


def test_secret_stays_secret(program: Program) -> None:
    """A secret input is encrypted in the state, also in the outputs that repeat it."""
    program.write(application('config=pulumi.Output.secret({"A": "do-not-show"}),'))

    ran = program.up()
    exported = program.run("stack", "export").output

    assert ran.status == 0, ran.output
    assert "do-not-show" not in ran.output
    assert "do-not-show" not in exported


def test_replacement_in_both_orders(program: Program) -> None:
    """A named resource is replaced new first, or old first where the program says so."""
    body = f"""{HEAD}
    topic = oci.ons.NotificationTopic(
        "t", compartment_id=COMPARTMENT, name=%r, opts=pulumi.ResourceOptions(delete_before_replace=%r)
    )
    """
    program.write(body % ("one", False))
    program.up()
    program.write(body % ("two", False))
    new_first = program.up()
    program.write(body % ("three", True))
    old_first = program.up()

    assert new_first.status == 0, new_first.output
    assert old_first.status == 0, old_first.output
    assert new_first.output.index("created replacement") < new_first.output.index("deleted original")
    assert old_first.output.index("deleted original") < old_first.output.index("created replacement")
    assert program.resources()[f"{TOPIC}/t"]["inputs"]["name"] == "three"


def test_provider_error_is_one_line(program: Program) -> None:
    """An input OCI refuses is an error in OCI's words, without a traceback, and nothing is created."""
    program.write(application().replace("[SUBNET]", "[COMPARTMENT]"))

    ran = program.up("--skip-preview")

    assert ran.status != 0
    assert "400-InvalidParameter" in ran.output
    assert not ran.traceback
    assert program.resources() == {}


def test_foreign_plugin_on_path(program: Program, tmp_path: Path) -> None:
    """A `pulumi-resource-oci` that happens to be on PATH is not started."""
    folder = tmp_path / "bin"
    folder.mkdir()
    trap = folder / "pulumi-resource-oci"
    trap.write_text(f"#!/bin/sh\ntouch {tmp_path}/started\nexit 1\n")
    trap.chmod(0o755)
    program.write(application())

    ran = program.up(PATH=f"{folder}:{program.environment['PATH']}")

    assert ran.status == 0, ran.output
    assert not (tmp_path / "started").exists()


def test_a_provider_version_without_a_stand_in_is_refused(program: Program) -> None:
    """A program that asks for one gets no download, but an error; one of an older release is served."""
    program.write(application(options='version="3.18.0"'))
    refused = program.up("--skip-preview")

    assert refused.status != 0
    assert "3.18.0" in refused.output
    assert program.resources() == {}

    program.write(application(options='version="5.4.0"'))
    served = program.up("--skip-preview")

    assert served.status == 0, served.output
    assert list(program.resources()) == [f"{APPLICATION}/a"]


def test_two_stacks_side_by_side(program: Program) -> None:
    """Two stacks of one program have their own resources; destroying one leaves the other."""
    program.write(application().replace("get_project()", "get_stack()"))
    program.up()
    other = Program(program.folder, program.environment, stack="other")
    other.run("stack", "init")
    other.up()

    destroyed = other.run("destroy", "--yes", "--skip-preview")

    assert destroyed.status == 0, destroyed.output
    assert other.resources() == {}
    assert list(program.resources()) == [f"{APPLICATION}/a"]
    assert program.run("refresh", "--yes", "--skip-preview", "--expect-no-changes").status == 0


def test_data_sources_and_outputs_of_any_service(program: Program) -> None:
    """What a program looks up and builds on is there in the SDK's own types: a function it has just made, a
    network's services and images, and the endpoint a vault's keys are made at."""
    program.write(
        f"""{HEAD}
    app = oci.functions.Application(
        "a", compartment_id=COMPARTMENT, display_name=pulumi.get_project(), subnet_ids=[SUBNET]
    )
    image = "fra.ocir.io/ns/repo@sha256:" + "a" * 64
    made = oci.functions.Function(
        "f", application_id=app.id, display_name="f", memory_in_mbs="128",
        source_details={{"source_type": "CONTAINER_IMAGE", "image": image.split("@")[0] + ":1",
                        "image_digest": image.split("@")[1]}},
    )
    found = oci.functions.get_function_output(function_id=made.id)
    oci.identity.Policy(
        "p", compartment_id=COMPARTMENT, description="a test's", statements=[pulumi.Output.concat(
            "Allow group g to use fn-invocation in compartment id ", COMPARTMENT,
            " where target.function.id = '", found.id, "'")],
    )
    services = oci.core.get_services(filters=[{{"name": "name", "values": ["All .*"], "regex": True}}])
    images = oci.core.get_images(compartment_id=COMPARTMENT, operating_system="Oracle Linux")
    subnets = oci.core.get_subnets(compartment_id=COMPARTMENT)
    vault = oci.kms.Vault("v", compartment_id=COMPARTMENT, display_name="v", vault_type="DEFAULT")
    key = oci.kms.Key(
        "k", compartment_id=COMPARTMENT, display_name="k", management_endpoint=vault.management_endpoint,
        key_shape={{"algorithm": "AES", "length": 32}},
    )
    pulumi.export("digest", found.source_details[0].image_digest)
    pulumi.export("cidr", services.services[0].cidr_block)
    pulumi.export("image", images.images[0].display_name)
    pulumi.export("subnets", len(subnets.subnets))
    pulumi.export("host", vault.management_endpoint.apply(lambda url: url.split("//")[1]))
    pulumi.export("key", key.id)
    """
    )

    shown = program.preview(pack=True)
    ran = program.up(pack=True)
    again = program.up("--expect-no-changes", pack=True)

    assert shown.status == 0, shown.output
    assert ran.status == 0, ran.output
    assert again.status == 0, again.output
    outputs = program.outputs()
    assert outputs["digest"] == "sha256:" + "a" * 64
    assert outputs["cidr"].startswith("all-")
    assert outputs["image"].startswith("Oracle-Linux")
    assert outputs["host"].endswith(".oraclecloud.com")
    assert outputs["key"].startswith("ocid1.key.")
