"""Which file and handler an image starts, as its Dockerfile says."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import PurePosixPath

from sandbox.cloud.errors import SandboxFault
from sandbox.images.recipe import Recipe
from sandbox.images.tree import joined

_PYTHON = ("python", "python3")


@dataclass(frozen=True)
class EntryPoint:
    """A Python file, by its path in the image, and the name of the function in it."""

    file: str
    handler: str


def find_entry_point(recipe: Recipe) -> EntryPoint:
    """Read from `ENTRYPOINT ["…/fdk", "/function/func.py", "handler"]`, its tail possibly in CMD.

    An image that names none (its base image may) starts `func.py` and `handler`. Raises `SandboxFault`.
    """
    command = list(recipe.command) or ["fdk", "func.py"]
    if len(command) > 2 and _name(command[0]).rstrip("0123456789.") in _PYTHON and _name(command[1]) == "fdk":
        command = command[1:]
    if _name(command[0]) != "fdk" or len(command) < 2:
        raise SandboxFault(
            f"Dockerfile: only images whose entry point is the Python FDK run in the sandbox, not {command}"
        )
    path = joined(recipe.workdir, command[1])
    node = recipe.files.nodes.get(path)
    if node is None or node.is_folder:
        raise SandboxFault(
            f"Dockerfile: the image has no /{path} for the FDK to start; no COPY puts it there"
        )
    return EntryPoint(f"/{path}", command[2] if len(command) > 2 else "handler")


def _name(path: str) -> str:
    return PurePosixPath(path).name
