"""Stack files on disk, as `make` checks them before an engine runs."""

from __future__ import annotations

from pathlib import Path

import pytest

from components.config.loading import check_file
from components.errors import ConfigError
from tests.components.config.stack_files import Check


@pytest.fixture
def problems(tmp_path: Path) -> Check:
    """Checks this text as Pulumi.dev.yaml: the lines of the error, without the file's name."""

    def check(text: str) -> list[str]:
        file = tmp_path / "Pulumi.dev.yaml"
        file.write_text(text)
        try:
            check_file(file)
        except ConfigError as error:
            lines = str(error).splitlines()
            assert all(line.startswith("Pulumi.dev.yaml: ") for line in lines)
            return [line.removeprefix("Pulumi.dev.yaml: ") for line in lines]
        return []

    return check
