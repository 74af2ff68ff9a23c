"""Every component of the package, by the name programs give it."""

from __future__ import annotations

from collections.abc import Mapping

from component_package.api_front import ApiFront
from component_package.event_function import EventFunction
from component_package.flat import Flat
from component_package.function_application import FunctionApplication

__all__ = ["TYPES", "Flat"]

TYPES: Mapping[str, type[Flat]] = {
    "ApiFront": ApiFront,
    "EventFunction": EventFunction,
    "FunctionApplication": FunctionApplication,
}
