"""NoSQL. Here: the names of its resource types."""

from __future__ import annotations

TABLE = "oci:Nosql/table:Table"
