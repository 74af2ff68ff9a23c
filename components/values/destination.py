"""What the names, OCIDs and addresses of a connection's destination must look like; see `limits`.

Sources: Oracle's pages on managing topics, streams and NoSQL tables, "Publishing Custom Metrics", and
"Object Naming" with "Conditions" for what a pattern of a statement can hold.
"""

from __future__ import annotations

import re

from components.values.limits import ocid, shown

_RESOURCE = re.compile(r"[A-Za-z0-9_-]{1,200}")
_PREFIX = re.compile(r"[A-Za-z0-9._-][A-Za-z0-9._/-]{0,199}")
_TABLE = re.compile(r"[A-Za-z][A-Za-z0-9_.:-]{0,254}")
_METRICS = re.compile(r"(?!oci_)(?!oracle_)[a-z][A-Za-z0-9_]{0,254}")
_ENDPOINT = re.compile(r"https://([a-z0-9]([a-z0-9-]*[a-z0-9])?\.)+[a-z]{2,}")


def resource_name(value: str) -> str:
    """Name of a topic, a queue or a stream that is created."""
    if not _RESOURCE.fullmatch(value):
        raise ValueError(f"{shown(value)} is not a name of 1 to 200 letters, digits, hyphens or underscores")
    return value


def object_prefix(value: str) -> str:
    """What names of objects begin with, as a pattern of a statement can hold it."""
    if not _PREFIX.fullmatch(value):
        raise ValueError(
            f"{shown(value)} is not a prefix of 1 to 200 letters, digits, periods, hyphens, underscores or "
            "slashes that begins with no slash, and no star"
        )
    return value


def table(value: str) -> str:
    """Name of a NoSQL table, child tables included (`parent.child`)."""
    if not _TABLE.fullmatch(value):
        raise ValueError(f"{shown(value)} is not a NoSQL table's name")
    return value


def metrics_namespace(value: str) -> str:
    """A namespace of custom metrics; those of Oracle's services cannot be posted to."""
    if not _METRICS.fullmatch(value):
        raise ValueError(
            f"{shown(value)} is not a namespace of letters, digits and underscores that begins with a "
            "lower-case letter, and neither with oci_ nor with oracle_"
        )
    return value


def endpoint(value: str) -> str:
    """The address of a service: https and a host, nothing after it."""
    if not _ENDPOINT.fullmatch(value):
        raise ValueError(
            f"{shown(value)} is not an address such as https://host.example.com, with nothing after it"
        )
    return value


def topic(value: str) -> str:
    """OCID of a Notifications topic."""
    return ocid(value, "onstopic")


def queue(value: str) -> str:
    """OCID of a queue."""
    return ocid(value, "queue")


def stream(value: str) -> str:
    """OCID of a stream."""
    return ocid(value, "stream")


def secret(value: str) -> str:
    """OCID of a Vault secret."""
    return ocid(value, "vaultsecret")


def key(value: str) -> str:
    """OCID of a Vault key."""
    return ocid(value, "key")


def database(value: str) -> str:
    """OCID of an Autonomous Database."""
    return ocid(value, "autonomousdatabase")


def log(value: str) -> str:
    """OCID of a log."""
    return ocid(value, "log")


def log_group(value: str) -> str:
    """OCID of a log group."""
    return ocid(value, "loggroup")


# What Connector Hub calls the audit log of a compartment, and the same with the compartments below it.
AUDIT = ("_Audit", "_Audit_Include_Subcompartment")


def watched_logs(value: str) -> str:
    """OCID of a log group, or the audit log, which is in none."""
    if value in AUDIT:
        return value
    if not value.startswith("ocid1."):
        raise ValueError(f"{shown(value)} is not an OCID (ocid1.loggroup.…), nor {' or '.join(AUDIT)}")
    return log_group(value)


def function(value: str) -> str:
    """OCID of a function."""
    return ocid(value, "fnfunc")


_MODEL = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*\.[a-z0-9]+([._-][a-z0-9]+)*")


def model(value: str) -> str:
    """A model of Generative AI that is served on demand: its name (`vendor.model`) or its OCID."""
    if value.startswith("ocid1."):
        return ocid(value, "generativeaimodel")
    if not _MODEL.fullmatch(value):
        raise ValueError(
            f"{shown(value)} is neither a model's name such as cohere.command-a-03-2025 nor its OCID"
        )
    return value


def model_endpoint(value: str) -> str:
    """An endpoint of Generative AI on a dedicated cluster."""
    return ocid(value, "generativeaiendpoint")
