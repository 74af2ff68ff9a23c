"""Archives of code for OCI Functions, byte for byte the same on every machine that builds one.

    folder ─► files ──────────────────────────────► function/ ┐
    requirements.txt ─► those of the runtime ─► wheels ─► python/ ┴─► zip ─► digest

Not for: what a function is made with (`components.function_archive`).
"""
