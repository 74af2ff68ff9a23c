"""The program as a whole, on both tracked stacks."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pulumi
import pytest

import oci_iam
from oci_iam import evidence
from oci_iam.workload import judge_workload
from tests.components.conftest import stack_values

STACKS = ("dev", "prod")
# What is said beside a tracked stack: one of its own, whose functions use everything that can be created.
CONNECTIONS = {
    "results": {"write": {"bucket": {"name": "graded", "prefix": "out/"}}},
    "alerts": {"publish": {"topic": {"name": "alerts"}}},
    "jobs": {"push": {"queue": {"name": "jobs"}}},
    "feed": {"pull": {"stream": {"name": "feed"}}},
    "chat": {"use": "generative-ai-chat"},
    "next": {"invoke": {"function": {"name": "watcher"}}},
}
# Everything that can invoke a function beside Events, and what is told of detached invocations.
TRIGGERS = {
    "nightly": {"schedule": {"cron": "0 2 * * *", "time_zone": "Europe/Berlin"}},
    "hot": {"alarm": {"namespace": "pumps", "query": "Heat[1m].max() > 80"}},
    "news": {"topic": {"name": "news"}},
    "feed": {"stream": {"name": "feed"}},
    "jobs": {"queue": {"name": "jobs", "batch_size_in_num": 1}},
    "errors": {
        "logs": {
            "sources": [{"group_id": "ocid1.loggroup.oc1.eu-frankfurt-1.aaaaaaaagroup"}],
            "condition": "data.level = 'error'",
        }
    },
    "password": {
        "secret_rotation": {
            "name": "password",
            "vault_id": "ocid1.vault.oc1.eu-frankfurt-1.aaaaaaaavault",
            "key_id": "ocid1.key.oc1.eu-frankfurt-1.aaaaaaaakey",
        }
    },
}
DESTINATIONS = {"success": {"stream": {"name": "done"}}, "failure": {"topic": {"name": "failed"}}}
GRAPHS: dict[str, tuple[str, dict[str, Any]]] = {
    **{stack: (stack, {}) for stack in STACKS},
    "connected": (
        "dev",
        {"responder": {"connections": CONNECTIONS}, "watcher": {"identity": "dynamic_group"}},
    ),
    "sourced": ("dev", {"responder": {"triggers": TRIGGERS, "destinations": DESTINATIONS}}),
    "fronted": ("dev", {"responder": {}, "watcher": {}}),
}
# Sections of a stack that has them beside what it tracks.
SECTIONS: dict[str, dict[str, Any]] = {
    "fronted": {
        "api": {
            "path_prefix": "/v1",
            "jwt": {
                "audiences": ["ai-api"],
                "jwks_uri": "https://idcs-0a.identity.oraclecloud.com/admin/v1/SigningCert/jwk",
            },
            "routes": {
                "grade": {"path": "/grade", "function": "responder", "scopes": ["ai.grade"]},
                "status": {"path": "/status/{id}", "methods": ["GET"], "function": "watcher"},
            },
        },
        "edge": {
            "domain": "ai.example.com",
            "certificate_id": "ocid1.waascertificate.oc1..aaaaaaaacertificate",
            "ai_endpoint": {},
        },
    },
}
ROOT = Path(__file__).resolve().parents[2]
SNAPSHOTS = Path(__file__).parent / "snapshots"
# Set this variable to write the snapshots anew, then read the difference before committing it.
UPDATE = "UPDATE_SNAPSHOTS"


def test_two_functions_share_one_image(deployed: Any) -> None:
    """One repository, one build, one digest; each function has what else is its own."""
    functions = {"responder": {}, "watcher": {"image": {"of": "responder"}, "memory_in_mbs": 512}}
    world = deployed("dev", functions=json.dumps(functions), primary="watcher")
    shown = world.exports["functions"]

    assert world.one("docker-build:index:Image").name == "responder-image-image"
    assert world.one("oci:Artifacts/containerRepository:ContainerRepository")
    assert shown["watcher"]["image"] == shown["responder"]["image"]
    assert shown["watcher"]["image_digest"] == shown["responder"]["image_digest"]
    sources = [each.inputs["sourceDetails"] for each in world.all("oci:Functions/function:Function")]
    assert sources[0] == sources[1]


def test_a_function_may_share_the_image_of_one_that_it_invokes(deployed: Any) -> None:
    """And that one of it: who is created first is not who builds."""
    uses = {"next": {"invoke": {"function": {"name": "watcher"}}}}
    functions = {"responder": {"connections": uses}, "watcher": {"image": {"of": "responder"}}}
    world = deployed("dev", functions=json.dumps(functions), primary="responder")

    assert len(world.all("oci:Functions/function:Function")) == 2
    assert world.one("docker-build:index:Image")


def test_an_archive_needs_no_registry(deployed: Any) -> None:
    """Neither a repository nor its user and token; the stack says what it was made of."""
    archive = {"folder": "tests/components/archives/samples/plain"}
    world = deployed(
        "dev",
        functions=json.dumps({"responder": {"source": {"archive": archive}}}),
        registry_username=None,
        registry_auth_token=None,
    )

    assert not world.all("docker-build:index:Image")
    assert not world.all("oci:Artifacts/containerRepository:ContainerRepository")
    assert world.exports["functions"]["responder"]["archive_digest"].startswith("sha256:")
    assert "image" not in world.exports["functions"]["responder"]


@pytest.fixture
def graph(deployed: Any) -> Callable[..., Any]:
    """Runs the program for one of these stacks."""

    def deploy(stack: str, *, preview: bool = False) -> Any:
        tracked, functions = GRAPHS[stack]
        changes = {"functions": json.dumps(functions), "primary": "responder"} if functions else {}
        changes |= {name: json.dumps(section) for name, section in SECTIONS.get(stack, {}).items()}
        return deployed(tracked, preview=preview, **changes)

    return deploy


@pytest.mark.parametrize("stack", GRAPHS)
@pytest.mark.parametrize("phase", ["preview", "up"])
def test_registers_exactly_the_committed_graph(graph: Any, stack: str, phase: str) -> None:
    """Every resource, input, parent, provider and dependency of each stack is as committed."""
    file = SNAPSHOTS / f"{stack}-{phase}.json"

    actual = graph(stack, preview=phase == "preview").graph()

    if os.environ.get(UPDATE):
        file.parent.mkdir(exist_ok=True)
        file.write_text(actual)
    assert file.read_text() == actual


def test_pages_say_how_many_resources_the_first_deploy_creates(deployed: Any) -> None:
    """A reader compares the number with what the engine prints: what is registered, and the stack itself."""
    readme, tutorial = (
        (ROOT / page).read_text(encoding="utf-8") for page in ("README.md", "docs/tutorial.md")
    )

    created = len(deployed("dev", preview=False).recorder.registered) + len(["pulumi:pulumi:Stack"])

    assert f"+ {created} created" in readme
    assert f"`{created} unchanged`" in readme
    assert f"creates {created} resources" in tutorial


@pytest.mark.parametrize("stack", STACKS)
def test_exports_the_primary_function(deployed: Any, stack: str) -> None:
    """function_id and invoke_endpoint are those of the primary function; functions holds all."""
    exports = deployed(stack).exports

    first = exports["functions"]["responder"]
    assert (first["id"], first["invoke_endpoint"]) == (exports["function_id"], exports["invoke_endpoint"])
    assert {"dev": ["responder"], "prod": ["responder", "watcher"]}[stack] == sorted(exports["functions"])


def with_ids(grant: dict[str, Any], ids: dict[str, str]) -> str:
    """The evidence's text with each ref replaced by the id of the resource its URN names."""
    return re.sub(r"\$\{(\w+)\}", lambda ref: ids[grant["refs"][ref[1]]], grant["text"])


@pytest.mark.parametrize("stack", GRAPHS)
def test_every_statement_has_evidence_that_says_the_same(graph: Any, stack: str) -> None:
    """For each statement of a policy, its parent registered evidence at the same index, and the evidence with
    the real ids in place of the URNs is the statement, which grants no workload too much."""
    world = graph(stack)
    ids = {urn: each.id for urn, each in world.recorder.resources.items()}
    seen = 0

    for policy in world.all("oci:Identity/policy:Policy"):
        grants = world.recorder.registered[policy.parent].inputs["grants"][policy.name]
        filled = [with_ids(each, ids) for each in grants]
        seen += len(filled)
        assert policy.inputs["statements"] == filled
        assert {judge_workload(text).verdict for text in filled} <= {"ok", "none"}

    assert {"dev": 11, "prod": 18, "connected": 6, "sourced": 11, "fronted": 2}[stack] == seen


SETS_THAT_ARE_MEANT: dict[str, set[str]] = {"dev": set(), "prod": set()}
"""Codes of what a stack's own statements add up to although it cannot be otherwise, by stack; none today."""


@pytest.mark.parametrize("identity", ["function", "dynamic_group"])
@pytest.mark.parametrize("stack", STACKS)
def test_the_statements_of_a_stack_add_up_to_nothing_more(deployed: Any, stack: str, identity: str) -> None:
    """Nobody gains by the policies and dynamic groups of a stack together what no statement of it grants,
    whatever its functions act as; who pushes images beside them would."""
    functions = json.loads(stack_values(stack)["oci-ai-functions:functions"])
    acting = {key: {**each, "identity": identity} for key, each in functions.items()}
    world = deployed(stack, functions=json.dumps(acting))
    groups = [
        oci_iam.DynamicGroup(each.inputs["name"], each.inputs["matchingRule"])
        for each in world.all("oci:Identity/dynamicGroup:DynamicGroup")
    ]
    policies = [
        oci_iam.Policy(each.inputs["compartmentId"], tuple(each.inputs["statements"]), each.name)
        for each in world.all("oci:Identity/policy:Policy")
    ]
    texts = [text for policy in policies for text in policy.statements]
    inviting = next(text for text in texts if "to manage fn-function" in text)
    pushes = inviting.partition(" to ")[0] + " to manage repos in tenancy"

    found = oci_iam.find_combinations(policies, groups)
    beside = oci_iam.find_combinations([*policies, oci_iam.Policy("", (pushes,), "p")], groups)

    assert bool(groups) == (identity == "dynamic_group")
    assert {one.code for one in found} == SETS_THAT_ARE_MEANT[stack]
    assert "escalation-image-push" in {one.code for one in beside}


@pytest.mark.parametrize("stack", GRAPHS)
def test_preview_can_judge_every_statement(graph: Any, stack: str) -> None:
    """At preview, where statements are unknown, the evidence of each renders with the types its URNs were
    registered with, and is not refused."""
    world = graph(stack, preview=True)
    types = {urn: each.type for urn, each in world.recorder.registered.items()}

    for policy in world.all("oci:Identity/policy:Policy"):
        grants = world.recorder.registered[policy.parent].inputs["grants"][policy.name]
        assert ["<unknown>"] * len(grants) == policy.inputs["statements"]
        for each in grants:
            text = evidence.render(each["text"], {ref: types[urn] for ref, urn in each["refs"].items()})
            assert oci_iam.judge(text).verdict in ("ok", "unrelated")
            assert judge_workload(text).verdict in ("ok", "none")


@pytest.mark.parametrize("stack", GRAPHS)
def test_what_evidence_names_is_registered_before_it(graph: Any, stack: str) -> None:
    """A component's evidence names only resources that were registered before the component."""
    world = graph(stack, preview=True)
    order = list(world.recorder.registered)

    for urn, each in world.recorder.registered.items():
        for grants in each.inputs.get("grants", {}).values():
            named = {ref for grant in grants for ref in grant["refs"].values()}
            assert all(order.index(ref) < order.index(urn) for ref in named)


@pytest.mark.parametrize("stack", STACKS)
def test_iam_goes_through_the_home_region_and_nothing_else_does(deployed: Any, stack: str) -> None:
    """Groups, dynamic groups, memberships and policies use the home region's provider; the rest does not."""
    world = deployed(stack)

    assert world.named("home-region").inputs["region"] == "us-ashburn-1"
    for each in world.recorder.registered.values():
        if each.type.startswith(("oci:", "docker-build:")):
            assert each.type.startswith("oci:Identity/") == ("::home-region::" in each.provider), each.urn


def test_a_given_home_region_is_not_looked_up(deployed: Any) -> None:
    """With home_region in the config, the tenancy is not asked for it."""
    world = deployed("dev", home_region="eu-frankfurt-1")

    assert world.named("home-region").inputs["region"] == "eu-frankfurt-1"
    assert not [token for token, _ in world.cloud.calls if "RegionSubscriptions" in token]


def test_two_stacks_share_no_physical_name(deployed: Any) -> None:
    """dev and prod can live side by side in one tenancy: no group, bucket, repository … has the same name. A
    function's is its own in its application, and a subscription has none."""
    local = {"oci:Functions/function:Function", "oci:Ons/subscription:Subscription"}
    names = [
        {
            (each.type, each.inputs.get("name") or each.inputs.get("displayName"))
            for each in deployed(stack).recorder.registered.values()
            if each.type.startswith("oci:") and each.type not in local
        }
        for stack in STACKS
    ]

    assert set() == names[0] & names[1]
    assert all(name for stack in names for _, name in stack)


def test_the_auth_token_is_a_secret_everywhere(deployed: Any) -> None:
    """Registry user and token appear in the graph only as secrets."""
    world = deployed("dev")
    text = json.dumps([each.inputs for each in world.recorder.registered.values()] + [world.exports])

    assert text.count("sample-token") == 1
    (registry,) = world.one("docker-build:index:Image").inputs["registries"]["<secret>"]
    assert (registry["username"], registry["password"]) == ("axsample/deployer", "sample-token")


def test_the_repository_exists_before_the_push(deployed: Any) -> None:
    """The image depends on its repository, and carries the platform of the application's shape."""
    image = deployed("dev").one("docker-build:index:Image")

    assert "oci:Artifacts/containerRepository:ContainerRepository" in " ".join(image.depends_on)
    assert image.inputs["platforms"] == ["linux/amd64"]


def test_without_registry_login_nothing_is_registered(deployed: Any) -> None:
    """A build needs both secrets; their absence is one line each, before anything else."""
    with pytest.raises(pulumi.RunError) as refused:
        deployed("dev", registry_username=None, registry_auth_token=None)

    assert str(refused.value).splitlines() == [
        "Pulumi.dev.yaml: registry_username: missing; set it with `pulumi config set --secret "
        "registry_username <value>`",
        "Pulumi.dev.yaml: registry_auth_token: missing; set it with `pulumi config set --secret "
        "registry_auth_token <value>`",
    ]


def test_a_given_image_needs_no_registry_login(deployed: Any) -> None:
    """With reference and digest nothing is built, and no secret is asked for."""
    reference = "ocir.eu-frankfurt-1.oci.oraclecloud.com/axsample/team/responder:7"
    functions = {"responder": {"image": {"reference": reference, "digest": "sha256:" + "5" * 64}}}

    world = deployed("dev", functions=json.dumps(functions), registry_username=None, registry_auth_token=None)

    source = world.one("oci:Functions/function:Function").inputs["sourceDetails"]
    assert (reference, "sha256:" + "5" * 64) == (source["image"], source["imageDigest"])
    assert world.all("docker-build:index:Image") == []


def test_no_groups_and_no_triggers_mean_no_policy(deployed: Any) -> None:
    """A function with neither gets nothing in IAM, or its dynamic group where it is to act as one."""
    world = deployed("dev", functions=json.dumps({"quiet": {}}))
    grouped = deployed("dev", functions=json.dumps({"quiet": {"identity": "dynamic_group"}}))

    assert [
        each for each in world.recorder.registered.values() if each.type.startswith("oci:Identity/")
    ] == []
    assert grouped.all("oci:Identity/policy:Policy") == []
    assert (
        grouped.one("oci:Identity/dynamicGroup:DynamicGroup").inputs["name"]
        == "ai-functions-dev-quiet-function"
    )


def test_edge_protection_is_off_unless_configured(deployed: Any) -> None:
    """Neither stack has a WAF; with `edge` there is one, and its CNAME is exported."""
    rule = {"rules": [{"variables": ["ARGS"], "operator": "@detectSQLi", "msg": "SQL injection"}]}
    edge = {"domain": "ai.example.com", "origin": "203.0.114.7", "rules": {"sqli": rule}}

    without, with_edge = deployed("dev"), deployed("dev", edge=json.dumps(edge))

    assert without.all("oci:Waas/policy:Policy") == []
    assert "edge_cname" not in without.exports
    assert with_edge.exports["edge_cname"] == "edge.example.waas.oci.oraclecloud.net"
    assert len(with_edge.all("oci:Waas/customProtectionRule:CustomProtectionRule")) == 1


def test_bad_config_registers_nothing(deployed: Any) -> None:
    """A wrong value stops the program with its line before any resource, the provider included."""
    with pytest.raises(pulumi.RunError) as refused:
        deployed("dev", functions=json.dumps({"responder": {"memory_in_mbs": 200}}))

    place, reason = "functions.responder.memory_in_mbs", "200 is not one of 128, 256, 512, 1024, 2048, 3072"
    assert str(refused.value) == f"Pulumi.dev.yaml: {place}: {reason}"


def test_a_secret_in_the_wrong_place_is_refused(deployed: Any) -> None:
    """A secret among the functions would end in clear in the state; the line does not show it."""
    functions = json.dumps({"responder": {"config": {"API_KEY": "hunter2"}}})

    with pytest.raises(pulumi.RunError) as refused:
        deployed("dev", functions=functions, secret_keys=("oci-ai-functions:functions",))

    assert str(refused.value).startswith("Pulumi.dev.yaml: functions: is a secret")
    assert "hunter2" not in str(refused.value)


def test_the_working_folder_does_not_matter(
    deployed: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The image's context is found beside the program, wherever it is run from."""
    monkeypatch.chdir(tmp_path)

    context = deployed("dev").one("docker-build:index:Image").inputs["context"]["location"]

    assert context == str(Path(__file__).resolve().parents[2] / "function_src")


def test_the_program_is_short() -> None:
    """`__main__.py` composes and no more."""
    text = (Path(__file__).resolve().parents[2] / "__main__.py").read_text()

    assert len(text.splitlines()) <= 80
    assert not re.search(r"pulumi_oci|Allow ", text)


def test_the_tracked_stack_files_hold_no_secret() -> None:
    """Neither user nor token of a registry is in a tracked file, in whatever form."""
    for stack in STACKS:
        text = (Path(__file__).resolve().parents[2] / f"Pulumi.{stack}.yaml").read_text()
        values = [line for line in text.splitlines() if not line.lstrip().startswith("#")]

        assert not re.search(r"registry_|secure:|encryptionsalt", "\n".join(values))


def test_outputs_are_real_outputs(deployed: Any) -> None:
    """At preview the exports that need a created resource are unknown, and the others known."""
    exports = deployed("dev", preview=True).exports

    assert "<unknown>" == exports["function_id"] == exports["invoke_endpoint"]
    assert exports["functions"]["responder"]["image"].endswith("/axsample/ai-functions-dev/responder:dev")


@pytest.mark.parametrize("stack", STACKS)
def test_every_output_is_in_the_docs(deployed: Any, stack: str) -> None:
    """The page on deployed stacks has a row for each, and for each key of a function's."""
    page = (Path(__file__).resolve().parents[2] / "docs/how-to/change-a-deployed-stack.md").read_text()
    exports = deployed(stack).exports

    named = {*exports, *(key for each in exports["functions"].values() for key in each)}
    assert [name for name in named if f"`{name}`" not in page] == []


def test_the_outputs_are_about_the_primary_function(deployed: Any) -> None:
    """Whatever the others are called."""
    functions = json.dumps({"alpha": {}, "omega": {}})

    exports = deployed("dev", functions=functions, primary="omega").exports

    assert (
        exports["function_id"] == exports["functions"]["omega"]["id"] != exports["functions"]["alpha"]["id"]
    )
