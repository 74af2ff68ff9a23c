"""The wheels of a requirements.txt, without asking any index."""

from __future__ import annotations

import subprocess
import zipfile
from pathlib import Path
from typing import Any

import pytest

from components.archives.runtime import runtime_for
from components.archives.wheels import packages_of, requirements_for

RUNTIME = runtime_for("python312.ol9", "GENERIC_X86")
HASH = "sha256:" + "a" * 64
PINNED = f"one==1.0 --hash={HASH}"


@pytest.fixture
def pip(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> list[list[str]]:
    """In pip's place: what it is asked, and one wheel of several kinds of files."""
    asked: list[list[str]] = []

    def run(command: list[str], **_: Any) -> subprocess.CompletedProcess[str]:
        asked.append(command)
        folder = Path(command[command.index("--dest") + 1])
        folder.mkdir()
        with zipfile.ZipFile(folder / "one-1.0-py3-none-any.whl", "w") as archive:
            for name in ("one/__init__.py", "one-1.0.data/scripts/one", "one-1.0.data/purelib/two.py"):
                archive.writestr(name, name)
        return subprocess.CompletedProcess(command, 0, "", "")

    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.setattr(subprocess, "run", run)
    return asked


def test_each_line_is_read_with_its_hashes() -> None:
    """Continued lines, comments, extras and markers, as a lock has them; in one order."""
    text = (
        f"two==2.0 ; sys_platform == 'linux' \\\n    --hash={HASH} \\\n    --hash=sha256:{'b' * 64}\n"
        f"    # via one\nother==1 ; sys_platform == 'win32' --hash={HASH}\none[extra]==1.0 --hash={HASH}\n"
    )

    assert requirements_for(text, RUNTIME) == [PINNED, f"two==2.0 --hash={HASH} --hash=sha256:{'b' * 64}"]


@pytest.mark.parametrize(
    "line",
    [
        "one",
        "one==1.0",
        f"one>=1.0 --hash={HASH}",
        f"one==1.* --hash={HASH}",
        "-r other.txt",
        "https://example.com/one.whl",
        f"one @ https://example.com/one.whl --hash={HASH}",
    ],
)
def test_what_is_not_pinned_is_refused(line: str) -> None:
    """With the line to blame, and what writes a good file."""
    with pytest.raises(ValueError, match=r"^requirements.txt: .*uv pip compile --generate-hashes"):
        requirements_for(line, RUNTIME)


def test_packages_lie_below_python_and_scripts_nowhere(pip: list[list[str]]) -> None:
    """A script names the interpreter that installed it, so that it would differ."""
    assert sorted(member.path for member in packages_of([PINNED], RUNTIME)) == [
        "python/one/__init__.py",
        "python/two.py",
    ]


def test_pip_is_asked_once_and_for_the_runtime(pip: list[list[str]]) -> None:
    """By hash, wheels only, and for no machine but the runtime's; what is kept is not asked for again."""
    for _ in range(2):
        list(packages_of([PINNED], RUNTIME))
    list(packages_of([PINNED], runtime_for("python311.ol9", "GENERIC_X86")))

    assert [command[command.index("--python-version") + 1] for command in pip] == ["3.12", "3.11"]
    assert {"--require-hashes", "--no-deps", "--only-binary"} <= set(pip[0])
    assert pip[0].count("--platform") == len(RUNTIME.platforms)


def test_nothing_required_asks_nobody(pip: list[list[str]]) -> None:
    """An empty requirements.txt is a good one."""
    assert list(packages_of([], RUNTIME)) == []
    assert pip == []


def test_pips_reason_is_told_without_credentials(
    pip: list[list[str]], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """And nothing is kept that would be taken for the wheels next time."""
    said = "WARNING: x\nERROR: No matching distribution at https://me:secret@index.example.com/simple\n"
    failed = subprocess.CompletedProcess([], 1, "", said)
    monkeypatch.setattr(subprocess, "run", lambda *_, **__: failed)

    with pytest.raises(ValueError, match="No matching distribution") as refused:
        list(packages_of([PINNED], RUNTIME))

    assert "secret" not in str(refused.value)
    assert list((tmp_path / "cache").rglob("*.whl")) == []


def test_a_wheel_that_leads_out_of_itself_is_refused(
    pip: list[list[str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its files would lie somewhere else in the archive."""
    good = subprocess.run

    def run(command: list[str], **more: Any) -> Any:
        ran = good(command, **more)
        place = Path(command[command.index("--dest") + 1]) / "one-1.0-py3-none-any.whl"
        with zipfile.ZipFile(place, "a") as archive:
            archive.writestr("../function/func.py", "")
        return ran

    monkeypatch.setattr(subprocess, "run", run)

    with pytest.raises(ValueError, match="leads out of its wheel"):
        list(packages_of([PINNED], RUNTIME))
