"""Defined tags on any resource: of a namespace that the store has, the key must be there and take the value.

Namespaces outside of the store, such as Oracle's own, are taken as existing. Source: Oracle's pages "Managing
Tags and Tag Namespaces" and "Using Predefined Values".
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sandbox.cloud.call import Cloud
from sandbox.cloud.errors import InvalidParameter, NotFound
from sandbox.cloud.store import Record

_NAMESPACE, _KEY = "oci:Identity/tagNamespace:TagNamespace", "oci:Identity/tag:Tag"


def verify(cloud: Cloud, tags: Any) -> None:
    """Refuse the first tag that a namespace of the store does not have, or not with this value."""
    if not isinstance(tags, Mapping) or not tags:
        return
    known = {str(each.outputs.get("name")).lower(): each for each in cloud.store.list(_NAMESPACE)}
    for written, value in tags.items():
        namespace, _, key = str(written).partition(".")
        record = known.get(namespace.lower())
        if record is not None and key:
            _allowed(_key_of(cloud, record, key, written), written, value)


def _key_of(cloud: Cloud, namespace: Record, name: str, written: str) -> Record:
    for record in cloud.store.users(namespace.id, _KEY):
        if str(record.outputs.get("name")).lower() == name.lower():
            return record
    raise NotFound(f"definedTags: tag namespace {written.partition('.')[0]} has no key {name}")


def _allowed(key: Record, written: str, value: Any) -> None:
    validator = key.outputs.get("validator") or {}
    values = validator.get("values") or ()
    if str(validator.get("validatorType")).upper() == "ENUM" and values and str(value) not in values:
        raise InvalidParameter(f"definedTags.{written}: expected one of {', '.join(values)}, found {value!r}")
