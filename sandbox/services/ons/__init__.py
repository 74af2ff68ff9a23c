"""Notifications: topics and subscriptions."""
