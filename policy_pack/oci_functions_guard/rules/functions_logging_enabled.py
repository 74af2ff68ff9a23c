"""Refuses an application whose functions' invocations no log of the program keeps.

Asked at the end: a log is registered after its application. Does not look at retention, nor at logs of other
programs.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

from oci_functions_guard.resource import Resource
from oci_functions_guard.rule import Case, Later, Said, Violation
from oci_functions_guard.values import UNKNOWN, Value, reveal

__all__ = ["applies", "check"]

_APPLICATION: Final = "oci:Functions/application:Application"
_LOG: Final = "oci:Logging/log:Log"
_WANTED: Final = {"service": "functions", "category": "invoke"}


def applies(resource: Resource) -> bool:
    return resource.type == _APPLICATION


def check(case: Case) -> Iterator[Said]:
    verdicts = [_keeps(log, case.resource) for log in case.memory.whole if log.type == _LOG]
    if True in verdicts:
        return
    if None in verdicts:
        yield Later("whether a log is of this application is unknown")
    else:
        yield Violation(
            "no log of the program keeps what its functions log (service functions, category invoke)"
        )


def _keeps(log: Resource, application: Resource) -> bool | None:
    """Whether a log is on and of this application; None where that is unknown."""
    configuration, is_enabled = log.get("configuration"), log.get("isEnabled")
    if is_enabled is False:
        return False
    source = reveal(configuration.get("source")) if isinstance(configuration, dict) else configuration
    if is_enabled is UNKNOWN or source is UNKNOWN:
        return None
    if not isinstance(source, dict):
        return False
    said = [_says(source, name, value) for name, value in _WANTED.items()]
    of_this = _is_of(log, reveal(source.get("resource")), application)
    if False in said or of_this is False:
        return False
    return None if None in (*said, of_this) else True


def _says(source: Mapping[str, Value], name: str, wanted: str) -> bool | None:
    value = reveal(source.get(name))
    return None if value is UNKNOWN else isinstance(value, str) and value.casefold() == wanted


def _is_of(log: Resource, resource: Value, application: Resource) -> bool | None:
    """Whether the log names the application: by its OCID, or, before that is known, by what it is made of."""
    if isinstance(resource, str) and application.text("id") is not None:
        return resource == application.text("id")
    uses = log.uses.get("configuration")
    return None if uses is None else application.urn in uses
