"""REST operations of Generative AI inference and of its agents.

An answer that the user gives (`sandbox.api.answers`) goes before the stand-in's.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from functools import partial
from typing import Any

from sandbox.api.answers import by_file, given, wanted
from sandbox.api.asked import compartment_in_body, text
from sandbox.api.operation import Operation, RestService
from sandbox.api.representation import of_seconds
from sandbox.api.request import ApiRequest
from sandbox.api.response import ApiResponse, as_json
from sandbox.cloud import clock
from sandbox.cloud.errors import InvalidParameter, MissingParameter, NotEmulated
from sandbox.services.generativeai import chat, vectors

_PACKAGE = "generative_ai_inference"
_DIMENSIONS, _TAKEN_DIMENSIONS = 1024, (256, 384, 512, 1024, 1536)
_MOST_INPUTS = 96

_by_file = partial(by_file, _PACKAGE)
_of_agents = partial(by_file, "generative_ai_agent_runtime")


def _model(details: Mapping[str, Any]) -> str:
    """The model that is asked for, or the endpoint of a dedicated one."""
    mode = details.get("servingMode")
    mode = mode if isinstance(mode, Mapping) else {}
    found = mode.get("modelId") if mode.get("servingType") == "ON_DEMAND" else mode.get("endpointId")
    if not isinstance(found, str) or not found:
        raise MissingParameter("servingMode must name a modelId (ON_DEMAND) or an endpointId (DEDICATED)")
    return found


def _chat(request: ApiRequest) -> ApiResponse:
    details = request.json()
    model, asked = _model(details), details.get("chatRequest")
    if not isinstance(asked, Mapping) or asked.get("apiFormat") not in chat.FORMS:
        raise InvalidParameter(f"chatRequest.apiFormat must be one of {', '.join(chat.FORMS)}")
    answer = given(request, _PACKAGE, "ChatResult") or _stand_in(request, model, asked)
    found = answer["chatResponse"]
    if found["apiFormat"] != asked["apiFormat"]:
        raise wanted(
            request, _PACKAGE, f"the answer has the form {found['apiFormat']}, not the one asked for"
        )
    if not asked.get("isStream"):
        return as_json(answer)
    options = asked.get("streamOptions")
    with_usage = isinstance(options, Mapping) and bool(options.get("isIncludeUsage"))
    return ApiResponse(200, {"content-type": "text/event-stream"}, chat.events(found, with_usage))


def _stand_in(request: ApiRequest, model: str, asked: Mapping[str, Any]) -> dict[str, Any]:
    why = chat.needs_answer(asked)
    if why:
        raise wanted(request, _PACKAGE, why)
    found = chat.response(asked, of_seconds(clock.now(request.cloud.store)))
    return {"modelId": model, "modelVersion": chat.MODEL_VERSION, "chatResponse": found}


def _embed(request: ApiRequest) -> ApiResponse:
    details = request.json()
    model, inputs = _model(details), _texts(details, "inputs")
    answer = given(request, _PACKAGE, "EmbedTextResult")
    if answer is not None:
        return as_json(answer)
    if details.get("embedContents") or details.get("inputType") == "IMAGE":
        raise wanted(request, _PACKAGE, "the stand-in has no vectors for images")
    kinds = details.get("embeddingTypes") or []
    if not isinstance(kinds, list) or any(kind != "float" for kind in kinds):
        raise NotEmulated("EmbedText: the stand-in has vectors of type float only")
    dimensions = details.get("outputDimensions") or _DIMENSIONS
    if dimensions not in _TAKEN_DIMENSIONS:
        raise InvalidParameter(f"outputDimensions must be one of {', '.join(map(str, _TAKEN_DIMENSIONS))}")
    found = [vectors.embedding(one, dimensions) for one in inputs]
    count = sum(map(vectors.tokens, inputs))
    return as_json(
        {
            **_named(model, inputs),
            "embeddings": found,
            "embeddingsByType": {"float": found} if kinds else None,
            "inputs": inputs if details.get("isEcho") else None,
            "usage": {"promptTokens": count, "completionTokens": 0, "totalTokens": count},
        }
    )


def _rerank(request: ApiRequest) -> ApiResponse:
    details = request.json()
    model, query, documents = _model(details), text(details, "input"), _texts(details, "documents")
    answer = given(request, _PACKAGE, "RerankTextResult")
    if answer is not None:
        return as_json(answer)
    most = details.get("topN") or len(documents)
    if type(most) is not int or most < 1:
        raise InvalidParameter("topN must be greater than zero")
    likeness = [vectors.likeness(query, one) for one in documents]
    order = sorted(range(len(documents)), key=lambda index: -likeness[index])
    ranks = [
        {
            "index": index,
            "relevanceScore": likeness[index],
            "document": {"text": documents[index]} if details.get("isEcho") else None,
        }
        for index in order[:most]
    ]
    return as_json({**_named(model, [query, *documents]), "documentRanks": ranks})


def _texts(details: Mapping[str, Any], name: str) -> list[str]:
    found = details.get(name)
    if not isinstance(found, list) or not all(isinstance(one, str) for one in found):
        raise MissingParameter(f"{name} must be a list of strings")
    if name == "inputs" and not 1 <= len(found) <= _MOST_INPUTS:
        raise InvalidParameter(f"inputs must hold 1 to {_MOST_INPUTS} strings")
    return found


def _named(model: str, about: list[str]) -> dict[str, str]:
    digest = hashlib.sha256("\0".join(about).encode("utf-8", "replace")).hexdigest()[:32]
    return {"id": f"stand-in-{digest}", "modelId": model, "modelVersion": chat.MODEL_VERSION}


OPERATIONS = (
    Operation("Chat", "POST", "/actions/chat", _chat, target=compartment_in_body),
    Operation("EmbedText", "POST", "/actions/embedText", _embed, target=compartment_in_body),
    Operation("RerankText", "POST", "/actions/rerankText", _rerank, target=compartment_in_body),
    _by_file("GenerateText", "POST", "/actions/generateText", "GenerateTextResult"),
    _by_file("SummarizeText", "POST", "/actions/summarizeText", "SummarizeTextResult"),
)
_ENDPOINT = "/agentEndpoints/{agentEndpointId}"
AGENTS = (
    _of_agents("Chat", "POST", f"{_ENDPOINT}/actions/chat", "ChatResult"),
    _of_agents("CreateSession", "POST", f"{_ENDPOINT}/sessions", "Session"),
    _of_agents(
        "GetSession", "GET", f"{_ENDPOINT}/sessions/{{sessionId}}", "Session", "GENAI_AGENT_SESSION_READ"
    ),
    _of_agents(
        "DeleteSession", "DELETE", f"{_ENDPOINT}/sessions/{{sessionId}}", "", "GENAI_AGENT_SESSION_DELETE"
    ),
)
ENDPOINTS = (
    RestService("Generative AI", ("inference.generativeai",), versions=("20231130",), operations=OPERATIONS),
    RestService(
        "Generative AI Agents", ("agent-runtime.generativeai",), versions=("20240531",), operations=AGENTS
    ),
)
