"""Data sources of Generative AI: the models that Oracle hosts. Source: Oracle's page "Pretrained Models"."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from typing import Any

from sandbox.cloud import identities, regions
from sandbox.cloud.call import Cloud
from sandbox.cloud.errors import NotFound
from sandbox.cloud.existence import exists
from sandbox.cloud.listing import Lookup, offered, shown

MODEL = "oci:GenerativeAi/model:Model"
_CHAT, _EMBED, _RERANK = ["CHAT"], ["TEXT_EMBEDDINGS"], ["TEXT_RERANK"]
_HOSTED = (
    ("cohere.command-a-03-2025", "cohere", _CHAT),
    ("cohere.command-r-08-2024", "cohere", ["CHAT", "FINE_TUNE"]),
    ("cohere.command-r-plus-08-2024", "cohere", _CHAT),
    ("cohere.embed-english-v3.0", "cohere", _EMBED),
    ("cohere.embed-multilingual-v3.0", "cohere", _EMBED),
    ("cohere.embed-v4.0", "cohere", _EMBED),
    ("cohere.rerank-v3.5", "cohere", _RERANK),
    ("google.gemini-2.5-flash", "google", _CHAT),
    ("meta.llama-3.1-405b-instruct", "meta", _CHAT),
    ("meta.llama-3.3-70b-instruct", "meta", ["CHAT", "FINE_TUNE"]),
    ("meta.llama-4-maverick-17b-128e-instruct-fp8", "meta", _CHAT),
    ("openai.gpt-oss-120b", "openai", _CHAT),
    ("xai.grok-4", "xai", _CHAT),
)


def _models(cloud: Cloud, args: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """Oracle's, and those of the store, that can do all that is asked for."""
    wanted = set(args.get("capabilities") or ())
    compartment = args.get("compartmentId")
    own = [shown(each) for each in cloud.list(MODEL) if each.outputs.get("compartmentId") == compartment]
    for model in (*_hosted(cloud), *own):
        if wanted <= set(model.get("capabilities") or ()):
            yield model


def _hosted(cloud: Cloud) -> Iterator[dict[str, Any]]:
    place = regions.in_ocid(cloud.region)
    for name, vendor, capabilities in _HOSTED:
        unique = hashlib.sha256(name.encode()).hexdigest()[:44]
        yield {
            "id": f"ocid1.generativeaimodel.oc1.{place}.amaaaaaa{unique}",
            "compartmentId": "",
            "displayName": name,
            "vendor": vendor,
            "capabilities": capabilities,
            "isLongTermSupported": False,
            "state": "ACTIVE",
            "timeCreated": "2026-01-31 00:00:00 +0000 UTC",
            "type": "BASE",
            "version": "1.0",
        }


def model(cloud: Cloud, args: dict[str, Any]) -> dict[str, Any]:
    """One of the store or one of Oracle's; of a foreign one nothing is known but that it is there."""
    id = str(args.get("modelId"))
    record = cloud.store.get(id)
    if record is not None and record.type == MODEL and cloud.sees(record):
        return {**args, **shown(record)}
    known = next((each for each in _hosted(cloud) if each["id"] == id), None)
    ocid = identities.read(id)
    if known is None and (ocid is None or not exists(cloud, id, ocid)):
        raise NotFound(f"model {id} not found")
    return {**args, "state": "ACTIVE", **(known or {}), "id": id}


LOOKUPS: dict[str, Lookup] = {
    "oci:GenerativeAi/getModel:getModel": model,
    "oci:GenerativeAi/getModels:getModels": offered(
        "modelCollections.items", _models, "displayName", "id", "state", "vendor"
    ),
}
