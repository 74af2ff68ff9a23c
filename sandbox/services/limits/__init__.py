"""Limits, Quotas and Usage: what a tenancy may have (`lookups.py`)."""
