"""Verb x resource-type -> permissions, and the families, as data.

Each row says what a verb adds to the verbs before it (inspect < read < use < manage) and where that was
read. Rows exist for the functions types in full and for the types that components grant or escalation
rules ask about. What a type without a row stands for says `granted`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from types import MappingProxyType
from typing import NamedTuple

__all__ = [
    "ALL_RESOURCES",
    "FAMILIES",
    "FUNCTIONS_PERMISSIONS",
    "FUNCTIONS_REACH",
    "FUNCTIONS_TYPES",
    "ROWS",
    "VERBS",
    "Row",
    "permissions_of",
]

VERBS = ("inspect", "read", "use", "manage")
ALL_RESOURCES = "all-resources"


class Row(NamedTuple):
    """What each verb adds for one resource-type, and the Oracle page it stands on."""

    inspect: tuple[str, ...]
    read: tuple[str, ...]
    use: tuple[str, ...]
    manage: tuple[str, ...]
    source: str


def _row(inspect: str, read: str, use: str, manage: str, source: str) -> Row:
    """A row from names written behind one another."""
    return Row(tuple(inspect.split()), tuple(read.split()), tuple(use.split()), tuple(manage.split()), source)


_FUNCTIONS = "Details for Functions"
_OBJECTS = "Details for Object Storage, Archive Storage, and Data Transfer"
_IAM = "Details for IAM without Identity Domains"
_VAULT = "Details for the Vault Service"
_LOGGING = "Details for Logging"
_ONS = "Details for the Notifications Service"
_STREAMING = "Details for the Streaming Service"
_QUEUE = "Details for Queue"
_REGISTRY = "Details for Registry"
_EVENTS = "Details for the Events Service"
_GENAI = "Getting Access to Generative AI"
_NAME_ONLY = "type named by the service's policy page; permission name inferred from it"

ROWS: Mapping[str, Row] = MappingProxyType(
    {
        "fn-app": _row(
            "FN_APP_LIST", "FN_APP_READ", "", "FN_APP_CREATE FN_APP_DELETE FN_APP_UPDATE", _FUNCTIONS
        ),
        "fn-function": _row(
            "FN_FUNCTION_LIST",
            "FN_FUNCTION_READ",
            "",
            "FN_FUNCTION_CREATE FN_FUNCTION_DELETE FN_FUNCTION_UPDATE",
            _FUNCTIONS,
        ),
        "fn-invocation": _row("", "", "FN_INVOCATION", "", _FUNCTIONS),
        # What a function's dynamic group is granted.
        "objectstorage-namespaces": _row(
            "", "OBJECTSTORAGE_NAMESPACE_READ", "", "OBJECTSTORAGE_NAMESPACE_UPDATE", _OBJECTS
        ),
        "buckets": _row(
            "BUCKET_INSPECT",
            "BUCKET_READ",
            "BUCKET_UPDATE",
            "BUCKET_CREATE BUCKET_DELETE PAR_MANAGE RETENTION_RULE_MANAGE RETENTION_RULE_LOCK",
            _OBJECTS,
        ),
        "objects": _row(
            "OBJECT_INSPECT",
            "OBJECT_READ",
            "OBJECT_OVERWRITE",
            "OBJECT_CREATE OBJECT_DELETE OBJECT_VERSION_DELETE OBJECT_RESTORE OBJECT_UPDATE_TIER",
            _OBJECTS,
        ),
        "secret-bundles": _row("SECRET_BUNDLE_INSPECT", "SECRET_BUNDLE_READ", "", "", _VAULT),
        "secret-versions": _row(
            "SECRET_VERSION_INSPECT", "SECRET_VERSION_READ", "", "SECRET_VERSION_DELETE", _VAULT
        ),
        "secrets": _row(
            "SECRET_INSPECT",
            "SECRET_READ",
            "SECRET_UPDATE",
            "SECRET_CREATE SECRET_DELETE SECRET_MOVE SECRET_ROTATE",
            _VAULT,
        ),
        "vaults": _row(
            "VAULT_INSPECT",
            "VAULT_READ",
            "VAULT_CREATE_KEY VAULT_IMPORT_KEY VAULT_CREATE_SECRET",
            "VAULT_CREATE VAULT_UPDATE VAULT_DELETE VAULT_MOVE VAULT_BACKUP VAULT_RESTORE VAULT_REPLICATE",
            _VAULT,
        ),
        "keys": _row(
            "KEY_INSPECT",
            "KEY_READ",
            "KEY_ENCRYPT KEY_DECRYPT KEY_EXPORT KEY_SIGN KEY_VERIFY",
            "KEY_CREATE KEY_UPDATE KEY_ROTATE KEY_DELETE KEY_MOVE KEY_IMPORT KEY_BACKUP KEY_RESTORE",
            _VAULT,
        ),
        "key-delegate": _row("", "", "KEY_ASSOCIATE KEY_DISASSOCIATE", "", _VAULT),
        "log-groups": _row(
            "LOG_GROUP_INSPECT",
            "LOG_GROUP_READ",
            "LOG_GROUP_UPDATE",
            "LOG_GROUP_CREATE LOG_GROUP_DELETE",
            _LOGGING,
        ),
        "log-content": _row("", "LOG_CONTENT_READ", "LOG_CONTENT_PUSH", "", _LOGGING),
        "ons-topics": _row(
            "ONS_TOPIC_INSPECT",
            "ONS_TOPIC_READ",
            "ONS_TOPIC_PUBLISH ONS_TOPIC_SUBSCRIBE",
            "ONS_TOPIC_CREATE ONS_TOPIC_UPDATE ONS_TOPIC_DELETE ONS_TOPIC_MOVE",
            _ONS,
        ),
        "ons-subscriptions": _row(
            "ONS_SUBSCRIPTION_INSPECT",
            "ONS_SUBSCRIPTION_READ",
            "ONS_SUBSCRIPTION_UPDATE",
            "ONS_SUBSCRIPTION_CREATE ONS_SUBSCRIPTION_DELETE ONS_SUBSCRIPTION_MOVE",
            _ONS,
        ),
        "streams": _row(
            "STREAM_INSPECT",
            "STREAM_READ",
            "STREAM_UPDATE",
            "STREAM_CREATE STREAM_DELETE STREAM_MOVE",
            _STREAMING,
        ),
        "stream-push": _row("", "", "STREAM_PRODUCE", "", _STREAMING),
        "stream-pull": _row("", "", "STREAM_CONSUME", "", _STREAMING),
        "queues": _row(
            "QUEUE_INSPECT", "QUEUE_READ", "QUEUE_UPDATE", "QUEUE_CREATE QUEUE_DELETE QUEUE_MOVE", _QUEUE
        ),
        "queue-push": _row("", "", "QUEUE_PRODUCE", "", _QUEUE),
        "queue-pull": _row("", "", "QUEUE_CONSUME", "", _QUEUE),
        "apm-domains": _row(
            "APM_DOMAIN_INSPECT",
            "APM_DOMAIN_READ",
            "APM_DOMAIN_UPDATE",
            "APM_DOMAIN_CREATE APM_DOMAIN_DELETE APM_DOMAIN_MOVE",
            "Details for Application Performance Monitoring",
        ),
        "generative-ai-chat": _row("", "", "GENERATIVE_AI_CHAT", "", _GENAI),
        "generative-ai-text-embedding": _row("", "", "GENERATIVE_AI_TEXT_EMBED", "", _GENAI),
        "generative-ai-text-rerank": _row("", "", "GENERATIVE_AI_TEXT_RERANK", "", _GENAI),
        "generative-ai-text-generation": _row("", "", "GENERATIVE_AI_TEXT_GENERATE", "", _GENAI),
        "generative-ai-text-summarization": _row("", "", "GENERATIVE_AI_TEXT_SUMMARIZE", "", _GENAI),
        "ai-service-vision-analyze-image": _row("", "", "AI_SERVICE_VISION_ANALYZE_IMAGE", "", _NAME_ONLY),
        "ai-service-vision-analyze-document": _row(
            "", "", "AI_SERVICE_VISION_ANALYZE_DOCUMENT", "", _NAME_ONLY
        ),
        "ai-service-document-analyze-document": _row(
            "", "", "AI_SERVICE_DOCUMENT_ANALYZE_DOCUMENT", "", _NAME_ONLY
        ),
        "ai-service-language-entities": _row("", "", "AI_SERVICE_LANGUAGE_ENTITIES", "", _NAME_ONLY),
        "ai-service-language-dominant-language": _row(
            "", "", "AI_SERVICE_LANGUAGE_DOMINANT_LANGUAGE", "", _NAME_ONLY
        ),
        "ai-service-language-sentiments": _row("", "", "AI_SERVICE_LANGUAGE_SENTIMENTS", "", _NAME_ONLY),
        "ai-service-language-keyphrases": _row("", "", "AI_SERVICE_LANGUAGE_KEYPHRASES", "", _NAME_ONLY),
        "ai-service-language-text-classification": _row(
            "", "", "AI_SERVICE_LANGUAGE_TEXT_CLASSIFICATION", "", _NAME_ONLY
        ),
        "ai-service-language-pii-entities": _row("", "", "AI_SERVICE_LANGUAGE_PII_ENTITIES", "", _NAME_ONLY),
        "ai-service-language-translation": _row("", "", "AI_SERVICE_LANGUAGE_TRANSLATION", "", _NAME_ONLY),
        "ai-service-speech-synthesize": _row("", "", "AI_SERVICE_SPEECH_SYNTHESIZE", "", _NAME_ONLY),
        # What escalation rules ask about.
        "repos": _row(
            "REPOSITORY_INSPECT",
            "REPOSITORY_READ",
            "REPOSITORY_UPDATE",
            "REPOSITORY_CREATE REPOSITORY_DELETE REPOSITORY_MANAGE",
            _REGISTRY,
        ),
        "policies": _row("POLICY_READ", "", "", "POLICY_CREATE POLICY_UPDATE POLICY_DELETE", _IAM),
        "groups": _row("GROUP_INSPECT", "", "GROUP_UPDATE", "GROUP_CREATE GROUP_DELETE", _IAM),
        "users": _row(
            "USER_INSPECT",
            "USER_READ",
            "USER_UPDATE",
            "USER_CREATE USER_DELETE USER_UNBLOCK USER_APIKEY_ADD USER_APIKEY_REMOVE"
            " USER_UIPASS_SET USER_UIPASS_RESET"
            " USER_AUTHTOKEN_ADD USER_AUTHTOKEN_REMOVE USER_SECRETKEY_ADD USER_SECRETKEY_REMOVE",
            _IAM,
        ),
        "dynamic-groups": _row(
            "DYNAMIC_GROUP_INSPECT",
            "",
            "DYNAMIC_GROUP_UPDATE",
            "DYNAMIC_GROUP_CREATE DYNAMIC_GROUP_DELETE",
            _IAM,
        ),
        "compartments": _row(
            "COMPARTMENT_INSPECT",
            "COMPARTMENT_READ",
            "COMPARTMENT_UPDATE",
            "COMPARTMENT_CREATE COMPARTMENT_DELETE COMPARTMENT_RECOVER",
            _IAM,
        ),
        "tag-namespaces": _row(
            "TAG_NAMESPACE_INSPECT",
            "TAG_NAMESPACE_READ",
            "TAG_NAMESPACE_USE",
            "TAG_NAMESPACE_CREATE TAG_NAMESPACE_UPDATE TAG_NAMESPACE_MOVE TAG_NAMESPACE_DELETE",
            _IAM,
        ),
        "cloudevents-rules": _row(
            "EVENTRULE_LIST",
            "EVENTRULE_READ",
            "",
            "EVENTRULE_CREATE EVENTRULE_DELETE EVENTRULE_MODIFY",
            _EVENTS,
        ),
    }
)

_AI = ("vision", "document", "language", "speech")

FAMILIES: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "functions-family": ("fn-app", "fn-function", "fn-invocation"),
        "object-family": ("objectstorage-namespaces", "buckets", "objects"),
        "secret-family": ("secrets", "secret-versions", "secret-bundles"),
        "ons-family": ("ons-topics", "ons-subscriptions"),
        "stream-family": ("streams", "stream-push", "stream-pull"),
        "queues-family": ("queues", "queue-push", "queue-pull"),
        "logging-family": ("log-groups", "log-content"),
        "generative-ai-family": (
            "generative-ai-chat",
            "generative-ai-text-embedding",
            "generative-ai-text-rerank",
        ),
        **{
            f"ai-service-{service}-family": tuple(
                name for name in ROWS if name.startswith(f"ai-service-{service}-")
            )
            for service in _AI
        },
    }
)
"""Members of each family as far as they have rows; only ``functions-family`` is complete."""

FUNCTIONS_TYPES = frozenset(FAMILIES["functions-family"]) | {"functions-family", ALL_RESOURCES}

FUNCTIONS_PERMISSIONS = frozenset(
    name for member in FAMILIES["functions-family"] for names in ROWS[member][:4] for name in names
)
"""Every permission of the Functions service, the harmless ones too."""

FUNCTIONS_REACH = frozenset(
    {
        "FN_INVOCATION",
        "FN_FUNCTION_CREATE",
        "FN_FUNCTION_UPDATE",
        "FN_FUNCTION_DELETE",
        "FN_APP_CREATE",
        "FN_APP_UPDATE",
        "FN_APP_DELETE",
    }
)
"""The permissions (F in the design) by which a function can be run, changed or removed."""


def permissions_of(verb: str, resource: str) -> frozenset[str]:
    """All permissions known for a verb on a resource-type, a family or ``all-resources``; empty for other
    types."""
    if verb not in VERBS:
        return frozenset()
    members: Iterable[str] = ROWS if resource == ALL_RESOURCES else FAMILIES.get(resource, (resource,))
    upto = VERBS.index(verb) + 1
    return frozenset(
        name for member in members if member in ROWS for names in ROWS[member][:upto] for name in names
    )
