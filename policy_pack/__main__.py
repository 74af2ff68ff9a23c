"""Entry point of the policy pack: serves every rule to the engine that started it."""

from oci_functions_guard.start import start

start()
