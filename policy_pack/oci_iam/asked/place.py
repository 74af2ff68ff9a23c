"""Which compartment a word means, by what is known of the tenancy."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from oci_iam.assumed_directory import UNKNOWN_TENANCY, with_path
from oci_iam.directory import Directory, known_id
from oci_iam.inputs import Unusable
from oci_iam.ocid import ocid_type

__all__ = ["Known", "compartment", "there_are"]

_MOST_NAMES = 10


class Known(NamedTuple):
    """What is known of the tenancy. ``is_complete``: what the directory does not hold does not exist."""

    directory: Directory
    is_complete: bool


def compartment(text: str, known: Known, word: str) -> tuple[Directory, str]:
    """The OCID of a compartment given as `tenancy`, an OCID, a path or a name; ``word`` begins a message. The
    directory is the one that has it."""
    directory = known.directory
    if text.casefold() == "tenancy":
        return directory, directory.tenancy_id
    if text.startswith("ocid1."):
        return directory, _by_ocid(text, directory, word)
    path = tuple(part.strip() for part in text.split(":"))
    if not all(path):
        raise Unusable(f"{word}: expected a name, a path of names, an OCID or `tenancy`, found '{text}'")
    found = directory.at_path(directory.tenancy_id, path)
    if found is not None:
        return directory, found
    named = [ocid for ocid, one in directory.compartments.items() if one.name.casefold() == text.casefold()]
    if len(named) == 1:
        return directory, named[0]
    if named:
        raise Unusable(f"{word}: several compartments are named '{text}': give a path or an OCID")
    if known.is_complete:
        shown = there_are(one.name for one in directory.compartments.values())
        raise Unusable(f"{word}: the directory has no compartment '{text}'; {shown}")
    return with_path(directory, directory.tenancy_id, path)


def _by_ocid(text: str, directory: Directory, word: str) -> str:
    kind = ocid_type(text)
    if kind not in ("compartment", "tenancy"):
        raise Unusable(f"{word}: expected the OCID of a compartment, found '{text}'")
    if kind == "tenancy" and directory.tenancy_id == UNKNOWN_TENANCY:
        return directory.tenancy_id
    ocid = known_id(text, directory)
    if kind == "tenancy" and ocid != directory.tenancy_id:
        raise Unusable(f"{word}: expected the own tenancy, {directory.tenancy_id}, found '{text}'")
    return ocid


def there_are(names: Iterable[str]) -> str:
    """The names a reader can choose from, for a message."""
    ordered = sorted(set(names))
    shown = ", ".join(ordered[:_MOST_NAMES]) or "none"
    return f"there are: {shown}" + (
        f" and {len(ordered) - _MOST_NAMES} more" if len(ordered) > _MOST_NAMES else ""
    )
