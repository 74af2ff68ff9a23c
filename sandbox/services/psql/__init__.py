"""Database with PostgreSQL. Here: the names of its resource types."""

from __future__ import annotations

DB_SYSTEM = "oci:Psql/dbSystem:DbSystem"
