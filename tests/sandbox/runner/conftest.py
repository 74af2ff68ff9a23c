"""Small images, and a package index of files, so that their environments need no network.

The development kit in it is the project's own, with what it needs, packed into wheels again.
"""

from __future__ import annotations

import importlib.metadata
import os
import re
import textwrap
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from sandbox.runner.process import FunctionProcess, FunctionSpec

STANDARD = """\
FROM fnproject/python AS build
WORKDIR /function
ADD requirements.txt /function/
RUN pip3 install --target /python/ --no-cache-dir -r requirements.txt && rm -fr ~/.cache/pip requirements.txt
ADD . /function/
FROM fnproject/python
WORKDIR /function
COPY --from=build /python /python
COPY --from=build /function /function
ENV PYTHONPATH=/function:/python
ENTRYPOINT ["/python/bin/fdk", "/function/func.py", "handler"]
"""
"""As `fn build` writes it."""

MakeImage = Callable[..., Path]
Start = Callable[..., FunctionProcess]


def wheel(folder: Path, name: str, version: str, files: dict[str, str]) -> Path:
    """Write a wheel of pure Python."""
    about = f"{name}-{version}.dist-info"
    files = files | {
        f"{about}/METADATA": f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n",
        f"{about}/WHEEL": "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
        f"{about}/RECORD": "",
    }
    place = folder / f"{name}-{version}-py3-none-any.whl"
    with zipfile.ZipFile(place, "w") as archive:
        for path, text in files.items():
            archive.writestr(path, text)
    return place


def _repacked(folder: Path, name: str) -> list[str]:
    """Write the wheel of an installed distribution; the names of those that it needs."""
    one = importlib.metadata.distribution(name)
    tags = re.findall(r"^Tag: (\S+?)-(\S+?)-(\S+)$", one.read_text("WHEEL") or "", re.MULTILINE)
    tag = "-".join(".".join(dict.fromkeys(parts)) for parts in zip(*tags, strict=True))
    place = folder / f"{re.sub(r'[-_.]+', '_', one.metadata['Name'])}-{one.version}-{tag}.whl"
    with zipfile.ZipFile(place, "w", zipfile.ZIP_STORED) as archive:
        for file in one.files or ():
            path = Path(str(one.locate_file(file)))
            if ".." not in file.parts and "__pycache__" not in file.parts and path.is_file():
                archive.write(path, str(file))
    needed = [re.split(r"[\s;<>=!~\[(]", text)[0] for text in one.requires or () if "extra ==" not in text]
    return [name for name in needed if _installed(name)]


def _installed(name: str) -> bool:
    try:
        importlib.metadata.distribution(name)
    except importlib.metadata.PackageNotFoundError:
        return False
    return True


@pytest.fixture(scope="session")
def stubs(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder of wheels that install in no time: a kit that does nothing, setuptools, `greeting` twice."""
    folder = tmp_path_factory.mktemp("stubs")
    wheel(folder, "fdk", importlib.metadata.version("fdk"), {"fdk/__init__.py": ""})
    for name in ("setuptools", "wheel", "packaging"):  # what building a package takes
        _repacked(folder, name)
    for version in ("1.0", "2.0"):
        wheel(folder, "greeting", version, {"greeting.py": f"WORDS = 'hello {version}'\n"})
    return folder


@pytest.fixture(scope="session")
def packages(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder of wheels: the real kit with what it needs, and `greeting`."""
    folder = tmp_path_factory.mktemp("packages")
    left, done = ["fdk"], set()
    while left:
        name = left.pop()
        if name.lower() not in done:
            done.add(name.lower())
            left += _repacked(folder, name)
    wheel(folder, "greeting", "1.0", {"greeting.py": "WORDS = 'hello 1.0'\n"})
    return folder


@pytest.fixture(scope="session")
def cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the environments of these tests are kept: each is made once a session."""
    return tmp_path_factory.mktemp("cache")


@pytest.fixture
def offline(packages: Path, cache: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The user's pip is set up for the folder of wheels and nothing else."""
    for name in list(os.environ):
        if name.startswith(("PIP_", "UV_")):
            monkeypatch.delenv(name)
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", str(packages))
    monkeypatch.setenv("PIP_CONFIG_FILE", os.devnull)
    monkeypatch.setenv("XDG_CACHE_HOME", str(cache))
    return packages


@pytest.fixture
def stubbed(
    offline: Path, stubs: Path, tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> Path:
    """The same for the wheels that install in no time, and a cache of its own."""
    monkeypatch.setenv("PIP_FIND_LINKS", str(stubs))
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path_factory.mktemp("cache")))
    return stubs


@pytest.fixture
def image(tmp_path: Path) -> MakeImage:
    """A kept image of a source, and further files by path; `dockerfile` and `requirements` have defaults."""

    def make(
        source: str,
        files: dict[str, str] | None = None,
        *,
        dockerfile: str = STANDARD,
        requirements: str = "fdk",
    ) -> Path:
        folder = tmp_path / f"image-{len(list(tmp_path.glob('image-*')))}"
        given = {"func.py": textwrap.dedent(source), "requirements.txt": requirements} | (files or {})
        for name, text in given.items():
            (folder / "content" / name).parent.mkdir(parents=True, exist_ok=True)
            (folder / "content" / name).write_text(text)
        (folder / "Dockerfile").write_text(dockerfile)
        return folder / "content"

    return make


@pytest.fixture
def spec(offline: Path) -> Callable[..., FunctionSpec]:
    """A function of some content."""

    def make(content: Path, **settings: Any) -> FunctionSpec:
        return FunctionSpec(
            function_id="ocid1.fnfunc.oc1.eu-frankfurt-1.f",
            function_name="scorer",
            app_id="ocid1.fnapp.oc1.eu-frankfurt-1.a",
            app_name="ai",
            content=content,
            **settings,
        )

    return make


@pytest.fixture
def run(tmp_path: Path, image: MakeImage, spec: Callable[..., FunctionSpec]) -> Start:
    """A function process of a source, not yet entered."""

    def build(source: str, **settings: Any) -> FunctionProcess:
        return FunctionProcess(spec(image(source), **settings), tmp_path / "run")

    return build
