"""Puts the stand-in providers where the engine looks for plugins.

Each is a small folder whose program imports the real code from this project; nothing is copied, so a
changed provider needs no new install. Never touches a plugin folder outside the sandbox's `PULUMI_HOME`.
"""

from __future__ import annotations

import json
import os
import tempfile
from collections.abc import Mapping
from pathlib import Path

# Plugin -> version, module. The versions are those of the SDKs pinned in requirements.txt.
PLUGINS: Mapping[str, tuple[str, str]] = {
    "oci": ("5.5.0", "sandbox.providers.oci"),
    "docker-build": ("0.0.22", "sandbox.providers.docker_build"),
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
    for name, (version, module) in PLUGINS.items():
        folder = home / "plugins" / f"resource-{name}-v{version}"
        folder.mkdir(parents=True, exist_ok=True)
        _write(
            folder / "PulumiPlugin.yaml",
            f"runtime:\n  name: python\n  options:\n    virtualenv: {json.dumps(str(environment))}\n",
        )
        _write(folder / "__main__.py", _PROGRAM.format(root=repr(str(root.resolve())), module=module))


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
