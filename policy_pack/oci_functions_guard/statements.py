"""Reads the policy statements of a resource one by one, so that no statement hides its neighbours.

Does not judge them, and does not know at which stage it is asked.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from oci_functions_guard.resource import Resource
from oci_functions_guard.values import UNKNOWN, Secret, Value, kind_of, reveal
from oci_iam import resource_tokens
from oci_iam.fingerprint import fingerprint
from oci_iam.resource_tokens import POLICY

__all__ = ["NOT_IAM", "POLICY", "Entry", "holds_statements", "read_statements"]

# Resource types of pulumi_oci 5.5.0 that have `statements` (or something of that name) and hold no IAM
# statements. Found by reading the inputs of every class of the package; the reason stands beside each. This
# is the record of that reading, for the docs and a test that finds the next one; `holds_statements` goes
# without it.
NOT_IAM: Final = {
    "oci:Limits/quota:Quota": "quota statements (`set`, `unset`, `zero`): another language",
    "oci:Zpr/zprPolicy:ZprPolicy": "Zero Trust Packet Routing statements: network flows, another language",
    "oci:FleetAppsManagement/onboarding:Onboarding": "`appliedPolicies` is what the service wrote",
    "oci:Identity/domainsPolicy:DomainsPolicy": "sign-on rules of an identity domain, no statements",
    "oci:Identity/authenticationPolicy:AuthenticationPolicy": "password and network rules, no statements",
    "oci:Identity/domainsGrant:DomainsGrant": "app roles of an identity domain, no statements",
    "oci:Nosql/table:Table": "`ddlStatement` is SQL",
    "oci:DataSafe/unifiedAuditPolicyDefinition:UnifiedAuditPolicyDefinition": "its statement is SQL",
}


# Resources whose provider is code of the program itself. It can send any statement to IAM, under any name.
_DYNAMIC: Final = re.compile(r"pulumi-(?:python|nodejs):dynamic[:/].*")
_LIKE_A_STATEMENT: Final = re.compile(
    r"\s*(?:allow|endorse|admit)\s.*\sto\s.*\sin\s+(?:tenancy|compartment|any-tenancy)\b.*",
    re.IGNORECASE | re.DOTALL,
)


@dataclass(frozen=True, slots=True)
class Entry:
    """One place of a policy's `statements`.

    Exactly one of three: known (`text` is set), malformed (`problem` says why it is not a statement), or
    unknown (neither). `index` is None where the whole list is meant. `from_evidence` marks a text that a
    component registered for a value still unknown; `stand_ins` says what its synthetic OCIDs stand for;
    `key` is the input it was found under.
    """

    index: int | None
    text: str | None = None
    problem: str = ""
    secret: bool = False
    from_evidence: bool = False
    why_unknown: str = ""
    stand_ins: tuple[tuple[str, str], ...] = ()
    key: str = "statements"

    @property
    def is_unknown(self) -> bool:
        return self.text is None and not self.problem

    @property
    def fingerprint(self) -> str:
        """What an exemption names the statement by; nothing where there is no statement."""
        return "" if self.text is None else fingerprint(self.text)

    @property
    def place(self) -> str:
        """Its place, as a finding names it."""
        return self.key if self.index is None else f"{self.key}[{self.index}]"


def holds_statements(resource: Resource) -> bool:
    """Whether this resource carries IAM policy statements: those of OCI's provider by their type, those of a
    dynamic provider by what reads like a statement among their inputs.
    """
    if _DYNAMIC.fullmatch(resource.type):
        return any(True for _ in _dynamic_statements(resource))
    return resource_tokens.holds_statements(resource.type, resource.props)


def read_statements(resource: Resource) -> tuple[Entry, ...]:
    """Every statement of the resource, in order. A missing or malformed list is one malformed entry."""
    if _DYNAMIC.fullmatch(resource.type):
        return tuple(_dynamic_statements(resource))
    if "statements" not in resource.props:
        return (Entry(None, problem="the policy has no statements"),)
    marked = resource.props["statements"]
    secret = isinstance(marked, Secret)
    value = reveal(marked)
    if value is UNKNOWN:
        return (Entry(None, secret=secret, why_unknown="the whole list is unknown"),)
    if not isinstance(value, list):
        return (Entry(None, problem=f"expected a list of strings, found {kind_of(value)}", secret=secret),)
    return tuple(_read_one(index, item, secret) for index, item in enumerate(value))


def _read_one(index: int, marked: Value, secret: bool) -> Entry:
    secret = secret or isinstance(marked, Secret)
    value = reveal(marked)
    if isinstance(value, str):
        return Entry(index, text=value, secret=secret)
    if value is UNKNOWN:
        return Entry(index, secret=secret)
    return Entry(index, problem=f"expected a string, found {kind_of(value)}", secret=secret)


def _dynamic_statements(resource: Resource) -> Iterator[Entry]:
    """What reads like a statement anywhere among the inputs of a dynamic provider's resource. The provider's
    own code, which is an input too (`__provider`), is not read.
    """
    for key, value in resource.props.items():
        if not key.startswith("__"):
            yield from _statements_within(key, value, secret=False)


def _statements_within(path: str, marked: Value, *, secret: bool) -> Iterator[Entry]:
    secret = secret or isinstance(marked, Secret)
    value = reveal(marked)
    if isinstance(value, str) and _LIKE_A_STATEMENT.fullmatch(value):
        yield Entry(None, text=value, secret=secret, key=path)
    elif isinstance(value, dict):
        for key, item in value.items():
            yield from _statements_within(f"{path}.{key}", item, secret=secret)
    elif isinstance(value, list):
        for index, item in enumerate(value):
            yield from _statements_within(f"{path}[{index}]", item, secret=secret)
