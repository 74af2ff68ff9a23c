"""Functions. Here: the names of its resource types."""

from __future__ import annotations

APPLICATION = "oci:Functions/application:Application"
FUNCTION = "oci:Functions/function:Function"
INVOKE_FUNCTION = "oci:Functions/invokeFunction:InvokeFunction"
