"""The components for other languages: plain ids and flat arguments in, components out.

A program names this folder as a package and gets a few resource types of it (`resources.TYPES`). Their
arguments are the options of `components`, which are read from there, never repeated here.

Not for: Python programs. They construct `components` themselves and keep typed objects.
"""
