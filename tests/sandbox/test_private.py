"""Modes of what the sandbox keeps, under any umask."""

from __future__ import annotations

import os
import stat
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from sandbox import private
from sandbox.environment import ROOT

MAKE = """
import os, sys
from pathlib import Path
from sandbox import private

folder = Path(sys.argv[1])
private.make_folder(folder)
private.write(folder / "file", "text")
private.write_once(folder / "once", "text")
os.close(private.open_lock(folder / "lock"))
print(oct(os.umask(0)))
"""


def _mode(path: Path) -> int:
    return stat.S_IMODE(path.lstat().st_mode)


@pytest.mark.parametrize("umask", ["0000", "0022", "0777"])
def test_the_umask_gives_and_takes_nothing(tmp_path: Path, umask: str) -> None:
    """Folders are 0700 and files 0600 whatever it is, and it is left as it is."""
    folder = tmp_path / "sandbox"
    command = ["sh", "-c", f'umask {umask} && exec "$@"', "sh", sys.executable, "-c", MAKE, str(folder)]
    ran = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)

    assert ran.stdout.strip() == oct(int(umask, 8))
    assert _mode(folder) == 0o700
    assert {path.name: _mode(path) for path in folder.iterdir()} == {
        "file": 0o600,
        "once": 0o600,
        "lock": 0o600,
    }


def test_narrowing_keeps_what_the_owner_may_do(tmp_path: Path) -> None:
    """Programs stay programs; what others could do is gone, folders included."""
    (tmp_path / "in").mkdir(mode=0o755)
    for name, mode in (("plain", 0o644), ("program", 0o755), ("read-only", 0o444)):
        (tmp_path / "in" / name).touch()
        (tmp_path / "in" / name).chmod(mode)

    private.narrow(tmp_path)

    modes = {path.name: _mode(path) for path in (tmp_path, *tmp_path.rglob("*"))}
    assert modes == {tmp_path.name: 0o700, "in": 0o700, "plain": 0o600, "program": 0o700, "read-only": 0o400}


def test_narrowing_does_not_follow_links(tmp_path: Path) -> None:
    """A link into the user's own files leaves their modes alone."""
    outside = tmp_path / "outside"
    outside.mkdir(mode=0o755)
    (outside / "file").touch(0o644)
    (outside / "file").chmod(0o644)
    inside = tmp_path / "sandbox"
    inside.mkdir()
    (inside / "folder").symlink_to(outside)
    (inside / "file").symlink_to(outside / "file")

    private.narrow(inside)

    assert (_mode(outside), _mode(outside / "file")) == (0o755, 0o644)


def test_write_once_leaves_what_is_there(tmp_path: Path) -> None:
    """The first text stays."""
    private.write_once(tmp_path / "file", "first")
    private.write_once(tmp_path / "file", "second")

    assert (tmp_path / "file").read_text() == "first"
    assert os.listdir(tmp_path) == ["file"]


def test_threads_write_one_file_at_once(tmp_path: Path) -> None:
    """Each writes a part of its own, so that none takes away another's before it has its name."""
    path = tmp_path / "file"
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda number: private.write(path, f"{number}" * 1000), [1, 2, 3, 4] * 100))

    assert path.read_text() in {f"{number}" * 1000 for number in (1, 2, 3, 4)}
    assert list(tmp_path.iterdir()) == [path]
