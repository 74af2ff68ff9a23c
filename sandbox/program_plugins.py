"""The provider plugins that a program's own packages ask for, and what to do about those the sandbox lacks.

The engine says of a missing plugin only that it is not found. This says it before, with the way out.

Not for: programs in other languages than Python. Those in YAML ask for no version.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from importlib import metadata
from pathlib import Path
from typing import Any

from sandbox.providers import install


def missing(settings: dict[str, Any], folder: Path, home: Path) -> list[str]:
    """A line for each plugin that the program in `folder` will ask for and `home` (`PULUMI_HOME`) lacks.

    `settings` is its `Pulumi.yaml`. Nothing is said where the program names no environment of its own: it
    then runs in the sandbox's, which has what it needs.
    """
    packages = _packages(settings, folder)
    return [
        _line(package, name, version)
        for package, name, version in sorted(packages)
        if not (home / "plugins" / f"resource-{name}-v{version}").is_dir()
    ]


def _line(package: str, name: str, version: str) -> str:
    if name in install.PLUGINS:
        known = [*install.ALSO[name], install.PLUGINS[name][0]]
        return (
            f"{package} {version}: the sandbox stands in for {known[0]} to {known[-1]} of it; "
            f"install one of these: pip install '{package}=={known[-1]}'"
        )
    return (
        f"{package} {version}: the sandbox has no stand-in for {name}, so its real plugin runs, once it is "
        f"installed in this shell: pulumi plugin install resource {name} {version}"
    )


def _packages(settings: dict[str, Any], folder: Path) -> Iterator[tuple[str, str, str]]:
    """Package, plugin and version of each SDK in the program's virtual environment."""
    for site in _environment(settings, folder):
        for stated in site.glob("*/pulumi-plugin.json"):
            package = stated.parent.name
            try:
                told = json.loads(stated.read_text(encoding="utf-8"))
                version = told.get("version") or _installed(site, package)
            except (OSError, ValueError, AttributeError):
                continue
            if told.get("resource") and version and "parameterization" not in told:
                name = told.get("name") or re.sub(r"^pulumi[-_]", "", package).replace("_", "-")
                yield package.replace("_", "-"), name, version


def _environment(settings: dict[str, Any], folder: Path) -> Iterator[Path]:
    runtime = settings.get("runtime")
    options = runtime.get("options") if isinstance(runtime, dict) else None
    stated = options.get("virtualenv") if isinstance(options, dict) else None
    if isinstance(stated, str):
        yield from (folder / stated).glob("lib/python3.*/site-packages")


def _installed(site: Path, package: str) -> str:
    found = metadata.distributions(name=package, path=[str(site)])
    return next((each.version for each in found), "")
