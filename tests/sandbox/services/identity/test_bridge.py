"""How the Pulumi provider treats IAM's types."""

from __future__ import annotations

from typing import Any

from tests.sandbox.conftest import COMPARTMENT, POLICY, Client

STATEMENT = f"Allow group invokers to use fn-invocation in compartment id {COMPARTMENT}"


def policy(*statements: str, **more: Any) -> dict[str, Any]:
    return {
        "compartmentId": COMPARTMENT,
        "name": "grants",
        "description": "d",
        "statements": list(statements or [STATEMENT]),
        **more,
    }


class TestPolicies:
    def test_order_and_spacing_of_statements_are_an_update(self, oci: Client) -> None:
        """The provider compares a hash over the statements as they are written, one after the other."""
        second = "Allow group auditors to inspect fn-app in compartment ai"
        made = oci.create(POLICY, "p", policy(STATEMENT, second))

        assert oci.changed(made, policy(STATEMENT, second)) == {}
        assert oci.changed(made, policy(second, STATEMENT)) == {
            "statements[0]": "UPDATE",
            "statements[1]": "UPDATE",
        }
        assert oci.changed(made, policy(STATEMENT.replace(" to ", "  to "), second)) == {
            "statements[0]": "UPDATE"
        }
        assert oci.changed(made, policy(STATEMENT, second.replace("inspect", "read"))) == {
            "statements[1]": "UPDATE"
        }
