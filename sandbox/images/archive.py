"""An archive of code as the sandbox runs it: unpacked beside a Dockerfile of what its managed runtime is.

<images>/sha256/<hash of archive, handler and runtime>/content/function, python, resources
<images>/sha256/<…>/Dockerfile
"""

from __future__ import annotations

import hashlib
import importlib.metadata
import re
import shutil
import tempfile
import zipfile
from pathlib import Path

from sandbox.cloud.errors import SandboxFault

_PYTHON = re.compile(r"python3(\d+)\.ol\d")
# The runtime brings the development kit along; an archive's own packages come first.
_DOCKERFILE = """\
FROM oci-functions/python:3.{minor}
WORKDIR /function
RUN pip3 install {kit}
COPY . /
ENV PYTHONPATH=/function:/python
ENTRYPOINT ["fdk", "/function/{file}.py", "{function}"]
"""


def unpacked(archive: Path, images: Path, handler: str, runtime: str) -> Path | None:
    """The folder of an archive's content, unpacked if it was not; None for what does not run here.

    Raises `SandboxFault` where it cannot be kept.
    """
    python = _PYTHON.fullmatch(runtime)
    if python is None or not archive.is_file():
        return None
    file, _, function = handler.partition(".")
    dockerfile = _DOCKERFILE.format(minor=python[1], kit=_kit(), file=file, function=function)
    key = hashlib.sha256(f"{archive.stem}\n{dockerfile}".encode()).hexdigest()
    folder = images / "sha256" / key
    if not folder.exists():
        try:
            _unpack(archive, folder, dockerfile)
        except (OSError, zipfile.BadZipFile) as error:
            raise SandboxFault(f"{archive}: the archive cannot be unpacked: {error}") from None
    return folder / "content"


def _unpack(archive: Path, folder: Path, dockerfile: str) -> None:
    folder.parent.mkdir(parents=True, exist_ok=True)
    beside = Path(tempfile.mkdtemp(prefix=".keep-", dir=folder.parent))
    try:
        with zipfile.ZipFile(archive) as content:
            content.extractall(beside / "content")
        (beside / "Dockerfile").write_text(dockerfile)
        beside.chmod(0o755)
        try:
            beside.rename(folder)
        except OSError:
            if not folder.exists():
                raise  # else another process has unpacked the same meanwhile
    finally:
        shutil.rmtree(beside, ignore_errors=True)


def _kit() -> str:
    try:
        return f"fdk=={importlib.metadata.version('fdk')}"
    except importlib.metadata.PackageNotFoundError:
        return "fdk"
