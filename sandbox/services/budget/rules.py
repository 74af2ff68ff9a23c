"""What Budgets refuses. Source: the API reference of `CreateBudgetDetails` and `CreateAlertRuleDetails`."""

from __future__ import annotations

from collections.abc import Mapping

from sandbox.cloud.declared import Declared, between, one_of
from sandbox.cloud.service_rules import Rules
from sandbox.services.budget import BUDGET, RULE

RULES: Mapping[str, Rules] = {
    BUDGET: Declared(
        {
            "amount": between(1, 10**12),
            "resetPeriod": one_of("MONTHLY"),
            "targetType": one_of("COMPARTMENT", "TAG"),
        }
    ),
    RULE: Declared(
        {
            "threshold": between(0, 10**12),
            "thresholdType": one_of("PERCENTAGE", "ABSOLUTE"),
            "type": one_of("ACTUAL", "FORECAST"),
        }
    ),
}
