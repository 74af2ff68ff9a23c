"""The policy pack in the real engine, on programs that are not this project's."""

from __future__ import annotations

import json
import shutil
import time
from datetime import date, timedelta
from pathlib import Path

import pytest

from oci_iam.fingerprint import fingerprint
from sandbox.environment import ROOT
from tests.end_to_end.harness import COMPARTMENT, PACK, SUBNET, TENANCY, Program, Ran

POLICY = "oci:Identity/policy:Policy"

READ = f"read buckets in compartment id {COMPARTMENT}"

HEAD = f"""
    import pulumi
    import pulumi_oci as oci

    COMPARTMENT, TENANCY, SUBNET = {COMPARTMENT!r}, {TENANCY!r}, {SUBNET!r}


    def policy(name, statements, **opts):
        return oci.identity.Policy(
            name, compartment_id=COMPARTMENT, description="a test's", statements=statements,
            opts=pulumi.ResourceOptions(**opts),
        )


    def group(name):
        return oci.identity.Group(name, compartment_id=TENANCY, description="a test's")


    def reading(group):
        return group.id.apply(lambda id: f"Allow group id {{id}} to {READ}")
"""

BROAD = "Allow group everybody to manage functions-family in tenancy"
NARROW = f"Allow group invokers to use fn-invocation in compartment id {COMPARTMENT}"


def test_overbroad_known_at_preview(program: Program) -> None:
    """An over-broad statement known at preview fails preview and up, and nothing is created."""
    program.write(f"{HEAD}\n    group('g')\n    policy('p', [{NARROW!r}, {BROAD!r}])\n")

    shown = program.preview(pack=True)
    ran = program.up(pack=True)

    assert shown.status != 0
    assert ran.status != 0
    assert "functions-grant-overbroad" in shown.output
    assert "functions-grant-overbroad" in ran.output
    assert not shown.traceback
    assert program.resources() == {}


def test_narrow_passes(program: Program) -> None:
    """A grant of one resource-type in one compartment is deployed without a mandatory finding."""
    program.write(f"{HEAD}\n    policy('p', [{NARROW!r}])\n")

    ran = program.up(pack=True)

    assert ran.status == 0, ran.output
    assert list(program.resources()) == [f"{POLICY}/p"]


def test_overbroad_known_at_deploy(program: Program) -> None:
    """A statement that becomes over-broad by a value known only at deploy is refused before the policy is
    created, also without a preview; the corrected program converges."""
    body = """
    g = group("g")
    policy("p", [g.id.apply(lambda id: f"Allow group id {id} to %s")])
    """
    program.write(HEAD + body % "manage functions-family in tenancy")

    refused = program.up("--skip-preview", pack=True)
    left = program.resources()
    program.write(HEAD + body % "use fn-invocation in compartment id {COMPARTMENT}")
    corrected = program.up("--skip-preview", pack=True)
    again = program.up("--skip-preview", "--expect-no-changes", pack=True)

    assert refused.status != 0
    assert "functions-grant-overbroad" in refused.output
    assert f"{POLICY}/p" not in left
    assert corrected.status == 0, corrected.output
    assert f"{POLICY}/p" in program.resources()
    assert again.status == 0, again.output


def test_unknown_hides_no_neighbour(program: Program) -> None:
    """At preview, an unknown statement hides neither an over-broad one after it nor itself."""
    program.write(
        f"""{HEAD}
    g = group("g")
    policy("p", [reading(g), {BROAD!r}])
    """
    )

    shown = program.preview(pack=True)

    assert shown.status != 0
    assert "functions-grant-overbroad" in shown.output
    assert "functions-grant-unknown-at-preview" in shown.output


def test_unknown_alone_is_reported_and_passes(program: Program) -> None:
    """Without a config an unknown statement is advisory at preview and judged at deploy."""
    program.write(
        f"""{HEAD}
    g = group("g")
    policy("p", [reading(g)])
    """
    )

    shown = program.preview(pack=True)
    ran = program.up(pack=True)

    assert shown.status == 0, shown.output
    assert "functions-grant-unknown-at-preview" in shown.output
    assert ran.status == 0, ran.output


@pytest.mark.parametrize(
    "statement",
    [
        f"Allow group g to frobnicate fn-invocation in compartment id {COMPARTMENT}",
        f"Allow group g to use fn-invocatoin in compartment id {COMPARTMENT}",
        f"Allow group g to use fn-invocation in compartment id {COMPARTMENT} # where x = 'y'",
    ],
    ids=["verb", "near-miss", "comment"],
)
def test_unjudgeable_blocks(program: Program, statement: str) -> None:
    """What can't be parsed, or nearly names a functions type, is refused and says why."""
    program.write(f"{HEAD}\n    policy('p', [{statement!r}])\n")

    shown = program.preview(pack=True)

    assert shown.status != 0
    assert "functions-grant-unjudgeable" in shown.output
    assert not shown.traceback


def test_secret_statement_is_judged_and_not_shown(program: Program) -> None:
    """A secret statement is judged like any other, and its text appears nowhere in the output."""
    program.write(
        f"""{HEAD}
    policy("p", [pulumi.Output.secret("Allow group hush-hush to manage functions-family in tenancy")])
    """
    )

    shown = program.preview(pack=True)

    assert shown.status != 0
    assert "functions-grant-overbroad" in shown.output
    assert "hush-hush" not in shown.output


def test_switched_on_for_every_run(program: Program) -> None:
    """`PULUMI_OPTION_POLICY_PACK` puts the pack under a plain `pulumi up`."""
    program.write(f"{HEAD}\n    policy('p', [{BROAD!r}])\n")
    ran = program.up(PULUMI_OPTION_POLICY_PACK=str(PACK))

    assert ran.status != 0
    assert "functions-grant-overbroad" in ran.output
    assert program.resources() == {}


def test_two_of_three_statements_unknown_and_wrong_types(program: Program) -> None:
    """A statement that is not text is refused, whatever stands beside it."""
    program.write(
        f"""{HEAD}
    g = group("g")
    policy("p", [reading(g), 7])
    """
    )

    shown = program.preview(pack=True)

    assert shown.status != 0
    assert not shown.traceback


def test_set_completed_at_deploy(program: Program, tmp_path: Path) -> None:
    """With a mandatory rule on sets, the policy that completes one with values known only at deploy is
    refused before it is created, also without a preview; the one before it stands."""
    program.write(
        f"""{HEAD}
    def granting(group, action):
        place = f"compartment id {{COMPARTMENT}}"
        return [group.id.apply(lambda id: f"Allow group id {{id}} to {{action}} in {{place}}")]

    g = group("g")
    first = policy("first", granting(g, "manage fn-function"))
    policy("second", granting(g, "use fn-invocation"), depends_on=[first])
    """
    )
    config = tmp_path / "config.json"
    config.write_text(json.dumps({"functions-manage-and-invoke-separated": "mandatory"}))

    ran = program.up("--skip-preview", "--policy-pack-config", str(config), pack=True)

    assert ran.status != 0
    assert "functions-manage-and-invoke-separated" in ran.output
    assert f"{POLICY}/first" in program.resources()
    assert f"{POLICY}/second" not in program.resources()


def test_target(program: Program) -> None:
    """`--target` deploys what it names: what it leaves out is not judged yet, and refused when its turn
    comes."""
    program.write(f"{HEAD}\n    policy('good', [{NARROW!r}])\n    policy('bad', [{BROAD!r}])\n")

    good = program.up("--skip-preview", "--target", "**good", pack=True)
    everything = program.up("--skip-preview", pack=True)

    assert good.status == 0, good.output
    assert everything.status != 0
    assert list(program.resources()) == [f"{POLICY}/good"]


BROKEN = {
    "raises": (
        "def check(case):\n    raise KeyError('hush-hush')",
        "the rule failed, so this is not allowed: KeyError",
    ),
    "hangs": (
        "def check(case):\n    import time; time.sleep(60)",
        "the rule did not answer within 2 seconds",
    ),
    "hangs when asked whether it applies": (
        "def applies(resource):\n    import time; time.sleep(60 * (resource.name == 'p')); return False",
        "the rule did not answer within 2 seconds",
    ),
    "says what no rule can say": (
        "def check(case):\n    yield 'hush-hush'",
        "the rule failed, so this is not allowed: TypeError",
    ),
    "is no Python": ("hush-hush is no Python", "the policy pack failed: SyntaxError"),
    "exits when it is imported": ("import sys; sys.exit('hush-hush')", "the policy pack failed: SystemExit"),
    "sleeps when it is imported": (
        "import time; time.sleep(120)",
        "the policy pack failed: its rules did not load within 15 seconds",
    ),
    # The watcher's sentence comes too, unless the engine has stopped reading by then: test_watch has it.
    "ends the process": (
        "def check(case):\n    import os; os._exit(0)",
        "failed to run policy: error reading from server: EOF",
    ),
}


@pytest.mark.parametrize(("lines", "said"), BROKEN.values(), ids=BROKEN)
def test_broken_rule(program: Program, tmp_path: Path, lines: str, said: str) -> None:
    """A rule that raises, hangs, cannot be loaded or ends the process stops the deploy with nothing created,
    and says so within a minute and without showing a value.
    """
    pack = tmp_path / "pack"
    shutil.copytree(PACK, pack, ignore=shutil.ignore_patterns("__pycache__", "*.egg-info"))
    rule = pack / "oci_functions_guard" / "rules" / "functions_grant_scoped.py"
    rule.write_text(f"{rule.read_text()}\n\n{lines}\n")
    config = tmp_path / "config.json"
    config.write_text(json.dumps({"functions-grant-scoped": "mandatory"}))
    program.write(f"{HEAD}\n    policy('p', [{NARROW!r}])\n")
    began = time.monotonic()

    ran = program.up(
        *("--skip-preview", "--policy-pack", str(pack), "--policy-pack-config", str(config)),
        OCI_GUARD_DEADLINE_SECONDS="2",
    )

    assert ran.status != 0
    assert said in " ".join(ran.output.split())
    assert "hush-hush" not in ran.output
    assert not ran.traceback
    assert f"{POLICY}/p" not in program.resources()
    assert time.monotonic() - began < 60


def test_misspelt_rule_in_the_config(program: Program, tmp_path: Path) -> None:
    """A rule name that does not exist ends every operation, and the one that was meant is named."""
    config = tmp_path / "config.json"
    config.write_text(json.dumps({"functions-config-no-secret": "mandatory"}))
    program.write(f"{HEAD}\n    policy('p', [{NARROW!r}])\n")

    ran = program.up("--policy-pack-config", str(config), pack=True)

    assert ran.status != 0
    assert "functions-config-no-secret: unknown rule; did you mean functions-config-no-secrets?" in ran.output
    assert program.resources() == {}


def test_exceptions_of_the_cli(program: Program, tmp_path: Path) -> None:
    """An exception in the CLI's own format, which has no last day, lets no over-broad grant be created."""
    program.write(f"{HEAD}\n    policy('p', [{BROAD!r}])\n")
    urn = f"urn:pulumi:{program.stack}::{program.name}::{POLICY}::p"
    match = [{"policies": ["functions-grant-overbroad"], "targets": [urn]}]
    config = tmp_path / "config.json"
    config.write_text(
        json.dumps({"version": 2, "policies": {}, "exceptions": {"e": {"reason": "no", "match": match}}})
    )

    ran = program.up("--skip-preview", "--policy-pack-config", str(config), pack=True)

    assert ran.status != 0
    assert f"{POLICY}/p" not in program.resources()


def test_exemption_by_fingerprint(program: Program, tmp_path: Path) -> None:
    """The exemption that names resource and statement lets them through and is shown; one that covers nothing
    is named at the end.
    """
    common = {"reason": "moves", "owner": "team", "expires": str(date.today() + timedelta(days=9))}
    broad = f"Allow group everybody to manage functions-family in compartment id {COMPARTMENT}"
    exemptions = [
        common | {"resource": name, "statement": fingerprint(broad)} for name in ("p", "renamed-since")
    ]
    config = tmp_path / "config.json"
    config.write_text(json.dumps({"functions-grant-overbroad": {"exemptions": exemptions}}))
    program.write(f"{HEAD}\n    policy('p', [{broad!r}])\n")

    ran = program.up("--skip-preview", "--policy-pack-config", str(config), pack=True)
    said = " ".join(ran.output.split())

    assert ran.status == 0, ran.output
    assert "by team (moves): statements[0]: Allow group everybody" in said
    assert "the exemption of renamed-since covers nothing: the program has no resource of this name" in said
    assert "process ended before" not in said


class TestWithoutThePack:
    """The judge inside the program, where somebody runs it without the pack."""

    def _up(self, program: Program, body: str) -> Ran:
        program.write(
            f"""
    import sys
    sys.path.insert(0, {str(ROOT)!r})
    from components.grants.transform import refuse_overbroad_statements
    {HEAD}
    refuse_overbroad_statements()
    {body}
    """
        )
        return program.up("--skip-preview")

    def test_late_value(self, program: Program) -> None:
        """A value known only at deploy that makes a statement over-broad ends the run before its policy is
        created, with one message and no stack trace; an unknown neighbour hides nothing."""
        ran = self._up(
            program,
            """
    g = group("g")
    late = g.id.apply(lambda id: f"Allow group id {id} to manage functions-family in tenancy")
    policy("p", [reading(g), late])
    """,
        )

        assert ran.status != 0
        assert "manage functions-family" in ran.output
        assert not ran.traceback
        assert f"{POLICY}/p" not in program.resources()

    def test_narrow_late_value(self, program: Program) -> None:
        """A narrow one is deployed."""
        ran = self._up(program, 'policy("p", [reading(group("g"))])')

        assert ran.status == 0, ran.output
        assert f"{POLICY}/p" in program.resources()
