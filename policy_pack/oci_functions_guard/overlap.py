"""Whether one string can match two patterns, in which `*` stands for any string and all else for itself."""

from __future__ import annotations

__all__ = ["overlap"]


def overlap(left: str, right: str) -> bool:
    """Whether some string matches both, upper and lower case taken as one."""
    left, right = left.casefold(), right.casefold()
    if "*" not in left and "*" not in right:
        return left == right
    # Places of `right` that can be reached with what was read of `left`.
    reached = _skipped({0}, right)
    for letter in left:
        if letter == "*":
            reached = set(range(min(reached), len(right) + 1)) if reached else reached
        else:
            step = {place + 1 for place in reached if place < len(right) and right[place] == letter}
            stay = {place for place in reached if place < len(right) and right[place] == "*"}
            reached = _skipped(step | stay, right)
    return len(right) in reached


def _skipped(places: set[int], pattern: str) -> set[int]:
    """These places, and those behind the asterisks that stand there."""
    found = set(places)
    for place in places:
        at = place
        while at < len(pattern) and pattern[at] == "*":
            at += 1
            found.add(at)
    return found
