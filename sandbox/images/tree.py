"""The files of an image while its Dockerfile is followed: paths, and where the content of each comes from.

Paths are absolute without the leading slash, so that the root is the empty string. Nothing is written.
"""

from __future__ import annotations

import fnmatch
import os
import posixpath
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path


@dataclass(frozen=True)
class Node:
    """A file (its content in a file, an archive or as text), a link (where it leads) or an empty folder."""

    file: Path | None = None
    text: str | None = None
    link: str | None = None
    executable: bool = False
    member: str = ""
    """Which member of the archive `file` is meant; empty where it is the file itself."""

    @property
    def is_folder(self) -> bool:
        """Whether it is an empty folder."""
        return self.file is None and self.text is None and self.link is None

    def read(self) -> str | None:
        """The text of a file; None for a link or a folder."""
        if self.file is not None and not self.member:
            return self.file.read_text(encoding="utf-8-sig", errors="replace")
        return self.text


@dataclass
class Tree:
    """Files by path. A folder is there when something lies in it or it is noted itself."""

    nodes: dict[str, Node] = field(default_factory=dict)

    def copy(self) -> Tree:
        """Another tree of the same files."""
        return Tree(dict(self.nodes))

    def below(self, path: str) -> Mapping[str, Node]:
        """What lies in a folder, by its path inside of it."""
        prefix = f"{path}/" if path else ""
        return {key[len(prefix) :]: node for key, node in self.nodes.items() if key.startswith(prefix)}

    def is_folder(self, path: str) -> bool:
        """Whether there is a folder of this path."""
        node = self.nodes.get(path)
        return node.is_folder if node else path == "" or bool(self.below(path))

    def put(self, path: str, node: Node) -> None:
        """Add a file; an empty folder does not replace one that is not empty."""
        if path and not (node.is_folder and self.is_folder(path)):
            self.nodes[path] = node

    def remove(self, pattern: str) -> None:
        """Remove files and whole folders that a shell's pattern names."""
        for path in self.matching(pattern):
            for key in [path, *(f"{path}/{inner}" for inner in self.below(path))]:
                self.nodes.pop(key, None)

    def matching(self, pattern: str) -> list[str]:
        """The paths that a pattern names; `*` and `?` stop at a slash."""
        if not any(sign in pattern for sign in "*?["):
            return [pattern] if pattern in self.nodes or self.is_folder(pattern) else []
        wanted = pattern.split("/")
        found = {"/".join(path.split("/")[: len(wanted)]) for path in self.nodes}
        return sorted(path for path in found if _matches(path.split("/"), wanted))


def _matches(parts: list[str], wanted: list[str]) -> bool:
    return len(parts) == len(wanted) and all(map(fnmatch.fnmatchcase, parts, wanted))


def joined(workdir: str, path: str) -> str:
    """A path of an image as trees have it: from the root, without `..` and the leading slash."""
    return posixpath.normpath(posixpath.join("/", workdir, path)).lstrip("/")


def context_tree(content: Path) -> Tree:
    """The files of a kept build context."""
    return Tree(dict(_nodes(content)))


def _nodes(content: Path) -> Iterator[tuple[str, Node]]:
    for folder, folders, files in os.walk(content):
        here = Path(folder)
        inside = here.relative_to(content).as_posix()
        prefix = "" if inside == "." else f"{inside}/"
        links = [name for name in folders if (here / name).is_symlink()]
        for name in (*files, *links):
            path = here / name
            if path.is_symlink():
                yield prefix + name, Node(link=os.readlink(path))
            else:
                yield prefix + name, Node(file=path, executable=os.access(path, os.X_OK))
        if prefix and not folders and not files:
            yield inside, Node()
