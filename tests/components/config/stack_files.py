"""Stack files with one thing changed, and the lines they are refused with: what these tests share."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]
DEV = (ROOT / "Pulumi.dev.yaml").read_text()
DIGEST = "sha256:" + "a" * 64

MEMORY, TIMEOUT, CONFIG = "memory_in_mbs: 256", "timeout_in_seconds: 60", 'SEVERITY_WARNING: "0.7"'
HERE = "functions.responder"
EVENT = "com.oraclecloud.aiservice.anomaliesdetected"
TYPES = f"{HERE}.triggers.services.event_types[0]"
NAME = "is not a name of 1 to 40 lower-case letters, digits and hyphens that begins with a letter"

Check = Callable[[str], list[str]]


def edited(old: str, new: str) -> str:
    """The dev stack file with one thing changed."""
    assert old in DEV
    return DEV.replace(old, new, 1)
