"""What a grant shows of a resource whose id comes from somewhere else in the program."""

from __future__ import annotations

import pulumi
import pytest

from component_package.elsewhere import FUNCTION, ref
from tests.component_package.conftest import World

QUEUE = "oci:Queue/queue:Queue"
EVENT_FUNCTION = "oci-ai-functions:index:EventFunction"
STACK = "urn:pulumi:dev::oci-ai-functions::pulumi:pulumi:Stack$"


@pytest.mark.parametrize(
    ("source", "token", "urn"),
    [
        (QUEUE, QUEUE, f"{STACK}{QUEUE}::it"),
        (QUEUE, FUNCTION, ""),
        (
            EVENT_FUNCTION,
            FUNCTION,
            f"{STACK}{EVENT_FUNCTION}$aifunctions:index:AiFunction${FUNCTION}::it-function",
        ),
        (EVENT_FUNCTION, QUEUE, ""),
        ("else:index:Function", FUNCTION, ""),
    ],
)
def test_the_urn_is_of_the_resource_that_gets_the_id(world: World, source: str, token: str, urn: str) -> None:
    """The resource itself where it is of the type that is asked for, the function of an `EventFunction`, or
    nothing, which leaves the statement to be judged when the id is known."""

    def program() -> None:
        made = pulumi.CustomResource(source, "it")
        named = ref(made.id, token)
        assert not isinstance(named, str)
        pulumi.export("urn", named.urn)

    world.run(program)

    assert world.exports["urn"] == urn


def test_a_known_id_is_itself() -> None:
    """A statement can say it at once."""
    assert ref("ocid1.queue.oc1.phx.a", QUEUE) == "ocid1.queue.oc1.phx.a"
