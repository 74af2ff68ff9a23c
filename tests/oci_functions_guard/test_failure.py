"""A failure inside the pack is named by its type and its place, and no value is shown."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

from oci_functions_guard.failure import describe


def raised_by(work: Callable[[], object]) -> BaseException:
    try:
        work()
    except Exception as error:  # noqa: BLE001 - whatever it raises is what the test looks at
        return error
    raise AssertionError("it raised nothing")


def raising(path: str) -> Callable[[], object]:
    """Work whose code says that it stands in the file `path`, on line 1."""
    return lambda: exec(compile("{}['hunter2']", path, "exec"))  # noqa: S102 - the test's own text


def test_every_folder_of_both_packages_is_their_own(tmp_path: Path) -> None:
    """A module below a package is named with its path from the package on."""
    places = [
        "oci_iam/catalogue/permissions.py",
        "oci_functions_guard/rules/a_rule.py",
        "oci_iam/judge.py",
    ]

    said = [describe(raised_by(raising(str(tmp_path / place)))) for place in places]

    assert said == [f"KeyError at {place}:1" for place in places]


def test_the_innermost_own_frame_is_named() -> None:
    """Where a library fails, the pack's own line that called it is named."""
    error = raised_by(lambda: json.loads("hunter2"))

    assert describe(error).startswith("JSONDecodeError at oci_functions_guard/test_failure.py:")
    assert "hunter2" not in describe(error)


def test_without_a_frame_the_type_is_all_there_is() -> None:
    """An exception nobody raised has no place."""
    assert describe(KeyError("hunter2")) == "KeyError"
