"""What a Dockerfile makes of a build context: files, requirements, environment, entry point.

    dockerfile ─► recipe (stages followed, nothing run) ─► assembly (the files, in a folder)

Starts nothing and installs nothing: see `sandbox.runner`.
"""
