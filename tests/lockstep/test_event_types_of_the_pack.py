"""The event types that the config takes and those that the policy pack knows are the same.

The pack is published alone, so each ring has its own table.
"""

from __future__ import annotations

from components.values.event_types import EventType
from oci_functions_guard.event_types import PREFIX, SERVICES, TYPES, unknown

NAMES = {str(each) for each in EventType}


def test_the_tables_are_the_same() -> None:
    """No type is in one table only."""
    of_the_pack = {f"{PREFIX}{service}.{rest}" for service, types in TYPES.items() for rest in types}

    assert of_the_pack == NAMES


def test_the_pack_knows_each_of_them() -> None:
    """What the config takes the pack does not refuse, and every service with types is a service."""
    assert [name for name in NAMES if unknown(name)] == []
    assert set(TYPES) <= SERVICES
