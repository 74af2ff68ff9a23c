"""The page on triggers: each stack that it shows can be loaded, and it shows each source."""

from __future__ import annotations

import re

import pytest
import yaml

from components.config.source_section import SOURCES
from tests.components.config.stack_files import DEV, ROOT, Check

PAGE = (ROOT / "docs" / "how-to" / "invoke-a-function.md").read_text(encoding="utf-8")
STACKS = re.findall(r"```yaml\n(.*?)```", PAGE, re.DOTALL)


@pytest.mark.parametrize("number", range(len(STACKS)))
def test_each_stack_can_be_loaded(problems: Check, number: int) -> None:
    """In place of the functions of the tracked stack."""
    shown = yaml.safe_load(STACKS[number])
    settings = yaml.safe_load(DEV)
    settings["config"] |= shown

    assert problems(yaml.safe_dump(settings)) == []


def test_each_source_is_shown() -> None:
    """By the key that the config has for it."""
    functions = [
        function
        for text in STACKS
        for function in yaml.safe_load(text)["oci-ai-functions:functions"].values()
    ]
    shown = {key for each in functions for trigger in each.get("triggers", {}).values() for key in trigger}

    assert shown == set(SOURCES)
