"""REST operations of Language: a batch of texts, or one as the older operations have it.

An answer that the user gives (`sandbox.api.answers`) goes before the stand-in's.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

from sandbox.api.answers import by_file, given
from sandbox.api.asked import text
from sandbox.api.operation import Operation, RestService, Target
from sandbox.api.request import ApiRequest
from sandbox.api.response import ApiResponse, as_json
from sandbox.cloud.errors import InvalidParameter, MissingParameter
from sandbox.services.ailanguage import detecting, patterns

_PACKAGE = "ai_language"
_MOST_DOCUMENTS, _MOST_CHARACTERS, _LONGEST = 100, 20_000, 5000
_LEVELS = ("ASPECT", "SENTENCE")

Detect = Callable[[ApiRequest, str], dict[str, Any]]
"""From a text to what a document's result shows of it. Raises `_Undetected`."""

_by_file = partial(by_file, _PACKAGE)


class _Undetected(Exception):
    """Why one document has no result: it goes into the answer's `errors`."""


def _target(request: ApiRequest) -> Target:
    """The compartment that is named, else the tenancy."""
    details = request.json()
    named = details.get("compartmentId")
    return Target(named if isinstance(named, str) and named else request.cloud.tenancy)


def _batch(model: str, detect: Detect, *, shows_language: bool = True) -> Callable[[ApiRequest], ApiResponse]:
    def handler(request: ApiRequest) -> ApiResponse:
        details = request.json()
        asked = _documents(details)
        answer = given(request, _PACKAGE, model)
        if answer is not None:
            return as_json(answer)
        documents, errors = [], []
        for one in asked:
            key, content = str(one["key"]), str(one["text"])
            try:
                found = detect(request, _checked(content))
            except _Undetected as error:
                errors.append({"key": key, "error": {"code": "InvalidParameter", "message": str(error)}})
            else:
                language = {"languageCode": one.get("languageCode") or "en"} if shows_language else {}
                documents.append({"key": key, **found, **language})
        return as_json({"documents": documents, "errors": errors})

    return handler


def _single(model: str, detect: Detect) -> Callable[[ApiRequest], ApiResponse]:
    def handler(request: ApiRequest) -> ApiResponse:
        content = text(request.json(), "text")
        answer = given(request, _PACKAGE, model)
        if answer is not None:
            return as_json(answer)
        try:
            return as_json(detect(request, _checked(content)))
        except _Undetected as error:
            raise InvalidParameter(str(error)) from None

    return handler


def _documents(details: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    found = details.get("documents")
    if not isinstance(found, list) or not all(
        isinstance(one, Mapping) and all(isinstance(one.get(name), str) for name in ("key", "text"))
        for one in found
    ):
        raise MissingParameter("documents must hold objects with key and text")
    if not 1 <= len(found) <= _MOST_DOCUMENTS:
        raise InvalidParameter(f"documents must hold 1 to {_MOST_DOCUMENTS} documents")
    if sum(len(one["text"]) for one in found) > _MOST_CHARACTERS:
        raise InvalidParameter(f"documents must have at most {_MOST_CHARACTERS} characters together")
    return found


def _checked(content: str) -> str:
    if not content.strip():
        raise _Undetected("text must not be empty")
    if len(content) > _LONGEST:
        raise _Undetected(f"text must have at most {_LONGEST} characters")
    return content


# What is detected


def _sentiments(request: ApiRequest, content: str) -> dict[str, Any]:
    levels = request.query.get("level", ())
    if any(level not in _LEVELS for level in levels):
        raise InvalidParameter(f"level must be one of {', '.join(_LEVELS)}")
    return detecting.sentiment(content, levels)


def _aspects(_: ApiRequest, content: str) -> dict[str, Any]:
    return {"aspects": detecting.aspects(content)}


def _entities(_: ApiRequest, content: str) -> dict[str, Any]:
    return {"entities": [_shown(one) for one in detecting.entities(content)]}


def _plain_entities(_: ApiRequest, content: str) -> dict[str, Any]:
    personal = {one.offset for one in patterns.find(content, patterns.PII)}
    return {
        "entities": [{**_shown(one), "isPii": one.offset in personal} for one in detecting.entities(content)]
    }


def _shown(one: patterns.Found) -> dict[str, Any]:
    return {
        "offset": one.offset,
        "length": len(one.text),
        "text": one.text,
        "type": one.type,
        "score": 1.0,
    }


def _phrases(_: ApiRequest, content: str) -> dict[str, Any]:
    return {"keyPhrases": detecting.key_phrases(content)}


def _languages(_: ApiRequest, content: str) -> dict[str, Any]:
    found = detecting.language(content)
    if found is None:
        raise _Undetected("the language cannot be told from the words that the sandbox knows")
    return {"languages": [found]}


def _topics(_: ApiRequest, content: str) -> dict[str, Any]:
    return {"textClassification": detecting.topics(content)}


def _personal(request: ApiRequest, content: str) -> dict[str, Any]:
    found = patterns.find(content, patterns.PII)
    masking = request.json().get("masking") or {}
    if not isinstance(masking, Mapping) or not all(isinstance(how, Mapping) for how in masking.values()):
        raise InvalidParameter("masking must hold an object for each type of entity")
    for how in masking.values():
        if how.get("mode") not in ("MASK", "REPLACE", "REMOVE"):
            raise InvalidParameter("masking: the sandbox takes the modes MASK, REPLACE and REMOVE")
        left, spared = how.get("leaveCharactersUnmasked") or 0, how.get("exclude") or []
        if type(left) is not int or left < 0 or not isinstance(spared, list):
            raise InvalidParameter("masking: leaveCharactersUnmasked must be a number, exclude a list")
    shown = [{**_shown(one), "id": str(number)} for number, one in enumerate(found)]
    return {"entities": shown, "maskedText": detecting.masked(content, found, masking)}


def _pair(kind: str, detect: Detect, single: Detect | None = None) -> tuple[Operation, ...]:
    """The operation for a batch, and the older one for a single text where there is one."""
    name = f"Detect{kind}"
    batch = Operation(
        f"Batch{name}",
        "POST",
        f"/actions/batch{name}",
        _batch(f"Batch{name}Result", detect, shows_language=detect is not _languages),
        target=_target,
    )
    if single is None:
        return (batch,)
    handler = _single(f"{name}Result", single)
    return batch, Operation(name, "POST", f"/actions/d{name[1:]}", handler, target=_target)


OPERATIONS = (
    *_pair("LanguageSentiments", _sentiments, _aspects),
    *_pair("LanguageEntities", _entities, _plain_entities),
    *_pair("LanguageKeyPhrases", _phrases, _phrases),
    *_pair("DominantLanguage", _languages, _languages),
    *_pair("LanguageTextClassification", _topics, _topics),
    *_pair("LanguagePiiEntities", _personal),
    _by_file(
        "BatchLanguageTranslation",
        "POST",
        "/actions/batchLanguageTranslation",
        "BatchLanguageTranslationResult",
    ),
)
ENDPOINTS = (RestService("Language", ("language.aiservice",), versions=("20221001",), operations=OPERATIONS),)
