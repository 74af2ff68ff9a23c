"""What in a config only two values together show to be wrong. Each value by itself is good already."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from components.config.model import StackConfig
from components.values import limits
from components.values.group import same_group


def contradictions(config: StackConfig) -> Iterator[str]:
    """What only two values together show to be wrong."""
    for index, subnet in enumerate(config.subnet_ids):
        yield from _problem(f"subnet_ids[{index}]", limits.in_region, subnet, config.region)
    for name, function in config.functions.items():
        here = f"functions.{name}"
        both = {**config.application.config, **config.environment(), **function.config}
        yield from _problem(f"{here}.config", limits.function_config, both)
        if function.image.reference is not None:
            where = f"{here}.image.reference"
            yield from _problem(where, limits.image_in_region, function.image.reference, config.region)
    if config.application.image_signing_key_ids and len(config.functions) > 5:
        yield "application.image_signing_key_ids: signed images allow at most 5 functions"
    if config.edge is not None:
        yield from _problem("edge.origin", config.edge.check_origin, config.edge.origin)
    yield from _same_names(config)
    yield from _mixed_groups(config)
    yield from _shared_buckets(config)


def _problem(path: str, check: Callable[..., Any], *values: Any) -> Iterator[str]:
    try:
        check(*values)
    except ValueError as error:
        yield f"{path}: {error}"


def _same_names(config: StackConfig) -> Iterator[str]:
    """`a` with the trigger `b-c` and `a-b` with the trigger `c` would have the same names in OCI."""
    places: dict[str, str] = {}
    for name, function in config.functions.items():
        for trigger in function.triggers:
            path, physical = f"functions.{name}.triggers.{trigger}", f"{name}-{trigger}"
            if physical in places:
                yield f"{path}: would have the same names in OCI as {places[physical]}"
            places.setdefault(physical, path)


def _mixed_groups(config: StackConfig) -> Iterator[str]:
    """Who changes functions must not be who invokes them, in any two functions of one compartment."""
    for name, function in config.functions.items():
        for other, other_function in config.functions.items():
            developers, invokers = function.access.developers, other_function.access.invokers
            if developers and invokers and same_group(developers, invokers):
                yield (
                    f"functions.{name}.access.developers: is also functions.{other}.access.invokers; "
                    "who changes a function must not be who invokes it"
                )


def _shared_buckets(config: StackConfig) -> Iterator[str]:
    """A bucket can be created once; a second trigger on it says `existing`."""
    creators: dict[str, str] = {}
    for name, function in config.functions.items():
        for trigger_name, trigger in function.triggers.items():
            path = f"functions.{name}.triggers.{trigger_name}.bucket"
            if trigger.bucket is None or trigger.bucket.existing:
                continue
            if trigger.bucket.name in creators:
                yield f"{path}: {trigger.bucket.name} is created by {creators[trigger.bucket.name]} already"
            creators.setdefault(trigger.bucket.name, path)
