"""Reads access_matrix.txt, and makes what its rows speak of.

`Cell` is one question: may this principal do that? The answer stands in the file.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

FILE = Path(__file__).with_name("access_matrix.txt")
WHO = ("invoker", "developer", "auditor", "stranger", "function", "other", "rule", "gateway")


@dataclass(frozen=True)
class Row:
    """One operation: `name` may have a suffix that tells two requests for it apart; `refused` is the code of
    OCI's answer where a right is missing, empty for a HEAD request, whose answer has no body."""

    service: str
    name: str
    permissions: tuple[str, ...]
    about: str
    refused: str
    allowed: Mapping[str, bool]

    @property
    def id(self) -> str:
        """`Queue GetQueue`."""
        return f"{self.service} {self.name}"

    @property
    def operation(self) -> str:
        """Without the suffix."""
        return self.name.partition("-")[0]


def read() -> tuple[list[str], list[Row]]:
    """The statements and the rows. Raises `ValueError` for a line that is neither."""
    statements, rows, service = [], [], ""
    for line in FILE.read_text().splitlines():
        words = line.split()
        if not words or line.startswith("#") or words == ["refused", *WHO]:
            continue
        if words[0] == "Allow":
            statements.append(line)
        elif line.startswith("["):
            service = line.strip("[]")
        else:
            rows.append(_row(service, words))
    return statements, rows


def _row(service: str, words: list[str]) -> Row:
    name, permissions, about, refused, *cells = words
    if not service or len(cells) != len(WHO) or not set(cells) <= {"yes", "-"}:
        raise ValueError(f"{FILE.name}: {' '.join(words)}")
    return Row(
        service=service,
        name=name,
        permissions=() if permissions == "-" else tuple(permissions.split(",")),
        about=about,
        refused="" if refused == "-" else refused,
        allowed={who: cell == "yes" for who, cell in zip(WHO, cells, strict=True)},
    )
