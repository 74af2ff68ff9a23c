"""Which files of a build context Docker sees: `.dockerignore`.

Patterns are relative to the context's root (a bare name does not match deeper down, unlike in
`.gitignore`); `*` and `?` stop at a slash, `**` doesn't; a pattern also covers what is below it; `!` takes
back; the last match counts. Source: Docker's page "Build context", section ".dockerignore files".
"""

from __future__ import annotations

import posixpath
import re
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class _Pattern:
    text: str
    regex: re.Pattern[str]
    takes_back: bool


class Ignored:
    """The patterns of one file. Without patterns nothing is ignored."""

    def __init__(self, text: str = "") -> None:
        self._patterns = [pattern for line in text.splitlines() if (pattern := _pattern(line)) is not None]

    def covers(self, path: str) -> bool:
        """Whether the path (relative, with slashes) is left out."""
        parents = path.split("/")
        prefixes = ["/".join(parents[:length]) for length in range(1, len(parents) + 1)]
        covered = False
        for pattern in self._patterns:
            if pattern.takes_back == covered and any(pattern.regex.fullmatch(prefix) for prefix in prefixes):
                covered = not pattern.takes_back
        return covered

    def covers_all_below(self, folder: str) -> bool:
        """Whether nothing below a left-out folder can be taken back, so that it needn't be looked into."""
        return self.covers(folder) and not any(
            pattern.takes_back and _may_be_below(pattern.text, folder) for pattern in self._patterns
        )


def ignored_in(context: Path, dockerfile: Path | None) -> Ignored:
    """The patterns for a context: `<Dockerfile>.dockerignore` beside the Dockerfile, else `.dockerignore`."""
    places = [context / ".dockerignore"]
    if dockerfile is not None:
        places.insert(0, dockerfile.with_name(f"{dockerfile.name}.dockerignore"))
    for place in places:
        if place.is_file():
            return Ignored(place.read_text(encoding="utf-8-sig", errors="replace"))
    return Ignored()


def _pattern(line: str) -> _Pattern | None:
    text = line.strip()
    if not text or line.startswith("#"):
        return None
    takes_back = text.startswith("!")
    text = posixpath.normpath(text.removeprefix("!").strip()).strip("/")
    if text in ("", "."):
        return None
    return _Pattern(text, re.compile(_regex(text), re.DOTALL), takes_back)


def _regex(text: str) -> str:
    parts, index = [], 0
    while index < len(text):
        rest = text[index:]
        if rest.startswith("**/"):
            parts.append("(?:.*/)?")
            index += 3
        elif rest.startswith("**"):
            parts.append(".*")
            index += 2
        elif rest.startswith("*"):
            parts.append("[^/]*")
            index += 1
        elif rest.startswith("?"):
            parts.append("[^/]")
            index += 1
        elif rest.startswith("[") and (end := text.find("]", index + 2)) > 0:
            parts.append(text[index : end + 1].replace("[!", "[^", 1))
            index = end + 1
        elif rest.startswith("\\") and len(rest) > 1:
            parts.append(re.escape(rest[1]))
            index += 2
        else:
            parts.append(re.escape(rest[0]))
            index += 1
    return "".join(parts)


def _may_be_below(pattern: str, folder: str) -> bool:
    """Whether the pattern could match something below the folder; wildcards count as yes."""
    literal = re.split(r"[*?\[\\]", pattern, maxsplit=1)[0]
    return literal.startswith(f"{folder}/") or (
        folder.startswith(literal.rpartition("/")[0]) and literal != pattern
    )
