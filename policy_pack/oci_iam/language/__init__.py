"""The text of statements: tokens, grammar, rendering, and what words mean. Judges nothing."""
