"""The wheels of a requirements.txt: pinned by version and hash, for the runtime's Python, not for this one.

Downloaded by pip, from where the user set it up to look, and kept in the user's cache under a hash of all
that decides which they are; nothing is installed, and no code of a package is run.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from packaging.requirements import InvalidRequirement, Requirement

from components.archives.runtime import Runtime
from components.archives.zip_file import Member, copied

_HASH = re.compile(r"\s--hash[= ](?P<hash>\w+:[0-9a-f]+)")
_ADVICE = "write it with `uv pip compile --generate-hashes requirements.in -o requirements.txt`"
# What pip says beside the reason: the address of an index, with its credentials.
_CREDENTIALS = re.compile(r"//[^/@\s]+@")
# pip would look elsewhere, or put packages elsewhere.
_MISLEADING = ("PIP_TARGET", "PIP_PREFIX", "PIP_REQUIREMENT", "PIP_CONSTRAINT", "PIP_PLATFORM", "PIP_DEST")


def requirements_for(text: str, runtime: Runtime) -> list[str]:
    """The lines that apply to a runtime, sorted. Raises `ValueError` for one that pins too little."""
    found = []
    for line in _logical_lines(text):
        hashes = sorted(match["hash"] for match in _HASH.finditer(line))
        stated = _HASH.sub("", line).strip()
        try:
            requirement = Requirement(stated)
        except InvalidRequirement:
            raise ValueError(
                f"requirements.txt: {stated[:80]!r}: expected name==version and its hashes; {_ADVICE}"
            ) from None
        pinned = [each for each in requirement.specifier if each.operator == "==" and "*" not in each.version]
        if not pinned or not hashes:
            raise ValueError(
                f"requirements.txt: {requirement.name}: has no pinned version with a hash; {_ADVICE}"
            )
        if requirement.marker is None or requirement.marker.evaluate(dict(runtime.markers)):
            found.append(
                f"{requirement.name}=={pinned[0].version} " + " ".join(f"--hash={each}" for each in hashes)
            )
    return sorted(found)


def _logical_lines(text: str) -> Iterator[str]:
    for line in re.sub(r"\\\n", " ", text).splitlines():
        stated = re.sub(r"(^|\s)#.*$", "", line).strip()
        if stated:
            yield stated


def packages_of(requirements: list[str], runtime: Runtime) -> Iterator[Member]:
    """The files of the packages, below `python/`. Raises `ValueError` with pip's reason where one cannot be
    had."""
    if not requirements:
        return
    for wheel in sorted(_wheels(requirements, runtime).glob("*.whl")):
        for info, member in copied(wheel):
            path = _installed(info.filename)
            if path is not None:
                yield Member(
                    f"python/{path}", member.data, member.crc, member.size, member.method, member.executable
                )


def _installed(name: str) -> str | None:
    """Where a wheel's file belongs in a folder of packages; None for what is no package.

    Scripts name the interpreter that they were installed with, so they would differ, and nothing calls them.
    """
    if ".." in name.split("/") or name.startswith("/"):
        raise ValueError(f"{name}: leads out of its wheel")
    top, _, rest = name.partition("/")
    if not top.endswith(".data"):
        return name
    kind, _, path = rest.partition("/")
    return path if kind in ("purelib", "platlib", "data") else None


def _wheels(requirements: list[str], runtime: Runtime) -> Path:
    told = json.dumps([1, requirements, runtime.python, runtime.platforms])
    folder = _cache() / hashlib.sha256(told.encode()).hexdigest()[:32]
    if folder.is_dir():
        return folder
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(prefix=f"{folder.name}.", dir=folder.parent) as partial:
            _download(requirements, runtime, Path(partial))
            whole = Path(partial) / "wheels"
            try:
                whole.rename(folder)
            except OSError:
                if not folder.is_dir():
                    raise  # else another process was as far before
    except OSError as error:
        raise ValueError(f"{folder.parent}: wheels cannot be kept there: {error.strerror}") from None
    return folder


def _cache() -> Path:
    stated = os.environ.get("XDG_CACHE_HOME", "")
    base = stated if os.path.isabs(stated) else os.path.expanduser("~/.cache")
    return Path(base) / "oci-ai-functions" / "wheels"


def _download(requirements: list[str], runtime: Runtime, partial: Path) -> None:
    listed = partial / "requirements.txt"
    listed.write_text("\n".join(requirements) + "\n")
    command = [
        sys.executable,
        "-m",
        "pip",
        "download",
        "--quiet",
        "--no-input",
        "--disable-pip-version-check",
    ]
    command += ["--no-deps", "--require-hashes", "--only-binary", ":all:"]
    command += ["--implementation", "cp", "--python-version", runtime.python]
    command += [word for platform in runtime.platforms for word in ("--platform", platform)]
    command += ["--dest", str(partial / "wheels"), "--requirement", str(listed)]
    environment = {name: value for name, value in os.environ.items() if name not in _MISLEADING}
    ran = subprocess.run(command, capture_output=True, text=True, errors="replace", env=environment, cwd="/")
    if ran.returncode:
        shutil.rmtree(partial / "wheels", ignore_errors=True)
        raise ValueError(f"requirements.txt: {_reason(ran.stderr)}")


def _reason(said: str) -> str:
    lines = [line.strip() for line in said.splitlines() if line.strip()]
    errors = [line.removeprefix("ERROR:").strip() for line in lines if line.startswith("ERROR:")]
    return _CREDENTIALS.sub("//", (errors or lines or ["pip said nothing"])[0])
