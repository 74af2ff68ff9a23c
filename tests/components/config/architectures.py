"""The stack files that docs/how-to/architectures.md shows, by the number of the architecture."""

from __future__ import annotations

import re
from typing import Any

import yaml

from tests.components.config.stack_files import DEV, ROOT

PAGE = (ROOT / "docs" / "how-to" / "architectures.md").read_text(encoding="utf-8")
# What the page calls code of one's own: what `make function` would write.
OWN, TEMPLATE = "my_function", "sandbox/function_template"
_SHOWN = re.compile(r"^## (\d+)\. .*?```yaml\n(.*?)```", re.DOTALL | re.MULTILINE)
_PREFIX = "oci-ai-functions:"


def shown() -> dict[int, dict[str, Any]]:
    """What the page shows, as it is."""
    return {int(number): yaml.safe_load(text) for number, text in _SHOWN.findall(PAGE)}


def whole(sections: dict[str, Any]) -> dict[str, Any]:
    """A stack file's config with these sections and the lines that every stack has."""
    config: dict[str, Any] = yaml.safe_load(DEV)["config"] | sections
    if f"{_PREFIX}network" in config:
        del config[f"{_PREFIX}subnet_ids"]
    functions = config[f"{_PREFIX}functions"]
    if len(functions) > 1:
        config[f"{_PREFIX}primary"] = next(iter(functions))
    return config
