"""A Pulumi program deployed into a sandbox by the real engine, from its folder, which stays as it is."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from sandbox import private, project
from sandbox.cloud.errors import Unusable
from sandbox.engine_call import quiet
from sandbox.environment import Sandbox


def deploy(
    folder: Path, program: Path, stack: str, config: Mapping[str, str], say: Callable[[str], None]
) -> dict[str, Any]:
    """Deploy one stack of a program into the sandbox of a folder; the stack's outputs, secrets included.

    `config` is set over what the stack's file says. Raises `SandboxFault` with what the engine said.
    """
    if not (program / "Pulumi.yaml").is_file():
        raise Unusable(f"{program}: no Pulumi.yaml is there, so no stack of it can be deployed")
    sandbox = Sandbox(folder)
    environment = sandbox.prepare(say)
    place = sandbox.project / program.name
    private.make_folder(place)
    project.write_copy(place, program, stack)
    quiet(environment, place, "stack", "init", stack)
    pairs = [word for key, value in config.items() for word in ("--plaintext", f"{key}={value}")]
    if pairs:
        quiet(environment, place, "config", "set-all", "--stack", stack, *pairs)
    quiet(environment, place, "up", "--yes", "--skip-preview", "--stack", stack)
    shown = quiet(environment, place, "stack", "output", "--json", "--show-secrets", "--stack", stack)
    outputs: dict[str, Any] = json.loads(shown)
    return outputs


def only_stack(program: Path) -> str:
    """The stack of a program that has a file for one; `dev` for any other."""
    files = sorted(program.glob("Pulumi.*.yaml"))
    return files[0].name.removeprefix("Pulumi.").removesuffix(".yaml") if len(files) == 1 else "dev"
