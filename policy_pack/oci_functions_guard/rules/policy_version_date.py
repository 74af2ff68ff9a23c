"""Refuses a version date on a policy: it fixes what verbs and families mean, so what is judged is not in
force.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from oci_functions_guard.rule import Case, Later, Said, Violation
from oci_functions_guard.statements import holds_statements as applies
from oci_functions_guard.values import UNKNOWN, kind_of

__all__ = ["applies", "check"]

_DATE: Final = re.compile(r"\d{4}-\d{2}-\d{2}")


def check(case: Case) -> Iterator[Said]:
    date = case.resource.get("versionDate")
    if date is None or date == "":
        return
    if date is UNKNOWN:
        yield Later("versionDate is unknown")
    elif not isinstance(date, str):
        yield Violation(f"versionDate: expected a date, found {kind_of(date)}")
    elif not _DATE.fullmatch(date):
        yield Violation("versionDate: not a date of the form YYYY-MM-DD")
    else:
        yield Violation(f"versionDate: {date} fixes the meaning of the statements as of that day")
