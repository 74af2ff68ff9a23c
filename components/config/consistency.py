"""What in a config only two values together show to be wrong. Each value by itself is good already."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import fields, is_dataclass
from graphlib import CycleError
from itertools import product
from typing import Any

from components.archives.runtime import runtime_for
from components.config.arguments import name_in_oci
from components.config.destinations import OtherFunctionConfig
from components.config.function_section import FunctionConfig
from components.config.handler_settings import wrong_connections, wrong_settings
from components.config.loops import loops
from components.config.model import StackConfig
from components.config.service_section import ServiceConfig
from components.function_connections import variables_of
from components.values import limits
from components.values.event_types import known_event_type
from components.values.group import GroupArgs, same_group

_ROLES = ("invokers", "developers", "auditors")


def contradictions(config: StackConfig, stack: str) -> Iterator[str]:
    """What only two values together show to be wrong. `stack` ends the names in OCI."""
    yield from _other_places(config)
    for key, function in config.functions.items():
        yield from _in_one_function(config, key, function)
    if config.application.image_signing_key_ids and len(config.functions) > 5:
        yield "application.image_signing_key_ids: signed images allow at most 5 functions"
    if config.api is not None:
        yield from config.api.contradictions(config.functions)
    if config.edge is not None:
        yield from (": ".join(problem) for problem in config.edge.contradictions(config.api))
    yield from _own_network(config)
    yield from _primary(config)
    yield from _same_names(config)
    yield from _long_names(config, stack)
    yield from _mixed_groups(config)
    yield from _members_twice(config)
    yield from _own_buckets(config, stack)
    yield from _one_rotation_each(config)
    yield from _connections(config)
    yield from _options_of_nothing(config)
    yield from loops(config.functions, stack)


def _own_network(config: StackConfig) -> Iterator[str]:
    """A network that does not fit the functions; its group is one of the few that an application has."""
    if config.network is None:
        return
    yield from config.network.contradictions(config.load())
    if config.api is not None and config.api.subnet_id is None and config.api.endpoint_type == "PRIVATE":
        yield (
            "api.subnet_id: missing; callers of a PRIVATE gateway come through a subnet of theirs, and "
            "nothing is let into that of the functions"
        )
    given = len(config.application.network_security_group_ids)
    if given >= limits.SECURITY_GROUPS:
        yield (
            "application.network_security_group_ids: expected at most "
            f"{limits.SECURITY_GROUPS - 1} beside the network's own, found {given}"
        )


def _problem(path: str, check: Callable[..., Any], *values: Any) -> Iterator[str]:
    try:
        check(*values)
    except ValueError as error:
        yield f"{path}: {error}"


def _other_places(config: StackConfig) -> Iterator[str]:
    """OCIDs of another region or realm than the stack deploys to."""
    application = config.application
    lists: dict[str, tuple[str, ...]] = {
        "subnet_ids": tuple(config.subnet_ids or ()),
        "application.network_security_group_ids": tuple(application.network_security_group_ids),
        "application.image_signing_key_ids": tuple(application.image_signing_key_ids),
    }
    regional = {f"{path}[{index}]": value for path, ids in lists.items() for index, value in enumerate(ids)}
    if application.trace_domain_id:
        regional["application.trace_domain_id"] = application.trace_domain_id
    regional |= _destination_ids(config)
    if config.api is not None:
        regional |= config.api.regional_ids()
    models = _models(config)
    for path, value in regional.items():
        if path in models:
            yield from _problem(path, limits.in_region, value, models[path], "region says {0}")
        else:
            yield from _problem(path, limits.in_region, value, config.region)
    for path, region in models.items():
        where = f"{path.rpartition('.')[0]}.region"
        yield from _problem(where, limits.regions_of_one_realm, region, config.region)
    everywhere = {"tenancy_id": config.tenancy_id, "compartment_id": config.compartment_id, **regional}
    everywhere |= {
        f"functions.{key}.triggers.{name}.compartment_id": trigger.compartment_id
        for key, function in config.functions.items()
        for name, trigger in function.triggers.items()
        if trigger.compartment_id
    }
    for path, value in {**everywhere, **_people(config)}.items():
        yield from _problem(path, limits.in_realm, value, config.region)
    if config.home_region:
        yield from _problem("home_region", limits.regions_of_one_realm, config.home_region, config.region)


def _groups(config: StackConfig) -> Iterator[tuple[str, GroupArgs]]:
    for key, function in config.functions.items():
        for role in _ROLES:
            group = getattr(function.access, role)
            if group is not None:
                yield f"functions.{key}.access.{role}", group


def _people(config: StackConfig) -> dict[str, str]:
    found: dict[str, str] = {}
    for path, group in _groups(config):
        if group.existing_id:
            found[f"{path}.existing_id"] = group.existing_id
        found |= {f"{path}.members[{index}]": user for index, user in enumerate(group.members)}
    return found


def _in_one_function(config: StackConfig, key: str, function: FunctionConfig) -> Iterator[str]:
    here = f"functions.{key}"
    both = {**config.application.config, **function.variables(config.environment())}
    yield from _problem(f"{here}.config", limits.function_config, both)
    if function.image.reference is not None:
        where = f"{here}.image.reference"
        yield from _problem(where, limits.image_in_region, function.image.reference, config.region)
    wrong = list(_wrong_code(config, here, function))
    yield from wrong
    if wrong or not config.is_shipped(key):
        return
    for name, reason in wrong_settings(both):
        owner = here if name in function.config else "application"
        yield f"{owner}.config.{name}: {reason}"
    for name, reason in wrong_connections(function.connections):
        yield f"{here}.connections.{name}: {reason}"
    for name, trigger in function.triggers.items():
        for index, kind in enumerate(trigger.event_types):
            path = f"{here}.triggers.{name}.event_types[{index}]"
            yield from _problem(path, known_event_type, kind)


def _wrong_code(config: StackConfig, here: str, function: FunctionConfig) -> Iterator[str]:
    """Code that the application cannot run, and an image that is not there to be shared."""
    of = function.image.of
    if of is not None:
        other = config.functions.get(of)
        if other is None or other is function:
            yield f"{here}.image.of: {of} is not another one of {', '.join(sorted(config.functions))}"
        elif other.source is not None or other.image.of is not None:
            yield f"{here}.image.of: {of} has no image of its own"
    if function.source is None:
        return
    if config.application.image_signing_key_ids:
        yield f"{here}.source: an archive is not signed, and application.image_signing_key_ids asks for that"
    archive = function.source.archive
    if archive.object is None:
        where = f"{here}.source.archive"
        yield from _problem(where, runtime_for, archive.runtime, config.application.shape)


def _primary(config: StackConfig) -> Iterator[str]:
    if config.primary is None and len(config.functions) > 1:
        names = ", ".join(sorted(config.functions))
        yield f"primary: missing; name the function that function_id and invoke_endpoint are about: {names}"
    if config.primary is not None and config.primary not in config.functions:
        yield f"primary: {config.primary} is not one of {', '.join(sorted(config.functions))}"


def _same_names(config: StackConfig) -> Iterator[str]:
    """`a` with the trigger `b-c` and `a-b` with the trigger `c` would have the same names in OCI, and so
    would one renamed from a name that another has."""
    functions: dict[str, str] = {}
    triggers: dict[str, str] = {}
    for key, function in config.functions.items():
        here = function.place(key)
        yield from _taken(functions, here.name, here.path)
        for each, trigger in function.triggers.items():
            there = trigger.place(here, each)
            yield from _taken(triggers, f"{here.name}-{there.name}", there.path)


def _taken(places: dict[str, str], name: str, path: str) -> Iterator[str]:
    if name in places:
        yield f"{path}: would have the same names in OCI as {places[name]}"
    places.setdefault(name, path)


def _long_names(config: StackConfig, stack: str) -> Iterator[str]:
    """Names in OCI are made of several: application, stack, function, trigger."""
    prefix = f"{config.application.name}-{stack}"
    for key, function in config.functions.items():
        here = function.place(key)
        longest = f"{prefix}-{here.name}-developers"
        yield from _problem(here.path, limits.iam_name, longest)
        for each, trigger in function.triggers.items():
            there = trigger.place(here, each)
            mark = f"-{trigger.compartment_id[-12:]}" if trigger.compartment_id else ""
            policy = f"{prefix}-{here.name}-{there.name}{trigger.longest_ending}{mark}"
            yield from _problem(there.path, limits.iam_name, policy)
        if function.connections or function.destinations.given():
            yield from _problem(
                f"{here.path}.connections", limits.iam_name, f"{prefix}-{here.name}-connections"
            )
        if function.source is not None and function.source.archive.object is not None:
            where = f"{here.path}.source.archive.object"
            yield from _problem(where, limits.iam_name, f"{prefix}-{here.name}-archive")
    for path, bucket in config.named_buckets():
        yield from _problem(f"{path}.name", limits.bucket, bucket.name_in_oci(stack))


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


def _members_twice(config: StackConfig) -> Iterator[str]:
    """A user can be added to an existing group once, whoever names it."""
    places: dict[tuple[str, str], str] = {}
    for path, group in _groups(config):
        for index, user in enumerate(group.members if group.existing_id else ()):
            where = f"{path}.members[{index}]"
            first = places.setdefault((str(group.existing_id), user), where)
            if first != where:
                yield f"{where}: is added to that group by {first} already"


def _own_buckets(config: StackConfig, stack: str) -> Iterator[str]:
    """A bucket the stack creates is not an existing one, under whatever name."""
    created = {name_in_oci(name, stack): name for name in config.created_buckets()}
    for path, bucket in config.named_buckets():
        if bucket.existing and bucket.name in created:
            yield (
                f"{path}: {bucket.name} is created by this stack; write name: {created[bucket.name]}, "
                "without existing"
            )


def _one_rotation_each(config: StackConfig) -> Iterator[str]:
    """A secret is created once in its vault, and has one function that rotates it."""
    places: dict[tuple[str | None, str | None], str] = {}
    for key, function in config.functions.items():
        for each, trigger in function.triggers.items():
            rotated = trigger.secret_rotation
            if rotated is None or rotated.name is None:
                continue
            here = f"functions.{key}.triggers.{each}.secret_rotation.name"
            secret = (rotated.vault_id, rotated.name)
            if secret in places:
                yield f"{here}: is created for {places[secret]} already; a secret is rotated by one function"
            places.setdefault(secret, here)


def _options_of_nothing(config: StackConfig) -> Iterator[str]:
    """Options of a bucket, topic, queue or stream that the stack does not create."""
    for key, said, created in (
        ("buckets", config.buckets, config.created_buckets()),
        ("topics", config.topics, config.created_topics()),
        ("queues", config.queues, config.created_queues()),
        ("streams", config.streams, config.created_streams()),
    ):
        for name in sorted(set(said) - set(created)):
            yield (
                f"{key}.{name}: nothing in the stack creates it; name it in a trigger or connection, or in "
                f"keep_{key}"
            )


def _connections(config: StackConfig) -> Iterator[str]:
    """Variables that are set twice, functions that are not there, and circles of functions."""
    for key, function in config.functions.items():
        for name, variable in product(function.connections, function.config):
            if variable.startswith(variables_of(name)):
                yield f"functions.{key}.config.{variable}: is set by functions.{key}.connections.{name}"
    for path, said in config.destinations():
        if isinstance(said, OtherFunctionConfig) and said.name and said.name not in config.functions:
            yield f"{path}.name: {said.name} is not one of {', '.join(sorted(config.functions))}"
    try:
        config.order()
    except CycleError as circle:
        names = " → ".join(reversed(circle.args[1]))
        yield f"functions: {names} invoke each other in a circle; each must exist before who invokes it"


def _models(config: StackConfig) -> dict[str, str]:
    """The region of each model of Generative AI that is called in a region of its own, by its path."""
    return {
        f"{path}.{'model_id' if said.model_id else 'endpoint_id'}": said.region
        for path, said in config.destinations()
        if isinstance(said, ServiceConfig) and said.region
    }


def _destination_ids(config: StackConfig) -> dict[str, str]:
    """Every OCID in a connection, by its path."""
    return {
        f"{path}.{each.name}": value
        for path, said in config.destinations()
        if is_dataclass(said) and not isinstance(said, type)
        for each in fields(said)
        if (each.name == "id" or each.name.endswith("_id"))
        and isinstance(value := getattr(said, each.name), str)
    }
