"""Known resource-types are never taken for functions types, nor the other way round."""

from __future__ import annotations

from oci_iam._near_miss import near_miss
from oci_iam.catalogue.permissions import FAMILIES, FUNCTIONS_REACH, FUNCTIONS_TYPES, ROWS
from oci_iam.catalogue.resource_types import UNRELATED


def test_no_functions_type_is_called_unrelated() -> None:
    """The list of types that can't touch functions holds none that can."""
    assert not UNRELATED & FUNCTIONS_TYPES
    assert not [name for name in UNRELATED if name.startswith(("fn", "function"))]


def test_names_are_as_the_parser_folds_them() -> None:
    """Lower case, letters, digits, hyphens and underscores."""
    assert not [name for name in UNRELATED if name != name.lower() or not name.replace("-", "").isalnum()]


def test_no_known_type_is_a_near_miss() -> None:
    """A type that exists is never taken for a misspelt other one."""
    assert not [name for name in UNRELATED | set(ROWS) | set(FAMILIES) if near_miss(name)]


def test_no_other_row_reaches_functions() -> None:
    """Only the functions types yield what reaches functions."""
    reaching = {name for name, row in ROWS.items() if FUNCTIONS_REACH.intersection(row.permissions)}

    assert {"fn-app", "fn-function", "fn-invocation"} == reaching
