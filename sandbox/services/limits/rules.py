"""What Limits refuses of a quota policy. Source: Oracle's page "Quota Policy Syntax"."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any

from sandbox.cloud.call import Call
from sandbox.cloud.declared import Declared
from sandbox.cloud.service_rules import Rules
from sandbox.services.limits import QUOTA

_STATEMENT = re.compile(
    r"\s*(set|unset|zero)\s+\S+\s+quotas?\s.*\bin\s+(tenancy|compartment)\b.*", re.I | re.S
)


def _statement(value: Any) -> str:
    return "" if _STATEMENT.fullmatch(str(value)) else "set, unset or zero <service> quota … in compartment …"


class QuotaRules(Declared):
    """A policy of quotas, with a name of its own in the tenancy."""

    def claims(self, call: Call) -> Iterable[str]:
        yield f"quota|{call.cloud.tenancy}|{str(call.inputs.get('name')).lower()}"


RULES: Mapping[str, Rules] = {QUOTA: QuotaRules({"statements": _statement})}
