"""REST operations of Vault: secrets, and what they hold. Keys are `sandbox.services.kms`."""

from __future__ import annotations

from sandbox.services.vault import bundles, secrets

ENDPOINTS = (bundles.SERVICE, secrets.SERVICE)
