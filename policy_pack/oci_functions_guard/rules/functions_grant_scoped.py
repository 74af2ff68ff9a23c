"""Asks that a grant on functions names its target, where the target can exist before the grant.

Looks at statements that are narrow enough to be allowed; the others are refused already. Creating in one
named compartment satisfies it, and so do update and delete granted together with it: a target cannot be named
before it exists. Invocation always needs one.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from oci_functions_guard.judged_policy import JudgedStatement
from oci_functions_guard.rule import Case, Said, Violation
from oci_functions_guard.statements import holds_statements as applies
from oci_functions_guard.wording import quoted
from oci_iam import Statement, parse
from oci_iam.judge import names_functions

__all__ = ["applies", "check"]

_INVOKE: Final = "FN_INVOCATION"
_CREATE: Final = frozenset({"FN_FUNCTION_CREATE", "FN_APP_CREATE"})
_CHANGE: Final = frozenset({"FN_FUNCTION_UPDATE", "FN_FUNCTION_DELETE", "FN_APP_UPDATE", "FN_APP_DELETE"})


def check(case: Case) -> Iterator[Said]:
    for judged in case.policy().statements:
        needless = _without_target(judged)
        if needless:
            yield Violation(
                f"{quoted(judged.entry)}\n"
                f"  grants {', '.join(sorted(needless))} without naming the function or application",
                (judged.entry.fingerprint,),
            )


def _without_target(judged: JudgedStatement) -> frozenset[str]:
    """The permissions of the statement that should name a target and do not."""
    verdict, text = judged.verdict, judged.entry.text
    if verdict is None or verdict.verdict != "ok" or text is None:
        return frozenset()
    wanting = verdict.permissions & {_INVOKE}
    if not verdict.permissions & _CREATE:
        wanting |= verdict.permissions & _CHANGE
    if not wanting:
        return frozenset()
    statement = parse(text)
    return frozenset() if isinstance(statement, Statement) and names_functions(statement) else wanting
