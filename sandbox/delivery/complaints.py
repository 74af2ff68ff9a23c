"""What a source cannot do here: said once in the outbox, as a dead end, until there is another reason."""

from __future__ import annotations

from sandbox.cloud.deliveries import Outbox
from sandbox.delivery.attempt import World


def say_once(source: tuple[str, str], destination: tuple[str, str], reason: str, world: World) -> None:
    """Note why a source delivers nothing; not anew every time it is looked at."""
    outbox = Outbox(world.store)
    if outbox.last_reason(source[1]) == reason:
        return
    with world.store.transaction():
        number = outbox.record(source=source, destination=destination, payload=b"", now=world.now)
        outbox.failed(number, reason, None)
