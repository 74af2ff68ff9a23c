"""The program as a whole, on both tracked stacks."""

import pytest


@pytest.mark.parametrize("stack", ["dev", "prod"])
def test_exports_the_first_function(deployed, stack):
    """The stack exports id and endpoint of the first function by name, and all functions."""
    exports = deployed(stack).exports

    assert exports["function_id"] == exports["functions"]["responder"]["id"]
    assert exports["invoke_endpoint"] == exports["functions"]["responder"]["invoke_endpoint"]
