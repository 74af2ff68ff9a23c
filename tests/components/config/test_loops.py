"""Configs in which a function would invoke itself, over however many others, and those in which it cannot."""

from __future__ import annotations

import re

import pytest

from components.config.loops import WATCHED
from components.config.source_section import SOURCES
from tests.components.config.stack_files import DEV, HERE, TIMEOUT, Check, edited

WAYS_OUT = (
    "the function would invoke itself without end; exclude it (the trigger's resource_names, the "
    'connection\'s prefix), use two places, or give allow_loop: "<reason>" on the trigger'
)
CREATED = "com.oraclecloud.objectstorage.createobject"
DELETED = "com.oraclecloud.objectstorage.deleteobject"


def writes(bucket: str) -> str:
    """The dev stack, whose trigger `results` watches `ai-results` for `*.json`, writing to a bucket."""
    return edited(TIMEOUT, f"{TIMEOUT}\n      connections: {{out: {{write: {{bucket: {bucket}}}}}}}")


def stack_of(**functions: str) -> str:
    """The dev stack with these functions instead of its own."""
    head = DEV.partition("  oci-ai-functions:functions:")[0]
    primary = f"  oci-ai-functions:primary: {next(iter(functions))}\n"
    return f"{head}{primary}  oci-ai-functions:functions:\n" + "".join(
        f"    {name}: {said}\n" for name, said in functions.items()
    )


def function(writes_to: str, watches: str, more: str = "") -> str:
    """A function that writes to one bucket and watches another."""
    return (
        f"{{connections: {{out: {{write: {{bucket: {{name: {writes_to}}}}}}}}}, triggers: {{new: "
        f"{{event_types: [{CREATED}], bucket: {{name: {watches}}}{more}}}}}}}"
    )


@pytest.mark.parametrize(
    "bucket",
    [
        "{name: ai-results}",
        "{name: ai-results, prefix: results/}",
        "{name: ai-results, prefix: a.json}",
    ],
)
def test_a_function_may_not_write_where_its_trigger_watches(problems: Check, bucket: str) -> None:
    """The line names the trigger, the connection, and the ways out."""
    assert problems(writes(bucket)) == [
        f"{HERE}.triggers.results: watches what {HERE}.connections.out.write.bucket writes: {WAYS_OUT}"
    ]


def test_a_bucket_is_one_under_either_of_its_names(problems: Check) -> None:
    """An existing bucket that two name is watched and written though no stack creates it."""
    said = "{name: theirs, existing: true}"
    text = writes(said).replace("name: ai-results", "name: theirs\n            existing: true")

    assert [line.partition(":")[0] for line in problems(text)] == [f"{HERE}.triggers.results"]


NAMES = 'resource_names: ["*.json"]'


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("{name: ai-results, prefix: graded/}", "{name: other}"),
        (NAMES, f"{NAMES}\n          enabled: false"),
        (NAMES, f"{NAMES}\n          allow_loop: it ends after one"),
        (NAMES, 'resource_names: ["results/*.json"]'),
        (
            f"- {CREATED}\n            - com.oraclecloud.objectstorage.updateobject\n          bucket:",
            f"- {DELETED}\n          bucket:",
        ),
    ],
)
def test_what_excludes_the_loop(problems: Check, old: str, new: str) -> None:
    """Another bucket, a trigger that is off, a reason, names that the connection cannot write, or events
    that no writing causes."""
    text = writes("{name: ai-results, prefix: graded/}")
    assert old in text

    assert (len(problems(text)), problems(text.replace(old, new, 1))) == (1, [])


def test_a_reason_is_one(problems: Check) -> None:
    """An empty string is no reason."""
    text = writes("{name: ai-results}").replace('["*.json"]', '["*.json"]\n          allow_loop: ""')

    assert problems(text) == [
        f"{HERE}.triggers.results.allow_loop: expected a reason of 1 to 100 printable characters"
    ]


def test_a_loop_over_two_functions_is_one_line(problems: Check) -> None:
    """Each of the two alone would do no harm; the way round is said once."""
    text = stack_of(a=function("one", "two"), b=function("two", "one"))

    assert problems(text) == [
        "functions.b.triggers.new: watches what functions.a.connections.out.write.bucket writes, and "
        f"functions.a.triggers.new watches what functions.b.connections.out.write.bucket writes: {WAYS_OUT}"
    ]


def test_one_reason_opens_the_whole_way_round(problems: Check) -> None:
    """It is enough that one trigger of the loop may be caused by its own function."""
    reasoned = function("two", "one", ", allow_loop: b writes once")

    assert problems(stack_of(a=function("one", "two"), b=reasoned)) == []


def test_a_chain_is_no_loop(problems: Check) -> None:
    """What one writes the next watches, and nobody the first."""
    assert problems(stack_of(a=function("one", "zero"), b=function("two", "one"))) == []


def test_an_invocation_is_a_step_too(problems: Check) -> None:
    """A function that invokes one which writes what the first watches is in a loop with it."""
    caller = (
        f"{{connections: {{next: {{invoke: {{function: {{name: b}}}}}}}}, triggers: {{new: "
        f"{{event_types: [{CREATED}], bucket: {{name: one}}}}}}}}"
    )
    writer = "{connections: {out: {write: {bucket: {name: one}}}}}"

    assert problems(stack_of(a=caller, b=writer)) == [
        "functions.a.triggers.new: watches what functions.b.connections.out.write.bucket writes, and "
        f"functions.a.connections.next.invoke.function invokes functions.b: {WAYS_OUT}"
    ]


STREAM, QUEUE, TOPIC = (f"{{existing_id: ocid1.{kind}.oc1..a%s}}" for kind in ("stream", "queue", "onstopic"))
ADDRESS = ", endpoint: 'https://a.example.com'"
GROUP = "ocid1.loggroup.oc1..a"


@pytest.mark.parametrize(
    ("written", "watched"),
    [
        ("publish: {topic: {name: alerts}}", "topic: {name: alerts}"),
        (f"publish: {{topic: {TOPIC % ''}}}", f"topic: {TOPIC % ''}"),
        ("push: {queue: {name: work}}", "queue: {name: work}"),
        (f"push: {{queue: {QUEUE % ADDRESS}}}", f"queue: {QUEUE % ''}"),
        ("push: {stream: {name: feed}}", "stream: {name: feed}"),
        (f"push: {{stream: {STREAM % ADDRESS}}}", f"stream: {STREAM % ''}"),
        (
            f"push: {{log: {{id: ocid1.log.oc1..a, group_id: {GROUP}}}}}",
            f"logs: {{sources: [{{group_id: {GROUP}}}]}}",
        ),
        (
            f"push: {{log: {{id: ocid1.log.oc1..a, group_id: {GROUP}}}}}",
            f"logs: {{sources: [{{group_id: {GROUP}, log_id: ocid1.log.oc1..a}}]}}",
        ),
    ],
)
def test_every_place_that_can_be_watched_and_written(problems: Check, written: str, watched: str) -> None:
    """By name or by OCID; another place of the same kind is none, and so is another kind of the same name."""
    said = f"{{connections: {{out: {{{written}}}}}, triggers: {{new: {{{watched}}}}}}}"
    path = ".".join(re.findall(r"(\w+):", written)[:2])

    assert problems(stack_of(a=said)) == [
        f"functions.a.triggers.new: watches what functions.a.connections.out.{path} writes: {WAYS_OUT}"
    ]
    other = re.sub(r"(name: \w+|oc1\.\.a)", r"\1b", written)
    assert problems(stack_of(a=said.replace(written, other))) == []


def test_another_log_of_the_group_is_another_place(problems: Check) -> None:
    """A connector that reads one log hands over nothing of its neighbours."""
    written = f"push: {{log: {{id: ocid1.log.oc1..a, group_id: {GROUP}}}}}"
    watched = f"logs: {{sources: [{{group_id: {GROUP}, log_id: ocid1.log.oc1..b}}]}}"

    assert (
        problems(stack_of(a=f"{{connections: {{out: {{{written}}}}}, triggers: {{new: {{{watched}}}}}}}"))
        == []
    )


def test_every_kind_of_source_that_can_be_written_is_known() -> None:
    """A new source of a trigger is a line in the table, or is named here as one that nothing writes to."""
    nothing_writes_to = {"schedule", "alarm", "secret_rotation"}

    assert {key for key, _ in WATCHED.values()} == {*SOURCES, "bucket"} - nothing_writes_to
