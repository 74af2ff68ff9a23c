"""How verdicts are written: one module per format. None of them judges."""
