"""What the judge answers, and what it may be told beforehand. Holds no rules."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Literal, TypeAlias

__all__ = ["Context", "Finding", "Verdict", "VerdictName"]

VerdictName: TypeAlias = Literal["ok", "over-broad", "unjudgeable", "unrelated"]


@dataclass(frozen=True, slots=True)
class Context:
    """What is known around a statement. Everything is optional; less knowledge never turns a refusal into
    an ok.

    ``tenancy_id`` is the tenancy's OCID, ``aliases`` maps names set by ``define`` to OCIDs (compared
    without case).
    """

    tenancy_id: str | None = None
    aliases: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))


@dataclass(frozen=True, slots=True)
class Finding:
    """One reason to refuse: a kebab-case ``code``, one sentence, the offending text, and what to write
    instead."""

    code: str
    message: str
    fragment: str
    remediation: str


@dataclass(frozen=True, slots=True)
class Verdict:
    """The answer for one statement.

    ``ok``: it concerns functions and is narrow enough. ``over-broad``: it is not. ``unjudgeable``: it
    could not be read with certainty. ``unrelated``: no functions permission can come of it.
    ``permissions`` are all permissions known to this model that the statement can yield (none for
    ``deny`` and ``define``). ``notes`` never refuse anything.
    """

    verdict: VerdictName
    findings: tuple[Finding, ...] = ()
    permissions: frozenset[str] = frozenset()
    notes: tuple[str, ...] = ()

    @property
    def refused(self) -> bool:
        """True when a deploy must not go through with this statement."""
        return self.verdict == "over-broad" or self.verdict == "unjudgeable"
