"""Runs a function's image content as the real FDK process, and invokes it over its unix socket.

Does not build images, does not decide who may call, and does not know events: see `sandbox.events`.
"""
