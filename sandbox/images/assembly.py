"""Writes the files of an image into a folder."""

from __future__ import annotations

import shutil
import tarfile
from pathlib import Path

from sandbox.images.tree import Node, Tree


def assemble(files: Tree, folder: Path, *, links_from_root: bool) -> None:
    """Fill a folder, which becomes the image's root. Raises `OSError`.

    Links come last, so that nothing is written through one. Those that lead from the root are left out where
    the folder will not be a root: they would lead out of it.
    """
    folder.mkdir(parents=True, exist_ok=True)
    links = []
    for path, node in files.nodes.items():
        if node.link is not None:
            links.append((folder / path, node.link))
        else:
            _write(folder / path, node)
    for place, leads in links:
        place.parent.mkdir(parents=True, exist_ok=True)
        if not place.exists() and (links_from_root or not leads.startswith("/")):
            place.symlink_to(leads)


def _write(place: Path, node: Node) -> None:
    if node.is_folder:
        place.mkdir(parents=True, exist_ok=True)
        return
    place.parent.mkdir(parents=True, exist_ok=True)
    if node.member and node.file:
        with tarfile.open(node.file) as archive:
            content = archive.extractfile(node.member)
            place.write_bytes(content.read() if content else b"")
    elif node.file is not None:
        shutil.copyfile(node.file, place)
    else:
        place.write_text(node.text or "", encoding="utf-8")
    place.chmod(0o755 if node.executable else 0o644)
