"""What only two values of a config together show to be wrong."""

from __future__ import annotations

import pytest

from tests.components.config.stack_files import (
    CONFIG,
    DIGEST,
    EVENT,
    HERE,
    TIMEOUT,
    TYPES,
    Check,
    edited,
)

FUNCTIONS = "oci-ai-functions:functions:"
RESPONDER = f"{FUNCTIONS}\n    responder:\n"
# Two functions are good only with one of them named.
TWO_FUNCTIONS = ("two triggers of one name in OCI", "a function renamed from one that is there")
PRIMARY = f"  oci-ai-functions:primary: responder\n  {FUNCTIONS}"

PASSWORD = (
    "{name: password, vault_id: ocid1.vault.oc1.eu-frankfurt-1.aaaaaaaavault, "
    "key_id: ocid1.key.oc1.eu-frankfurt-1.aaaaaaaakey}"
)
ONE_LINE: dict[str, tuple[str, str, str]] = {
    "another region": (
        "oci:region: eu-frankfurt-1",
        "oci:region: us-phoenix-1",
        "subnet_ids[0]: is in eu-frankfurt-1, while the stack deploys to us-phoenix-1 (oci:region)",
    ),
    "one group for both": (
        "invokers: {}\n        developers: {}",
        "invokers: {existing_id: ocid1.group.oc1..a}\n        developers: {existing_id: ocid1.group.oc1..a}",
        f"{HERE}.access.developers: is also {HERE}.access.invokers; "
        "who changes a function must not be who invokes it",
    ),
    "image of another region": (
        TIMEOUT,
        f"image: {{reference: 'ocir.us-phoenix-1.oci.oraclecloud.com/ns/repo:1', digest: '{DIGEST}'}}",
        f"{HERE}.image.reference: is in us-phoenix-1, and Functions pulls only from its own region, "
        "eu-frankfurt-1 (oci:region)",
    ),
    "an archive where images are signed": (
        RESPONDER,
        "oci-ai-functions:application: {image_signing_key_ids: [ocid1.key.oc1..a]}\n  "
        f"{RESPONDER}      source: {{archive: {{}}}}\n",
        f"{HERE}.source: an archive is not signed, and application.image_signing_key_ids asks for that",
    ),
    "an archive for two processors": (
        RESPONDER,
        "oci-ai-functions:application: {shape: GENERIC_X86_ARM}\n  "
        f"{RESPONDER}      source: {{archive: {{}}}}\n",
        f"{HERE}.source.archive: a zip is built for one processor, and the application's shape is "
        "GENERIC_X86_ARM",
    ),
    "the image of a function that is not there": (
        TIMEOUT,
        "image: {of: other}",
        f"{HERE}.image.of: other is not another one of responder",
    ),
    "the image of a function that is an archive": (
        RESPONDER,
        f"oci-ai-functions:primary: responder\n  {FUNCTIONS}\n    other: {{source: {{archive: {{}}}}}}\n"
        "    responder:\n      image: {of: other}\n",
        f"{HERE}.image.of: other has no image of its own",
    ),
    "the image of a function that has another's": (
        RESPONDER,
        f"oci-ai-functions:primary: responder\n  {FUNCTIONS}\n    a: {{}}\n    b: {{image: {{of: a}}}}\n"
        "    responder:\n      image: {of: b}\n",
        f"{HERE}.image.of: b has no image of its own",
    ),
    "the image of itself": (
        TIMEOUT,
        "image: {of: responder}",
        f"{HERE}.image.of: responder is not another one of responder",
    ),
    "an edge before itself": (
        "oci-ai-functions:functions",
        "oci-ai-functions:edge: {domain: a.example.com, origin: a.example.com, rules: {r: {rules: "
        "[{variables: [ARGS], operator: '@detectSQLi', msg: m}]}}}\n  oci-ai-functions:functions",
        "edge.origin: is the protected domain itself; the edge would forward to itself",
    ),
    "image of another region by its key": (
        TIMEOUT,
        f"image: {{reference: 'iad.ocir.io/ns/repo:1', digest: '{DIGEST}'}}",
        f"{HERE}.image.reference: is in us-ashburn-1, and Functions pulls only from its own region, "
        "eu-frankfurt-1 (oci:region)",
    ),
    "a tenancy of another realm": (
        "tenancy_id: ocid1.tenancy.oc1",
        "tenancy_id: ocid1.tenancy.oc2",
        "tenancy_id: is in the realm oc2, while eu-frankfurt-1 (oci:region) is in oc1",
    ),
    "a compartment of another realm": (
        "compartment_id: ocid1.compartment.oc1",
        "compartment_id: ocid1.compartment.oc3",
        "compartment_id: is in the realm oc3, while eu-frankfurt-1 (oci:region) is in oc1",
    ),
    "a member of another realm": (
        "invokers: {}",
        "invokers: {members: [ocid1.user.oc2..a]}",
        f"{HERE}.access.invokers.members[0]: is in the realm oc2, while eu-frankfurt-1 "
        f"(oci:region) is in oc1",
    ),
    "a home region of another realm": (
        FUNCTIONS,
        f"oci-ai-functions:home_region: us-gov-ashburn-1\n  {FUNCTIONS}",
        "home_region: is in the realm oc3, while eu-frankfurt-1 (oci:region) is in oc1",
    ),
    "a security group of another region": (
        FUNCTIONS,
        "oci-ai-functions:application: {network_security_group_ids: "
        f"[ocid1.networksecuritygroup.oc1.iad.a]}}\n  {FUNCTIONS}",
        "application.network_security_group_ids[0]: is in us-ashburn-1, while the stack deploys to "
        "eu-frankfurt-1 (oci:region)",
    ),
    **{
        f"options of {key} that nothing creates": (
            FUNCTIONS,
            f"oci-ai-functions:{key}: {{other: {{retain: true}}}}\n  {FUNCTIONS}",
            f"{key}.other: nothing in the stack creates it; name it in a trigger or connection, or in "
            f"keep_{key}",
        )
        for key in ("buckets", "topics", "queues", "streams")
    },
    "a key of another region": (
        FUNCTIONS,
        f"oci-ai-functions:application: {{image_signing_key_ids: [ocid1.key.oc1.iad.a]}}\n  {FUNCTIONS}",
        "application.image_signing_key_ids[0]: is in us-ashburn-1, while the stack deploys to eu-frankfurt-1 "
        "(oci:region)",
    ),
    "a domain of traces of another region": (
        FUNCTIONS,
        f"oci-ai-functions:application: {{trace_domain_id: ocid1.apmdomain.oc1.iad.a}}\n  {FUNCTIONS}",
        "application.trace_domain_id: is in us-ashburn-1, while the stack deploys to eu-frankfurt-1 "
        "(oci:region)",
    ),
    "a severity that is no number": (
        CONFIG,
        "SEVERITY_WARNING: high",
        f"{HERE}.config.SEVERITY_WARNING: the value is not a number from 0 to 1",
    ),
    "severities swapped": (
        CONFIG,
        'SEVERITY_WARNING: "0.95"',
        f"{HERE}.config.SEVERITY_WARNING: expected SEVERITY_WARNING to be at most SEVERITY_CRITICAL",
    ),
    "a primary function that is none": (
        FUNCTIONS,
        f"oci-ai-functions:primary: other\n  {FUNCTIONS}",
        "primary: other is not one of responder",
    ),
    "two functions and none is the primary one": (
        "    responder:\n",
        "    other: {}\n    responder:\n",
        "primary: missing; name the function that function_id and invoke_endpoint are about: "
        "other, responder",
    ),
    "an event type the handler does not know": (
        EVENT,
        "com.oraclecloud.aiservice.anomalydetected",
        f"{TYPES}: com.oraclecloud.aiservice.anomalydetected is not a known event type; did you "
        f"mean {EVENT}?",
    ),
    "two triggers of one name in OCI": (
        "    responder:\n",
        f"    responder-a: {{triggers: {{b: {{event_types: [{EVENT}]}}}}}}\n    responder:\n"
        f"      triggers: {{a-b: {{event_types: [{EVENT}]}}}}\n    other:\n",
        f"{HERE}.triggers.a-b: would have the same names in OCI as functions.responder-a.triggers.b",
    ),
    "a secret that is rotated twice": (
        "        services:",
        f"        one: {{secret_rotation: {PASSWORD}}}\n        two: {{secret_rotation: {PASSWORD}}}\n"
        "        services:",
        f"{HERE}.triggers.two.secret_rotation.name: is created for {HERE}.triggers.one.secret_rotation.name "
        "already; a secret is rotated by one function",
    ),
    "a function renamed from one that is there": (
        "    responder:\n",
        "    other: {renamed_from: responder}\n    responder:\n",
        f"{HERE}: would have the same names in OCI as functions.other",
    ),
    "the stack's own bucket as existing": (
        "        services:",
        "        again: {event_types: [com.oraclecloud.objectstorage.createobject], "
        "bucket: {name: ai-results-dev, existing: true}}\n        services:",
        f"{HERE}.triggers.again.bucket: ai-results-dev is created by this stack; write name: "
        f"ai-results, without "
        "existing",
    ),
    "the stack's own bucket as one that a connection finds": (
        TIMEOUT,
        "connections: {in: {read: {bucket: {name: ai-results-dev, existing: true}}}}",
        f"{HERE}.connections.in.read.bucket: ai-results-dev is created by this stack; write name: "
        "ai-results, without existing",
    ),
    "a queue of another region": (
        TIMEOUT,
        "connections: {out: {push: {queue: {existing_id: ocid1.queue.oc1.iad.a, "
        "endpoint: 'https://a.example.com'}}}}",
        f"{HERE}.connections.out.push.queue.existing_id: is in us-ashburn-1, while the stack deploys to "
        "eu-frankfurt-1 (oci:region)",
    ),
    "a secret of another realm": (
        TIMEOUT,
        "connections: {out: {read: {secret: {id: ocid1.vaultsecret.oc2..a}}}}",
        f"{HERE}.connections.out.read.secret.id: is in the realm oc2, while eu-frankfurt-1 "
        "(oci:region) is in oc1",
    ),
    "a function that is not there": (
        TIMEOUT,
        "connections: {next: {invoke: {function: {name: grader}}}}",
        f"{HERE}.connections.next.invoke.function.name: grader is not one of responder",
    ),
    "a function that invokes itself": (
        TIMEOUT,
        "connections: {next: {invoke: {function: {name: responder}}}}",
        "functions: responder → responder invoke each other in a circle; each must exist before who "
        "invokes it",
    ),
}


@pytest.mark.parametrize("mistake", ONE_LINE)
def test_each_mistake_has_its_line(problems: Check, mistake: str) -> None:
    """One mistake gives exactly one line: the file, the place as the config nests, the reason."""
    old, new, expected = ONE_LINE[mistake]
    text = edited(old, new)
    if mistake in TWO_FUNCTIONS:
        text = text.replace(f"  {FUNCTIONS}", PRIMARY)

    assert problems(text) == [expected]


def test_signed_images_allow_five_functions(problems: Check) -> None:
    """OCI holds at most five functions in an application that checks signatures."""
    keys = "application: {image_signing_key_ids: [ocid1.key.oc1.eu-frankfurt-1.a]}"
    more = "".join(f"    f{number}: {{}}\n" for number in range(5))
    keys = f"primary: f0\n  oci-ai-functions:{keys}"

    assert problems(edited("functions:\n", f"{keys}\n  oci-ai-functions:functions:\n{more}")) == [
        "application.image_signing_key_ids: signed images allow at most 5 functions"
    ]


def test_the_application_s_config_counts_too(problems: Check) -> None:
    """4 KB hold for application and function together, whose keys may override each other."""
    config = f"application: {{config: {{SHARED: '{'x' * 4000}'}}}}"

    assert problems(edited("functions:\n", f"{config}\n  oci-ai-functions:functions:\n")) == [
        f"{HERE}.config: expected at most 4096 bytes of keys and values, found 4147"
        " (the application's config included)"
    ]


def test_a_severity_is_checked_where_it_is_set(problems: Check) -> None:
    """The application's variables hold for each function that does not say its own."""
    config = "application: {config: {SEVERITY_CRITICAL: '2'}}"
    text = edited(FUNCTIONS, f"oci-ai-functions:{config}\n  {FUNCTIONS}")

    assert problems(text) == []
    assert problems(text.replace('        SEVERITY_CRITICAL: "0.9"\n', "")) == [
        "application.config.SEVERITY_CRITICAL: the value is not a number from 0 to 1"
    ]


def test_an_image_of_one_s_own_decides_for_itself(problems: Check) -> None:
    """Neither its variables nor the events it takes are the shipped handler's."""
    image = f"image: {{reference: 'fra.ocir.io/ns/repo:1', digest: '{DIGEST}'}}"
    text = edited(TIMEOUT, image).replace(EVENT, "com.oraclecloud.compute.launched")

    assert problems(text.replace('"0.7"', "high")) == []


def test_a_user_joins_an_existing_group_once(problems: Check) -> None:
    """Two sections that add one user to one group would create one membership twice."""
    group = "{existing_id: ocid1.group.oc1..a, members: [ocid1.user.oc1..a]}"
    text = edited("auditors: {}", f"auditors: {group}").replace("invokers: {}", f"invokers: {group}", 1)

    assert problems(text) == [
        f"{HERE}.access.auditors.members[0]: is added to that group by "
        f"{HERE}.access.invokers.members[0] already"
    ]


def test_two_triggers_may_watch_one_bucket(problems: Check) -> None:
    """The bucket is created once, whoever watches it."""
    trigger = "{event_types: [com.oraclecloud.objectstorage.createobject], bucket: {name: ai-results}}"

    assert problems(edited("        services:", f"        another: {trigger}\n        services:")) == []


def test_a_bucket_s_name_in_oci_has_a_limit_too(problems: Check) -> None:
    """The stack's name is appended."""
    line, *more = problems(edited("name: ai-results", f"name: {'a' * 254}"))

    assert more == []
    assert line.startswith(f"{HERE}.triggers.results.bucket.name: ")


@pytest.mark.parametrize(("length", "named"), [(35, False), (36, True)])
def test_a_name_in_oci_has_a_limit(problems: Check, length: int, named: bool) -> None:
    """It is made of four names, each of which is short enough, and would be refused halfway."""
    function, trigger = "f" * 40, "t" * length
    text = edited("    responder:", f"    {function}:").replace("        services:", f"        {trigger}:")
    name = f"ai-functions-dev-{function}-{trigger}-events"
    line = f"the name in OCI would be {name}: expected at most 100 characters, found {len(name)}"

    assert problems(text) == ([f"functions.{function}.triggers.{trigger}: {line}"] if named else [])


def test_functions_that_invoke_each_other_are_a_circle(problems: Check) -> None:
    """The line says the whole way round, in the direction of the invocations."""
    calls = "{connections: {next: {invoke: {function: {name: %s}}}}}"
    functions = "".join(f"    {one}: {calls % other}\n" for one, other in ("ab", "bc", "ca"))
    text = edited("    responder:\n", f"{functions}    responder:\n").replace(f"  {FUNCTIONS}", PRIMARY)

    (line,) = problems(text)

    assert line.removeprefix("functions: ").split(" invoke ")[0] in {
        "a → b → c → a",
        "b → c → a → b",
        "c → a → b → c",
    }


def test_a_variable_that_a_connection_sets_is_not_set_twice(problems: Check) -> None:
    """One of the two would be lost; a variable of a longer name is another's."""
    uses = f"{TIMEOUT}\n      connections: {{my-chat: {{use: generative-ai-chat}}}}"
    text = edited(TIMEOUT, uses).replace(
        CONFIG, f"{CONFIG}\n        CONNECTION_MY_CHAT_COMPARTMENT_ID: x\n        CONNECTION_MY: y"
    )

    assert problems(text) == [
        f"{HERE}.config.CONNECTION_MY_CHAT_COMPARTMENT_ID: is set by {HERE}.connections.my-chat"
    ]


SUBNETS = (
    "oci-ai-functions:subnet_ids:\n"
    "    - ocid1.subnet.oc1.eu-frankfurt-1.aaaaaaaasandboxdevelopmentsubnet000000000000000000000000c"
)


@pytest.mark.parametrize(
    ("network", "line"),
    [
        (
            "{egress: {partner: {cidr: 203.0.113.0/24}}}",
            "network.egress.partner: 203.0.113.0/24 has no route there; set nat_gateway: true",
        ),
        (
            "{nat_gateway: true, egress: {inside: {cidr: 10.0.9.0/24}}}",
            "network.nat_gateway: leads nowhere; name in egress what functions may send to through it",
        ),
        ("{cidr: 10.0.0.0/30}", "network.cidr: 10.0.0.0/30 is not between /16 and /29"),
        (
            "{egress: {a: {cidr: 1.2.3.4}}}",
            "network.egress.a.cidr: 1.2.3.4 is not an IPv4 CIDR block written as 1.2.3.4/32",
        ),
        ("{subnets: 2}", "network.subnets: unknown key; did you mean public_subnet?"),
        (
            "{}\n  oci-ai-functions:subnet_ids: [ocid1.subnet.oc1..s]",
            "network: stands beside subnet_ids; give one of them",
        ),
        (
            "{}\n  oci-ai-functions:application: {network_security_group_ids: ["
            + ", ".join(f"ocid1.networksecuritygroup.oc1..{each}" for each in "abcde")
            + "]}",
            "application.network_security_group_ids: expected at most 4 beside the network's own, found 5",
        ),
    ],
)
def test_a_network_that_does_not_fit_is_one_line(problems: Check, network: str, line: str) -> None:
    """Beside given subnets, beside itself, and beside the groups an application may have."""
    assert problems(edited(SUBNETS, f"oci-ai-functions:network: {network}")) == [line]


def test_a_network_too_small_for_the_functions_is_one_line(problems: Check) -> None:
    """With the number of addresses, from memory and provisioned concurrency."""
    text = edited(SUBNETS, "oci-ai-functions:network: {cidr: 10.0.0.0/26}")

    assert problems(
        text.replace("memory_in_mbs: 256", "memory_in_mbs: 512\n      provisioned_concurrency: 2000")
    ) == [
        "network.cidr: 10.0.0.0/26 is too small: functions that use 1000 GB at one time need 75 addresses, "
        "so a subnet of /25, and it is a half of the network; expected /24 or wider"
    ]


def test_a_network_is_good_in_place_of_subnets(problems: Check) -> None:
    """With nothing said of it; with neither, the subnets are missing beside every other mistake."""
    good = edited(SUBNETS, "oci-ai-functions:network: {}")
    neither = edited(SUBNETS, "oci-ai-functions:keep_buckets: []")
    both = neither.replace("memory_in_mbs: 256", "memory_in_mbs: 200")

    assert problems(good) == []
    (line,) = problems(neither)
    assert line.startswith(
        "subnet_ids: missing; set it with `pulumi config set subnet_ids <value>`; or let the"
    )
    assert [each.partition(":")[0] for each in problems(both)] == [
        "functions.responder.memory_in_mbs",
        "subnet_ids",
    ]
