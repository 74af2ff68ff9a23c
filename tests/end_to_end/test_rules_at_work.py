"""The rules about functions at work, in the real engine, on a program that is not this project's."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.end_to_end.harness import COMPARTMENT, SUBNET, Program

WHOLE = f"""
    import json
    import pulumi
    import pulumi_oci as oci

    C = {COMPARTMENT!r}
    app = oci.functions.Application("app", compartment_id=C, display_name="loop-app", subnet_ids=[{SUBNET!r}])
    f = oci.functions.Function(
        "f", application_id=app.id, display_name="loop-f", memory_in_mbs="256",
        image="fra.ocir.io/axsample/team/f:1", image_digest="sha256:" + "a" * 64,
    )
    writes = oci.identity.Policy("writes", compartment_id=C, description="a test's", statements=[
        f.id.apply(lambda id: f"Allow any-user to manage objects in compartment id {{C}} where all {{{{"
            f"request.principal.type = 'fnfunc', request.principal.id = '{{id}}', "
            "target.bucket.name = 'BUCKET', request.permission = 'OBJECT_CREATE'}}")
    ])
    rule = oci.events.Rule(
        "rule", compartment_id=C, display_name="loop-rule", is_enabled=True,
        condition=json.dumps({{"eventType": "com.oraclecloud.objectstorage.createobject",
            "data": {{"additionalDetails": {{"bucketName": "in"}}}}}}),
        actions={{"action": [{{"action_type": "FAAS", "is_enabled": True, "function_id": f.id}}]}},
        opts=pulumi.ResourceOptions(depends_on=[writes]),
    )
"""
LOG = """
    group = oci.logging.LogGroup("group", compartment_id=C, display_name="loop-group")
    oci.logging.Log(
        "log", log_group_id=group.id, display_name="loop-log", log_type="SERVICE", is_enabled=True,
        configuration={"source": {"source_type": "OCISERVICE", "service": "functions",
            "category": "invoke", "resource": app.id}},
    )
"""


@pytest.fixture(name="config")
def _config(tmp_path: Path) -> str:
    """A config under which the rules block."""
    path = tmp_path / "config.json"
    path.write_text(
        json.dumps({"functions-self-trigger": "mandatory", "functions-logging-enabled": "mandatory"})
    )
    return str(path)


def test_the_rule_that_closes_a_loop_is_not_created(program: Program, config: str) -> None:
    """The function's OCID is known at deploy only, and there before the rule is; elsewhere it may write."""
    program.write(WHOLE.replace("BUCKET", "in") + LOG)
    looped = program.up("--policy-pack-config", config, pack=True)
    left = program.resources()
    program.write(WHOLE.replace("BUCKET", "out") + LOG)
    corrected = program.up("--policy-pack-config", config, pack=True)
    again = program.up("--expect-no-changes", "--policy-pack-config", config, pack=True)

    assert looped.status != 0, looped.output
    assert "may invoke itself without end" in looped.output, looped.output
    assert "oci:Identity/policy:Policy/writes" in left
    assert "oci:Events/rule:Rule/rule" not in left
    assert corrected.status == 0, corrected.output
    assert again.status == 0, again.output


def test_an_application_without_a_log_stops_the_preview(program: Program, config: str) -> None:
    """Nothing is created: the preview has seen the whole program. With its log it passes there already."""
    program.write(WHOLE.replace("BUCKET", "out"))
    without = program.up("--policy-pack-config", config, pack=True)
    left = program.resources()
    program.write(WHOLE.replace("BUCKET", "out") + LOG)
    shown = program.preview("--policy-pack-config", config, pack=True)

    assert without.status != 0
    assert "no log of the program keeps what its functions log" in " ".join(without.output.split())
    assert left == {}
    assert shown.status == 0, shown.output
