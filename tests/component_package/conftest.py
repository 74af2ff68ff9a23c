"""The stand-in of the engine that the components' tests have."""

from tests.components.conftest import World, world

__all__ = ["World", "world"]
