"""A Dockerfile followed stage by stage: which files end up where, what is installed, and how it starts.

    COPY, ADD, RUN rm       ─► the files                (from the context or an earlier stage, nothing else)
    RUN pip install         ─► the packages             (installed later, by `sandbox.runner`)
    ARG, ENV, WORKDIR       ─► environment and folder
    ENTRYPOINT, CMD         ─► the command
    any other RUN           ─► named as not run

What a base image holds is not known here, except for the Python version that its name says.
"""

from __future__ import annotations

import json
import re
import tarfile
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from sandbox.cloud.errors import SandboxFault
from sandbox.images.dockerfile import Instruction, instructions
from sandbox.images.pip_command import PipInstall, pip_arguments, read_install
from sandbox.images.tree import Node, Tree, context_tree, joined
from sandbox.images.variables import assignments, substituted, words_of

MACHINE_PATH = "/usr/local/bin:/usr/bin:/bin"
_VERSION = re.compile(r"python[:-]?v?(3\.\d+)")
_SEPARATOR = re.compile(r"&&|\|\||;|\n")
# Nothing they do is missed here: everything can be read, nothing is written at run time, and the platform,
# not the image, says who the function runs as.
_WITHOUT_EFFECT = frozenset(
    ["chmod", "chown", "mkdir", "true", ":", "set", "echo", "groupadd", "useradd", "addgroup", "adduser"]
)
_PACKAGES_FOLDER = re.compile(
    r"(site|dist)-packages$|^usr/local(/lib(/python3\.\d+)?)?$|^usr/lib/python3|\.local$"
)


@dataclass(frozen=True)
class Packages:
    """Installs into one folder, in order."""

    folder: str | None
    """Its path without the leading slash; None for the interpreter's own packages."""
    into_interpreter: bool
    """Whether they become packages of the interpreter: without a folder, and in a virtual environment."""
    installs: tuple[PipInstall, ...]


@dataclass(frozen=True)
class Recipe:
    """What an image is, as far as its Dockerfile and its context say."""

    files: Tree
    packages: tuple[Packages, ...]
    environment: Mapping[str, str]
    workdir: str
    command: tuple[str, ...]
    python: str | None
    """The Python version of the last stage's base image, as `3.12`; None where its name says none."""
    notes: tuple[str, ...]
    """What of the Dockerfile has no effect here, a line each."""


@dataclass
class _Stage:
    base: str
    files: Tree = field(default_factory=Tree)
    installs: dict[str | None, list[PipInstall]] = field(default_factory=dict)
    venvs: set[str] = field(default_factory=set)
    environment: dict[str, str] = field(default_factory=dict)
    arguments: dict[str, str] = field(default_factory=dict)
    workdir: str = "/"
    entrypoint: tuple[str, ...] = ()
    command: tuple[str, ...] = ()

    def continued(self) -> _Stage:
        """A stage that begins as this one ends."""
        return _Stage(
            base=self.base,
            files=self.files.copy(),
            installs={folder: list(done) for folder, done in self.installs.items()},
            venvs=set(self.venvs),
            environment=dict(self.environment),
            workdir=self.workdir,
            entrypoint=self.entrypoint,
            command=self.command,
        )


def read_recipe(
    text: str, content: Path, given: Mapping[str, str] | None = None, target: str | None = None
) -> Recipe:
    """Follow a Dockerfile over a kept context; `given` are build arguments. Raises `SandboxFault`."""
    return _Reader(text, content, dict(given or {})).recipe(target)


class _Reader:
    def __init__(self, text: str, content: Path, given: dict[str, str]) -> None:
        self._text = text
        self._context = context_tree(content)
        self._given = given
        self._global: dict[str, str] = {}
        self._stages: dict[str, _Stage] = {}
        self._notes: list[str] = []

    def recipe(self, target: str | None) -> Recipe:
        stage = self._follow(target)
        return Recipe(
            files=stage.files,
            packages=tuple(
                Packages(folder, folder is None or folder in stage.venvs, tuple(done))
                for folder, done in stage.installs.items()
            ),
            environment=stage.environment,
            workdir=stage.workdir,
            command=stage.entrypoint + stage.command,
            python=_version_of(stage.base),
            notes=tuple(dict.fromkeys(self._notes)),
        )

    def _follow(self, target: str | None) -> _Stage:
        stage: _Stage | None = None
        name = ""
        for instruction in instructions(self._text):
            if instruction.word == "FROM":
                if stage is not None and target and name == target.lower():
                    return stage
                stage, name = self._begin(instruction)
            elif stage is None:
                self._argument(instruction, self._global, self._global)
            else:
                self._apply(instruction, stage)
        if stage is None:
            raise SandboxFault("the Dockerfile has no FROM instruction")
        return stage

    def _begin(self, instruction: Instruction) -> tuple[_Stage, str]:
        words = [word for word in words_of(substituted(instruction.rest, self._global)) if word[:2] != "--"]
        base = words[0] if words else ""
        former = self._stages.get(base.lower())
        stage = former.continued() if former else _Stage(base, workdir=_workdir_of(base))
        name = words[2].lower() if len(words) == 3 and words[1].lower() == "as" else ""
        self._stages[str(len({id(one) for one in self._stages.values()}))] = stage
        if name:
            self._stages[name] = stage
        return stage, name

    def _apply(self, instruction: Instruction, stage: _Stage) -> None:
        values = {"PATH": MACHINE_PATH, **stage.arguments, **stage.environment}
        rest = instruction.rest
        match instruction.word:
            case "ARG":
                self._argument(instruction, stage.arguments, values)
            case "ENV":
                stage.environment |= assignments(rest, values)
            case "WORKDIR":
                stage.workdir = f"/{joined(stage.workdir, substituted(rest, values))}"
            case "COPY" | "ADD":
                self._copy(instruction, stage, values)
            case "RUN":
                self._run(instruction, stage, values)
            case "ENTRYPOINT":
                stage.entrypoint, stage.command = _command(rest), ()
            case "CMD":
                stage.command = _command(rest)

    def _argument(self, instruction: Instruction, into: dict[str, str], values: Mapping[str, str]) -> None:
        if instruction.word != "ARG":
            return
        for word in words_of(instruction.rest):
            name, equals, default = word.partition("=")
            if name in self._given:
                into[name] = self._given[name]
            elif equals:
                into[name] = substituted(default, {**values, **into})
            elif name in self._global:
                into[name] = self._global[name]

    # COPY and ADD

    def _copy(self, instruction: Instruction, stage: _Stage, values: Mapping[str, str]) -> None:
        options, paths = _copy_words(instruction.rest, values)
        if len(paths) < 2:
            return
        *sources, last = paths
        where = f"line {instruction.line}: {instruction.word}"
        origin = self._context
        if "--from" in options:
            former = self._stages.get(options["--from"].lower())
            if former is None:
                self._notes.append(f"{where} --from={options['--from']}: other images are not in the sandbox")
                return
            origin = former.files
            for source in sources:
                _copy_packages(former, joined("/", source), stage, joined(stage.workdir, last))
        into = last.endswith(("/", "/.")) or last in (".", "..") or len(sources) > 1
        for source in sources:
            if source.startswith("<<"):
                self._document(instruction, source, stage, last)
            elif "://" in source or source.startswith("git@"):
                self._notes.append(f"{where} {instruction.rest}: nothing is fetched by the sandbox")
            elif instruction.word == "ADD" and (archive := self._archive(source)):
                self._unpack(archive, stage, joined(stage.workdir, last))
            else:
                self._put(origin, joined("/", source), stage, joined(stage.workdir, last), into=into)

    def _archive(self, source: str) -> Path | None:
        """The file of the context that ADD unpacks, whatever its name."""
        node = self._context.nodes.get(joined("/", source))
        file = node.file if node else None
        return file if file and tarfile.is_tarfile(file) else None

    def _put(self, origin: Tree, source: str, stage: _Stage, to: str, *, into: bool) -> None:
        found = origin.matching(source)
        for path in found:
            if origin.is_folder(path):
                for inner, node in origin.below(path).items():
                    stage.files.put(joined(to, inner), node)
                if not origin.below(path):
                    stage.files.put(to, Node())
            else:
                inside = into or len(found) > 1 or stage.files.is_folder(to)
                name = joined(to, path.rpartition("/")[2]) if inside else to
                stage.files.put(name, origin.nodes[path])

    def _unpack(self, archive: Path, stage: _Stage, to: str) -> None:
        with tarfile.open(archive) as members:
            for member in members:
                place = joined(to, member.name.lstrip("/"))
                if member.issym():
                    stage.files.put(place, Node(link=member.linkname))
                elif member.isdir():
                    stage.files.put(place, Node())
                elif member.isfile():
                    executable = bool(member.mode & 0o100)
                    stage.files.put(place, Node(file=archive, member=member.name, executable=executable))

    def _document(self, instruction: Instruction, source: str, stage: _Stage, to: str) -> None:
        text = instruction.documents.get(source.lstrip("<-").strip("'\""))
        if text is not None:
            stage.files.put(joined(stage.workdir, to), Node(text=text))

    # RUN

    def _run(self, instruction: Instruction, stage: _Stage, values: Mapping[str, str]) -> None:
        rest = re.sub(r"^(--\w+=\S+\s+)+", "", instruction.rest)
        exec_form = _exec_form(rest)
        commands = [" ".join(exec_form)] if exec_form else _SEPARATOR.split(rest)
        for text in instruction.documents.values():
            commands = text.splitlines()
        folder = stage.workdir
        for command in commands:
            words = words_of(substituted(command.strip(), values))
            while words and re.fullmatch(r"\w+=.*", words[0], re.DOTALL):
                words = words[1:]
            if words[:1] == ["cd"] and len(words) == 2:
                folder = f"/{joined(folder, words[1])}"
            elif words and not self._effect(words, stage, folder):
                self._notes.append(f"line {instruction.line}: not run: {command.strip()}")

    def _effect(self, words: list[str], stage: _Stage, folder: str) -> bool:
        """Do to the image what a command would do; False for one that is not known."""
        arguments = pip_arguments(words)
        if arguments is not None:
            self._install(arguments, words[0], stage, folder)
            return True
        name = words[0].rpartition("/")[2]
        if name == "rm":
            for path in words[1:]:
                if not path.startswith(("-", "~")):
                    stage.files.remove(joined(folder, path))
            return True
        if name.startswith("python") and words[1:3] == ["-m", "venv"]:
            stage.venvs.add(joined(folder, words[-1]))
            return True
        compiles = name.startswith("python") and words[1:3] == ["-m", "compileall"]
        return name in _WITHOUT_EFFECT or compiles

    def _install(self, arguments: list[str], program: str, stage: _Stage, folder: str) -> None:
        def read(path: str) -> str | None:
            node = stage.files.nodes.get(joined(folder, path))
            return node.read() if node else None

        install = read_install(arguments, read)
        self._notes += install.notes
        where = None if install.target is None else joined(folder, install.target)
        if where is None:
            where = next((venv for venv in stage.venvs if program.startswith(f"/{venv}/")), None)
        if install.requirements:
            stage.installs.setdefault(where, []).append(install)


def _copy_packages(former: _Stage, source: str, stage: _Stage, to: str) -> None:
    """Packages come along with the folder that they were installed into."""
    for folder, installs in former.installs.items():
        if folder is None:
            if _PACKAGES_FOLDER.search(source) or source == "":
                stage.installs.setdefault(None, []).extend(installs)
        elif folder == source or folder.startswith(f"{source}/") or source == "":
            moved = joined(to, folder[len(source) :].strip("/"))
            stage.installs.setdefault(moved, []).extend(installs)
            if folder in former.venvs:
                stage.venvs.add(moved)


def _copy_words(rest: str, values: Mapping[str, str]) -> tuple[dict[str, str], list[str]]:
    options: dict[str, str] = {}
    left = rest
    while left.startswith("--"):
        word, _, left = left.partition(" ")
        name, _, value = substituted(word, values).partition("=")
        options[name], left = value, left.lstrip()
    return options, [substituted(word, values) for word in _exec_form(left) or words_of(left)]


def _command(rest: str) -> tuple[str, ...]:
    return tuple(_exec_form(rest) or words_of(rest))


def _exec_form(text: str) -> list[str] | None:
    """The words of `["a", "b"]`; None for a shell's line."""
    try:
        value = json.loads(text)
    except json.JSONDecodeError:
        return None
    return [str(part) for part in value] if isinstance(value, list) else None


def _version_of(base: str) -> str | None:
    found = _VERSION.search(base.lower())
    return found[1] if found else None


def _workdir_of(base: str) -> str:
    return "/function" if "fnproject/" in base else "/"
