"""What `functions-grant-scoped` refuses, lets pass, and leaves for later."""

from __future__ import annotations

from typing import Any

import pytest

C = "ocid1.compartment.oc1..aaaaaaaacompartment"


F = "ocid1.fnfunc.oc1.phx.aaaaaaaafunction"


class TestGrantScoped:
    NAME = "functions-grant-scoped"

    @pytest.mark.parametrize(
        "statement",
        [
            f"Allow group a to use fn-invocation in compartment id {C} where target.function.id = '{F}'",
            f"Allow group a to use fn-invocation in compartment id {C} where target.app.id = "
            "'ocid1.fnapp.oc1.phx.aaaaaaaaapp'",
            f"Allow group a to manage fn-function in compartment id {C}",
            f"Allow group a to manage fn-app in compartment id {C}",
            f"Allow group a to {{FN_FUNCTION_UPDATE}} in compartment id {C} where target.function.id = '{F}'",
            f"Allow group a to read functions-family in compartment id {C}",
            f"Allow group a to manage buckets in compartment id {C}",
            f"Deny group a to use fn-invocation in compartment id {C}",
        ],
    )
    def test_a_named_target_or_creating_satisfies_it(self, pack: Any, statement: str) -> None:
        """A statement that names its target, creates, or grants none of these permissions passes."""
        assert pack.policy(statement).of(self.NAME) == []

    @pytest.mark.parametrize(
        ("statement", "permissions"),
        [
            (f"Allow group a to use fn-invocation in compartment id {C}", "FN_INVOCATION"),
            (f"Allow group a to {{FN_FUNCTION_UPDATE}} in compartment id {C}", "FN_FUNCTION_UPDATE"),
            (
                f"Allow group a to {{FN_APP_DELETE, FN_FUNCTION_DELETE}} in compartment id {C}",
                "FN_APP_DELETE, FN_FUNCTION_DELETE",
            ),
            (
                f"Allow group a to {{FN_FUNCTION_CREATE, FN_INVOCATION}} in compartment id {C}",
                "FN_INVOCATION",
            ),
            (
                f"Allow any-user to use functions-family in compartment id {C} where all "
                f"{{request.principal.type = 'ApiGateway', request.principal.compartment.id = '{C}'}}",
                "FN_INVOCATION",
            ),
        ],
    )
    def test_without_a_target(self, pack: Any, statement: str, permissions: str) -> None:
        """It names the permissions that should have a target and have none."""
        (text,) = pack.policy(statement).of(self.NAME)

        assert text.startswith(f"statements[0]: {statement[:40]}")
        assert text.endswith(f"\n  grants {permissions} without naming the function or application")

    def test_what_is_refused_already_is_not_repeated(self, pack: Any, sample: Any) -> None:
        """An over-broad statement is the finding of another rule."""
        assert pack.policy(sample.broad).of(self.NAME) == []
