"""A question as it was given: its words, and files that say which policies and what of a tenancy there is.

Puts together what is needed to answer; answers nothing.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace
from itertools import groupby
from typing import Any, NamedTuple

from oci_iam._export_directory import export_directory, resources_of
from oci_iam._stack_export import read_stack_export
from oci_iam._statement_files import items_of
from oci_iam.asked.permission import Wish, permissions_asked
from oci_iam.asked.place import Known, compartment
from oci_iam.asked.target import is_target_word, target_asked
from oci_iam.assumed_directory import assumed_directory, tenancy_of
from oci_iam.directory import Directory
from oci_iam.inputs import Unusable, read_file, shown_name
from oci_iam.policy import Policy
from oci_iam.questions import Target
from oci_iam.tenancy_file import is_tenancy_file, tenancy_file

__all__ = ["Question", "question"]


class Question(NamedTuple):
    """A question, and what is known to answer it."""

    wish: Wish
    target: Target
    policies: tuple[Policy, ...]
    known: Known
    is_placed: bool


def question(
    permission: str, words: Sequence[str], *, directory: str | None = None, attached_to: str = "tenancy"
) -> Question:
    """The question of a permission, and of words that are a target and then files.

    ``directory`` is a file too, ``attached_to`` the compartment of policies that do not say theirs. Raises
    Unusable.
    """
    count = next((at for at, word in enumerate(words) if not is_target_word(word)), len(words))
    if count == 0:
        raise Unusable(f"TARGET: expected compartment=NAME, OCID or tenancy, found '{words[0]}'")
    if count == len(words):
        raise Unusable("give a FILE with policies, - for standard input")
    wish = permissions_asked(permission)
    files = [_read(path) for path in words[count:]]
    known, policies = _attached(attached_to, _known(directory, files), files)
    target, there = target_asked(words[:count], known, wish.operation)
    ocid = target.compartment_id
    is_real = ocid in there.compartments and ocid.startswith("ocid1.")
    return Question(
        wish, target, policies, known._replace(directory=there), is_real or ocid == there.tenancy_id
    )


class _File(NamedTuple):
    """What one file holds: policies, attached to "" where the file does not say to what, and a directory."""

    policies: tuple[Policy, ...]
    directory: Directory | None = None
    is_complete: bool = False


def _read(path: str) -> _File:
    text, name = read_file(path), shown_name(path)
    document = _document(text)
    if is_tenancy_file(document):
        read = tenancy_file(document, name)
        return _File(read.policies, read.directory, True)
    resources = resources_of(document)
    if resources is not None:
        return _File(_exported(path), export_directory(resources))
    named = groupby(items_of(text, name), key=lambda item: item.policy)
    return _File(tuple(Policy("", tuple(item.text for item in items), policy) for policy, items in named))


def _document(text: str) -> Any:
    """The one JSON object that a text is; None for another one."""
    if not text.lstrip().startswith("{"):
        return None
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return None


def _exported(path: str) -> tuple[Policy, ...]:
    """The policies of a stack export; a hidden statement stands for itself, and is not understood."""
    export = read_stack_export(path)
    hidden = (item for item in export.items if item.problem)
    return (*export.policies, *(Policy("", (f"{one.place}: {one.problem}",), one.policy) for one in hidden))


def _known(path: str | None, files: Sequence[_File]) -> Known | None:
    """The directory of the option, else of the files."""
    if path is not None:
        given = _read(path)
        if given.directory is None:
            raise Unusable(f"{shown_name(path)}: neither a tenancy file nor a stack export")
        return Known(given.directory, given.is_complete)
    found = [(file.directory, file.is_complete) for file in files if file.directory is not None]
    if not found:
        return None
    if len(found) > 1:
        raise Unusable("several files say what exists in the tenancy: give --directory FILE")
    return Known(*found[0])


def _attached(place: str, known: Known | None, files: Sequence[_File]) -> tuple[Known, tuple[Policy, ...]]:
    """The policies, attached to where they or the option say, and a directory that has what they name."""
    policies = [policy for file in files for policy in file.policies]
    if known is None:
        known = Known(Directory(tenancy_of(policies)), False)
    directory, ocid = compartment(place, known, "--attached-to")
    placed = tuple(
        policy if policy.compartment_id else replace(policy, compartment_id=ocid) for policy in policies
    )
    if not known.is_complete:
        directory = assumed_directory(placed, directory)
    return known._replace(directory=directory), placed
