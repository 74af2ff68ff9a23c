"""Which file and handler an image starts."""

from __future__ import annotations

from pathlib import Path

import pytest

from sandbox.cloud.errors import SandboxFault
from sandbox.runner.entry_point import EntryPoint, find_entry_point

ROOT = Path(__file__).resolve().parents[3]


@pytest.fixture
def content(tmp_path: Path) -> Path:
    """An image's kept content with three files."""
    folder = tmp_path / "content"
    (folder / "app").mkdir(parents=True)
    for name in ("func.py", "main.py", "app/main.py"):
        (folder / name).write_text("")
    return folder


def test_the_projects_own_image() -> None:
    """Its Dockerfile names what everybody expects."""
    assert find_entry_point(ROOT / "function_src") == EntryPoint("func.py", "handler")


@pytest.mark.parametrize(
    ("dockerfile", "expected"),
    [
        ("FROM x\nCOPY . .\n", EntryPoint("func.py", "handler")),
        (
            'FROM x\nENTRYPOINT ["/python/bin/fdk", "/function/main.py", "on_event"]',
            EntryPoint("main.py", "on_event"),
        ),
        ('FROM x\nENTRYPOINT ["fdk", "/function/main.py"]', EntryPoint("main.py", "handler")),
        ('FROM x\nENTRYPOINT ["fdk"]\nCMD ["/function/app/main.py", "go"]', EntryPoint("app/main.py", "go")),
        ('FROM x\nWORKDIR /srv\nentrypoint ["fdk", \\\n "/srv/main.py", "go"]', EntryPoint("main.py", "go")),
        ("FROM x\nENTRYPOINT fdk main.py go", EntryPoint("main.py", "go")),
        (
            'FROM x\nENTRYPOINT ["fdk", "a.py"]\nFROM y\nENTRYPOINT ["fdk", "main.py", "b"]',
            EntryPoint("main.py", "b"),
        ),
    ],
)
def test_the_last_stage_decides(content: Path, dockerfile: str, expected: EntryPoint) -> None:
    """As Docker reads it: exec form, arguments possibly in CMD, paths below WORKDIR."""
    (content.parent / "Dockerfile").write_text(dockerfile)

    assert find_entry_point(content) == expected


def test_the_dockerfile_it_was_built_with_goes_first(content: Path) -> None:
    """The one inside the context may be another one."""
    (content.parent / "Dockerfile").write_text('FROM x\nENTRYPOINT ["fdk", "main.py"]')
    (content / "Dockerfile").write_text('FROM x\nENTRYPOINT ["fdk", "func.py"]')

    assert find_entry_point(content).file == "main.py"


@pytest.mark.parametrize(
    "dockerfile",
    [
        'FROM x\nENTRYPOINT ["java", "-jar", "app.jar"]',
        'FROM x\nENTRYPOINT ["fdk", "/etc/passwd"]',
        'FROM x\nENTRYPOINT ["fdk", "/function/../../etc/passwd"]',
        'FROM x\nENTRYPOINT ["fdk", "missing.py"]',
    ],
)
def test_what_cannot_run_is_said_in_one_line(content: Path, dockerfile: str) -> None:
    """Other runtimes and files outside the image are refused, never guessed."""
    (content.parent / "Dockerfile").write_text(dockerfile)

    with pytest.raises(SandboxFault) as caught:
        find_entry_point(content)

    assert "\n" not in str(caught.value)
