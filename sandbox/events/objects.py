"""Bodies of objects in the sandbox: `<sandbox>/objects/<namespace>/<bucket>/<object name>`.

A function never sees that folder. It sees a `view`: a folder with the one object its event names, and only
where it is allowed to read it. The bucket's folder stands for "this bucket can be seen", so a function
without a grant finds no bucket, which is what Object Storage answers it too.
"""

from __future__ import annotations

import re
import shutil
from pathlib import Path

from sandbox.cloud.errors import SandboxFault
from sandbox.events.envelope import EventFileError, ObjectRef

_PART = re.compile(r"[A-Za-z0-9_.-]{1,256}", re.ASCII)


def path_of(root: Path, ref: ObjectRef) -> Path:
    """Where an object's body is. Raises `EventFileError` for a name that is no path below its bucket."""
    parts = ref.name.split("/")
    outer = all(_PART.fullmatch(part) and part not in {".", ".."} for part in (ref.namespace, ref.bucket))
    if not outer or any(part in {"", ".", ".."} or "\0" in part for part in parts):
        raise EventFileError(
            f"object {ref.namespace}/{ref.bucket}/{ref.name!r}: the sandbox cannot store an object "
            "of this name"
        )
    return root.joinpath(ref.namespace, ref.bucket, *parts)


def place(root: Path, ref: ObjectRef, body: bytes) -> Path:
    """Puts an object's body where readers find it. Raises `SandboxFault`."""
    path = path_of(root, ref)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(body)
    except OSError as error:
        raise SandboxFault(f"{path}: the object cannot be kept: {error.strerror}") from None
    return path


def open_view(view: Path, root: Path, ref: ObjectRef | None) -> None:
    """Fills an empty folder with the bucket and, if there is a body, the object; `None` leaves it empty."""
    view.mkdir(parents=True, exist_ok=True)
    if ref is None:
        return
    source, target = path_of(root, ref), path_of(view, ref)
    (view / ref.namespace / ref.bucket).mkdir(parents=True)
    if source.is_file():
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(source, target)
