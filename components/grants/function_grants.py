"""What a running function may do: a method for each intent, a statement or two for each of its targets.

Each statement is the narrowest that Oracle documents for the intent, or that public policies use; where the
two differ, the method's docstring says which it is.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Literal

import pulumi_oci as oci

from components.grants.grant import Grant, Principal, StartsWith, Values, dynamic_group, this_function
from components.grants.targets import (
    BucketTarget,
    DatabaseTarget,
    FunctionTarget,
    KeyTarget,
    LogTarget,
    MetricsTarget,
    QueueTarget,
    SecretTarget,
    Service,
    ServiceTarget,
    StreamTarget,
    TableTarget,
    TopicTarget,
)

Verb = Literal["inspect", "read", "use", "manage"]


@dataclass(frozen=True, kw_only=True)
class FunctionIdentity:
    """A function as a principal: by its own OCID, or by the dynamic group that holds exactly it."""

    function: oci.functions.Function
    compartment_id: str
    dynamic_group: oci.identity.DynamicGroup | None = None

    @property
    def principal(self) -> Principal:
        """The subject of its statements."""
        if self.dynamic_group is not None:
            return dynamic_group(self.dynamic_group)
        return this_function(self.function)


# Pages "Getting Access to Generative AI" and the policies pages of Language, Vision, Document Understanding
# and Speech, which document the verb here. Vision and synchronous Document Understanding have a family only.
_OF_SERVICE: Final[Mapping[Service, tuple[tuple[Verb, str], ...]]] = {
    "generative-ai-chat": (("use", "generative-ai-chat"),),
    "generative-ai-embeddings": (("use", "generative-ai-text-embedding"),),
    "generative-ai-rerank": (("use", "generative-ai-text-rerank"),),
    "language-detection": (("use", "ai-service-dominant-language"),),
    "language-sentiments": (("use", "ai-service-language-sentiments"),),
    "language-entities": (("use", "ai-service-language-entities"),),
    "language-key-phrases": (("use", "ai-service-language-keyphrases"),),
    "language-classification": (("use", "ai-service-language-text-classification"),),
    "language-pii": (("use", "ai-service-language-pii-entities"),),
    "language-translation": (("use", "ai-service-language-translation"),),
    "vision": (("use", "ai-service-vision-family"),),
    "document-understanding": (("use", "ai-service-document-family"),),
    "document-understanding-jobs": (
        ("use", "ai-service-document-family"),
        ("manage", "ai-service-document-processor-job"),
    ),
    "speech-transcription": (("manage", "ai-service-speech-transcription-job"),),
    "speech-synthesis": (("manage", "ai-service-speech-synthesize"),),
}


@dataclass(frozen=True)
class FunctionGrants:
    """What a running function may do: each method is one statement for it."""

    source: FunctionIdentity

    def to_read(self, target: BucketTarget | SecretTarget | TableTarget | DatabaseTarget) -> Grant:
        """Read and list the objects of a bucket (with a prefix: read), read the current and past contents of
        a secret or the rows of a table, or download the wallet of a database; change nothing."""
        match target:
            case BucketTarget():
                return self._grant("read", "objects", target.compartment_id, _objects(target))
            case SecretTarget():
                return self._grant(
                    "read", "secret-bundles", target.compartment_id, {"target.secret.id": target.id}
                )
            case TableTarget():
                return self._grant("read", "nosql-rows", target.compartment_id, _table(target))
            case DatabaseTarget():
                named: dict[str, Values] = (
                    {"target.autonomous-database.id": target.id} if target.by_id else {}
                )
                wallet: dict[str, Values] = {"request.permission": "AUTONOMOUS_DATABASE_CONTENT_READ"}
                return self._grant("read", "autonomous-databases", target.compartment_id, named | wallet)

    def to_list(self, target: BucketTarget) -> Grant:
        """List the names of a bucket's objects, and see that one is there; read none."""
        return self._grant("inspect", "objects", target.compartment_id, _objects(target))

    def to_write(self, target: BucketTarget | TableTarget) -> Grant:
        """Create and overwrite objects, neither delete them nor share them by a request URL; or read, insert
        and update rows, and delete none."""
        match target:
            case BucketTarget():
                permissions = ("OBJECT_CREATE", "OBJECT_OVERWRITE")
                conditions: dict[str, Values] = {**_objects(target), "request.permission": permissions}
                return self._grant("manage", "objects", target.compartment_id, conditions)
            case TableTarget():
                return self._grant("use", "nosql-rows", target.compartment_id, _table(target))

    def to_push(self, target: QueueTarget | StreamTarget | LogTarget) -> Grant:
        """Send messages to a queue or stream and receive none, or write to the logs of a group and read none.

        For queues the type is documented and its variable is public. For streams Oracle's page has the
        variable for `streams`, so this type is used with the one permission.
        """
        match target:
            case QueueTarget():
                return self._grant("use", "queue-push", target.compartment_id, {"target.queue.id": target.id})
            case StreamTarget():
                return self._stream(target, "STREAM_PRODUCE")
            case LogTarget():
                push: dict[str, Values] = {"request.permission": "LOG_CONTENT_PUSH"}
                group: dict[str, Values] = {"target.loggroup.id": target.group_id}
                return self._grant("use", "log-content", target.compartment_id, group | push)

    def to_pull(self, target: QueueTarget | StreamTarget) -> Grant:
        """Receive messages of a queue or stream, and of a queue delete and hold them; send none."""
        match target:
            case QueueTarget():
                return self._grant("use", "queue-pull", target.compartment_id, {"target.queue.id": target.id})
            case StreamTarget():
                return self._stream(target, "STREAM_CONSUME")

    def to_publish(self, target: TopicTarget) -> Grant:
        """Publish to topics of one compartment; neither subscribe to them nor read them."""
        return self._grant(
            "use", "ons-topics", target.compartment_id, {"request.permission": "ONS_TOPIC_PUBLISH"}
        )

    def to_encrypt(self, target: KeyTarget) -> Grant:
        """Encrypt with one key, data keys included; neither decrypt nor export it."""
        return self._key(target, "KEY_ENCRYPT")

    def to_decrypt(self, target: KeyTarget) -> Grant:
        """Decrypt with one key; neither encrypt nor export it."""
        return self._key(target, "KEY_DECRYPT")

    def to_post(self, target: MetricsTarget) -> Grant:
        """Post metrics of one namespace; neither read them nor those of other namespaces."""
        conditions: dict[str, Values] = {
            "target.metrics.namespace": target.namespace,
            "request.permission": "METRIC_WRITE",
        }
        return self._grant("use", "metrics", target.compartment_id, conditions)

    def to_invoke(self, target: FunctionTarget) -> Grant:
        """Invoke exactly one other function; neither read nor change it."""
        return self._grant(
            "use", "fn-invocation", target.compartment_id, {"target.function.id": target.function}
        )

    def to_use(self, target: ServiceTarget) -> tuple[Grant, ...]:
        """Call one AI service, or one task of it."""
        return tuple(
            self._grant(verb, resource, target.compartment_id, {})
            for verb, resource in _OF_SERVICE[target.service]
        )

    def _stream(self, target: StreamTarget, permission: str) -> Grant:
        conditions: dict[str, Values] = {"target.stream.id": target.id, "request.permission": permission}
        return self._grant("use", "streams", target.compartment_id, conditions)

    def _key(self, target: KeyTarget, permission: str) -> Grant:
        conditions: dict[str, Values] = {"target.key.id": target.id, "request.permission": permission}
        return self._grant("use", "keys", target.compartment_id, conditions)

    def _grant(self, verb: Verb, resource: str, scope: str, to: Mapping[str, Values]) -> Grant:
        return Grant(
            principal=self.source.principal, verb=verb, resource=resource, scope=scope, confined_to=to
        )


def _objects(target: BucketTarget) -> dict[str, Values]:
    named: dict[str, Values] = {"target.bucket.name": target.name}
    return named | ({"target.object.name": StartsWith(target.prefix)} if target.prefix else {})


def _table(target: TableTarget) -> dict[str, Values]:
    return {"target.nosql-table.name": target.name}
