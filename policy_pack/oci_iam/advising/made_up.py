"""Makes up values: OCIDs that stand in no statement, and strings that a comparison may accept."""

from __future__ import annotations

from collections.abc import Iterator

from oci_iam.statement import Comparison, FunctionCall, Pattern, Presence, Text

__all__ = ["candidates", "fresh_ocid", "sample"]

_EARLY = {"before": ("1970-01-01T00:00Z", "00:00"), "after": ("2999-01-01T00:00Z", "23:59:59Z")}


def fresh_ocid(kind: str, unique: str = "another") -> str:
    """A well-formed OCID of a type. No region where OCI has none."""
    region = "" if kind in ("compartment", "tenancy", "user", "group", "dynamicgroup") else "iad"
    return f"ocid1.{kind}.oc1.{region}.{unique}"


def candidates(leaf: Comparison | Presence | FunctionCall) -> Iterator[str]:
    """Values of its variable that a leaf may accept."""
    if isinstance(leaf, FunctionCall):
        for argument in leaf.arguments:
            yield ",".join(value.text for value in argument if isinstance(value, Text))
        return
    if isinstance(leaf, Presence):
        yield "other"
        return
    yield from _EARLY.get(leaf.op, ())
    for value in leaf.values:
        if isinstance(value, Text) and "*" not in value.text:
            yield value.text
    yield from sample(leaf, "other")


def sample(leaf: Comparison, filler: str) -> Iterator[str]:
    """Texts that fit the patterns of a comparison, with a filler in place of an asterisk."""
    for value in leaf.values:
        if isinstance(value, Text | Pattern) and (isinstance(value, Pattern) or "*" in value.text):
            yield value.text.replace("*", filler, 1).replace("*", "")
            yield value.text.replace("*", "")
            yield value.text.replace("*", "a")
