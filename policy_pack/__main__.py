"""Entry point of the policy pack: serves every rule of `guard` to the engine that started it."""

from guard.server import serve

serve()
