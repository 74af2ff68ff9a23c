"""Logging: log groups and logs."""
