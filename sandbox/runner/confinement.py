"""What a function's process sees, written down for `launch.py`: its files, environment, user and network.

    /function, …      the image's files, read-only            /tmp   memory, of the size OCI gives it
    /usr, /lib, …     the machine's, read-only                /etc   certificates and names, nothing else

Where the system has no mount namespaces (macOS, some containers) the function runs in the open: beside a copy
of the image, as the user of the command, and can read and write what that user can.
"""

from __future__ import annotations

import os
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sandbox.images.entry_point import EntryPoint
from sandbox.images.recipe import MACHINE_PATH, Recipe
from sandbox.images.tree import joined
from sandbox.runner.environments import Environment
from sandbox.runner.spec import FunctionSpec

USER = 1000
"""The user and group that a function has, as on OCI."""
SWITCH = "OCI_SANDBOX_CONFINE"
_STARTER = Path(__file__).with_name("start.py")
_MACHINE_FOLDERS = ("usr", "bin", "sbin", "lib", "lib32", "lib64", "etc", "dev", "proc", "tmp")
# Interpreters of these depend on more of them than their own folder.
_WHOLE = (Path("/nix"), Path("/home/linuxbrew"))


def hand_over(path: Path) -> None:
    """Give a file, or a folder with what is in it, to the user that functions run as. Root only."""
    if os.getuid() != 0 or sys.platform != "linux":
        return
    os.chown(path, USER, USER, follow_symlinks=False)
    if path.is_dir() and not path.is_symlink():
        for folder, folders, files in os.walk(path):
            for name in (*folders, *files):
                os.chown(os.path.join(folder, name), USER, USER, follow_symlinks=False)


@dataclass(frozen=True)
class Run:
    """The folders of one container."""

    folder: Path
    sockets: Path

    @property
    def image(self) -> Path:
        """The image's files."""
        return self.folder / "image"

    @property
    def objects(self) -> Path:
        """What the function may read of Object Storage without asking for it."""
        return self.folder / "objects"

    def make(self) -> None:
        """The folders that the plan names."""
        for folder in (self.folder / "root", self.objects, self.folder / "tmp"):
            folder.mkdir()


def plan_for(
    spec: FunctionSpec, recipe: Recipe, entry: EntryPoint, environment: Environment, run: Run
) -> dict[str, Any]:
    """The plan, as `launch.py` reads it."""
    prefix = environment.interpreter.prefix
    whole = next((root for root in _WHOLE if prefix.is_relative_to(root)), prefix)
    seen = [whole] if not whole.is_relative_to("/usr") else []
    packages = _packages(recipe, environment)
    return {
        "confine": os.environ.get(SWITCH, "1") != "0",
        "root": str(run.folder / "root"),
        "image": str(run.image),
        "socket_folder": str(run.sockets),
        "tmp": spec.tmp,
        "user": USER,
        "memory_kb": spec.memory_mb * 1024,
        "ports": list(spec.additions.ports),
        "workdir": recipe.workdir,
        "read_only": [str(path) for path in (*seen, environment.folder, *spec.additions.read_only)],
        "mounts": [
            [str(_STARTER), "/sandbox/start.py"],
            [str(run.objects), "/sandbox/objects"],
            *([str(folder), f"/{place}"] for _, place, folder in packages),
        ],
        "confined": _confined(spec, recipe, entry, environment, packages),
        "open": _open(spec, recipe, entry, environment, run),
    }


def _packages(recipe: Recipe, environment: Environment) -> list[tuple[str, str, Path]]:
    """The image's package folders: their path, where they are put, and what belongs there.

    One that holds other files too is put aside, and comes right after it on the module path.
    """
    placed = []
    for number, (path, folder) in enumerate(environment.targets):
        aside = path.split("/")[0] in _MACHINE_FOLDERS or recipe.files.is_folder(path)
        placed.append((path, f"sandbox/packages/{number}" if aside else path, folder))
    return placed


def _confined(
    spec: FunctionSpec,
    recipe: Recipe,
    entry: EntryPoint,
    environment: Environment,
    packages: list[tuple[str, str, Path]],
) -> dict[str, Any]:
    values = _environment(spec, recipe, "/tmp", "/tmp/iofs/lsnr.sock", "/sandbox/objects")  # noqa: S108 its own
    beside = {path: place for path, place, _ in packages if path != place}
    if "PYTHONPATH" in values:
        parts = []
        for part in values["PYTHONPATH"].split(":"):
            parts.append(part)
            place = beside.get(joined(recipe.workdir, part))
            parts += [f"/{place}"] if part and place else []
        values["PYTHONPATH"] = ":".join(parts)
    return {
        "command": [str(environment.python), "/sandbox/start.py", entry.file, entry.handler],
        "environment": values,
        "workdir": recipe.workdir,
    }


def _open(
    spec: FunctionSpec, recipe: Recipe, entry: EntryPoint, environment: Environment, run: Run
) -> dict[str, Any]:
    values = _environment(
        spec, recipe, str(run.folder / "tmp"), str(run.sockets / "lsnr.sock"), str(run.objects)
    )
    if "PYTHONPATH" in values:
        packages = dict(environment.targets)
        parts = []
        for part in filter(None, values["PYTHONPATH"].split(":")):
            path = joined(recipe.workdir, part)
            parts.append(str(run.image / path))
            parts += [str(packages[path])] if path in packages else []
        values["PYTHONPATH"] = ":".join(parts)
    return {
        "command": [str(environment.python), str(_STARTER), f"{run.image}{entry.file}", entry.handler],
        "environment": values,
        "workdir": str(run.image / recipe.workdir.strip("/")),
    }


def _environment(spec: FunctionSpec, recipe: Recipe, tmp: str, listener: str, objects: str) -> dict[str, str]:
    """The image's, then the configuration; neither can override what the platform sets."""
    # A function that has an identity reads Object Storage itself, as in OCI; else a folder stands for it.
    view = {} if spec.additions.environment else {"SANDBOX_OBJECT_DIR": objects}
    return {
        "PATH": MACHINE_PATH,
        "LANG": "C.UTF-8",
        **recipe.environment,
        **spec.config,
        "HOME": tmp,
        "TMPDIR": tmp,
        "PYTHONDONTWRITEBYTECODE": "1",
        "PYTHONUNBUFFERED": "1",
        "FN_FORMAT": "http-stream",
        "FN_LISTENER": f"unix:{listener}",
        "FN_APP_ID": spec.app_id,
        "FN_APP_NAME": spec.app_name,
        "FN_FN_ID": spec.function_id,
        "FN_FN_NAME": spec.function_name,
        "FN_MEMORY": str(spec.memory_mb),
        "FN_TYPE": "async" if spec.detached else "sync",
        **view,
        **spec.additions.environment,
    }
