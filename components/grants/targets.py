"""Where a connection ends: one class for each kind of thing that a function may use.

A target says what OCI's statements can confine, and what the function's code must know of it
(`environment`: the end of each variable's name, and its value), so that no OCID is typed into code.

Not for: what is granted on a target. `function_grants` says that.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Literal, Protocol

import pulumi

from components.grants.grant import Ref

Environment = Mapping[str, pulumi.Input[str]]


class Target(Protocol):
    """What every target has."""

    @property
    def compartment_id(self) -> str: ...
    @property
    def environment(self) -> Environment: ...


def id_of(ref: Ref) -> pulumi.Input[str]:
    """The OCID, known now or later."""
    return ref if isinstance(ref, str) else ref.id


@dataclass(frozen=True, kw_only=True)
class BucketTarget:
    """A bucket by name, in its compartment; with a `prefix`, its objects whose names begin so.

    Object Storage supplies no object's name for a request that lists, so whoever is confined to a prefix
    cannot list. Conditions are compared without regard to case.
    """

    name: str
    compartment_id: str
    namespace: str = ""
    prefix: str = ""

    @property
    def environment(self) -> Environment:
        said = {"BUCKET": self.name, "NAMESPACE": self.namespace}
        return said | ({"PREFIX": self.prefix} if self.prefix else {})


@dataclass(frozen=True, kw_only=True)
class ObjectTarget:
    """One object by its name, whichever of its versions."""

    bucket: str
    object: str
    compartment_id: str


@dataclass(frozen=True, kw_only=True)
class TopicTarget:
    """A Notifications topic, in its compartment. The topic itself cannot be named in a statement: Oracle's
    page "Details for Notifications" supports general variables only."""

    id: Ref
    compartment_id: str

    @property
    def environment(self) -> Environment:
        return {"TOPIC_ID": id_of(self.id)}


@dataclass(frozen=True, kw_only=True)
class QueueTarget:
    """A queue by OCID; `endpoint` is where its messages go, an address of its own."""

    id: Ref
    endpoint: pulumi.Input[str]
    compartment_id: str

    @property
    def environment(self) -> Environment:
        return {"QUEUE_ID": id_of(self.id), "ENDPOINT": self.endpoint}


@dataclass(frozen=True, kw_only=True)
class StreamTarget:
    """A stream by OCID; `endpoint` is where its messages go, its pool's address."""

    id: Ref
    endpoint: pulumi.Input[str]
    compartment_id: str

    @property
    def environment(self) -> Environment:
        return {"STREAM_ID": id_of(self.id), "ENDPOINT": self.endpoint}


@dataclass(frozen=True, kw_only=True)
class SecretTarget:
    """A Vault secret by OCID, in its compartment."""

    id: Ref
    compartment_id: str

    @property
    def environment(self) -> Environment:
        return {"SECRET_ID": id_of(self.id)}


@dataclass(frozen=True, kw_only=True)
class KeyTarget:
    """A Vault key by OCID; `endpoint` is its vault's cryptographic endpoint."""

    id: Ref
    endpoint: pulumi.Input[str]
    compartment_id: str

    @property
    def environment(self) -> Environment:
        return {"KEY_ID": id_of(self.id), "ENDPOINT": self.endpoint}


@dataclass(frozen=True, kw_only=True)
class TableTarget:
    """A NoSQL table by name, in its compartment."""

    name: str
    compartment_id: str

    @property
    def environment(self) -> Environment:
        return {"TABLE": self.name, "COMPARTMENT_ID": self.compartment_id}


@dataclass(frozen=True, kw_only=True)
class DatabaseTarget:
    """An Autonomous Database. Oracle's page "Details for Autonomous Database" has no variable for its OCID,
    so a grant reaches all of a compartment; `by_id` also asks for the OCID, as public policies do."""

    id: Ref
    compartment_id: str
    by_id: bool = False

    @property
    def environment(self) -> Environment:
        return {"DATABASE_ID": id_of(self.id)}


@dataclass(frozen=True, kw_only=True)
class LogTarget:
    """A custom log by OCID; the statement names its log group."""

    id: Ref
    group_id: Ref
    compartment_id: str

    @property
    def environment(self) -> Environment:
        return {"LOG_ID": id_of(self.id)}


@dataclass(frozen=True, kw_only=True)
class MetricsTarget:
    """A namespace of custom metrics, in one compartment."""

    namespace: str
    compartment_id: str

    @property
    def environment(self) -> Environment:
        return {"NAMESPACE": self.namespace, "COMPARTMENT_ID": self.compartment_id}


@dataclass(frozen=True, kw_only=True)
class FunctionTarget:
    """Another function; `endpoint` is its invoke endpoint."""

    function: Ref
    endpoint: pulumi.Input[str]
    compartment_id: str

    @property
    def environment(self) -> Environment:
        return {"FUNCTION_ID": id_of(self.function), "ENDPOINT": self.endpoint}


Service = Literal[
    "generative-ai-chat",
    "generative-ai-embeddings",
    "generative-ai-rerank",
    "language-detection",
    "language-sentiments",
    "language-entities",
    "language-key-phrases",
    "language-classification",
    "language-pii",
    "language-translation",
    "vision",
    "document-understanding",
    "document-understanding-jobs",
    "speech-transcription",
    "speech-synthesis",
]


GENERATIVE: Final[tuple[Service, ...]] = (
    "generative-ai-chat",
    "generative-ai-embeddings",
    "generative-ai-rerank",
)
"""Those that are given a model."""


@dataclass(frozen=True, kw_only=True)
class ServiceTarget:
    """An AI service, used in one compartment. None of them has a variable that names a target: which model
    of Generative AI is meant is for the code, and confines nothing.

    A model is served on demand (`model_id`) or by a dedicated cluster (`endpoint_id`), in a `region`.
    """

    service: Service
    compartment_id: str
    model_id: str = ""
    endpoint_id: str = ""
    region: str = ""

    @property
    def environment(self) -> Environment:
        said = {"COMPARTMENT_ID": self.compartment_id}
        if self.model_id:
            said["MODEL_ID"] = self.model_id
        if self.endpoint_id:
            said["ENDPOINT_ID"] = self.endpoint_id
        if self.model_id or self.endpoint_id:
            said["ENDPOINT"] = f"https://inference.generativeai.{self.region}.oci.oraclecloud.com"
        return said
