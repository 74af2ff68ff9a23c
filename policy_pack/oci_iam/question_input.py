"""A question as it was given: its words, and files that say which policies and what of a tenancy there is.

Puts together what is needed to answer; answers nothing.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import NamedTuple

from oci_iam.answering.doubts import NOT_KNOWN
from oci_iam.asked.permission import Wish, permissions_asked
from oci_iam.asked.place import Known, compartment
from oci_iam.asked.target import is_target_word, target_asked
from oci_iam.assumed_directory import assumed_directory, tenancy_of
from oci_iam.directory import Directory
from oci_iam.inputs import Unusable, shown_name
from oci_iam.items import Source
from oci_iam.policy import Policy
from oci_iam.questions import Target
from oci_iam.readers import ConfigurationReader, read_sources

__all__ = ["Question", "question"]


class Question(NamedTuple):
    """A question, and what is known to answer it."""

    wish: Wish
    target: Target
    policies: tuple[Policy, ...]
    known: Known
    is_placed: bool


def question(
    permission: str,
    words: Sequence[str],
    *,
    directory: str | None = None,
    attached_to: str = "tenancy",
    configuration: ConfigurationReader | None = None,
) -> Question:
    """The question of a permission, and of words that are a target and then files.

    ``directory`` is a file too, ``attached_to`` the compartment of policies that do not say theirs;
    ``configuration`` reads Terraform's own language. Raises Unusable.
    """
    count = next((at for at, word in enumerate(words) if not is_target_word(word)), len(words))
    if count == 0:
        raise Unusable(f"TARGET: expected compartment=NAME, OCID or tenancy, found '{words[0]}'")
    if count == len(words):
        raise Unusable("give a FILE with policies, - for standard input")
    wish = permissions_asked(permission)
    sources = read_sources(words[count:], (), configuration)
    known, policies = _attached(attached_to, _known(directory, sources, configuration), sources)
    target, there = target_asked(words[:count], known, wish.operation)
    ocid = target.compartment_id
    is_real = ocid in there.compartments and ocid.startswith("ocid1.")
    return Question(
        wish, target, policies, known._replace(directory=there), is_real or ocid == there.tenancy_id
    )


def _policies(source: Source) -> Iterator[Policy]:
    """The policies of one input. A statement of which something is not known stands for itself, and is not
    understood: it grants nothing for certain, and may grant anything. A place that is not known is none."""
    partly = {item.readable for item in source.items if item.parts}
    for policy in source.policies:
        texts = tuple(text for text in policy.statements if text not in partly)
        place = policy.compartment_id
        yield Policy(place if place.startswith("ocid1.") else "", texts, policy.name or source.name)
    for item in source.items:
        if item.parts or item.readable is None:
            yield Policy("", (f"{NOT_KNOWN}{item.problem or item.text}",), str(item.place))


def _known(
    path: str | None, sources: Sequence[Source], configuration: ConfigurationReader | None
) -> Known | None:
    """The directory of the option, else of the files."""
    if path is not None:
        sources = read_sources([path], (), configuration)
    found = [Known(one.directory, one.is_tenancy) for one in sources if one.directory is not None]
    if path is not None and len(found) != 1:
        raise Unusable(f"{shown_name(path)}: neither a tenancy file nor a stack export")
    if len(found) > 1:
        raise Unusable("several files say what exists in the tenancy: give --directory FILE")
    return found[0] if found else None


def _attached(place: str, known: Known | None, sources: Sequence[Source]) -> tuple[Known, tuple[Policy, ...]]:
    """The policies, attached to where they or the option say, and a directory that has what they name."""
    policies = [policy for source in sources for policy in _policies(source)]
    if known is None:
        known = Known(Directory(tenancy_of(policies)), False)
    directory, ocid = compartment(place, known, "--attached-to")
    placed = tuple(
        policy if policy.compartment_id else replace(policy, compartment_id=ocid) for policy in policies
    )
    if not known.is_complete:
        directory = assumed_directory(placed, directory)
    return known._replace(directory=directory), placed
