"""The files that a page shows: a path in backquotes on a line of its own, then a fenced block."""

from __future__ import annotations

import re
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
_FILE = re.compile(r"^`(?P<path>[\w./-]+)`\n\n```\w+\n(?P<text>.*?)^```$", re.DOTALL | re.MULTILINE)


def written_down(page: str, folder: Path) -> list[str]:
    """Write them below a folder; their paths. `page` is below docs/."""
    paths = []
    for found in _FILE.finditer((ROOT / "docs" / page).read_text(encoding="utf-8")):
        place = folder / found["path"]
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_text(found["text"])
        paths.append(found["path"])
    return paths
