"""Answers a question from passages of a bucket: finds those most like it, ranks them, and asks a model."""

from __future__ import annotations

import io
import json
import math
import os
from collections.abc import Sequence
from functools import cache
from typing import Any

import oci
from fdk import response
from fdk.context import InvokeContext

PASSAGES = "passages.json"  # [{"title": …, "text": …}, …], at most 96
LONGEST_QUESTION = 1000
ALIKE, CITED = 8, 3

models = oci.generative_ai_inference.models


def handler(ctx: InvokeContext, data: io.BytesIO | None = None) -> response.Response:
    """Called once for each request that the gateway lets through: `{"question": …}`."""
    try:
        question = asked(data.getvalue() if data else b"")
    except ValueError as error:
        return _json(ctx, 400, {"error": str(error)})
    return _json(ctx, 200, answer(question))


def asked(body: bytes) -> str:
    """The question in a request's body. Raises `ValueError`."""
    try:
        question = json.loads(body)["question"]
    except (ValueError, KeyError, TypeError):
        raise ValueError('expected JSON such as {"question": "…"}') from None
    if not isinstance(question, str) or not 1 <= len(question.strip()) <= LONGEST_QUESTION:
        raise ValueError(f"question: expected a string of 1 to {LONGEST_QUESTION} characters")
    return question


def answer(question: str) -> dict[str, Any]:
    """What the model makes of the passages that fit the question best."""
    passages, vectors = knowledge()
    (wanted,) = embedded([question], "SEARCH_QUERY")
    alike = sorted(passages, key=lambda one: -_likeness(wanted, vectors[one["title"]]))[:ALIKE]
    cited = ranked(question, alike)
    chat = models.ChatDetails(
        **_served("CHAT"),
        chat_request=models.CohereChatRequest(
            message=question,
            documents=[{"title": one["title"], "snippet": one["text"]} for one in cited],
            preamble_override="Answer from the documents alone. Say so where they hold no answer.",
            max_tokens=600,
        ),
    )
    said = _model("CHAT").chat(chat).data.chat_response
    return {"answer": said.text, "sources": [one["title"] for one in cited]}


@cache
def knowledge() -> tuple[list[dict[str, str]], dict[str, list[float]]]:
    """All passages and what each is like; read once by each process."""
    storage = oci.object_storage.ObjectStorageClient(config={}, signer=_signer())
    place = (os.environ["CONNECTION_KNOWLEDGE_NAMESPACE"], os.environ["CONNECTION_KNOWLEDGE_BUCKET"])
    passages = storage.get_object(*place, PASSAGES).data.json()
    vectors = embedded([one["text"] for one in passages], "SEARCH_DOCUMENT")
    return passages, {one["title"]: vector for one, vector in zip(passages, vectors, strict=True)}


def embedded(texts: Sequence[str], kind: str) -> list[list[float]]:
    """A vector for each text."""
    details = models.EmbedTextDetails(
        **_served("VECTORS"), inputs=list(texts), input_type=kind, truncate="END"
    )
    found: list[list[float]] = _model("VECTORS").embed_text(details).data.embeddings
    return found


def ranked(question: str, passages: Sequence[dict[str, str]]) -> list[dict[str, str]]:
    """The passages that answer the question best."""
    details = models.RerankTextDetails(
        **_served("RANKS"),
        input=question,
        documents=[one["text"] for one in passages],
        top_n=min(CITED, len(passages)),
    )
    return [passages[each.index] for each in _model("RANKS").rerank_text(details).data.document_ranks]


def _served(name: str) -> dict[str, Any]:
    return {
        "compartment_id": os.environ[f"CONNECTION_{name}_COMPARTMENT_ID"],
        "serving_mode": models.OnDemandServingMode(model_id=os.environ[f"CONNECTION_{name}_MODEL_ID"]),
    }


@cache
def _model(name: str) -> Any:
    endpoint = os.environ[f"CONNECTION_{name}_ENDPOINT"]
    return oci.generative_ai_inference.GenerativeAiInferenceClient(
        config={}, signer=_signer(), service_endpoint=endpoint
    )


@cache
def _signer() -> Any:
    return oci.auth.signers.get_resource_principals_signer()


def _likeness(one: Sequence[float], other: Sequence[float]) -> float:
    length = math.hypot(*one) * math.hypot(*other)
    return sum(a * b for a, b in zip(one, other, strict=True)) / length if length else 0.0


def _json(ctx: InvokeContext, status: int, body: dict[str, Any]) -> response.Response:
    return response.Response(
        ctx, json.dumps(body), headers={"Content-Type": "application/json"}, status_code=status
    )
