"""What every component of one stack shares."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from components import tenancy
from components.config.loading import check_file
from tests.components.config.stack_files import ROOT


def test_names_and_places_are_the_stack_s(world: Any) -> None:
    """Names begin with the application's name and the stack's; places name the stack's file."""
    settings = check_file(ROOT / "Pulumi.dev.yaml")
    found: list[Any] = []

    def program() -> None:
        iam = tenancy.home_region_provider("us-ashburn-1")
        found.append(settings.context(stack="qa", root=Path(), namespace="ns", iam=iam))

    world.run(program)

    assert found[0].prefix == "ai-functions-qa"
    assert found[0].path("edge") == "Pulumi.qa.yaml: edge"
    assert found[0].registry.address == "ocir.eu-frankfurt-1.oci.oraclecloud.com"
