"""Words for the root compartment, which is the whole tenancy."""

from __future__ import annotations

__all__ = ["is_root"]


def is_root(path: tuple[str, ...]) -> bool:
    """Whether a path is a word for the root compartment: `root`, or `name (root)` as the console shows it."""
    name = path[0].strip().lower() if len(path) == 1 else ""
    return name == "root" or name.endswith("(root)")
