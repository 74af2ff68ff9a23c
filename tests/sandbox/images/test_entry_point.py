"""Which file and handler an image starts."""

from __future__ import annotations

from pathlib import Path

import pytest

from sandbox.cloud.errors import SandboxFault
from sandbox.images.entry_point import EntryPoint, find_entry_point
from sandbox.images.kept import kept_recipe

ROOT = Path(__file__).resolve().parents[3]
HERE = "FROM x\nWORKDIR /function\nCOPY . .\n"


@pytest.fixture
def content(tmp_path: Path) -> Path:
    """An image's kept content with three files."""
    folder = tmp_path / "content"
    (folder / "app").mkdir(parents=True)
    for name in ("func.py", "main.py", "app/main.py"):
        (folder / name).write_text("")
    return folder


def entry_of(content: Path) -> EntryPoint:
    """What a kept image starts."""
    return find_entry_point(kept_recipe(content))


def test_the_projects_own_image() -> None:
    """Its Dockerfile names what everybody expects."""
    assert entry_of(ROOT / "function_src") == EntryPoint("/function/func.py", "handler")


@pytest.mark.parametrize(
    ("dockerfile", "file", "handler"),
    [
        (HERE, "/function/func.py", "handler"),
        (
            HERE + 'ENTRYPOINT ["/python/bin/fdk", "/function/main.py", "on_event"]',
            "/function/main.py",
            "on_event",
        ),
        (HERE + 'ENTRYPOINT ["fdk", "/function/main.py"]', "/function/main.py", "handler"),
        (HERE + 'ENTRYPOINT ["fdk"]\nCMD ["/function/app/main.py", "go"]', "/function/app/main.py", "go"),
        (
            'FROM x\nWORKDIR /srv\nCOPY . .\nentrypoint ["fdk", \\\n "/srv/main.py", "go"]',
            "/srv/main.py",
            "go",
        ),
        (HERE + "ENTRYPOINT fdk main.py go", "/function/main.py", "go"),
        (
            HERE + 'ENTRYPOINT ["fdk", "a.py"]\n' + HERE + 'ENTRYPOINT ["fdk", "main.py"]',
            "/function/main.py",
            "handler",
        ),
        (HERE + 'ENTRYPOINT ["python3", "/python/bin/fdk", "func.py", "go"]', "/function/func.py", "go"),
        ("FROM x AS a\nCOPY . /f/\nWORKDIR /f\nENTRYPOINT fdk\nFROM a\nCMD main.py go", "/f/main.py", "go"),
    ],
)
def test_the_last_stage_decides(content: Path, dockerfile: str, file: str, handler: str) -> None:
    """As Docker reads it: exec form, arguments in CMD, paths below WORKDIR, what a stage inherits."""
    (content.parent / "Dockerfile").write_text(dockerfile)

    assert entry_of(content) == EntryPoint(file, handler)


def test_the_dockerfile_it_was_built_with_goes_first(content: Path) -> None:
    """The one inside the context may be another one."""
    (content.parent / "Dockerfile").write_text(HERE + 'ENTRYPOINT ["fdk", "main.py"]')
    (content / "Dockerfile").write_text(HERE + 'ENTRYPOINT ["fdk", "func.py"]')

    assert entry_of(content).file == "/function/main.py"


@pytest.mark.parametrize(
    "dockerfile",
    [
        HERE + 'ENTRYPOINT ["java", "-jar", "app.jar"]',
        HERE + 'ENTRYPOINT ["fdk", "/etc/passwd"]',
        HERE + 'ENTRYPOINT ["fdk", "/function/../../etc/passwd"]',
        HERE + 'ENTRYPOINT ["fdk", "missing.py"]',
        'FROM x\nWORKDIR /function\nCOPY app app\nENTRYPOINT ["fdk", "/function/func.py"]',
    ],
)
def test_what_cannot_run_is_said_in_one_line(content: Path, dockerfile: str) -> None:
    """Other runtimes, files outside the image and files that no COPY names are refused, never guessed."""
    (content.parent / "Dockerfile").write_text(dockerfile)

    with pytest.raises(SandboxFault) as caught:
        entry_of(content)

    assert "\n" not in str(caught.value)
