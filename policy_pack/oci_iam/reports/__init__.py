"""How verdicts are written: one module a format. None of them judges."""
