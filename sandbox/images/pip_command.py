"""`pip install` as the RUN lines of a Dockerfile write it: what it installs, and where to.

Package indexes that the line or a requirements file names are left out and said: what is downloaded comes
from where the user's own pip is set up to look, and from nowhere else.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from sandbox.cloud.errors import SandboxFault

_PIP = re.compile(r"pip[0-9.]*")
_PYTHON = re.compile(r"python[0-9.]*")
_INDEX = frozenset(
    ["-i", "--index-url", "--extra-index-url", "-f", "--find-links", "--trusted-host", "--index"]
)
_FLAGS = frozenset(["--no-deps", "--pre", "--require-hashes"])
_WITH_VALUE = _INDEX | frozenset(
    [
        "-r", "--requirement", "-c", "--constraint", "-t", "--target", "--prefix", "--root", "--platform",
        "--python-version", "--python", "--implementation", "--abi", "--only-binary", "--no-binary", "--src",
        "--upgrade-strategy", "--progress-bar", "--root-user-action", "--cache-dir", "--timeout", "--retries",
        "--report", "-C", "--config-settings", "--use-feature", "--log", "--proxy", "--cert",
        "--exists-action", "-e", "--editable", "--default-index", "--link-mode",
    ]
)  # fmt: skip
_FROM_ELSEWHERE = re.compile(r"(^|@\s*)(git\+|hg\+|svn\+|bzr\+|https?://|file:|\.{1,2}(/|$|\[)|/)")
_ARCHIVE = re.compile(r"\.(whl|zip|tar\.gz|tgz)$")


@dataclass
class PipInstall:
    """One call: requirements and constraints as lines of their files, without the files themselves."""

    target: str | None = None
    """The folder of `--target`; None for the interpreter's own packages."""
    requirements: list[str] = field(default_factory=list)
    constraints: list[str] = field(default_factory=list)
    flags: set[str] = field(default_factory=set)
    notes: list[str] = field(default_factory=list)


def pip_arguments(words: list[str]) -> list[str] | None:
    """What follows `install` in a call of pip, `python -m pip` or `uv pip`; None for another command."""
    words = [word for word in words if word != "sudo"]
    names = [word.rpartition("/")[2] for word in words]
    if names[:1] == ["uv"] and names[1:2] == ["pip"]:
        words = words[2:]
    elif (
        names and _PYTHON.fullmatch(names[0]) and "-m" in words[1:4] and names[words.index("-m") + 1] == "pip"
    ):
        words = words[words.index("-m") + 2 :]
    elif names and _PIP.fullmatch(names[0]):
        words = words[1:]
    else:
        return None
    while words and words[0].startswith("-"):
        words = words[1:]
    return words[1:] if words[:1] == ["install"] else None


def read_install(arguments: list[str], read: Callable[[str], str | None]) -> PipInstall:
    """Read the arguments of `pip install`; `read` gives the text of a file of the image.

    Raises `SandboxFault` for what cannot be installed here.
    """
    install = PipInstall()
    for option, value in _options(arguments):
        if option in ("-r", "--requirement"):
            install.requirements += _lines(value, read, install)
        elif option in ("-c", "--constraint"):
            install.constraints += _lines(value, read, install)
        elif option in ("-t", "--target"):
            install.target = value
        elif option in ("-e", "--editable"):
            raise SandboxFault(f"`pip install -e {value}`: packages built from source are not installed here")
        elif option in _INDEX:
            install.notes.append(f"{option} is not followed: packages come from where your own pip looks")
        elif option in _FLAGS:
            install.flags.add(option)
        elif not option:
            install.requirements.append(_allowed(value))
    return install


def _options(arguments: list[str]) -> Iterator[tuple[str, str]]:
    """Options with their values; what is installed has the option ""."""
    left = iter(arguments)
    for word in left:
        if not word.startswith("-"):
            yield "", word
            continue
        option, equals, value = word.partition("=")
        if not option.startswith("--") and len(option) > 2 and option[:2] in _WITH_VALUE:
            option, equals, value = word[:2], "=", word[2:]
        if option in _WITH_VALUE and not equals:
            value = next(left, "")
        yield option, value


def _lines(path: str, read: Callable[[str], str | None], install: PipInstall, depth: int = 0) -> list[str]:
    """The requirements of a file, one a line with its hashes; files that it names are read too."""
    text = read(path)
    if text is None or depth > 9:
        raise SandboxFault(f"requirements file {path} is not in the image where `pip install` reads it")
    found: list[str] = []
    for line in re.sub(r"\\\r?\n", " ", text).splitlines():
        line = re.sub(r"(^|\s)#.*$", "", line).strip()
        if not line:
            continue
        if not line.startswith("-"):
            found.append(_allowed(line))
            continue
        option, value = next(_options(line.split(None, 1) if " " in line else [line]))
        beside = f"{path.rpartition('/')[0]}/{value}".lstrip("/") if "/" in path else value
        beside = f"/{beside}" if path.startswith("/") else beside
        if option in ("-r", "--requirement"):
            found += _lines(beside, read, install, depth + 1)
        elif option in ("-c", "--constraint"):
            install.constraints += _lines(beside, read, install, depth + 1)
        elif option in _INDEX or option == "--no-index":
            install.notes.append(
                f"{path}: {option} is not followed: packages come from where your own pip looks"
            )
        elif option in _FLAGS:
            install.flags.add(option)
        elif option in ("-e", "--editable"):
            raise SandboxFault(f"{path}: `-e {value}`: packages built from source are not installed here")
    return found


def _allowed(requirement: str) -> str:
    name = requirement.split(";")[0].split(" --hash")[0].strip()
    if _FROM_ELSEWHERE.search(name) or _ARCHIVE.search(name):
        raise SandboxFault(
            f"requirement `{name}`: only packages of an index are installed here, not files or URLs"
        )
    return requirement
