"""The stand-in providers, as the tests of the sandbox ask them."""

from tests.sandbox.conftest import connect, folder, oci

__all__ = ["connect", "folder", "oci"]
