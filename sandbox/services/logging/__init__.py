"""Logging. Here: the names of its resource types.

entries     what logs hold: `record`, `after` (for connectors), `between`
invoke_log  what functions print, in the invoke log of their application
search      the query language: what of it is taken
"""

from __future__ import annotations

LOG = "oci:Logging/log:Log"
LOG_GROUP = "oci:Logging/logGroup:LogGroup"
