"""`make stack STACK=qa`: another stack of this project, its file written from that of a stack there is.

Comments and settings are taken over as they stand. What the other stack's passphrase encrypted is left out,
because the new stack has one of its own.
"""

from __future__ import annotations

import re
from pathlib import Path

import yaml

from sandbox import project
from sandbox.cloud.errors import SandboxFault
from sandbox.environment import ROOT

# For editors: where the schema of a stack file is.
_EDITORS = "# yaml-language-server: $schema=docs/stack.schema.json"
_ENGINE_KEY = re.compile(r"^(?:encryptionsalt|secretsprovider|encryptedkey):.*\n", re.MULTILINE)
# A string and nothing beside it: something may be called `secure`.
_SECRET = re.compile(r"^  (?P<key>\S+):[ \t]*\n    secure:[ \t]+[^\s{#].*\n(?!    )", re.MULTILINE)


def write(stack: str, template: str) -> list[str]:
    """Write the stack's file from that of `template`; what to tell the user, line by line.

    Raises `SandboxFault` if the stack has a file, or the template none.
    """
    path = ROOT / f"Pulumi.{project.checked(stack)}.yaml"
    source = ROOT / f"Pulumi.{project.shipped(template)}.yaml"
    text, secrets = without_secrets(source)
    try:
        with path.open("x", encoding="utf-8") as file:
            file.write(text if text.startswith(_EDITORS) else f"{_EDITORS}\n{text}")
    except FileExistsError:
        raise SandboxFault(f"{path.name}: exists already; edit it, or choose another name") from None
    except OSError as error:
        raise SandboxFault(f"{path.name}: cannot be written: {error.strerror}") from None
    lines = [f"stack     {path.name} is written from {source.name}"]
    if secrets:
        lines.append(f"          without its secrets, which belong to {template}: {', '.join(secrets)}")
    lines.append(f"next      edit compartment_id and subnet_ids in it, then: make up STACK={stack}")
    return lines


def without_secrets(source: Path) -> tuple[str, list[str]]:
    """The text of a stack's file without what is encrypted, and the keys that are left out."""
    try:
        text = source.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise SandboxFault(f"{source.name}: cannot be read: {error}") from None
    keys = [found["key"] for found in _SECRET.finditer(text)]
    text = _ENGINE_KEY.sub("", _SECRET.sub("", text))
    left = _encrypted(_parsed(text, source.name))
    if left:
        raise SandboxFault(
            f"{source.name}: {left}: is encrypted inside another value; write the file by hand"
        )
    return text, keys


def _parsed(text: str, name: str) -> object:
    try:
        return yaml.safe_load(text)
    except yaml.YAMLError as error:
        raise SandboxFault(f"{name}: {getattr(error, 'problem', error)}") from None


def _encrypted(value: object, place: str = "") -> str:
    """Where an encrypted value is; an empty string if there is none."""
    if isinstance(value, dict):
        if set(value) == {"secure"} and isinstance(value["secure"], str):
            return place
        items = [(f"{place}.{key}" if place else str(key), inner) for key, inner in value.items()]
    elif isinstance(value, list):
        items = [(f"{place}[{index}]", inner) for index, inner in enumerate(value)]
    else:
        return ""
    return next(filter(None, (_encrypted(inner, where) for where, inner in items)), "")
