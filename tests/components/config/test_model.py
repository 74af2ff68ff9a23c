"""The sections of the config: each of their options is described, and reaches what is registered."""

from __future__ import annotations

import json
from copy import deepcopy
from typing import Any

import pytest

from components.config.page import rows
from tests.components.config.stack_files import DIGEST, EVENT

GROUP, USER = "ocid1.group.oc1..people", "ocid1.user.oc1..person"
REFERENCE = "fra.ocir.io/axsample/team/responder:7"
OBJECT = "com.oraclecloud.objectstorage.createobject"
RULE = {"variables": ["ARGS"], "operator": "@detectSQLi", "msg": "m"}
TEMPLATE = 'SecRule ARGS "x" "id: {{id_1}}, ctl:ruleEngine={{mode}}"'
APPLICATION, FUNCTION, TRIGGER, EDGE = "application", "functions.f", "functions.f.triggers.t", "edge"
USES = "functions.f.connections.u"
ARCHIVE, SAMPLES = "functions.f.source.archive", "tests/components/archives/samples"
ARCHIVED = {"bucket": "code", "name": "a.zip", "version": "v"}
GIVEN = {f"{FUNCTION}.image": {"reference": REFERENCE, "digest": DIGEST}}
TRIGGERED: dict[str, Any] = {TRIGGER: {"event_types": [EVENT]}}
WATCHED: dict[str, Any] = {TRIGGER: {"event_types": [OBJECT], "bucket": {"name": "b"}}}
EDGED = {EDGE: {"domain": "a.example.com", "origin": "b.example.com", "rules": {"r": {"rules": [RULE]}}}}

JWKS = "https://idcs-0a.identity.oraclecloud.com/admin/v1/SigningCert/jwk"
PEM = "-----BEGIN PUBLIC KEY-----\n{}\n-----END PUBLIC KEY-----\n"
ROUTE = {"path": "/a", "function": "f"}
FRONT: dict[str, Any] = {"api": {"jwt": {"audiences": ["a"], "jwks_uri": JWKS}, "routes": {"r": ROUTE}}}
STATIC: dict[str, Any] = {
    "api": {**FRONT["api"], "jwt": {"audiences": ["a"], "keys": {"k": PEM.format("A")}}}
}
CROSS: dict[str, Any] = {**FRONT, "api.cors": {"allowed_origins": ["https://a.example.com"]}}
BALANCER = "ocid1.loadbalancer.oc1..{}"
FIREWALL: dict[str, Any] = {**FRONT, "api.endpoint_type": "PRIVATE"}
FIREWALLED: dict[str, Any] = {**FIREWALL, "api.waf": {"load_balancer_id": BALANCER.format("a")}}
MODEL_EDGE: dict[str, Any] = {**EDGED, "edge.ai_endpoint": {}}
OWN_NAME = {"certificate_id": "ocid1.certificate.oc1..a", "domain": "api.example.com"}
OWN: dict[str, Any] = {"api": {**FRONT["api"], **OWN_NAME}}

Settings = dict[str, Any]


def _grouped(role: str) -> dict[str, tuple[Settings, Settings]]:
    here = f"{FUNCTION}.access.{role}"
    return {
        here: ({}, {here: {}}),
        f"{here}.existing_id": ({here: {}}, {f"{here}.existing_id": GROUP}),
        f"{here}.existing_name": ({here: {}}, {f"{here}.existing_name": "Them"}),
        f"{here}.members": ({here: {}}, {f"{here}.members": [USER]}),
    }


ELSEWHERE = "ocid1.compartment.oc1..elsewhere"
QUEUE = {"existing_id": "ocid1.queue.oc1..a", "endpoint": "https://a.example.com"}
STREAM = {"existing_id": "ocid1.stream.oc1..a", "endpoint": "https://a.example.com"}
OTHER = {"existing_id": "ocid1.fnfunc.oc1..a", "endpoint": "https://a.example.com"}
KEY = {"id": "ocid1.key.oc1..a", "endpoint": "https://a.example.com"}
LOG = {"id": "ocid1.log.oc1..a", "group_id": "ocid1.loggroup.oc1..a"}
BUCKET = {"name": "b", "existing": True}
ENDPOINT = "ocid1.generativeaiendpoint.oc1..a"
# For each destination of each intent: one, and for each of its keys another value.
DESTINATIONS: dict[str, tuple[Settings, Settings]] = {
    "read.bucket": (BUCKET, {"name": "c", "existing": False, "prefix": "p/"}),
    "list.bucket": (BUCKET, {"name": "c", "existing": False}),
    "write.bucket": (BUCKET, {"name": "c", "existing": False, "prefix": "p/"}),
    "read.secret": ({"id": "ocid1.vaultsecret.oc1..a"}, {"id": "ocid1.vaultsecret.oc1..b"}),
    "read.table": ({"name": "t"}, {"name": "u"}),
    "write.table": ({"name": "t"}, {"name": "u"}),
    "read.wallet": (
        {"id": "ocid1.autonomousdatabase.oc1..a"},
        {"id": "ocid1.autonomousdatabase.oc1..b", "by_id": True},
    ),
    "push.queue": (QUEUE, {"existing_id": "ocid1.queue.oc1..b", "endpoint": "https://b.example.com"}),
    "pull.queue": (QUEUE, {"existing_id": "ocid1.queue.oc1..b", "endpoint": "https://b.example.com"}),
    "push.stream": (STREAM, {"existing_id": "ocid1.stream.oc1..b", "endpoint": "https://b.example.com"}),
    "pull.stream": (STREAM, {"existing_id": "ocid1.stream.oc1..b", "endpoint": "https://b.example.com"}),
    "push.log": (LOG, {"id": "ocid1.log.oc1..b", "group_id": "ocid1.loggroup.oc1..b"}),
    "publish.topic": ({"existing_id": "ocid1.onstopic.oc1..a"}, {"existing_id": "ocid1.onstopic.oc1..b"}),
    "encrypt.key": (KEY, {"id": "ocid1.key.oc1..b", "endpoint": "https://b.example.com"}),
    "decrypt.key": (KEY, {"id": "ocid1.key.oc1..b", "endpoint": "https://b.example.com"}),
    "post.metrics": ({"namespace": "a"}, {"namespace": "b"}),
    "invoke.function": (OTHER, {"existing_id": "ocid1.fnfunc.oc1..b", "endpoint": "https://b.example.com"}),
}
CREATED = ("push.queue", "pull.queue", "push.stream", "pull.stream", "publish.topic")


def _connected() -> dict[str, tuple[Settings, Settings]]:
    found: dict[str, tuple[Settings, Settings]] = {}
    for path, (said, others) in DESTINATIONS.items():
        base: Settings = {f"{USES}.{path}": said}
        found[path.partition(".")[0]] = ({}, base)
        found[path] = ({}, base)
        elsewhere = {} if path == "post.metrics" else {"compartment_id": ELSEWHERE}
        for key, value in {**others, **elsewhere}.items():
            found[f"{path}.{key}"] = (base, {f"{USES}.{path}.{key}": value})
    for path in CREATED:
        found[f"{path}.name"] = ({f"{USES}.{path}": {"name": "n"}}, {f"{USES}.{path}.name": "m"})
    two: Settings = {f"functions.{key}": {} for key in ("g", "h")} | {"primary": "f"}
    found["invoke.function.name"] = (
        {**two, f"{USES}.invoke.function": {"name": "g"}},
        {f"{USES}.invoke.function.name": "h"},
    )
    found["use"] = ({f"{USES}.use": "vision"}, {f"{USES}.use": "speech-transcription"})
    served = {f"{USES}.use": {"service": "generative-ai-chat", "model_id": "cohere.a"}}
    dedicated = {f"{USES}.use": {"service": "generative-ai-chat", "endpoint_id": ENDPOINT}}
    found |= {
        "use.service": (served, {f"{USES}.use.service": "generative-ai-rerank"}),
        "use.compartment_id": (served, {f"{USES}.use.compartment_id": ELSEWHERE}),
        "use.model_id": (served, {f"{USES}.use.model_id": "cohere.b"}),
        "use.endpoint_id": (dedicated, {f"{USES}.use.endpoint_id": ENDPOINT + "b"}),
        "use.region": (served, {f"{USES}.use.region": "us-chicago-1"}),
    }
    return {f"functions.<name>.connections.<name>.{key}": value for key, value in found.items()}


def _fronted() -> dict[str, tuple[Settings, Settings]]:
    """The API with its routes, tokens, policies and firewall."""
    endpoint = {
        "methods": ["PUT"],
        "content_types": ["text/plain"],
        "max_body_in_bytes": 1024,
    }
    values: dict[str, tuple[Settings, Settings]] = {
        "path_prefix": (FRONT, {"path_prefix": "/v1"}),
        "endpoint_type": (FRONT, {"endpoint_type": "PRIVATE"}),
        "network_security_group_ids": (
            FRONT,
            {"network_security_group_ids": ["ocid1.networksecuritygroup.oc1..a"]},
        ),
        "certificate_id": (OWN, {"certificate_id": "ocid1.certificate.oc1..b"}),
        "domain": (OWN, {"domain": "other.example.com"}),
        "gateway_grant": (FRONT, {"gateway_grant": "documented"}),
        "log_retention_in_days": (FRONT, {"log_retention_in_days": 60}),
        "execution_log_level": (FRONT, {"execution_log_level": "ERROR"}),
        "subnet_id": (FRONT, {"subnet_id": "ocid1.subnet.oc1..other"}),
        "routes": (FRONT, {"routes.s": {**ROUTE, "path": "/b"}}),
        "routes.<name>.path": (FRONT, {"routes.r.path": "/b"}),
        "routes.<name>.methods": (FRONT, {"routes.r.methods": ["GET"]}),
        "routes.<name>.scopes": (FRONT, {"routes.r.scopes": ["s"]}),
        "routes.<name>.anonymous": (FRONT, {"routes.r.anonymous": True}),
        "routes.<name>.content_types": (FRONT, {"routes.r.content_types": ["text/plain"]}),
        "routes.<name>.body_required": (FRONT, {"routes.r.body_required": True}),
        "routes.<name>.required_headers": (FRONT, {"routes.r.required_headers": ["X-A"]}),
        "routes.<name>.required_query_parameters": (FRONT, {"routes.r.required_query_parameters": ["q"]}),
        "routes.<name>.function": (
            {**FRONT, "functions.g": {}, "primary": "f"},
            {"routes.r.function": "g"},
        ),
        "jwt": (FRONT, {"jwt.audiences": ["b"]}),
        "jwt.audiences": (FRONT, {"jwt.audiences": ["b"]}),
        "jwt.issuers": (FRONT, {"jwt.issuers": ["https://a.example.com"]}),
        "jwt.jwks_uri": (FRONT, {"jwt.jwks_uri": "https://a.example.com/jwks"}),
        "jwt.keys": (STATIC, {"jwt.keys": {"k": PEM.format("B")}}),
        "jwt.max_cache_in_hours": (FRONT, {"jwt.max_cache_in_hours": 2}),
        "jwt.max_clock_skew_in_seconds": (FRONT, {"jwt.max_clock_skew_in_seconds": 5}),
        "jwt.claims": (FRONT, {"jwt.claims": {"plant": ["north"]}}),
        "rate_limit": (FRONT, {"rate_limit": {"requests_per_second": 5}}),
        "rate_limit.requests_per_second": (FRONT, {"rate_limit.requests_per_second": 5}),
        "rate_limit.per": (FRONT, {"rate_limit.per": "TOTAL"}),
        "cors": (FRONT, {"cors": {"allowed_origins": ["*"]}}),
        "cors.allowed_origins": (CROSS, {"cors.allowed_origins": ["*"]}),
        "cors.allowed_methods": (CROSS, {"cors.allowed_methods": ["GET"]}),
        "cors.allowed_headers": (CROSS, {"cors.allowed_headers": ["X-A"]}),
        "cors.exposed_headers": (CROSS, {"cors.exposed_headers": ["X-A"]}),
        "cors.allow_credentials": (CROSS, {"cors.allow_credentials": True}),
        "cors.max_age_in_seconds": (CROSS, {"cors.max_age_in_seconds": 60}),
        "waf": (FIREWALL, {"waf": {"load_balancer_id": BALANCER.format("a")}}),
        "waf.load_balancer_id": (FIREWALLED, {"waf.load_balancer_id": BALANCER.format("b")}),
        "waf.mode": (FIREWALLED, {"waf.mode": "BLOCK"}),
        **{f"waf.{key}": (FIREWALLED, {f"waf.{key}": value}) for key, value in endpoint.items()},
    }
    found = {
        f"api.{key}": (base, {f"api.{path}": value for path, value in change.items()})
        for key, (base, change) in values.items()
    }
    edge: dict[str, tuple[Settings, Settings]] = {
        f"edge.ai_endpoint.{key}": (MODEL_EDGE, {f"edge.ai_endpoint.{key}": value})
        for key, value in endpoint.items()
    }
    return {"api": ({}, FRONT), **found, "edge.ai_endpoint": (EDGED, {"edge.ai_endpoint": {}}), **edge}


NETWORK: Settings = {"subnet_ids": None, "network": {}}
OUT = {"cidr": "203.0.113.0/24"}
SENDING: Settings = {"subnet_ids": None, "network": {"nat_gateway": True, "egress": {"a": OUT}}}


def _archived() -> dict[str, tuple[Settings, Settings]]:
    given: Settings = {f"{ARCHIVE}.object": ARCHIVED}
    built: Settings = {f"{ARCHIVE}.folder": f"{SAMPLES}/plain"}
    cases: dict[str, tuple[Settings, Any]] = {
        "folder": (built, f"{SAMPLES}/other"),
        "digest": (built, None),
        "handler": (given, "other.handler"),
        "runtime": (given, "python311.ol9"),
        "runtime_version_id": (given, "ocid1.functionsruntimeversion.oc1..a"),
        "object": (given, {**ARCHIVED, "name": "b.zip"}),
        "object.bucket": (given, "c"),
        "object.name": (given, "b.zip"),
        "object.version": (given, "w"),
        "object.compartment_id": (given, ELSEWHERE),
    }
    return {
        f"functions.<name>.source.archive.{key}": (base, {f"{ARCHIVE}.{key}": value})
        for key, (base, value) in cases.items()
    }


TOPIC = {"existing_id": "ocid1.onstopic.oc1..a"}
MAIL = {"protocol": "EMAIL", "endpoint": "a@example.com"}
ALARMED: dict[str, Any] = {
    "alarms": {"topic": TOPIC, "subscribers": [MAIL]},
    **TRIGGERED,
    f"{FUNCTION}.triggers.q": {"queue": {"existing_id": "ocid1.queue.oc1..a"}},
}
KINDS = ("errors", "throttles", "detached_failures", "delivery_failures", "connector_errors")


def _alarmed() -> dict[str, tuple[Settings, Settings]]:
    changes: dict[str, Any] = {
        "topic": {"existing_id": "ocid1.onstopic.oc1..b"},
        "topic.existing_id": "ocid1.onstopic.oc1..b",
        "topic.compartment_id": ELSEWHERE,
        "subscribers": [],
        "subscribers[].protocol": [{"protocol": "SMS", "endpoint": "+12025550123"}],
        "subscribers[].endpoint": [{**MAIL, "endpoint": "b@example.com"}],
        "enabled": False,
        "repeat_minutes": 60,
    }
    found: dict[str, tuple[Settings, Settings]] = {
        f"alarms.{key}": (ALARMED, {f"alarms.{key.partition('[]')[0]}": value})
        for key, value in changes.items()
    }
    found["alarms"] = ({}, ALARMED)
    named = {"alarms": {"topic": {"name": "a"}}}
    found["alarms.topic.name"] = (named, {"alarms.topic.name": "b"})
    told = {"enabled": False, "severity": "INFO", "pending_minutes": 5}
    for kind in (*KINDS, "duration"):
        own = {"percent_of_timeout": 50} if kind == "duration" else {"threshold": 3}
        found[f"alarms.{kind}"] = (ALARMED, {f"alarms.{kind}": told})
        for key, value in {**told, **own}.items():
            found[f"alarms.{kind}.{key}"] = (ALARMED, {f"alarms.{kind}.{key}": value})
    return found


def _sourced(source: str, said: Settings, others: Settings) -> dict[str, tuple[Settings, Settings]]:
    """A trigger of one source, and for each of its keys another value."""
    here = f"{TRIGGER}.{source}"
    return {
        source: ({}, {here: said}),
        **{
            f"{source}.{key}": ({here: said}, {here: _merged(said, key, value)})
            for key, value in others.items()
        },
    }


def _merged(said: Settings, key: str, value: Any) -> Settings:
    """What is said with another value at a key; of the first of a list where the key goes through one."""
    first, _, rest = key.partition("[].")
    return {**said, first: [{**said[first][0], rest: value}] if rest else value}


ALARM = {"namespace": "oci_faas", "query": "AllocatedProvisionedConcurrency[1m].max() > 1"}
SECRET = {"existing_id": "ocid1.vaultsecret.oc1..a"}
NEW_SECRET = {"name": "s", "vault_id": "ocid1.vault.oc1..a", "key_id": "ocid1.key.oc1..a"}
BATCHES = {
    "batch_size_in_kbs": 1,
    "batch_size_in_num": 1,
    "batch_time_in_sec": 61,
    "grant": "documented",
}
# For each source: one, and for each of its keys another value.
SOURCES: dict[str, tuple[Settings, Settings]] = {
    "schedule": (
        {"cron": "0 2 * * *"},
        {"cron": "0 3 * * *", "time_zone": "Europe/Berlin", "body": "{}"},
    ),
    "alarm": (
        ALARM,
        {
            "namespace": "oci_datascience",
            "query": "B[1m].count() > 1",
            "severity": "INFO",
            "pending_duration": "PT5M",
            "body": "Look.",
            "metric_compartment_id": ELSEWHERE,
            "each_dimension": True,
        },
    ),
    "topic": (
        {"existing_id": "ocid1.onstopic.oc1..a"},
        {"existing_id": "ocid1.onstopic.oc1..b", "compartment_id": ELSEWHERE},
    ),
    "stream": (
        {"existing_id": "ocid1.stream.oc1..a"},
        {
            "existing_id": "ocid1.stream.oc1..b",
            "compartment_id": ELSEWHERE,
            "cursor": "TRIM_HORIZON",
            **BATCHES,
        },
    ),
    "queue": (
        {"existing_id": "ocid1.queue.oc1..a"},
        {"existing_id": "ocid1.queue.oc1..b", "compartment_id": ELSEWHERE, **BATCHES},
    ),
    "logs": (
        {"sources": [{"group_id": "ocid1.loggroup.oc1..a"}]},
        {
            "sources": [{"group_id": "ocid1.loggroup.oc1..b"}],
            "sources[].group_id": "ocid1.loggroup.oc1..c",
            "sources[].log_id": "ocid1.log.oc1..a",
            "sources[].compartment_id": ELSEWHERE,
            "condition": "data.level = 'error'",
            **BATCHES,
        },
    ),
    "secret_rotation": (
        SECRET,
        {"existing_id": "ocid1.vaultsecret.oc1..b", "compartment_id": ELSEWHERE, "grant": "documented"},
    ),
}


def _triggered() -> dict[str, tuple[Settings, Settings]]:
    found: dict[str, tuple[Settings, Settings]] = {}
    for source, (said, others) in SOURCES.items():
        found |= _sourced(source, said, others)
    # Changes nothing by itself: it lets another key through.
    often = {f"{TRIGGER}.schedule": {"cron": "0,30 2 * * *", "more_than_hourly": True}}
    found["schedule.more_than_hourly"] = ({f"{TRIGGER}.schedule": {"cron": "0 2 * * *"}}, often)
    others = {
        "name": "t",
        "vault_id": "ocid1.vault.oc1..b",
        "key_id": "ocid1.key.oc1..b",
        "interval_in_days": 7,
        "passphrase_length": 20,
    }
    found |= {
        key: value
        for key, value in _sourced("secret_rotation", NEW_SECRET, others).items()
        if key != "secret_rotation"
    }
    for source in ("topic", "stream", "queue"):
        here = f"{TRIGGER}.{source}"
        found[f"{source}.name"] = ({here: {"name": "n"}}, {here: {"name": "m"}})
    return {f"functions.<name>.triggers.<name>.{key}": value for key, value in found.items()}


def _reported() -> dict[str, tuple[Settings, Settings]]:
    here = f"{FUNCTION}.destinations"
    found: dict[str, tuple[Settings, Settings]] = {"": ({}, {f"{here}.failure": {"topic": {"name": "n"}}})}
    for end in ("success", "failure"):
        found[f".{end}"] = ({}, {f"{here}.{end}": {"topic": {"name": "n"}}})
        for kind, type_ in (("topic", "onstopic"), ("queue", "queue"), ("stream", "stream")):
            path = f".{end}.{kind}"
            given: Settings = {f"{here}{path}": {"existing_id": f"ocid1.{type_}.oc1..a"}}
            found[path] = ({}, given)
            found[f"{path}.name"] = ({f"{here}{path}": {"name": "n"}}, {f"{here}{path}": {"name": "m"}})
            found[f"{path}.existing_id"] = (given, {f"{here}{path}.existing_id": f"ocid1.{type_}.oc1..b"})
            found[f"{path}.compartment_id"] = (given, {f"{here}{path}.compartment_id": ELSEWHERE})
    return {f"functions.<name>.destinations{key}": value for key, value in found.items()}


# What the stack creates by name, and for each of its options another value.
DATA: dict[str, dict[str, Any]] = {
    "buckets": {"versioning": False, "storage_tier": "Archive", "kms_key_id": "ocid1.key.oc1..a"},
    "topics": {},
    "queues": {
        "retention_seconds": 60,
        "visibility_seconds": 60,
        "polling_seconds": 10,
        "dead_letter_after": 5,
        "channel_limit_percent": 50,
    },
    "streams": {"partitions": 2, "retention_hours": 48},
}


def _data() -> dict[str, tuple[Settings, Settings]]:
    found: dict[str, tuple[Settings, Settings]] = {}
    for key, options in DATA.items():
        named = {f"keep_{key}": ["b"]}
        for option, value in {**options, "retain": True}.items():
            found[f"{key}.<name>.{option}"] = (named, {f"{key}.b.{option}": value})
        found[key] = (named, {f"{key}.b": {**options, "retain": True}})
    # With a value in both: what takes them away is told from what is deployed.
    fixed = {"keep_buckets": ["b"], "buckets.b": {"kms_key_id": "ocid1.key.oc1..b"}}
    found["buckets.<name>.kms_key_id"] = (fixed, {"buckets.b.kms_key_id": "ocid1.key.oc1..a"})
    found["buckets"] = (fixed, {"buckets.b.versioning": False})
    lasting = {"keep_buckets": ["b"], "buckets.b": {"versioning": False, "retention_days": 1}}
    for age in ("delete_after_days", "delete_versions_after_days"):
        old = {"keep_buckets": ["b"], "buckets.b": {"delete_after_days": 9, "delete_versions_after_days": 9}}
        found[f"buckets.<name>.{age}"] = (old, {f"buckets.b.{age}": 10})
    found["buckets.<name>.retention_days"] = (lasting, {"buckets.b.retention_days": 2})
    return found


# For each key of the config: what must be set for it to mean something, and the key with another value.
OPTIONS: dict[str, tuple[Settings, Settings]] = {
    "region": ({}, {"region": "eu-milan-1"}),
    "home_region": ({}, {"home_region": "eu-milan-1"}),
    "tenancy_id": (
        {f"{FUNCTION}.access.auditors": {}},
        {"tenancy_id": "ocid1.tenancy.oc1..other"},
    ),
    "compartment_id": ({}, {"compartment_id": "ocid1.compartment.oc1..other"}),
    "subnet_ids": ({}, {"subnet_ids": ["ocid1.subnet.oc1..other"]}),
    "network": ({}, NETWORK),
    "network.cidr": (NETWORK, {"network.cidr": "192.168.0.0/24"}),
    "network.public_subnet": (NETWORK, {"network.public_subnet": True}),
    "network.nat_gateway": (NETWORK, {"network": SENDING["network"]}),
    "network.egress": (NETWORK, {"network.egress": {"inside": {"cidr": "10.0.3.0/24"}}}),
    "network.egress.<name>.cidr": (SENDING, {"network.egress.a.cidr": "198.51.100.0/24"}),
    "network.egress.<name>.port": (SENDING, {"network.egress.a.port": 8443}),
    "network.egress.<name>.protocol": (SENDING, {"network.egress.a.protocol": "udp"}),
    "application": ({}, {APPLICATION: {"shape": "GENERIC_ARM"}}),
    "application.shape": ({}, {f"{APPLICATION}.shape": "GENERIC_ARM"}),
    "application.network_security_group_ids": (
        {},
        {f"{APPLICATION}.network_security_group_ids": ["ocid1.networksecuritygroup.oc1..a"]},
    ),
    "application.config": ({}, {f"{APPLICATION}.config": {"A": "1"}}),
    "application.log_retention_in_days": ({}, {f"{APPLICATION}.log_retention_in_days": 60}),
    "application.image_signing_key_ids": (
        {},
        {f"{APPLICATION}.image_signing_key_ids": ["ocid1.key.oc1..a"]},
    ),
    "application.trace_domain_id": ({}, {f"{APPLICATION}.trace_domain_id": "ocid1.apmdomain.oc1..a"}),
    "application.name": ({}, {f"{APPLICATION}.name": "other"}),
    "functions": ({}, {"functions.g": {}, "primary": "f"}),
    "functions.<name>.memory_in_mbs": ({}, {f"{FUNCTION}.memory_in_mbs": 512}),
    "functions.<name>.timeout_in_seconds": ({}, {f"{FUNCTION}.timeout_in_seconds": 31}),
    "functions.<name>.detached_mode_timeout_in_seconds": (
        {},
        {f"{FUNCTION}.detached_mode_timeout_in_seconds": 31},
    ),
    "functions.<name>.provisioned_concurrency": ({}, {f"{FUNCTION}.provisioned_concurrency": 20}),
    "functions.<name>.config": ({}, {f"{FUNCTION}.config": {"A": "1"}}),
    "functions.<name>.image": ({}, GIVEN),
    "functions.<name>.image.context": ({}, {f"{FUNCTION}.image.context": "docs/../function_src"}),
    "functions.<name>.image.reference": (GIVEN, {f"{FUNCTION}.image.reference": f"{REFERENCE}1"}),
    "functions.<name>.image.digest": (GIVEN, {f"{FUNCTION}.image.digest": "sha256:" + "b" * 64}),
    "functions.<name>.image.immutable": ({}, {f"{FUNCTION}.image.immutable": True}),
    "functions.<name>.image.of": (
        {"functions.g": {"image": {"context": "docs/../function_src"}}, "primary": "f"},
        {f"{FUNCTION}.image.of": "g"},
    ),
    "functions.<name>.source": ({}, {f"{FUNCTION}.source": {"archive": {"object": ARCHIVED}}}),
    "functions.<name>.source.archive": ({}, {f"{ARCHIVE}.object": ARCHIVED}),
    **_archived(),
    "functions.<name>.access": ({}, {f"{FUNCTION}.access": {"auditors": {}}}),
    **{
        key.replace(FUNCTION, "functions.<name>"): value
        for role in ("invokers", "developers", "auditors")
        for key, value in _grouped(role).items()
    },
    "functions.<name>.renamed_from": ({}, {f"{FUNCTION}.renamed_from": "old"}),
    "functions.<name>.triggers": ({}, TRIGGERED),
    **{
        f"functions.<name>.triggers.<name>.{key}": (base, {f"{TRIGGER}.{key}": value})
        for key, (base, value) in {
            "event_types": (TRIGGERED, ["com.oraclecloud.cloudguard.problemdetected"]),
            "resource_names": (TRIGGERED, ["a*"]),
            "attributes": (TRIGGERED, {"a": ["b"]}),
            "compartment_id": (TRIGGERED, ELSEWHERE),
            "renamed_from": (TRIGGERED, "old"),
            "enabled": (TRIGGERED, False),
            "allow_loop": (TRIGGERED, "it ends after one"),
            "bucket": (WATCHED, {"name": "c"}),
            "bucket.name": (WATCHED, "c"),
            "bucket.existing": (WATCHED, True),
        }.items()
    },
    "functions.<name>.connections": ({}, {f"{USES}.use": "vision"}),
    "functions.<name>.identity": ({}, {f"{FUNCTION}.identity": "dynamic_group"}),
    **_connected(),
    **_triggered(),
    **_reported(),
    "primary": ({"functions.g": {}, "primary": "f"}, {"primary": "g"}),
    "event_principal": (TRIGGERED, {"event_principal": "service"}),
    "tags": ({}, {"tags": {"freeform": {"a": "1"}}}),
    "tags.freeform": ({}, {"tags.freeform": {"a": "1"}}),
    "tags.defined": ({}, {"tags.defined": {"A.b": "1"}}),
    "event_statements": (TRIGGERED, {"event_statements": "application"}),
    "keep_buckets": ({}, {"keep_buckets": ["b"]}),
    "keep_topics": ({}, {"keep_topics": ["b"]}),
    "keep_queues": ({}, {"keep_queues": ["b"]}),
    "keep_streams": ({}, {"keep_streams": ["b"]}),
    **_alarmed(),
    **_data(),
    "edge": ({}, EDGED),
    "edge.domain": (EDGED, {"edge.domain": "c.example.com"}),
    "edge.origin": (EDGED, {"edge.origin": "c.example.com"}),
    "edge.mode": (EDGED, {"edge.mode": "BLOCK"}),
    "edge.certificate_id": (EDGED, {"edge.certificate_id": "ocid1.waascertificate.oc1..a"}),
    "edge.rules": (EDGED, {"edge.rules": {"s": {"rules": [RULE]}}}),
    "edge.rules.<name>.rules": (EDGED, {"edge.rules.r.rules": [RULE, RULE]}),
    "edge.rules.<name>.template": (
        {**EDGED, "edge.rules.r": {"template": TEMPLATE}},
        {"edge.rules.r.template": f"# other\n{TEMPLATE}"},
    ),
    **{
        f"edge.rules.<name>.rules[].{key}": (EDGED, {"edge.rules.r.rules": [{**RULE, key: value}]})
        for key, value in {
            "variables": ["REQUEST_COOKIES"],
            "operator": "x",
            "msg": "n",
            "phase": 1,
            "action": "pass",
            "transformations": ["lowercase"],
        }.items()
    },
    **_fronted(),
    "registry_username": ({}, {"registry_username": "axsample/other"}),
    "registry_auth_token": ({}, {"registry_auth_token": "other"}),
}

# Keys that let a deploy happen which would be refused, and change nothing of it (`test_continuity`).
CONSENTS = {"application.allow_replacement"}

# Compared with what is built, which is the same with it: tests/components/test_function_archive.py.
COMPARED = {"functions.<name>.source.archive.digest"}

# What a stack of these settings registers, once for all tests that look at it.
WORLDS: dict[str, Any] = {}

BASE: Settings = {
    "region": "eu-frankfurt-1",
    "tenancy_id": "ocid1.tenancy.oc1..t",
    "compartment_id": "ocid1.compartment.oc1..c",
    "subnet_ids": ["ocid1.subnet.oc1..s"],
    "functions.f": {},
    "registry_username": "axsample/deployer",
    "registry_auth_token": "token",
}


def settings(*parts: Settings) -> dict[str, str]:
    """Values by path as the engine hands them over: later ones count, None takes one out, and sections are
    JSON."""
    nested: Settings = {}
    for path, value in ((path, value) for part in parts for path, value in part.items()):
        *sections, last = path.split(".")
        inner = nested
        for each in sections:
            inner = inner.setdefault(each, {})
        inner[last] = deepcopy(value)
    return {
        "oci:region" if key == "region" else f"oci-ai-functions:{key}": (
            value if isinstance(value, str) else json.dumps(value, sort_keys=True)
        )
        for key, value in nested.items()
        if value is not None
    }


def run(ran: Any, *parts: Settings) -> Any:
    """What a stack of these settings registers."""
    said = settings(BASE, *parts)
    if json.dumps(said) not in WORLDS:
        WORLDS[json.dumps(said)] = ran(said)
    return WORLDS[json.dumps(said)]


def test_every_key_of_the_config_has_its_case() -> None:
    """No option is added without a case below, and none of the cases is about a key that is gone."""
    assert sorted({*OPTIONS, *CONSENTS}) == sorted(row.key for row in rows())


@pytest.mark.parametrize("key", sorted(set(OPTIONS) - COMPARED))
def test_every_option_reaches_what_is_registered(ran: Any, key: str) -> None:
    """Another value of an option makes another graph: none is read, checked and then dropped."""
    base, change = OPTIONS[key]

    assert run(ran, base).graph() != run(ran, base, change).graph()


# Sent with a setting and not without it: they have no effect while the setting beside them says it is off.
INERT = {
    "traceConfig.domainId",
    "policyConfig.certificateId",
    "provisionedConcurrencyConfig.count",
    "sourceDetails.runtimeConfig.functionsRuntimeVersionId",
    *(
        f"{end}Destination.{id_}"
        for end in ("success", "failure")
        for id_ in ("topicId", "queueId", "streamId")
    ),
}


_MAPS = ("config", "freeformTags", "definedTags")


def _paths(value: Any, path: str = "") -> set[str]:
    """The dotted paths of what is sent; the keys of `_MAPS` are a user's own, and a list is sent whole."""
    if not isinstance(value, dict) or path in _MAPS:
        return {path}
    inner = [_paths(each, f"{path}.{key}".lstrip(".")) for key, each in value.items()]
    return {path}.union(*inner)


def _kind(each: Any) -> Any:
    """The kind of code of a function, which never changes in place: `components.config.continuity`."""
    return (each.inputs.get("sourceDetails") or {}).get("sourceType")


@pytest.mark.parametrize("key", OPTIONS)
def test_what_is_no_longer_said_is_sent_as_none(ran: Any, key: str) -> None:
    """Whatever a resource is sent with an option set, it is sent without it too: left out, the provider keeps
    the value it had."""
    base, change = OPTIONS[key]
    with_, without = (run(ran, base, *more).recorder.registered for more in ([change], []))

    dropped = {
        path
        for urn, each in with_.items()
        if urn in without and each.type.startswith("oci:") and _kind(each) == _kind(without[urn])
        for path in _paths(each.inputs) - _paths(without[urn].inputs)
    }

    assert dropped - INERT == set()


@pytest.mark.parametrize(
    ("said", "reading"),
    [
        ({"name": "b"}, ["t-grants"]),
        ({"name": "b", "prefix": "in/"}, ["connections", "t-grants"]),
        ({"name": "c"}, ["connections", "t-grants"]),
    ],
)
def test_what_a_trigger_lets_read_is_granted_once(ran: Any, said: Settings, reading: list[str]) -> None:
    """A connection to the bucket that is watched sets its variables, and grants no second time; one that says
    something else does. Every statement is needed then: without any one of them something is refused."""
    world = ran(settings(BASE, WATCHED, {f"{USES}.read": {"bucket": said}, f"{USES}2.use": "vision"}))

    policies = {each.name: each.inputs["statements"] for each in world.all("oci:Identity/policy:Policy")}
    found = sorted(name for name, texts in policies.items() if any("read objects" in text for text in texts))
    assert [part for name, part in zip(found, reading, strict=True) if part not in name] == []
    (function,) = world.all("oci:Functions/function:Function")
    assert function.inputs["config"]["CONNECTION_U_BUCKET"] == f"{said['name']}-dev"


def test_nothing_is_left_of_a_policy_that_a_trigger_grants(ran: Any) -> None:
    """A policy has a statement at least."""
    world = ran(settings(BASE, WATCHED, {f"{USES}.read": {"bucket": {"name": "b"}}}))

    assert [each.name for each in world.all("oci:Identity/policy:Policy")] == ["f-t-grants-policy"]


def test_the_reason_for_a_loop_reaches_the_connector(ran: Any) -> None:
    """As it reaches the rule of a trigger by events."""
    said = {f"{TRIGGER}.queue": {"name": "q"}, f"{TRIGGER}.allow_loop": "it ends"}

    world = ran(settings(BASE, said, {f"{USES}.push": {"queue": {"name": "q"}}}))

    assert world.one("oci:Sch/connector:Connector").inputs["description"].endswith(": it ends")


def test_a_trigger_on_another_compartment_is_whole(ran: Any) -> None:
    """The rule, what it may, what its function may read, the alarm on it and what the handler takes: all of
    them there; another function takes events of the stack's compartment alone."""
    away = {"event_types": [OBJECT], "bucket": {"name": "theirs", "existing": True}}
    said = settings(
        BASE,
        {**ALARMED, TRIGGER: {**away, "compartment_id": ELSEWHERE}, "functions.g": {}, "primary": "f"},
        {"event_statements": "application"},
    )
    here = said["oci-ai-functions:compartment_id"]

    world = ran(said)

    rule = world.one("oci:Events/rule:Rule")
    assert rule.inputs["compartmentId"] == ELSEWHERE
    policies = {each.urn: each.inputs for each in world.all("oci:Identity/policy:Policy")}
    own = [each for urn, each in policies.items() if urn in rule.depends_on]
    assert {each["compartmentId"] for each in own} == {here, ELSEWHERE}
    (reads,) = [text for each in own if each["compartmentId"] == ELSEWHERE for text in each["statements"]]
    assert f"to read objects in compartment id {ELSEWHERE} where" in reads
    invokes = [text for each in own if each["compartmentId"] == here for text in each["statements"]]
    assert any(f"request.principal.compartment.id = '{ELSEWHERE}'" in text for text in invokes)
    assert all("target.function.id" in text for text in invokes)
    alarm = next(each for each in world.all("oci:Monitoring/alarm:Alarm") if "delivery" in each.name)
    assert (alarm.inputs["metricCompartmentId"], alarm.inputs["compartmentId"]) == (ELSEWHERE, here)
    taken = {
        each.inputs["displayName"]: each.inputs["config"]["ALLOWED_COMPARTMENT_IDS"]
        for each in world.all("oci:Functions/function:Function")
    }
    assert taken == {"f": f"{here},{ELSEWHERE}", "g": here}


def test_the_function_takes_events_of_its_compartment_by_default(ran: Any) -> None:
    """The handler is told the one compartment, unless the config says another list."""
    compartment = settings(BASE)["oci-ai-functions:compartment_id"]

    (told,) = ran(settings(BASE)).all("oci:Functions/function:Function")
    said = ran(settings(BASE, {f"{APPLICATION}.config": {"ALLOWED_COMPARTMENT_IDS": "x"}}))

    assert told.inputs["config"] == {"ALLOWED_COMPARTMENT_IDS": compartment}
    assert said.one("oci:Functions/function:Function").inputs["config"] == {}


def test_every_option_is_described() -> None:
    """Each key has the words the configuration page is made of."""
    assert [row for row in rows() if not row.meaning] == []
