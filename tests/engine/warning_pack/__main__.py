"""A policy pack that refuses a word, taken from its module beside it. Started by the CLI, not imported."""

import pulumi_policy
from forbidden import WORD  # type: ignore[import-not-found] # found beside this file


def refuse(args: pulumi_policy.ResourceValidationArgs, report: pulumi_policy.ReportViolation) -> None:
    """Report a resource whose name has the word."""
    if WORD in args.name:
        report(f"{args.name} has {WORD} in its name", None)


pulumi_policy.PolicyPack(
    name="warning-pack",
    enforcement_level=pulumi_policy.EnforcementLevel.MANDATORY,
    policies=[
        pulumi_policy.ResourceValidationPolicy(name="no-word", description="No word.", validate=refuse),
    ],
)
