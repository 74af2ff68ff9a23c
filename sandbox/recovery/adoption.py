"""A resource the store holds and the state lacks, as the engine would have written it.

The store knows id, type, inputs, outputs and provider. Parent and dependencies are told by the operation the
engine began, or by the resource it replaces; where there is neither, by its URN and by the ids among its
inputs. The next `up` of an unchanged program then writes the exact ones without touching the resource.
"""

from __future__ import annotations

import itertools
import json
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from sandbox.cloud.store import Record
from sandbox.providers.install import PLUGINS
from sandbox.recovery.differences import Entry

# How the engine marks a special value, and a secret among those.
_SIGNATURE = "4dabf18193072939515e22adb298388d"
_SECRET = "1b47061264138c4ac30d75fd1eb44270"  # noqa: S105 a marker, not a secret

# What a resource has in common with the one it replaces or with the operation that was to create it.
_SHARED = (
    "additionalSecretOutputs",
    "aliases",
    "customTimeouts",
    "dependencies",
    "parent",
    "propertyDependencies",
    "protect",
    "provider",
    "retainOnDelete",
)


def adopted(record: Record, resources: list[Entry], model: Entry | None, inputs: Mapping[str, Any]) -> Entry:
    """The state's entry for a record. Adds its provider to `resources` if that is missing too.

    `model` is an entry of the same URN that says what the store does not know; `inputs` are those of an
    operation the engine had begun, with secrets encrypted, or nothing.
    """
    shared = {name: model[name] for name in _SHARED if name in model} if model else {}
    urns = {entry["urn"] for entry in resources}
    known = inputs if inputs and _tell_of(inputs, record) else _closed(record.inputs, record)
    return {
        **shared,
        "urn": record.urn,
        "custom": True,
        "id": record.id,
        "type": record.type,
        "inputs": dict(known),
        "outputs": outputs(record, known),
        "parent": shared["parent"] if shared.get("parent") in urns else _parent(record.urn, resources),
        "dependencies": sorted(
            {urn for urn in shared.get("dependencies") or () if urn in urns} | set(_named(record, resources))
        ),
        "provider": _provider(record, resources, shared.get("provider")),
    }


def outputs(record: Record, inputs: Mapping[str, Any]) -> dict[str, Any]:
    """What the store holds as outputs, secrets encrypted or marked for the engine to encrypt.

    Inputs that no service shows, such as a registry's password, are outputs too, and come from `inputs`.
    """
    hidden = {name: value for name, value in inputs.items() if name not in record.outputs}
    encrypted = {name: value for name, value in inputs.items() if _is_secret(value)}
    return {**_closed(record.outputs, record), **hidden, **encrypted}


def updated(entry: Entry, record: Record) -> None:
    """Bring an entry up to date with its record, in place."""
    hidden = {name: value for name, value in entry["inputs"].items() if name in _NEVER_KEPT}
    entry["inputs"] = {**_closed(record.inputs, record), **hidden}
    entry["outputs"] = outputs(record, entry["inputs"])


# Inputs of an image that the store never keeps.
_NEVER_KEPT = frozenset({"registries", "secrets"})


def _closed(values: Mapping[str, Any], record: Record) -> dict[str, Any]:
    """Values with those marked as secret that came in as secrets; the engine encrypts them at the import."""
    return {
        name: {_SIGNATURE: _SECRET, "plaintext": json.dumps(value)} if name in record.secret else value
        for name, value in values.items()
    }


def _tell_of(inputs: Mapping[str, Any], record: Record) -> bool:
    """Whether inputs of a begun operation are those of a record, as far as they can be read.

    They are not where the record is older, from a run that died before.
    """
    names = (inputs.keys() | record.inputs.keys()) - _NEVER_KEPT
    return all(
        inputs.get(name) == record.inputs.get(name) or _SIGNATURE in json.dumps(inputs.get(name))
        for name in names
    )


def _is_secret(value: Any) -> bool:
    return isinstance(value, dict) and value.get(_SIGNATURE) == _SECRET


# Who a resource belongs to


def _parent(urn: str, resources: Iterable[Entry]) -> str:
    """The resource of the state that fits the types in a URN; of several the one with the nearest name."""
    chain, name = urn.split("::")[2], urn.rpartition("::")[2]
    above = chain.rpartition("$")[0]
    fitting = [entry["urn"] for entry in resources if entry["urn"].split("::")[2] == above and above]
    if fitting:
        return str(max(fitting, key=lambda other: _alike(other.rpartition("::")[2], name)))
    roots = [entry["urn"] for entry in resources if entry["type"] == "pulumi:pulumi:Stack"]
    return roots[0] if roots else ""


def _alike(one: str, other: str) -> int:
    """How many letters two names share at their beginning."""
    pairs = zip(one, other, strict=False)
    return sum(1 for _ in itertools.takewhile(lambda pair: pair[0] == pair[1], pairs))


def _named(record: Record, resources: Iterable[Entry]) -> Iterator[str]:
    """The resources whose ids are among the inputs, also inside of a longer text such as a statement."""
    text = json.dumps(record.inputs)
    for entry in resources:
        id = str(entry.get("id") or "")
        last = id.rpartition("/")[2]  # some ids are a path with the OCID at its end
        if entry["urn"] != record.urn and last.startswith(("ocid1.", "sha256:")) and last in text:
            yield entry["urn"]


def _provider(record: Record, resources: list[Entry], known: str | None) -> str:
    """The provider, as `<URN>::<id>`: the one that made it, else one that could have."""
    package = record.type.partition(":")[0]
    present = {
        entry["urn"]: f"{entry['urn']}::{entry['id']}"
        for entry in resources
        if entry["type"] == f"pulumi:providers:{package}"
    }
    for reference in (known or "", record.provider):
        urn = reference.rpartition("::")[0]
        if urn in present:
            return present[urn]
    if not record.provider and present:
        return next(
            (reference for urn, reference in present.items() if _is_default(urn)), min(present.values())
        )
    reference = record.provider or f"{_default_urn(record.urn, package)}::{package}"
    resources.insert(0, _provider_entry(reference, package))
    return reference


def _is_default(urn: str) -> bool:
    return urn.rpartition("::")[2].startswith("default")


def _default_urn(urn: str, package: str) -> str:
    """The URN of a stack's default provider, as the engine names it."""
    version = PLUGINS[package][0].replace(".", "_")
    return f"{'::'.join(urn.split('::')[:2])}::pulumi:providers:{package}::default_{version}"


def _provider_entry(reference: str, package: str) -> Entry:
    """A provider the state lost as well. The next `up` gives it its configuration."""
    urn, _, id = reference.rpartition("::")
    inputs = {"version": PLUGINS[package][0]}
    return {
        "urn": urn,
        "custom": True,
        "id": id,
        "type": f"pulumi:providers:{package}",
        "inputs": inputs,
        "outputs": dict(inputs),
    }
