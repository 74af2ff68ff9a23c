"""The built distribution: what its files hold, and that it works in an environment where nothing else is."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import sysconfig
import tarfile
import zipfile
from email import message_from_string
from email.message import Message
from pathlib import Path

import grpc
import pytest
from google.protobuf import empty_pb2
from pulumi.runtime.proto import analyzer_pb2_grpc as rpc

from oci_functions_guard.server import NAME
from oci_functions_guard.version import VERSION

PACK = Path(__file__).parents[2] / "policy_pack"
STEM = f"oci_functions_guard-{VERSION}"
PACKAGES = ("oci_iam", "oci_functions_guard")
SHARED = ("PulumiPolicy.yaml", "__main__.py", "config/dev.json", "config/prod.json")

# It is built and installed with pip, which takes seconds.
pytestmark = pytest.mark.slow


@pytest.fixture(name="built", scope="module")
def _built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the wheel and the source distribution, built offline from a copy of the sources."""
    source = tmp_path_factory.mktemp("source") / "policy_pack"
    kept = shutil.ignore_patterns("__pycache__", "*.egg-info", "build", "dist")
    shutil.copytree(PACK, source, ignore=kept)
    target = tmp_path_factory.mktemp("built")
    subprocess.run(
        [sys.executable, "-m", "build", "--no-isolation", "--outdir", str(target), str(source)],
        check=True,
        capture_output=True,
        env=os.environ | {"PIP_NO_INDEX": "1"},
    )
    return target


@pytest.fixture(name="wheel", scope="module")
def _wheel(built: Path) -> Path:
    return built / f"{STEM}-py3-none-any.whl"


@pytest.fixture(name="environment", scope="module")
def _environment(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An environment in which the wheel is installed and nothing else, not even pip."""
    folder = tmp_path_factory.mktemp("environment") / "venv"
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", str(folder)], check=True)
    python = str(folder / "bin" / "python")
    subprocess.run(
        [
            sys.executable,
            "-m",
            "pip",
            "--python",
            python,
            "install",
            "-q",
            "--no-index",
            "--no-deps",
            str(wheel),
        ],
        check=True,
        capture_output=True,
    )
    return folder


def source_files() -> set[str]:
    """The files of both packages, as they stand in the checkout."""
    return {
        path.relative_to(PACK).as_posix()
        for package in PACKAGES
        for path in (PACK / package).rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }


def metadata(wheel: Path) -> Message:
    """What the wheel says of itself."""
    with zipfile.ZipFile(wheel) as archive:
        text = archive.read(f"{STEM}.dist-info/METADATA").decode()
    return message_from_string(text)


class TestWheel:
    def test_it_holds_the_packages_whole(self, wheel: Path) -> None:
        """Every module, marker and data file, without being listed anywhere; and no file of anything else."""
        with zipfile.ZipFile(wheel) as archive:
            names = {name for name in archive.namelist() if name.startswith(PACKAGES)}

        assert source_files() == {
            name for name in names if ".dist-info/" not in name and ".data/" not in name
        }

    def test_it_holds_the_folder_of_the_pack(self, wheel: Path) -> None:
        """What `--policy-pack` and `--policy-pack-config` are pointed at, unchanged."""
        folder = f"{STEM}.data/data/share/oci-functions-guard"

        with zipfile.ZipFile(wheel) as archive:
            found = {name: archive.read(f"{folder}/{name}") for name in SHARED}

        assert {name: (PACK / name).read_bytes() for name in SHARED} == found

    def test_it_says_licence_and_version(self, wheel: Path) -> None:
        """Name, version, SPDX expression, the licence's text and the README."""
        said = metadata(wheel)

        assert (said["Name"], said["Version"]) == (NAME, VERSION)
        assert said["License-Expression"] == "Apache-2.0"
        assert said.get_all("License-File") == ["LICENSE"]
        assert (PACK / "README.md").read_text(encoding="utf-8").strip() == str(said.get_payload()).strip()

    def test_the_licence_is_the_project_s(self) -> None:
        """A distribution cannot hold a file from outside of its folder, so there is a copy."""
        assert (PACK.parent / "LICENSE").read_bytes() == (PACK / "LICENSE").read_bytes()


class TestSourceDistribution:
    def test_it_holds_what_the_wheel_is_built_from(self, built: Path) -> None:
        """Packages, the folder of the pack, licence, README."""
        root = STEM
        wanted = source_files() | {*SHARED, "LICENSE", "README.md", "pyproject.toml"}

        with tarfile.open(built / f"{root}.tar.gz") as archive:
            held = {name.removeprefix(f"{root}/") for name in archive.getnames()}

        assert not wanted - held


class TestInstalled:
    def test_the_command_judges(self, environment: Path) -> None:
        """`oci-iam judge` runs where only the standard library is, and refuses."""
        done = subprocess.run(
            [environment / "bin" / "oci-iam", "judge", "-"],
            input="Allow group G to manage functions-family in tenancy\n",
            capture_output=True,
            text=True,
            check=False,
        )

        assert done.stderr == ""
        assert done.returncode == 1
        assert "over-broad" in done.stdout

    def test_the_pack_starts(self, environment: Path) -> None:
        """The installed folder is started as the engine does it, and says name and version.

        grpc and the SDK's messages are taken from the environment of the tests; the packages are not.
        """
        site = sysconfig.get_path("purelib", vars={"base": str(environment)})
        Path(site, "tests.pth").write_text(sysconfig.get_path("purelib") + "\n")
        folder = environment / "share" / "oci-functions-guard"
        command = [str(environment / "bin" / "python"), "-u", str(folder)]

        with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
            assert process.stdout is not None
            port = process.stdout.readline().strip()
            with grpc.insecure_channel(f"127.0.0.1:{port}") as channel:
                info = rpc.AnalyzerStub(channel).GetAnalyzerInfo(empty_pb2.Empty(), timeout=30)
            process.terminate()

        assert (info.name, info.version) == (NAME, VERSION)
        assert info.policies
