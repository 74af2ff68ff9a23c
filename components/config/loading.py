"""Reads the config: every problem of a stack, each on one line that names the place and the reason.

`load` reads what the engine hands the program; `check_file` reads the file itself, before an engine runs, and
also finds what only the file shows (a key given twice, YAML that isn't). A line reads like
`Pulumi.dev.yaml: functions.responder.memory_in_mbs: 200 is not one of 128, 256, …`.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import fields
from difflib import get_close_matches
from pathlib import Path
from typing import Any

import pulumi
from pydantic import TypeAdapter, ValidationError

from components.config.consistency import contradictions
from components.config.messages import SECRETS, empty_sections, how_to_set, missing, mistakes
from components.config.model import StackConfig
from components.config.stack_file import read_stack_file
from components.errors import ConfigError

PROJECT = "oci-ai-functions"
_KEYS = frozenset(field.name for field in fields(StackConfig))
_MODEL = TypeAdapter(StackConfig)


def load() -> StackConfig:
    """The config of the stack being deployed. Raises `ConfigError` with every problem."""
    stack = f"Pulumi.{pulumi.get_stack()}.yaml"
    raw = dict(_engine_values(pulumi.Config(PROJECT)))
    _refuse_secrets([key for key in raw if pulumi.runtime.is_config_secret(f"{PROJECT}:{key}")], stack)
    raw["region"] = pulumi.Config("oci").get("region")
    config = validate({key: value for key, value in raw.items() if value is not None}, stack)
    absent = [key for key in SECRETS if config.builds() and getattr(config, key) is None]
    if absent:
        raise ConfigError(*(f"{stack}: {key}: {missing(key)}" for key in absent))
    return config


def check_file(path: Path) -> StackConfig:
    """The config a stack file holds, checked without an engine. Raises `ConfigError` with every problem.

    Encrypted values cannot be looked into, and the two secrets need not be there.
    """
    values = read_stack_file(path)
    _refuse_strange_namespaces(values, path.name)
    plaintext = [key for key in SECRETS if not _is_encrypted(values.get(f"{PROJECT}:{key}", {"secure": ""}))]
    if plaintext:
        raise ConfigError(
            *(
                f"{path.name}: {key}: is stored in plaintext in this file; set it with {how_to_set(key)}"
                for key in plaintext
            )
        )
    prefix = f"{PROJECT}:"
    raw = {key.removeprefix(prefix): value for key, value in values.items() if key.startswith(prefix)}
    _refuse_secrets([path for key, value in raw.items() for path in _encrypted(key, value)], path.name)
    raw = {key: value for key, value in raw.items() if key not in SECRETS}
    if "oci:region" in values:
        raw["region"] = values["oci:region"]
    return validate(raw, path.name)


def validate(raw: Mapping[str, Any], source: str) -> StackConfig:
    """The model of these values. Raises `ConfigError`, one line a problem, each beginning with `source`."""
    try:
        # By way of JSON, where a string may be an event type, while nothing else is coerced.
        config = _MODEL.validate_json(json.dumps(raw, ensure_ascii=False).encode())
    except ValidationError as invalid:
        lines = [*mistakes(invalid, _MODEL), *_networks(raw)]
        raise ConfigError(*(f"{source}: {line}" for line in lines)) from None
    except (TypeError, ValueError, RecursionError):
        raise ConfigError(f"{source}: contains a value that is not plain data") from None
    stack = source.removeprefix("Pulumi.").removesuffix(".yaml")
    problems = list(_empties(raw)) or list(_networks(raw)) or list(contradictions(config, stack))
    if problems:
        raise ConfigError(*(f"{source}: {problem}" for problem in problems))
    return config


def _empties(raw: Mapping[str, Any]) -> Iterator[str]:
    """Sections with nothing after the colon: some mean one of defaults by it, some none."""
    for place in empty_sections(raw, _MODEL):
        yield f"{place}: is empty; write {{}} for a section without options, or take the key out"


def _networks(raw: Mapping[str, Any]) -> Iterator[str]:
    """Functions run in subnets that are given, or in a network that the stack creates."""
    given = [key for key in ("subnet_ids", "network") if raw.get(key) is not None]
    if not given:
        yield f"subnet_ids: {missing('subnet_ids')}; or let the stack create a network with network: {{}}"
    elif len(given) == 2:
        yield "network: stands beside subnet_ids; give one of them"


def _refuse_secrets(paths: list[str], source: str) -> None:
    """A secret elsewhere would be stored in plaintext in the state, and in OCI for who reads the function."""
    misplaced = [path for path in paths if path not in SECRETS]
    if misplaced:
        reason = (
            "is a secret, and would be readable in OCI and in the state; keep it in a Vault secret instead"
        )
        raise ConfigError(*(f"{source}: {path}: {reason}" for path in misplaced))


def _encrypted(path: str, value: Any) -> Iterator[str]:
    """The places of all encrypted values in a value."""
    if _is_encrypted(value):
        yield path
    elif isinstance(value, dict):
        for key, each in value.items():
            yield from _encrypted(f"{path}.{key}", each)
    elif isinstance(value, list):
        for index, each in enumerate(value):
            yield from _encrypted(f"{path}[{index}]", each)


def _refuse_strange_namespaces(values: Mapping[str, Any], source: str) -> None:
    """A key under no namespace, or under nearly this project's, would be ignored in silence."""
    problems = []
    for key in values:
        namespace, colon, name = key.rpartition(":")
        if not colon:
            problems.append(f"{source}: {key}: needs a namespace: {PROJECT}:{key}")
        elif namespace != PROJECT and get_close_matches(namespace, [PROJECT], cutoff=0.8):
            problems.append(f"{source}: {key}: unknown key; did you mean {PROJECT}:{name}?")
    if problems:
        raise ConfigError(*problems)


def _engine_values(config: pulumi.Config) -> Iterator[tuple[str, Any]]:
    """Every value of the project, also those no field is named after: a misspelt key must not go unseen."""
    prefix = f"{PROJECT}:"
    for full in pulumi.runtime.config.CONFIG.get() | pulumi.runtime.get_config_env():
        if full.startswith(prefix):
            key = full.removeprefix(prefix)
            yield key, _decoded(key, config.get(key))


def _decoded(key: str, value: str | None) -> Any:
    """Objects and lists arrive as JSON, everything else as it is."""
    if value is None or key not in _KEYS or not value.lstrip().startswith(("{", "[")):
        return value
    try:
        return json.loads(value)
    except ValueError:
        return value


def _is_encrypted(value: Any) -> bool:
    """Whether the engine would decrypt it: a bucket or a function may be called `secure` too."""
    return isinstance(value, dict) and set(value) == {"secure"} and isinstance(value["secure"], str)
