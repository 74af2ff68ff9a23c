"""What importing the package loads, and which names it has."""

from __future__ import annotations

import ast
import importlib
import subprocess
import sys
from pathlib import Path

import pytest

import oci_iam

PROGRAM = """
import sys
before = set(sys.modules)
{statement}
print(*sorted(set(sys.modules) - before))
"""


def loaded(statement: str) -> set[str]:
    """The modules that a statement loads in a fresh interpreter."""
    command = [sys.executable, "-c", PROGRAM.format(statement=statement)]
    return set(subprocess.run(command, capture_output=True, text=True, check=True).stdout.split())


def of_package(names: set[str]) -> set[str]:
    return {name for name in names if name.partition(".")[0] == "oci_iam"}


def test_only_the_standard_library_is_imported() -> None:
    """The package can be used where nothing is installed, and judging loads nothing of others."""
    roots = {name.partition(".")[0] for name in loaded("import oci_iam; oci_iam.judge; oci_iam.decide")}

    assert {"oci_iam"} == roots - set(sys.stdlib_module_names)


def test_the_package_imports_nobody() -> None:
    """No module of the package, loaded or not, imports anything but the standard library and itself."""
    folder = Path(oci_iam.__file__).parent
    trees = [ast.parse(path.read_text("utf-8")) for path in folder.rglob("*.py")]
    nodes = [node for tree in trees for node in ast.walk(tree)]
    names = {alias.name for node in nodes if isinstance(node, ast.Import) for alias in node.names}
    names |= {node.module or "" for node in nodes if isinstance(node, ast.ImportFrom)}

    assert len(trees) > 30
    assert {"oci_iam"} == {name.partition(".")[0] for name in names} - set(sys.stdlib_module_names)


def test_one_table_does_not_load_the_parser() -> None:
    """A provider process that asks for the type of an OCID waits for one module of the package only."""
    assert {"oci_iam", "oci_iam.resource_tokens"} == of_package(loaded("import oci_iam.resource_tokens"))


def test_deciding_is_loaded_only_when_asked_for() -> None:
    """Judging, which every preview does, stays quick to start: it loads what judging needs."""
    names = of_package(loaded("import oci_iam; oci_iam.judge"))

    assert "oci_iam.judge" in names
    assert not {"oci_iam.decision", "oci_iam.combinations", "oci_iam.comparison"} & names


@pytest.mark.parametrize("name", ["explain", "judge"])
def test_a_function_is_not_hidden_by_its_module(name: str) -> None:
    """Importing the module that a function shares its name with leaves the function in the package."""
    importlib.import_module(f"oci_iam.{name}")

    assert callable(getattr(oci_iam, name))


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
