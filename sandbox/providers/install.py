"""Puts the stand-in providers where the engine looks for plugins.

Each is a small folder whose program imports the real code from this project; nothing is copied, so a
changed provider needs no new install. Never touches a plugin folder outside the sandbox's `PULUMI_HOME`.
"""

from __future__ import annotations

import json
import os
import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path

# Plugin -> version, module. The versions are those of the SDKs pinned in requirements.txt.
PLUGINS: Mapping[str, tuple[str, str]] = {
    "oci": ("5.5.0", "sandbox.providers.oci"),
    "docker-build": ("0.0.22", "sandbox.providers.docker_build"),
}

# Released versions of the SDK whose programs the stand-in serves, too. The engine takes no other version of
# a plugin than the one a program asks for, and a state asks for the one it was made with.
ALSO: Mapping[str, tuple[str, ...]] = {
    "oci": (
        *("4.0.0", "4.1.0", "4.2.0", "4.3.0", "4.3.1", "4.4.0", "4.5.0", "4.5.1", "4.6.0", "4.7.0", "4.8.0"),
        *("4.9.0", "4.10.0", "4.11.0", "4.12.0", "4.13.0", "4.14.0", "4.15.0", "4.16.0", "4.17.0", "4.18.0"),
        *("4.19.0", "4.20.0", "4.21.0", "4.22.0", "5.0.0", "5.1.0", "5.2.0", "5.3.0", "5.3.1", "5.4.0"),
    ),
    "docker-build": tuple(f"0.0.{number}" for number in range(1, 22)),
}

_PROGRAM = '''\
"""Starts the stand-in provider; written by `sandbox.providers.install`."""

import sys

sys.path[0] = {root}

from {module} import main  # noqa: E402

main()
'''


def install(home: Path, python: Path, root: Path) -> None:
    """Make the plugins available below a `PULUMI_HOME`.

    `python` is the project's interpreter (in a virtual environment), `root` the project's folder. Safe to
    repeat and to run twice at once.
    """
    environment = Path(os.path.abspath(python)).parent.parent
    for name, version, module in _folders():
        folder = home / "plugins" / f"resource-{name}-v{version}"
        folder.mkdir(parents=True, exist_ok=True)
        _write(
            folder / "PulumiPlugin.yaml",
            f"runtime:\n  name: python\n  options:\n    virtualenv: {json.dumps(str(environment))}\n",
        )
        _write(folder / "__main__.py", _PROGRAM.format(root=repr(str(root.resolve())), module=module))
    _forget_schemas(home / "plugins")


def _forget_schemas(plugins: Path) -> None:
    """Remove the schemas that the engine keeps, where the code that writes them is newer: it would not ask
    again."""
    written = max(Path(__file__).with_name(name).stat().st_mtime for name in ("schema.py", "sdk.py"))
    for kept in plugins.glob("schema-*.json"):
        if kept.stat().st_mtime < written:
            kept.unlink(missing_ok=True)


def _folders() -> Iterator[tuple[str, str, str]]:
    for name, (version, module) in PLUGINS.items():
        for each in (*ALSO[name], version):
            yield name, each, module


def _write(path: Path, text: str) -> None:
    """Replace a file in one step, unless it says the same already."""
    try:
        if path.read_text() == text:
            return
    except OSError:
        pass
    handle, beside = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}-")
    with os.fdopen(handle, "w") as file:
        file.write(text)
    os.chmod(beside, 0o644)
    os.replace(beside, path)
