"""The version of the distribution `oci-functions-sandbox`; that of the policy pack it is released with."""

from __future__ import annotations

VERSION = "0.1.0"
