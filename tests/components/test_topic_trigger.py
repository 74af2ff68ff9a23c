"""Messages of a topic that invoke a function."""

from __future__ import annotations

from typing import Any

from components import Topic, TopicArgs, TopicTrigger
from tests.components.arguments import COMPARTMENT, TENANCY, access, arguments, refusal, statements

SUBSCRIPTION = "oci:Ons/subscription:Subscription"
THEIRS = "ocid1.onstopic.oc1.eu-frankfurt-1.theirs"


def test_bad_arguments_are_refused() -> None:
    """With the option's place and the reason."""
    assert refusal("topic", {"compartment_id": TENANCY}).startswith(
        "compartment_id: is the OCID of the tenancy"
    )


def test_a_topic_that_exists(world: Any, minted: Any) -> None:
    """Is subscribed to, and nothing is granted."""
    world.run(lambda: TopicTrigger("t", arguments("topic", target=access().identity, topic=THEIRS)))

    inputs = world.one(SUBSCRIPTION).inputs
    assert (inputs["topicId"], inputs["protocol"]) == (THEIRS, "ORACLE_FUNCTIONS")
    assert inputs["endpoint"] == minted("oci:Functions/function:Function", "f-function")
    assert statements(world) == []


def test_a_topic_of_the_program(world: Any) -> None:
    """Comes before its subscription."""

    def program() -> None:
        topic = Topic("news", TopicArgs(compartment_id=COMPARTMENT, topic_name="news-dev"))
        TopicTrigger("t", arguments("topic", target=access().identity, topic=topic.topic))

    world.run(program)

    assert world.named("news-topic").urn in world.one(SUBSCRIPTION).depends_on
