"""The stack's config: what is accepted, and the one line each mistake gets."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from pydantic import BaseModel

from components import limits
from components.config import Section, StackConfig, check_file, validate
from components.errors import ConfigError

ROOT = Path(__file__).resolve().parents[2]
DEV = (ROOT / "Pulumi.dev.yaml").read_text()
DIGEST = "sha256:" + "a" * 64

Check = Callable[[str], list[str]]


@pytest.fixture
def problems(tmp_path: Path) -> Check:
    """Checks this text as Pulumi.dev.yaml: the lines of the error, without the file's name."""

    def check(text: str) -> list[str]:
        file = tmp_path / "Pulumi.dev.yaml"
        file.write_text(text)
        try:
            check_file(file)
        except ConfigError as error:
            lines = str(error).splitlines()
            assert all(line.startswith("Pulumi.dev.yaml: ") for line in lines)
            return [line.removeprefix("Pulumi.dev.yaml: ") for line in lines]
        return []

    return check


def edited(old: str, new: str) -> str:
    """The dev stack file with one thing changed."""
    assert old in DEV
    return DEV.replace(old, new, 1)


@pytest.mark.parametrize("stack", ["dev", "prod"])
def test_the_tracked_files_are_accepted(stack: str) -> None:
    """Both stack files are good as they are."""
    assert check_file(ROOT / f"Pulumi.{stack}.yaml").functions


MEMORY, TIMEOUT, CONFIG = "memory_in_mbs: 256", "timeout_in_seconds: 60", 'SEVERITY_WARNING: "0.7"'
HERE = "functions.responder"
EVENT = "com.oraclecloud.aiservice.anomaliesdetected"
TYPES = f"{HERE}.triggers.services.event_types[0]"
NAME = "is not a name of 1 to 40 lower-case letters, digits and hyphens that begins with a letter"

ONE_LINE: dict[str, tuple[str, str, str]] = {
    "memory": (
        MEMORY,
        "memory_in_mbs: 200",
        f"{HERE}.memory_in_mbs: 200 is not one of 128, 256, 512, 1024, 2048, 3072",
    ),
    "memory as text": (MEMORY, "memory_in_mbs: '256'", f"{HERE}.memory_in_mbs: '256' is not a whole number"),
    "memory as a switch": (
        MEMORY,
        "memory_in_mbs: true",
        f"{HERE}.memory_in_mbs: true is not a whole number",
    ),
    "memory as nothing": (
        MEMORY,
        "memory_in_mbs:",
        f"{HERE}.memory_in_mbs: an empty value is not a whole number",
    ),
    "timeout": (
        TIMEOUT,
        "timeout_in_seconds: 301",
        f"{HERE}.timeout_in_seconds: 301 is not between 1 and 300 seconds",
    ),
    "no time": (
        TIMEOUT,
        "timeout_in_seconds: 0",
        f"{HERE}.timeout_in_seconds: 0 is not between 1 and 300 seconds",
    ),
    "detached timeout": (
        TIMEOUT,
        "detached_mode_timeout_in_seconds: 3601",
        f"{HERE}.detached_mode_timeout_in_seconds: 3601 is not between 5 and 3600 seconds",
    ),
    "concurrency": (
        TIMEOUT,
        "provisioned_concurrency: 10",
        f"{HERE}: provisioned_concurrency: 10 is not a multiple of 20, as 256 MB of memory needs",
    ),
    "unknown key": (
        TIMEOUT,
        "timeout_in_second: 60",
        f"{HERE}.timeout_in_second: unknown key; did you mean timeout_in_seconds?",
    ),
    "unknown key of the stack": (
        "oci-ai-functions:functions",
        "oci-ai-functions:home: x\n  oci-ai-functions:functions",
        "home: unknown key",
    ),
    "key of nearly this project": (
        "oci-ai-functions:tenancy_id",
        "oci-ai-function:tenancy_id",
        "oci-ai-function:tenancy_id: unknown key; did you mean oci-ai-functions:tenancy_id?",
    ),
    "key of no project": (
        "oci-ai-functions:tenancy_id",
        "tenancy_id",
        "tenancy_id: needs a namespace: oci-ai-functions:tenancy_id",
    ),
    "missing": (
        "oci-ai-functions:tenancy_id",
        "other:tenancy_id",
        "tenancy_id: missing; set it with `pulumi config set tenancy_id <value>`",
    ),
    "missing region": (
        "oci:region: eu",
        "oci:other: eu",
        "oci:region: missing; set it with `pulumi config set oci:region <region>`",
    ),
    "region key": (
        "oci:region: eu-frankfurt-1",
        "oci:region: FRA",
        "oci:region: 'FRA' is not a region identifier such as eu-frankfurt-1",
    ),
    "another region": (
        "oci:region: eu-frankfurt-1",
        "oci:region: us-phoenix-1",
        "subnet_ids[0]: is in eu-frankfurt-1, while the stack deploys to us-phoenix-1 (oci:region)",
    ),
    "OCID of another type": (
        "compartment_id: ocid1.compartment",
        "compartment_id: ocid1.subnet",
        "compartment_id: is the OCID of a subnet, not of a compartment",
    ),
    "no OCID": (
        "compartment_id: ocid1.compartment",
        "compartment_id: my-compartment # ",
        "compartment_id: 'my-compartment' is not an OCID (ocid1.compartment.…)",
    ),
    "the tenancy as compartment": (
        "compartment_id: ocid1.compartment",
        "compartment_id: ocid1.tenancy",
        "compartment_id: is the OCID of the tenancy, whose root reaches every compartment; "
        "name one compartment",
    ),
    "unknown event type": (
        EVENT,
        "com.oraclecloud.aiservice.anomalydetected",
        f"{TYPES}: com.oraclecloud.aiservice.anomalydetected is not a known event type; "
        f"did you mean {EVENT}?",
    ),
    "event type like no other": (EVENT, "nothing", f"{TYPES}: nothing is not a known event type"),
    "event type of another kind": (EVENT, "7", f"{TYPES}: 7 is not a known event type"),
    "object events without a bucket": (
        "          bucket:\n            name: ai-results\n",
        "",
        f"{HERE}.triggers.results: com.oraclecloud.objectstorage.createobject needs a bucket: without one, "
        "every bucket of the compartment would call",
    ),
    "a bucket beside other events": (
        "com.oraclecloud.objectstorage.updateobject",
        EVENT,
        f"{HERE}.triggers.results: {EVENT} names no bucket, so it would never match beside one; "
        "give it its own trigger",
    ),
    "the bucket's name given twice": (
        'resource_names: ["*.json"]',
        "attributes: {bucketName: [other]}",
        f"{HERE}.triggers.results: attributes.bucketName: is set by bucket",
    ),
    "an attribute without values": (
        'resource_names: ["*.json"]',
        "attributes: {eTag: []}",
        f"{HERE}.triggers.results: an empty list or text would never match",
    ),
    "an empty resource name": (
        'resource_names: ["*.json"]',
        'resource_names: [""]',
        f"{HERE}.triggers.results: an empty list or text would never match",
    ),
    "bucket name": (
        "name: ai-results",
        "name: ai/results",
        f"{HERE}.triggers.results.bucket.name: 'ai/results' is not a bucket name of 1 to 200 letters, "
        "digits, hyphens, underscores and dots",
    ),
    "event principal": (
        "resource_names:",
        "event_principal: rule\n          resource_names:",
        f"{HERE}.triggers.results.event_principal: 'rule' is not one of eventrule, service, both",
    ),
    "4.1 KB of config": (
        CONFIG,
        f'SEVERITY_WARNING: "{"x" * 4061}"',
        f"{HERE}.config: 4097 bytes of keys and values, at most 4096 (the application's config included)",
    ),
    "config key": (
        CONFIG,
        '7A: "1"',
        f"{HERE}.config: key '7A' is not ASCII letters, digits and underscores beginning with no digit",
    ),
    "reserved config key": (
        CONFIG,
        'OCI_X: "1"',
        f"{HERE}.config: key OCI_X has a prefix that the platform sets itself (FN_, OCI_)",
    ),
    "config value": (
        CONFIG,
        "SEVERITY_WARNING: 0.7",
        f"{HERE}.config.SEVERITY_WARNING: the value is not a text",
    ),
    "function name": ("responder:", "Responder:", f"functions.Responder: 'Responder' {NAME}"),
    "function name twice": (
        "      triggers:",
        "    responder: {}\n      triggers:".replace("      triggers:", "") + "    other:\n      triggers:",
        f"{HERE}: given twice (lines 12 and 22)",
    ),
    "group of another type": (
        "invokers: {}",
        "invokers: {existing_id: ocid1.user.oc1..a}",
        f"{HERE}.access.invokers.existing_id: is the OCID of a user, not of a group",
    ),
    "members of a named group": (
        "invokers: {}",
        "invokers: {existing_name: Default/Them, members: [ocid1.user.oc1..a]}",
        f"{HERE}.access.invokers: members can be added only to a group that is created or given by OCID",
    ),
    "group named twice": (
        "invokers: {}",
        "invokers: {existing_name: Them, existing_id: ocid1.group.oc1..a}",
        f"{HERE}.access.invokers: existing_id and existing_name are two ways to name one group; give one",
    ),
    "member twice": (
        "invokers: {}",
        "invokers: {members: [ocid1.user.oc1..a, ocid1.user.oc1..a]}",
        f"{HERE}.access.invokers.members: names a user twice",
    ),
    "one group for both": (
        "invokers: {}\n        developers: {}",
        "invokers: {existing_id: ocid1.group.oc1..a}\n        developers: {existing_id: ocid1.group.oc1..a}",
        f"{HERE}.access.developers: is also {HERE}.access.invokers; "
        "who changes a function must not be who invokes it",
    ),
    "reference without digest": (
        TIMEOUT,
        "image: {reference: 'ocir.eu-frankfurt-1.oci.oraclecloud.com/ns/repo:1'}",
        f"{HERE}.image: reference and digest belong together; give both, or neither to build the image",
    ),
    "image of another region": (
        TIMEOUT,
        f"image: {{reference: 'ocir.us-phoenix-1.oci.oraclecloud.com/ns/repo:1', digest: '{DIGEST}'}}",
        f"{HERE}.image.reference: is in us-phoenix-1, and Functions pulls only from its own region, "
        "eu-frankfurt-1 (oci:region)",
    ),
    "image of another registry": (
        TIMEOUT,
        f"image: {{reference: 'docker.io/ns/repo:1', digest: '{DIGEST}'}}",
        f"{HERE}.image.reference: 'docker.io/ns/repo:1' is not an image of Oracle's registry such as "
        "ocir.eu-frankfurt-1.oci.oraclecloud.com/<namespace>/<repository>:<tag>",
    ),
    "short digest": (
        TIMEOUT,
        "image: {reference: 'ocir.eu-frankfurt-1.oci.oraclecloud.com/ns/repo:1', digest: 'sha256:abc'}",
        f"{HERE}.image.digest: 'sha256:abc' is not a digest (sha256: and 64 hexadecimal digits)",
    ),
    "built and given": (
        TIMEOUT,
        f"image: {{context: x, reference: 'fra.ocir.io/ns/repo:1', digest: '{DIGEST}'}}",
        f"{HERE}.image: an image is either built (context) or given (reference, digest)",
    ),
    "an edge before itself": (
        "oci-ai-functions:functions",
        "oci-ai-functions:edge: {domain: a.example.com, origin: a.example.com, rules: {r: {rules: "
        "[{variables: [ARGS], operator: '@detectSQLi', msg: m}]}}}\n  oci-ai-functions:functions",
        "edge.origin: is the protected domain itself; the edge would forward to itself",
    ),
    "a function's endpoint as origin": (
        "oci-ai-functions:functions",
        "oci-ai-functions:edge: {domain: a.example.com, origin: x.phx.functions.oci.oraclecloud.com"
        ', rules: {r: {template: \'SecRule ARGS "x" "id: {{id_1}}, ctl:ruleEngine={{mode}}"\'}}}\n'
        "  oci-ai-functions:functions",
        "edge.origin: is a function's own invoke endpoint, which answers only requests signed by OCI; an "
        "edge policy forwards unsigned ones. Put an API gateway or a load balancer in front and name that",
    ),
    "a token in clear": (
        "oci-ai-functions:functions",
        "oci-ai-functions:registry_auth_token: hunter2\n  oci-ai-functions:functions",
        "registry_auth_token: is in clear in this file; set it with "
        "`pulumi config set --secret registry_auth_token <value>`",
    ),
    "a secret among a function's variables": (
        CONFIG,
        "SEVERITY_WARNING: {secure: 'v1:abc'}",
        f"{HERE}.config.SEVERITY_WARNING: is a secret, and would be readable in OCI and in the state; "
        "keep it in a Vault secret instead",
    ),
    "two triggers of one name in OCI": (
        "    responder:\n",
        f"    responder-a: {{triggers: {{b: {{event_types: [{EVENT}]}}}}}}\n    responder:\n"
        f"      triggers: {{a-b: {{event_types: [{EVENT}]}}}}\n    other:\n",
        f"{HERE}.triggers.a-b: would have the same names in OCI as functions.responder-a.triggers.b",
    ),
    "not YAML": ("oci:region:", "oci:region: [", "line 7: is not YAML: expected ',' or ']', but got ':'"),
    "another top-level key": ("config:", "confg: {}\nconfig:", "confg: unknown key beside config"),
    "a value that contains itself": (
        "oci-ai-functions:functions:",
        "oci-ai-functions:edge: &a [*a]\n  oci-ai-functions:functions:",
        "is nested too deeply, or contains itself",
    ),
    "an object of Python": (
        MEMORY,
        "memory_in_mbs: !!python/object:os.system {}",
        "line 13: is not YAML: could not determine a constructor for the tag "
        "'tag:yaml.org,2002:python/object:os.system'",
    ),
}


@pytest.mark.parametrize("mistake", ONE_LINE)
def test_each_mistake_has_its_line(problems: Check, mistake: str) -> None:
    """One mistake gives exactly one line: the file, the place as the config nests, the reason."""
    old, new, expected = ONE_LINE[mistake]

    assert problems(edited(old, new)) == [expected]


def test_all_mistakes_of_a_file_are_told(problems: Check) -> None:
    """Three mistakes give three lines."""
    text = edited(MEMORY, "memory_in_mbs: 200").replace(TIMEOUT, "timeout_in_seconds: 301")

    assert [line.partition(": ")[0] for line in problems(text.replace("ocid1.tenancy", "ocid1.user"))] == [
        "tenancy_id",
        f"{HERE}.memory_in_mbs",
        f"{HERE}.timeout_in_seconds",
    ]


@pytest.mark.parametrize(
    "text", ["", "- a\n", "7\n", "\t\n", "config: 7\n", "config:\n", "\ud83d\ude00: [\n"]
)
def test_what_is_no_stack_file_is_one_line(problems: Check, text: str) -> None:
    """Any text that is not a mapping with a config is refused, without a traceback."""
    encoded = text.encode("utf-16", "surrogatepass").decode("utf-16")

    assert len(problems(encoded)) == 1


def test_an_unreadable_file_is_one_line(tmp_path: Path) -> None:
    """A file that is missing or not text is named with the reason."""
    binary = tmp_path / "Pulumi.dev.yaml"
    binary.write_bytes(b"\xff\xfe\x00")

    with pytest.raises(ConfigError, match=r"^Pulumi\.dev\.yaml: cannot be read: is not UTF-8 text$"):
        check_file(binary)
    with pytest.raises(ConfigError, match=r"^Pulumi\.no\.yaml: cannot be read: No such file or directory$"):
        check_file(tmp_path / "Pulumi.no.yaml")


@pytest.mark.parametrize("secret", ["registry_username", "registry_auth_token"])
def test_encrypted_secrets_are_accepted(problems: Check, secret: str) -> None:
    """What `pulumi config set --secret` writes is no problem, and neither is what `stack init` adds."""
    value = f"oci-ai-functions:{secret}:\n    secure: v1:abc\n  oci-ai-functions:functions"

    assert problems("encryptionsalt: v1:x\n" + edited("oci-ai-functions:functions", value)) == []


def test_messages_never_show_a_secret() -> None:
    """A wrong user name, token or function variable is told by its place only."""
    raw = {
        "registry_username": "hunter2",
        "registry_auth_token": 7,
        "functions": {"f": {"config": {"A": 12345}}},
    }

    with pytest.raises(ConfigError) as refused:
        validate(raw, "Pulumi.dev.yaml")

    text = str(refused.value)
    assert "registry_username: is not <namespace>/<user>" in text
    assert "registry_auth_token: the value is not a text" in text
    assert not any(secret in text for secret in ("hunter2", "12345"))


def test_yaml_words_stay_text(problems: Check) -> None:
    """`yes` and a date are text here as in the engine, not a switch and not a date."""
    assert problems(edited('"0.7"', "yes")) == []
    assert problems(edited('"0.7"', "2026-01-01")) == []


def test_a_bucket_is_created_once(problems: Check) -> None:
    """Two triggers that both create one bucket contradict each other."""
    trigger = "{event_types: [com.oraclecloud.objectstorage.createobject], bucket: {name: ai-results}}"
    text = edited("        services:", f"        another: {trigger}\n        services:")

    assert problems(text) == [
        f"{HERE}.triggers.another.bucket: ai-results is created by {HERE}.triggers.results.bucket already"
    ]


def test_signed_images_allow_five_functions(problems: Check) -> None:
    """OCI holds at most five functions in an application that checks signatures."""
    keys = "application: {image_signing_key_ids: [ocid1.key.oc1.eu-frankfurt-1.a]}"
    more = "".join(f"    f{number}: {{}}\n" for number in range(5))

    assert problems(edited("functions:\n", f"{keys}\n  oci-ai-functions:functions:\n{more}")) == [
        "application.image_signing_key_ids: signed images allow at most 5 functions"
    ]


def test_the_application_s_config_counts_too(problems: Check) -> None:
    """4 KB hold for application and function together, whose keys may override each other."""
    config = f"application: {{config: {{SHARED: '{'x' * 4000}'}}}}"

    assert problems(edited("functions:\n", f"{config}\n  oci-ai-functions:functions:\n")) == [
        f"{HERE}.config: 4147 bytes of keys and values, at most 4096 (the application's config included)"
    ]


def test_the_function_takes_events_of_its_compartment_by_default() -> None:
    """The handler is told the one compartment, unless the config says another list."""
    config = check_file(ROOT / "Pulumi.dev.yaml")

    assert config.environment("responder")["ALLOWED_COMPARTMENT_IDS"] == config.compartment_id


def test_every_field_is_described() -> None:
    """Each field of each section has the text the configuration page is made of."""

    def undescribed(model: type[BaseModel]) -> list[str]:
        return [
            f"{model.__name__}.{name}" for name, each in model.model_fields.items() if not each.description
        ]

    sections = Section.__subclasses__()
    assert StackConfig in sections
    assert [name for section in sections for name in undescribed(section)] == []


def test_limits_have_both_ends() -> None:
    """The ends of each range are inside."""
    assert [limits.timeout(each) for each in (1, 300)] == [1, 300]
    assert [limits.detached_timeout(each) for each in (5, 3600, None)] == [5, 3600, None]
    assert [limits.memory(each) for each in limits.MEMORY_IN_MBS] == list(limits.MEMORY_IN_MBS)
    assert limits.function_config({"A": "x" * 4095}) == {"A": "x" * 4095}
    assert [
        limits.provisioned_concurrency(*each) for each in ((40, 128), (20, 256), (10, 512), (0, 128))
    ] == [
        40,
        20,
        10,
        0,
    ]
