"""Email Delivery. Here: the names of its resource types."""

from __future__ import annotations

DKIM = "oci:Email/dkim:Dkim"
DOMAIN = "oci:Email/emailDomain:EmailDomain"
