"""Key Management."""
