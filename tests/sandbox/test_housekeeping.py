"""What earlier commands left: removed or kept within a bound, and never under somebody who uses it."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from sandbox import housekeeping
from sandbox.cloud.store import Store
from sandbox.environment import ROOT
from sandbox.services.functions import archive

RUNNING = """
import sys, time
from pathlib import Path
from sandbox.housekeeping import running

folder = Path(sys.argv[1])
with running(folder):
    (folder / "run" / "fn-abc").mkdir()
    print("ready", flush=True)
    time.sleep(60)
"""


def _command(folder: Path) -> subprocess.Popen[str]:
    """A command that has a function's folder and stays."""
    process = subprocess.Popen(
        [sys.executable, "-c", RUNNING, str(folder)], cwd=ROOT, stdout=subprocess.PIPE, text=True
    )
    assert process.stdout is not None
    assert process.stdout.readline() == "ready\n"
    return process


@pytest.mark.parametrize("following", ["another deploy", "another run"])
def test_the_run_of_a_dead_command_is_removed_by_the_next(tmp_path: Path, following: str) -> None:
    """A kill leaves the function's folder; it stays while its command lives, and not longer."""
    command = _command(tmp_path)
    housekeeping.tidy(tmp_path)
    with housekeeping.running(tmp_path):
        while_alive = (tmp_path / "run" / "fn-abc").is_dir()
    command.send_signal(signal.SIGKILL)
    command.communicate()
    if following == "another run":
        with housekeeping.running(tmp_path):
            left = list((tmp_path / "run").iterdir())
    else:
        housekeeping.tidy(tmp_path)
        left = list((tmp_path / "run").iterdir())

    assert while_alive
    assert left == []


def test_runs_side_by_side_do_not_remove_each_other(tmp_path: Path) -> None:
    """The lock is shared among commands that run functions."""
    with housekeeping.running(tmp_path):
        (tmp_path / "run" / "fn-one").mkdir()
        with housekeeping.running(tmp_path):
            assert (tmp_path / "run" / "fn-one").is_dir()


def _updates(folder: Path, stack: str, count: int) -> None:
    for number in range(count):
        moment = 1795650602924412182 + number * 10**9
        for kind, name in (
            ("history", f"{stack}-{moment}.history.json"),
            ("history", f"{stack}-{moment}.checkpoint.json"),
            ("backups", f"{stack}.{moment}.json"),
        ):
            path = folder / "state" / ".pulumi" / kind / "project" / stack / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text("{}")


def test_checkpoints_are_kept_within_a_bound(tmp_path: Path) -> None:
    """The newest of each stack stay, history and checkpoint of one update together."""
    _updates(tmp_path, "dev", housekeeping.CHECKPOINTS_KEPT + 5)
    _updates(tmp_path, "a-1.b", 3)

    housekeeping.tidy(tmp_path)

    kept = sorted(path.name for path in (tmp_path / "state").rglob("dev-*.history.json"))
    assert len(kept) == housekeeping.CHECKPOINTS_KEPT
    assert kept[0] == f"dev-{1795650602924412182 + 5 * 10**9}.history.json"
    assert len(list((tmp_path / "state").rglob("dev-*.checkpoint.json"))) == housekeeping.CHECKPOINTS_KEPT
    assert len(list((tmp_path / "state").rglob("dev.*.json"))) == housekeeping.CHECKPOINTS_KEPT
    assert len(list((tmp_path / "state").rglob("a-1.b*.json"))) == 9


def test_other_files_of_the_state_are_left_alone(tmp_path: Path) -> None:
    """The state itself, its copy and what somebody put beside a checkpoint."""
    _updates(tmp_path, "dev", housekeeping.CHECKPOINTS_KEPT + 1)
    state = tmp_path / "state" / ".pulumi"
    others = [state / "stacks" / "project" / "dev.json", state / "history" / "project" / "dev" / "notes.txt"]
    for path in others:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("")

    housekeeping.tidy(tmp_path)

    assert [path.exists() for path in others] == [True, True]


def _image(store: Store, folder: Path, letter: str, tag: str, age: float) -> Path:
    digest = f"sha256:{letter * 64}"
    content = folder / "images" / "sha256" / (letter * 64)
    (content / "content").mkdir(parents=True)
    os.utime(content, (time.time() - age,) * 2)
    store.add_image(digest, tag, ref="", platforms=[], context=str(content), pushed=True)
    return content


def test_images_are_kept_within_a_bound(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What a resource or a tag names stays however old it is, of the rest the newest; the store agrees."""
    monkeypatch.setattr(housekeeping, "IMAGES_KEPT", 1)
    with Store(tmp_path / "store.db") as store:
        named = _image(store, tmp_path, "a", "t:1", age=90_000)
        retagged = _image(store, tmp_path, "b", "t:2", age=80_000)
        oldest = _image(store, tmp_path, "c", "t:2", age=70_000)
        newest = _image(store, tmp_path, "d", "t:2", age=60_000)
        pushed_last = _image(store, tmp_path, "e", "t:2", age=50_000)
        outputs = {"sourceDetails": {"imageDigest": f"sha256:{'b' * 64}"}}
        store.create("oci:Functions/function:Function", "urn", outputs, outputs, "ocid1.fnfunc.x")

        housekeeping.tidy_images(store, tmp_path)

        kept = [named, retagged, newest, pushed_last]
        assert [path.exists() for path in kept] == [True] * 4
        assert not oldest.exists()
        assert sorted(image.digest[7] for image in store.images()) == ["a", "b", "d", "e"]


def test_young_images_stay(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A deploy that runs now builds its image before anything names it; half-copied ones go later, too."""
    monkeypatch.setattr(housekeeping, "IMAGES_KEPT", 0)
    with Store(tmp_path / "store.db") as store:
        young = _image(store, tmp_path, "a", "t", age=5)
        store.remove_image(f"sha256:{'a' * 64}", "t")
        cut_off = tmp_path / "images" / "sha256" / ".keep-x"
        cut_off.mkdir()
        os.utime(cut_off, (0, 0))

        housekeeping.tidy_images(store, tmp_path)

    assert young.exists()
    assert not cut_off.exists()


def test_archives_are_kept_within_a_bound(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What a function is made of stays, and the newest of the others, and those of a deploy that runs now."""
    monkeypatch.setattr(housekeeping, "IMAGES_KEPT", 1)
    with Store(tmp_path / "store.db") as store:
        shown = {text: archive.keep(store, text.encode()) for text in ("used", "old", "young", "newest")}
        places = {text: archive.kept_at(tmp_path, each) for text, each in shown.items()}
        for text, age in (("used", 9000), ("old", 8000), ("young", 60)):
            os.utime(places[text], (time.time() - age,) * 2)
        details = {"sourceType": "ARCHIVE", "sourceCodeSha256": shown["used"]}
        store.create("oci:Functions/function:Function", "urn", {}, {"sourceDetails": details}, "id")

        housekeeping.tidy_archives(store, tmp_path)
        left = {text for text, place in places.items() if place.exists()}
        os.utime(places["young"], (time.time() - 8000,) * 2)
        archive.keep(store, b"young")  # a deploy of it begins
        housekeeping.tidy_archives(store, tmp_path)

    assert left == {"used", "young", "newest"}
    assert places["young"].exists()


def test_tidying_nothing_is_no_fault(tmp_path: Path) -> None:
    """A sandbox that was never used, or whose folder is not there."""
    housekeeping.tidy(tmp_path / "none")
    housekeeping.tidy(tmp_path)

    assert not (tmp_path / "none").exists()
