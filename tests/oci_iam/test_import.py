from __future__ import annotations

import importlib
import subprocess
import sys

import pytest

import oci_iam

PROGRAM = """
import sys
before = set(sys.modules)
import oci_iam
print(*sorted(set(sys.modules) - before))
"""


def loaded() -> list[str]:
    """The modules that importing the package loads."""
    found = subprocess.run([sys.executable, "-c", PROGRAM], capture_output=True, text=True, check=True)
    return found.stdout.split()


def test_only_the_standard_library_is_imported() -> None:
    """The package can be used where nothing is installed, and importing it loads nothing of others."""
    roots = {name.partition(".")[0] for name in loaded()}

    assert {"oci_iam"} == roots - set(sys.stdlib_module_names)


def test_deciding_is_loaded_only_when_asked_for() -> None:
    """Importing the package, which every preview does, stays quick: it loads what judging needs."""
    assert not {"oci_iam.decision", "oci_iam.combinations", "oci_iam.comparison"}.intersection(loaded())


def test_all_is_sorted_and_complete() -> None:
    """Every public name is there, in order, and is what its module says it is."""
    assert sorted(oci_iam.__all__) == oci_iam.__all__
    for name in oci_iam.__all__:
        value = getattr(oci_iam, name)
        assert getattr(importlib.import_module(value.__module__), name) is value
        assert value.__doc__
    assert set(oci_iam.__all__) <= set(dir(oci_iam))


def test_no_other_name() -> None:
    """A misspelt name is an AttributeError, as for any module."""
    with pytest.raises(AttributeError, match="no attribute 'jugde'"):
        oci_iam.jugde  # noqa: B018 - the look-up is what is tested
