"""Writes docs/rules.md from the catalogue: `python -m oci_functions_guard.rules_page > docs/rules.md`."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping
from typing import Any

from oci_functions_guard.catalogue import CATALOGUE, RuleInfo
from oci_functions_guard.statements import NOT_IAM, POLICY

__all__ = ["render"]

_HEAD = """# Rules of the policy pack

Generated from `policy_pack/oci_functions_guard/catalogue.py` by `make docs`; a test fails when this page is
stale.

Every rule is a resource rule: the engine asks it before each create or update, so a mandatory one blocks in
time. With no config the first two are mandatory and the others advisory. Config is per rule:

```json
{
  "functions-grant-scoped": {
    "enforcementLevel": "mandatory",
    "exemptions": [
      {"resource": "legacy-*", "reason": "moves in May", "owner": "team-a", "expires": "2026-05-31"}
    ]
  }
}
```

An exemption needs every one of its four fields. It counts up to and including its last day (UTC), each use of
it is shown as an advisory line, and it never covers a failure of the pack itself. A wrong config is a
mandatory violation. A rule that throws, or does not answer within its deadline (`OCI_GUARD_DEADLINE_SECONDS`,
10 by default), is a violation that says so. `oci-iam check-config FILE` finds misspelt rule names, which the
CLI accepts in silence.

| rule | id | severity | default | in short |
|---|---|---|---|---|
"""

_STATEMENTS = f"""
## Which resources hold statements

`{POLICY}`, whatever its inputs; every other resource of the provider's Identity module that has an input
called `statements`, also of a version the pack does not know; and identity policies of another bridge of the
same provider.
Left out, each for its reason:

| type | holds |
|---|---|
"""


def render() -> str:
    """The whole page."""
    return "".join(_pieces())


def _pieces() -> Iterator[str]:
    yield _HEAD
    for info in CATALOGUE:
        link = f"[{info.name}](#{info.name})"
        yield f"| {link} | {info.identity} | {info.severity} | {info.level} | {info.title} |\n"
    for info in CATALOGUE:
        yield from _rule(info)
    yield _STATEMENTS
    for token, reason in NOT_IAM.items():
        yield f"| `{token}` | {reason} |\n"


def _rule(info: RuleInfo) -> Iterator[str]:
    yield f"\n## {info.name}\n\n{info.title}. ({info.identity}, {info.severity}, {info.level} by default)\n\n"
    yield f"* **Looks at** {info.looks_at}.\n"
    yield f"* **Refuses** {_sentence(info.refuses)}\n"
    yield f"* **Unknown values** {_sentence(info.unknown)}\n"
    yield f"* **Instead** {_sentence(info.remediation)}\n"
    if info.framework is not None:
        control = info.framework
        yield f"* **Carries out** {control.name} {control.version}, {control.reference}: "
        yield f"{control.specification}.\n"
    yield f"* **Tags** {', '.join(info.tags)}. **Source** <{info.url}>\n"
    if info.settings:
        yield "\n| setting | type | default | meaning |\n|---|---|---|---|\n"
        for name, schema in info.settings.items():
            yield _setting(name, schema)


def _setting(name: str, schema: Mapping[str, Any]) -> str:
    default = schema.get("default", "none")
    return f"| `{name}` | {schema['type']} | {default} | {schema['description']} |\n"


def _sentence(text: str) -> str:
    return text if text.endswith(".") else text + "."


if __name__ == "__main__":
    sys.stdout.write(render())
