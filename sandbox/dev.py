"""`sandbox dev FUNCTION`: a deployed function runs from its source folder, without a deploy, until Ctrl-C."""

from __future__ import annotations

import argparse
import os
import time
from contextlib import suppress
from pathlib import Path

from sandbox.cloud.errors import SandboxFault, Unusable
from sandbox.console import say
from sandbox.events.development import Source, developed
from sandbox.events.invoke import named
from sandbox.events.snapshot import Function, read_deployment
from sandbox.images.kept import source_of
from sandbox.providers.build_context import Context

_LOOK_SECONDS = 0.25


def add_dev_arguments(parser: argparse.ArgumentParser) -> None:
    """The arguments of `dev`."""
    parser.add_argument("function", help="the function's display name or OCID")
    parser.add_argument(
        "--source", type=Path, help="its build context (default: the folder that the deploy built it from)"
    )
    parser.add_argument("--stack", help="the stack, where several have a function of this name")


def run_dev(options: argparse.Namespace, sandbox_dir: Path) -> int:
    """Run a function from its source until Ctrl-C, a line for each change; the exit status."""
    function = named(options.function, options.stack, read_deployment(sandbox_dir, options.stack))
    source = _source(function, options.source)
    context = source.read()  # what cannot be built is told before anything changes
    with developed(sandbox_dir, function.id, source):
        say(
            f"dev       {function.name} runs from {source.folder}; Ctrl-C brings back the image it was "
            "deployed with"
        )
        with suppress(KeyboardInterrupt):  # what this command is ended by
            _watch(function.name, source, context)
    say(f"dev       {function.name} runs the deployed image again")
    return 0


def _source(function: Function, given: Path | None) -> Source:
    if function.content is None:
        raise Unusable(f"function {function.name}: its image is not kept in this sandbox")
    known = source_of(function.content)
    if given is None and known is None:
        raise Unusable(f"function {function.name}: what it was built from is not known; give --source FOLDER")
    folder, dockerfile = known or (Path(), "")
    source = Source(folder, dockerfile) if given is None else Source(given.absolute())
    if not dockerfile and not (source.folder / "Dockerfile").exists():
        # A Dockerfile that the program gave as text, or the one that stands for none.
        source = Source(source.folder, str(function.content.parent / "Dockerfile"))
    return source


def _watch(name: str, source: Source, context: Context) -> None:
    seen: dict[str, tuple[int, int]] = {}
    while True:
        now = _times(source)  # before its content is read: what changes in between is looked at again
        following = _read(name, source) if now != seen else None
        if following is not None:
            for line in changes(context, following):
                say(f"changed   {line}")
            context = following
        seen = now
        time.sleep(_LOOK_SECONDS)


def _read(name: str, source: Source) -> Context | None:
    try:
        return source.read()
    except SandboxFault as error:
        say(f"dev       {name} cannot be run as it is: {error}")
        return None


def _times(source: Source) -> dict[str, tuple[int, int]]:
    """Every file below the folder, and the Dockerfile: when it was changed, and its size."""
    found = {}
    files = [os.path.join(folder, file) for folder, _, files in os.walk(source.folder) for file in files]
    for path in [*files, source.dockerfile or os.path.join(source.folder, "Dockerfile")]:
        try:
            stated = os.lstat(path)
        except OSError:  # gone meanwhile
            continue
        found[path] = (stated.st_mtime_ns, stated.st_size)
    return found


def changes(former: Context, now: Context) -> list[str]:
    """What differs between two contexts, by path; empty where only times do."""
    before = {entry.path: entry for entry in former.entries}
    after = {entry.path: entry for entry in now.entries}
    found = [f"{path} (new)" for path in after if path not in before]
    found += [path for path in after if path in before and after[path] != before[path]]
    found += [f"{path} (removed)" for path in before if path not in after]
    if former.dockerfile != now.dockerfile and "Dockerfile" not in found:
        found.append("Dockerfile")
    return sorted(found)
