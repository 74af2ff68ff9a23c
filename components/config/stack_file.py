"""Reads a Pulumi stack file strictly: what YAML lets pass in silence (a key given twice) is an error here.

Values are read as the engine reads them: only `true` and `false` are booleans, and dates stay text. Knows
nothing of what the config means.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import yaml

from components.errors import ConfigError

# What Pulumi itself keeps at the top of a stack file.
TOP_LEVEL = ("config", "environment", "secretsprovider", "encryptedkey", "encryptionsalt")


class _Loader(yaml.SafeLoader):
    """YAML with the engine's idea of booleans and dates."""


_Loader.yaml_implicit_resolvers = {
    first: [(tag, pattern) for tag, pattern in resolvers if not tag.endswith((":bool", ":timestamp"))]
    for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
}
for _word in ("true", "false"):
    _Loader.add_implicit_resolver("tag:yaml.org,2002:bool", re.compile(rf"^{_word}$"), [_word[0]])


def read_stack_file(path: Path) -> dict[str, Any]:
    """The `config` of a stack file, keys as written (`project:key`). Raises `ConfigError`."""
    try:
        node = _compose(path)
        problems = [f"{path.name}: {problem}" for problem in _duplicates(node, ())]
        if problems:
            raise ConfigError(*problems)
        content = _construct(path, node)
    except RecursionError:
        raise ConfigError(f"{path.name}: is nested too deeply, or contains itself") from None
    strange = [key for key in content if key not in TOP_LEVEL]
    if strange:
        raise ConfigError(*(f"{path.name}: {key}: unknown key beside config" for key in strange))
    config = content.get("config")
    if not isinstance(config, dict):
        raise ConfigError(f"{path.name}: config: missing, or not a mapping")
    return {str(key): value for key, value in config.items()}


def _compose(path: Path) -> yaml.Node:
    if path.is_fifo():  # reading one would wait for whoever writes
        raise ConfigError(f"{path.name}: cannot be read: not a regular file")
    try:
        node = yaml.compose(path.read_text(encoding="utf-8"), Loader=_Loader)
    except (OSError, UnicodeDecodeError) as error:
        reason = getattr(error, "strerror", None) or "is not UTF-8 text"
        raise ConfigError(f"{path.name}: cannot be read: {reason}") from None
    except yaml.YAMLError as error:
        raise ConfigError(f"{path.name}: {_where(error)}") from None
    if not isinstance(node, yaml.MappingNode):
        raise ConfigError(f"{path.name}: is not a mapping of keys to values")
    return node


def _construct(path: Path, node: yaml.Node) -> dict[str, Any]:
    loader = _Loader("")
    try:
        content: dict[str, Any] = loader.construct_document(node)
    except yaml.YAMLError as error:
        raise ConfigError(f"{path.name}: {_where(error)}") from None
    except ValueError:
        raise ConfigError(f"{path.name}: a value cannot be read") from None
    finally:
        loader.dispose()
    return content


def _duplicates(node: yaml.Node, trail: tuple[str, ...]) -> Iterator[str]:
    """Keys given twice, with the place as the config nests and both lines."""
    if isinstance(node, yaml.SequenceNode):
        for index, item in enumerate(node.value):
            yield from _duplicates(item, (*trail, str(index)))
    if not isinstance(node, yaml.MappingNode):
        return
    first: dict[str, int] = {}
    for key, value in node.value:
        text = str(key.value)
        line = key.start_mark.line + 1
        # The file's own `config:` and the project's namespace are not part of a config path.
        here = (*trail, text.rpartition(":")[2]) if trail or text != "config" else ()
        if text in first:
            yield f"{'.'.join(here) or text}: given twice (lines {first[text]} and {line})"
        first.setdefault(text, line)
        yield from _duplicates(value, here)


def _where(error: yaml.YAMLError) -> str:
    mark = getattr(error, "problem_mark", None)
    problem = getattr(error, "problem", None) or "cannot be read"
    return f"line {mark.line + 1}: is not YAML: {problem}" if mark else f"is not YAML: {problem}"
