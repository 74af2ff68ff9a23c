"""The generated Pulumi project of the sandbox: this program, without touching a tracked file.

`pulumi stack init` writes an `encryptionsalt` into `Pulumi.<stack>.yaml`, and `config set` writes values
there. Both belong to the sandbox's passphrase, so they go into copies under the sandbox's folder, whose
`main` points back at the program.
"""

from __future__ import annotations

import fcntl
import os
import re
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import yaml

from sandbox import private, program_plugins
from sandbox.cloud.errors import SandboxFault, Unusable
from sandbox.engine_call import quiet
from sandbox.environment import ROOT, Sandbox
from sandbox.providers import install

# What the engine writes into a stack's file, and so what is kept when the tracked file is copied again.
_ENGINE_KEYS = ("encryptionsalt", "secretsprovider", "encryptedkey")


# As the engine takes them, but beginning with a letter or digit: `..` is a folder and `-x` an option.
_STACK = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,99}", re.ASCII)
# What the stand-ins imitate: a program that names its own copy of one of them by path would run that.
_STANDINS = tuple(install.PLUGINS)


class NotAStack(Unusable):
    """A stack's name that is none, or one that this project has no file for."""


def checked(stack: str) -> str:
    """The name as it is. Raises `NotAStack` for what no stack can be called."""
    if _STACK.fullmatch(stack) is None:
        raise NotAStack(
            f"stack {stack!r}: expected 1 to 100 letters, digits, '.', '_' and '-', a letter or digit first"
        )
    return stack


def stacks() -> list[str]:
    """The stacks the project ships a file for, sorted."""
    found = (path.name.removeprefix("Pulumi.").removesuffix(".yaml") for path in ROOT.glob("Pulumi.*.yaml"))
    return sorted(found)


def shipped(stack: str) -> str:
    """The name of a stack of this project. Raises `NotAStack` with those there are."""
    if checked(stack) not in stacks():
        raise NotAStack(
            f"Pulumi.{stack}.yaml: no such stack file; there are: {', '.join(stacks())} "
            f"(`make stack STACK={stack}` writes one)"
        )
    return stack


def name() -> str:
    """The project's name in the engine's state."""
    return str(_read_yaml(ROOT / "Pulumi.yaml")["name"])


def place(stack: str) -> tuple[str, str]:
    """The OCIDs of a stack's tenancy and compartment, as its file says them."""
    config = _read_yaml(ROOT / f"Pulumi.{shipped(stack)}.yaml").get("config") or {}
    return tuple(str(config.get(f"{name()}:{key}") or "") for key in ("tenancy_id", "compartment_id"))  # type: ignore[return-value]


def find(folder: Path) -> tuple[Path, str]:
    """The Pulumi project that `folder` is in: its folder and name. Raises `SandboxFault` if there is none."""
    for candidate in (folder, *folder.parents):
        if (candidate / "Pulumi.yaml").exists():
            return candidate, str(_read_yaml(candidate / "Pulumi.yaml").get("name"))
    raise SandboxFault(f"{folder}: no Pulumi.yaml here or in a folder above")


def write_stack(sandbox: Sandbox, stack: str, environment: dict[str, str | None]) -> None:
    """Bring the generated project up to date, create the stack if it is new, and give it what the sandbox's
    registry asks for. Raises `SandboxFault`."""
    copy = sandbox.project / f"Pulumi.{shipped(stack)}.yaml"
    with _locked(sandbox):
        _write_project(sandbox)
        former = _read_copy(copy)
        content = merge(_read_yaml(ROOT / copy.name), former)
        _write_yaml(copy, content)
        if not sandbox.state_file(name(), stack).exists():
            quiet(environment, sandbox.project, "stack", "init", stack)
        missing = {key: value for key, value in _registry().items() if key not in content["config"]}
        if missing:
            pairs = [word for key, value in missing.items() for word in ("--secret", f"{key}={value}")]
            quiet(environment, sandbox.project, "config", "set-all", "--stack", stack, *pairs)


def _read_copy(copy: Path) -> dict[str, Any]:
    """What the engine left in the sandbox's copy of a stack's file; nothing before there is one."""
    try:
        return _read_yaml(copy) if copy.exists() else {}
    except SandboxFault as error:
        raise SandboxFault(f"{copy.parent}/{error}; remove it, and the next command writes it anew") from None


def _write_project(sandbox: Sandbox) -> None:
    settings = _settings(ROOT)
    runtime = {"name": "python", "options": {"virtualenv": sys.prefix}}
    main = os.path.relpath(ROOT, sandbox.project)
    _write_yaml(sandbox.project / "Pulumi.yaml", {**settings, "runtime": runtime, "main": main})


def _settings(folder: Path) -> dict[str, Any]:
    """A program's `Pulumi.yaml`. Raises `SandboxFault` for one that names a provider of its own."""
    settings = _read_yaml(folder / "Pulumi.yaml")
    own = own_providers(settings)
    if own:
        raise SandboxFault(f"{folder / 'Pulumi.yaml'}: {_replaces_standin(own)}")
    return settings


def write_copy(place: Path, program: Path, stack: str) -> str:
    """Write a project that runs the program of another folder, and the file of one of its stacks without the
    secrets in it; the project's name. Nothing in the program's folder is touched. Raises `SandboxFault`."""
    settings = _settings(program)
    runtime = settings.get("runtime")
    if runtime == "python" or (isinstance(runtime, dict) and runtime.get("name") == "python"):
        settings["runtime"] = {"name": "python", "options": {"virtualenv": sys.prefix}}
    main = os.path.relpath(program / str(settings.get("main") or "."), place)
    _write_yaml(place / "Pulumi.yaml", {**settings, "main": main})
    file = program / f"Pulumi.{checked(stack)}.yaml"
    _write_yaml(place / file.name, merge(_read_yaml(file) if file.exists() else {}, {}))
    return str(settings.get("name"))


def own_providers(settings: Mapping[str, Any]) -> list[str]:
    """The stand-ins' names among the providers that a `Pulumi.yaml` gives a path (`plugins.providers`)."""
    plugins = settings.get("plugins")
    listed = plugins.get("providers") if isinstance(plugins, Mapping) else None
    names = [entry.get("name") for entry in listed or [] if isinstance(entry, Mapping)]
    return [str(name) for name in names if name in _STANDINS]


def _replaces_standin(names: list[str]) -> str:
    return (
        f"plugins.providers gives {', '.join(names)} a path, and the engine prefers that to the sandbox's "
        "stand-in: it could reach a real account; remove the entry for the sandbox"
    )


def warnings_for(folder: Path, home: Path) -> list[str]:
    """What a person should know before they run `pulumi` in a folder: that its program brings a provider of
    its own, or asks for a plugin that `home` (`PULUMI_HOME`) lacks."""
    try:
        place, _ = find(folder)
        settings = _read_yaml(place / "Pulumi.yaml")
    except SandboxFault:
        return []
    own = own_providers(settings)
    said = [_replaces_standin(own)] if own else []
    return [
        f"{place / 'Pulumi.yaml'}: {line}" for line in said + program_plugins.missing(settings, place, home)
    ]


def is_yaml(folder: Path) -> bool:
    """Whether the Pulumi project that `folder` is in has its program in YAML."""
    try:
        place, _ = find(folder)
        runtime = _read_yaml(place / "Pulumi.yaml").get("runtime")
    except SandboxFault:
        return False
    return (runtime.get("name") if isinstance(runtime, dict) else runtime) == "yaml"


def merge(tracked: dict[str, Any], former: dict[str, Any]) -> dict[str, Any]:
    """A stack's file for the sandbox: the tracked settings with the secrets of the former copy.

    Secrets of the tracked file are encrypted for its owner's passphrase, which the sandbox does not have:
    they are left out.
    """
    config = {key: value for key, value in (tracked.get("config") or {}).items() if not _is_secret(value)}
    for key, value in (former.get("config") or {}).items():
        if _is_secret(value):
            config.setdefault(key, value)
    settings = {key: value for key, value in tracked.items() if key not in _ENGINE_KEYS}
    kept = {key: former[key] for key in _ENGINE_KEYS if key in former}
    return {**settings, **kept, "config": config}


def _is_secret(value: Any) -> bool:
    """Whether the engine would decrypt it: what a section names may be called `secure` too."""
    return isinstance(value, dict) and set(value) == {"secure"} and isinstance(value["secure"], str)


def _registry() -> dict[str, str]:
    """What logs in to the stand-in registry: any user and token do, but the program asks for them."""
    return {
        f"{name()}:registry_username": "sandbox/deployer",
        f"{name()}:registry_auth_token": "sandbox-auth-token",
    }


class _EveryKeyOnce(yaml.SafeLoader):
    """YAML as the engine reads it: a key given twice is an error, not the last one's value."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:
        seen = set()
        for key, _ in node.value:
            name = str(key.value)
            if name in seen:
                problem = f"{name} is given twice"
                raise yaml.constructor.ConstructorError(None, None, problem, key.start_mark)
            seen.add(name)
        return super().construct_mapping(node, deep)


def _read_yaml(path: Path) -> dict[str, Any]:
    if path.is_fifo():  # reading one would wait for whoever writes
        raise SandboxFault(f"{path.name}: cannot be read: not a regular file")
    try:
        content = yaml.load(path.read_text(encoding="utf-8"), Loader=_EveryKeyOnce)  # noqa: S506 a SafeLoader
    except (OSError, UnicodeDecodeError) as error:
        raise SandboxFault(f"{path.name}: cannot be read: {error}") from None
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        place = f"line {mark.line + 1}: " if mark else ""
        problem = " ".join(str(getattr(error, "problem", error)).split())
        raise SandboxFault(f"{path.name}: {place}{problem}") from None
    except RecursionError:
        raise SandboxFault(f"{path.name}: nested too deeply, or contains itself") from None
    except ValueError as error:  # a date that is none, say
        raise SandboxFault(f"{path.name}: a value cannot be read: {error}") from None
    if not isinstance(content, dict):
        raise SandboxFault(f"{path.name}: not a mapping of settings")
    if not isinstance(content.get("config") or {}, dict):
        raise SandboxFault(f"{path.name}: config: not a mapping")
    return content


def _write_yaml(path: Path, content: dict[str, Any]) -> None:
    head = "# Generated from the file of the same name in the project. Edit that one.\n"
    private.write(path, head + yaml.safe_dump(content))


@contextmanager
def _locked(sandbox: Sandbox) -> Iterator[None]:
    """Hold the generated project for the length of a `with`: two stacks may start side by side."""
    lock = private.open_lock(sandbox.folder / "project.lock")
    try:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield
    finally:
        os.close(lock)
