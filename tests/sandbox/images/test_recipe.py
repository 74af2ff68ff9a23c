"""A Dockerfile followed over its context: files, packages, environment, and what is not done."""

from __future__ import annotations

import io
import tarfile
from pathlib import Path

import pytest

from sandbox.cloud.errors import SandboxFault
from sandbox.images.assembly import assemble
from sandbox.images.kept import build_settings, kept_recipe
from sandbox.images.recipe import Recipe, read_recipe

FILES = {
    "func.py": "handler",
    "requirements.txt": "fdk==0.1.128\n",
    "lib/one.py": "1",
    "lib/deep/two.py": "2",
    "notes.md": "",
    "secret.key": "",
}


@pytest.fixture
def content(tmp_path: Path) -> Path:
    """The context of an image."""
    for name, text in FILES.items():
        place = tmp_path / "content" / name
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_text(text)
    return tmp_path / "content"


def recipe(content: Path, text: str, **settings: dict[str, str] | str) -> Recipe:
    """The recipe of a Dockerfile whose first line is FROM x."""
    return read_recipe(f"FROM x\n{text}", content, **settings)  # type: ignore[arg-type]


def installed(found: Recipe) -> dict[str | None, list[str]]:
    """What is installed, by folder."""
    return {
        one.folder: [line for what in one.installs for line in what.requirements] for one in found.packages
    }


@pytest.mark.parametrize(
    ("text", "paths"),
    [
        ("COPY func.py /function/", "function/func.py"),
        ("COPY func.py /function/main.py", "function/main.py"),
        ("WORKDIR /srv\nWORKDIR app\nCOPY func.py .", "srv/app/func.py"),
        ("COPY *.py lib/*.py /f/", "f/func.py|f/one.py"),
        ("COPY lib /f", "f/one.py|f/deep/two.py"),
        ("COPY lib /f/lib/", "f/lib/one.py|f/lib/deep/two.py"),
        ('COPY ["func.py", "/a b/"]', "a b/func.py"),
        ("COPY --chown=1000:1000 --chmod=755 func.py /f/", "f/func.py"),
        ("ADD lib/deep /f/", "f/two.py"),
        ("COPY . /f\nRUN rm -rf /f/lib /f/*.txt f/secret.key; rm /f/n*", "f/func.py"),
        ("ARG WHERE=/w\nENV SUB=${WHERE}/s\nCOPY func.py ${SUB}/", "w/s/func.py"),
        ("COPY <<EOF /f/made.txt\nhello\nEOF\nCOPY func.py /f/", "f/made.txt|f/func.py"),
        ("COPY lib /a\nFROM y\nCOPY func.py /f/", "f/func.py"),
        ("COPY lib /a\nFROM y\nCOPY --from=0 /a/deep /f/", "f/two.py"),
        ("COPY lib /a\nFROM 0\nCOPY func.py /a/", "a/one.py|a/deep/two.py|a/func.py"),
        ("COPY ../../etc/passwd /f/", ""),
    ],
)
def test_only_what_is_copied_is_there(content: Path, text: str, paths: str) -> None:
    """Files and folders, patterns, several sources, here-documents, variables, stages; nothing else."""
    assert sorted(recipe(content, text).files.nodes) == sorted(filter(None, paths.split("|")))


def test_stages_by_name(content: Path) -> None:
    """A later stage begins as an earlier one ends, or copies from it; `target` stops at one."""
    text = """\
ARG BASE=python:3.12
FROM ${BASE} AS build
WORKDIR /function
ENV A=1
COPY lib lib
FROM build AS test
COPY notes.md .
FROM fnproject/python:3.11
COPY --from=build /function /function
"""
    last, test = read_recipe(text, content), read_recipe(text, content, None, "test")

    assert (last.python, sorted(last.files.nodes), dict(last.environment)) == (
        "3.11",
        ["function/lib/deep/two.py", "function/lib/one.py"],
        {},
    )
    assert (test.python, test.environment["A"], "function/notes.md" in test.files.nodes) == (
        "3.12",
        "1",
        True,
    )


def test_build_arguments(content: Path) -> None:
    """Given ones go before defaults; one that is not declared has no effect."""
    text = "ARG P=a\nCOPY func.py /${P}/${Q:-q}/${P:+set}/"

    assert list(recipe(content, text, given={"P": "b", "Q": "no"}).files.nodes) == ["b/q/set/func.py"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("COPY . /f\nRUN pip install -r /f/requirements.txt", {None: ["fdk==0.1.128"]}),
        ("WORKDIR /f\nCOPY . .\nRUN cd /f && pip3 install -rrequirements.txt", {None: ["fdk==0.1.128"]}),
        ("COPY . /f\nRUN pip install --target=/python oci fdk", {"python": ["oci", "fdk"]}),
        ("RUN pip install -t /python --no-cache-dir 'oci>=2' && rm -rf ~/.cache", {"python": ["oci>=2"]}),
        ("RUN PIP_X=1 python3.12 -m pip --quiet install --upgrade fdk", {None: ["fdk"]}),
        ("RUN --mount=type=cache,target=/c uv pip install --system fdk", {None: ["fdk"]}),
        ('RUN ["pip", "install", "fdk"]', {None: ["fdk"]}),
        ("RUN python3 -m venv /opt/v\nRUN /opt/v/bin/pip install fdk", {"opt/v": ["fdk"]}),
        ("RUN pip install -t /p fdk\nFROM y\nCOPY --from=0 /p /python", {"python": ["fdk"]}),
        ("RUN pip install -t /a/p fdk\nFROM y\nCOPY --from=0 /a /b", {"b/p": ["fdk"]}),
        ("RUN pip install -t /p fdk\nFROM y\nCOPY func.py /", {}),
        (
            "RUN pip install fdk\nFROM y\nCOPY --from=0 /usr/lib/python3/dist-packages /usr/lib/p",
            {None: ["fdk"]},
        ),
        (
            "COPY . /f\nRUN pip install -r /f/requirements.txt && rm /f/requirements.txt",
            {None: ["fdk==0.1.128"]},
        ),
    ],
)
def test_what_is_installed_where(content: Path, text: str, expected: dict[str | None, list[str]]) -> None:
    """All spellings of `pip install`, into a folder or the interpreter, carried on by COPY --from."""
    found = recipe(content, text)

    assert installed(found) == expected
    assert found.notes == ()


def test_a_requirements_file_in_full(content: Path) -> None:
    """Comments, continued lines, hashes, markers, files that it names."""
    (content / "requirements.txt").write_text(
        "# all\n-r lib/more.txt\n-c limits.txt\nfdk==1 \\\n  --hash=sha256:00 \\\n # via\n"
        "oci; python_version < '4'  # x\n"
    )
    (content / "lib" / "more.txt").write_text("-r deep/most.txt\nb\n")
    (content / "lib" / "deep" / "most.txt").write_text("a\n")
    (content / "limits.txt").write_text("b<2\n")
    (packages,) = recipe(content, "COPY . /f/\nRUN pip install -r /f/requirements.txt").packages
    (install,) = packages.installs

    assert [line.split() for line in install.requirements] == [
        ["a"],
        ["b"],
        ["fdk==1", "--hash=sha256:00"],
        ["oci;", "python_version", "<", "'4'"],
    ]
    assert install.constraints == ["b<2"]


@pytest.mark.parametrize(
    "command",
    [
        "pip install -e .",
        "pip install .",
        "pip install ./lib",
        "pip install git+https://example.com/x.git",
        "pip install 'x @ https://example.com/x-1.whl'",
        "pip install x-1-py3-none-any.whl",
        "pip install -r missing.txt",
    ],
)
def test_what_no_index_has_is_refused(content: Path, command: str) -> None:
    """In one line that names it."""
    with pytest.raises(SandboxFault) as caught:
        recipe(content, f"COPY . /\nRUN {command}")

    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    ("text", "note"),
    [
        ("RUN apt-get update && apt-get install -y gcc", "line 2: not run: apt-get update"),
        (
            "COPY --from=ghcr.io/astral-sh/uv /uv /bin/",
            "line 2: COPY --from=ghcr.io/astral-sh/uv: other images",
        ),
        ("ADD https://example.com/x /x", "line 2: ADD https://example.com/x /x: nothing is fetched"),
        ("RUN pip install --index-url https://example.com fdk", "--index-url is not followed"),
    ],
)
def test_what_is_not_done_is_named(content: Path, text: str, note: str) -> None:
    """By line; the deploy goes on."""
    assert any(one.startswith(note) for one in recipe(content, text).notes)


def test_what_has_no_effect_here_is_not_named(content: Path) -> None:
    """Modes, users and bytecode: nothing of them is missed."""
    text = "RUN chmod -R a+rX /f && mkdir -p /f && groupadd fn && useradd fn && python3 -m compileall -q ."

    assert recipe(content, text).notes == ()


def test_an_archive_is_unpacked_by_add_alone(content: Path, tmp_path: Path) -> None:
    """COPY leaves it as it is. A member whose name leads out stays inside."""
    with tarfile.open(content / "data.tgz", "w:gz") as archive:
        for name in ("model/weights", "../../out"):
            member = tarfile.TarInfo(name)
            member.size = 2
            archive.addfile(member, io.BytesIO(b"ok"))
    found = recipe(content, "ADD data.tgz /f/\nCOPY data.tgz /c/")
    assemble(found.files, tmp_path / "image", links_from_root=True)

    assert (tmp_path / "image/f/model/weights").read_text() == "ok"
    assert sorted(found.files.nodes) == ["c/data.tgz", "f/model/weights", "out"]


def test_nothing_is_written_through_a_link(content: Path, tmp_path: Path) -> None:
    """A link of the image may lead anywhere; files below it do not follow."""
    (content / "way").symlink_to(tmp_path / "outside")
    (tmp_path / "outside").mkdir()
    found = recipe(content, "COPY way /f/way\nCOPY func.py /f/way/func.py")
    assemble(found.files, tmp_path / "image", links_from_root=True)

    assert list((tmp_path / "outside").iterdir()) == []
    assert (tmp_path / "image/f/way/func.py").read_text() == "handler"


def test_build_settings_hold_no_secret(content: Path) -> None:
    """Arguments that RUN alone uses may be tokens; the others decide what the image holds."""
    text = "ARG TOKEN\nARG P=a\nFROM x\nARG P\nRUN curl $TOKEN\nCOPY func.py /${P}/\n"
    (content.parent / "Dockerfile").write_text(text)
    (content.parent / "build.json").write_text(build_settings(text, {"TOKEN": "s3cr3t", "P": "b"}, None))

    assert "s3cr3t" not in (content.parent / "build.json").read_text()
    assert list(kept_recipe(content).files.nodes) == ["b/func.py"]
