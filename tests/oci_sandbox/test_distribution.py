"""The distribution `oci-functions-sandbox`: what its wheel holds, and that it works elsewhere."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import sysconfig
import zipfile
from pathlib import Path

import pytest

from oci_sandbox.version import VERSION

ROOT = Path(__file__).resolve().parents[2]
PACKAGES = ("engine", "oci_sandbox", "sandbox")

# It is built and installed with pip, which takes seconds.
pytestmark = pytest.mark.slow


@pytest.fixture(name="wheel", scope="module")
def _wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Built offline from a copy of the sources."""
    source, target = tmp_path_factory.mktemp("source"), tmp_path_factory.mktemp("built")
    for name in PACKAGES:
        shutil.copytree(ROOT / name, source / name, ignore=shutil.ignore_patterns("__pycache__"))
    for name in ("pyproject.toml", "LICENSE"):
        shutil.copyfile(ROOT / name, source / name)
    subprocess.run(
        [sys.executable, "-m", "build", "--no-isolation", "--wheel", "--outdir", str(target), str(source)],
        check=True,
        capture_output=True,
        env=os.environ | {"PIP_NO_INDEX": "1"},
    )
    return target / f"oci_functions_sandbox-{VERSION}-py3-none-any.whl"


@pytest.fixture(name="python", scope="module")
def _python(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> str:
    """The interpreter of an environment with the wheel in it; what it needs comes from this one."""
    folder = tmp_path_factory.mktemp("environment") / "venv"
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", str(folder)], check=True)
    python = str(folder / "bin" / "python")
    options = ["install", "-q", "--no-index", "--no-deps", str(wheel)]
    subprocess.run([sys.executable, "-m", "pip", "--python", python, *options], check=True)
    (place,) = folder.glob("lib/python*/site-packages")
    (place / "needed.pth").write_text(f"import site; site.addsitedir({sysconfig.get_path('purelib')!r})\n")
    return python


def test_the_wheel_holds_the_packages_whole(wheel: Path) -> None:
    """Every module of the three packages, the licence, and no file of anything else."""
    stands = {
        path.relative_to(ROOT).as_posix()
        for package in PACKAGES
        for path in (ROOT / package).rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }
    with zipfile.ZipFile(wheel) as archive:
        names = set(archive.namelist())
        about = f"oci_functions_sandbox-{VERSION}.dist-info"
        entries = archive.read(f"{about}/entry_points.txt").decode()

    assert {name for name in names if not name.startswith(about)} == stands
    assert f"{about}/licenses/LICENSE" in names
    assert "[pytest11]\noci_sandbox = oci_sandbox.plugin" in entries


def test_pytest_finds_the_plugin(python: str, tmp_path: Path) -> None:
    """By its entry point, in a project that knows nothing of the checkout."""
    (tmp_path / "test_it.py").write_text(
        "import sandbox\n\n\ndef test_it(oci_sandbox):\n    oci_sandbox.create_bucket('b')\n"
        f"    assert not sandbox.__file__.startswith({str(ROOT / 'sandbox')!r})\n"
    )
    ran = subprocess.run(
        [python, "-m", "pytest", "-q", "-p", "no:asyncio", "-W", "error"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )

    assert ran.returncode == 0, ran.stdout + ran.stderr


def test_the_command(python: str, tmp_path: Path) -> None:
    """`oci-sandbox`, whose sandbox is that of the current folder; real clients find it."""
    command = str(Path(python).with_name("oci-sandbox"))
    environment = {name: value for name, value in os.environ.items() if name != "OCI_SANDBOX_DIR"}
    script = "import oci; print(oci.config.from_file()['region'])"
    ran = subprocess.run(
        [command, "run", "--as", "user:alice", "--", python, "-c", script],
        cwd=tmp_path,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    (tmp_path / ".sandbox" / "rest" / "serve.json").unlink()  # which ends what serves

    assert (ran.returncode, ran.stdout) == (0, "us-ashburn-1\n"), ran.stderr
