"""The object an event names: put where readers find it, and laid before the one function that may read it.

A function never sees the sandbox's objects. It sees a `view`: a folder with the one object its event names,
and only where it is allowed to read it. The bucket's folder stands for "this bucket can be seen", so a
function without a grant finds no bucket, which is what Object Storage answers it too.
"""

from __future__ import annotations

import re
import shutil
from pathlib import Path

from sandbox.cloud.store import Store
from sandbox.events.envelope import EventFileError, ObjectRef
from sandbox.services.objectstorage.objects import Objects, bucket_id

_PART = re.compile(r"[A-Za-z0-9_.-]{1,256}", re.ASCII)


def _checked(ref: ObjectRef) -> list[str]:
    """The parts of an object's name. Raises `EventFileError` for a name that is no path below its bucket."""
    parts = ref.name.split("/")
    outer = all(_PART.fullmatch(part) and part not in {".", ".."} for part in (ref.namespace, ref.bucket))
    if not outer or any(part in {"", ".", ".."} or "\0" in part for part in parts):
        raise EventFileError(
            f"object {ref.namespace}/{ref.bucket}/{ref.name!r}: the sandbox cannot store an object "
            "of this name"
        )
    return parts


def place(sandbox_dir: Path, ref: ObjectRef, body: bytes) -> str:
    """Puts an object's body where readers find it; its path as Object Storage names it. Raises
    `SandboxFault`."""
    _checked(ref)
    with Store(sandbox_dir / "store.db") as store:
        # Whoever places an object here sends its event as well.
        Objects(store).put_bytes(bucket_id(ref.namespace, ref.bucket), ref.name, body, emits=False)
    return f"/n/{ref.namespace}/b/{ref.bucket}/o/{ref.name}"


def open_view(view: Path, sandbox_dir: Path, ref: ObjectRef | None) -> None:
    """Fills an empty folder with the bucket and, if there is a body, the object; `None` leaves it empty."""
    view.mkdir(parents=True, exist_ok=True)
    if ref is None:
        return
    target = view.joinpath(ref.namespace, ref.bucket, *_checked(ref))
    (view / ref.namespace / ref.bucket).mkdir(parents=True)
    with Store(sandbox_dir / "store.db") as store:
        found = Objects(store).open(bucket_id(ref.namespace, ref.bucket), ref.name)
    if found is None:
        return
    with found[1] as source:
        target.parent.mkdir(parents=True, exist_ok=True)
        with target.open("wb") as file:
            shutil.copyfileobj(source, file)
