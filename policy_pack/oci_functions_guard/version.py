"""The version of the distribution `oci-functions-guard`, which holds this package and `oci_iam`.

The one place that states it: the build, the answers to the engine and the release workflow read it here.
"""

from typing import Final

__all__ = ["VERSION"]

VERSION: Final = "0.1.0"
