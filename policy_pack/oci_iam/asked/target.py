"""What `compartment=…` and `variable=value` words say of the target."""

from __future__ import annotations

import re
from collections.abc import Sequence

from oci_iam.asked.place import Known, compartment
from oci_iam.directory import Directory
from oci_iam.inputs import Unusable
from oci_iam.language.variables import unknown_variables
from oci_iam.ocid import ocid_type
from oci_iam.questions import Target
from oci_iam.statement import Presence

__all__ = ["is_target_word", "target_asked"]

_WORD = re.compile(r"([A-Za-z][A-Za-z0-9_.@:-]*)=(.*)", re.DOTALL).fullmatch
_NEXT = re.compile(r"[,\s]+(?=[A-Za-z][A-Za-z0-9_.@:-]*=)")
_SHORT = {
    "app": "target.app.id",
    "bucket": "target.bucket.name",
    "function": "target.function.id",
    "key": "target.key.id",
    "loggroup": "target.loggroup.id",
    "object": "target.object.name",
    "operation": "request.operation",
    "queue": "target.queue.id",
    "region": "request.region",
    "repo": "target.repo.name",
    "secret": "target.secret.id",
    "stream": "target.stream.id",
    "vault": "target.vault.id",
}
_TYPE_OF = {
    "target.app.id": "fnapp",
    "target.function.id": "fnfunc",
}
_OF_WHO = (
    "request.principal.",
    "request.user.",
    "request.groups.",
    "request.dynamicgroup.",
    "request.instance.",
)
_DERIVED = ("request.permission", "request.resource.compartment.id", "target.compartment.id")


def is_target_word(text: str) -> bool:
    """Whether an argument is part of the target: `name=value`. A file of such a name is given as `./name`."""
    return _WORD(text) is not None


def target_asked(words: Sequence[str], known: Known, operation: str | None) -> tuple[Target, Directory]:
    """The target of `compartment=…` and any `variable=value` words, and the directory that has its
    compartment."""
    pairs: dict[str, str] = {}
    for word in (part for one in words for part in _NEXT.split(one)):
        found = _WORD(word)
        if found is None:
            raise Unusable(
                f"TARGET: expected compartment=NAME, compartment=OCID or variable=value, found '{word}'"
            )
        name = _SHORT.get(found[1].lower(), found[1].lower())
        if name in pairs:
            raise Unusable(f"TARGET: {name} is given twice")
        pairs[name] = found[2]
    place = pairs.pop("compartment", None)
    if place is None:
        raise Unusable("TARGET: compartment=NAME, compartment=OCID or compartment=tenancy is missing")
    for name, value in pairs.items():
        _check(name, value)
    operation = pairs.pop("request.operation", operation)
    directory, ocid = compartment(place, known, "TARGET: compartment")
    target = {name: value for name, value in pairs.items() if name.startswith("target.")}
    variables = {name: value for name, value in pairs.items() if name.startswith("request.")}
    return Target(ocid, target, variables, operation), directory


def _check(name: str, value: str) -> None:
    if not name.startswith(("request.", "target.")):
        known = ", ".join(("compartment", *_SHORT))
        raise Unusable(
            f"TARGET: '{name}' is no variable; variables begin with request. or target., or are {known}"
        )
    if name.startswith(_OF_WHO):
        raise Unusable(f"TARGET: {name} says who asks, which is PRINCIPAL")
    if name in _DERIVED:
        raise Unusable(f"TARGET: {name} follows from the question and cannot be given")
    for note in unknown_variables(Presence(name, True), of_functions=False):
        raise Unusable(f"TARGET: {note}")
    wanted = _TYPE_OF.get(name)
    if not value or (wanted is not None and ocid_type(value) != wanted):
        what = f"the OCID of a {wanted}" if wanted else "a value"
        raise Unusable(f"TARGET: {name}: expected {what}, found '{value}'")
