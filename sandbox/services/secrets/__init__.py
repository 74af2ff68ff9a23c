"""Secret Retrieval: what a secret holds (`lookups.py`). The secrets themselves are those of Vault."""
