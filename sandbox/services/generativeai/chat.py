"""What the stand-in says in a chat, in the forms GENERIC, COHERE and COHEREV2, whole or as a stream.

It repeats the last message of the user and says that no model answered. The same request gets the same text.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from sandbox.cloud.errors import InvalidParameter, MissingParameter
from sandbox.services.generativeai.vectors import tokens

NOTICE = "[OCI sandbox stand-in: no model answered]"
MODEL_VERSION = "sandbox-stand-in"
FORMS = ("GENERIC", "COHERE", "COHEREV2")
_LONGEST_ECHO = 400


def needs_answer(asked: Mapping[str, Any]) -> str:
    """Why the stand-in cannot answer this; empty where it can."""
    shape = _mapping(asked.get("responseFormat"))
    if shape.get("type") == "JSON_SCHEMA" or shape.get("schema"):
        return "the stand-in fills in no schema"
    choice = asked.get("toolsChoice") or _mapping(asked.get("toolChoice")).get("type")
    if choice in ("REQUIRED", "FUNCTION") or asked.get("isForceSingleStep"):
        return "the stand-in calls no tools"
    return "the stand-in makes no search queries" if asked.get("isSearchQueriesOnly") else ""


def response(asked: Mapping[str, Any], now: str) -> dict[str, Any]:
    """`chatResponse`. Raises `ServiceError` for what is no chat."""
    prompt = _prompt(asked)
    text = _says(prompt, _mapping(asked.get("responseFormat")).get("type") == "JSON_OBJECT")
    return _SHAPES[str(asked["apiFormat"])](asked, prompt, text, now)


def events(found: Mapping[str, Any], with_usage: bool) -> Iterator[bytes]:
    """The same as server-sent events, a word each, and a last one that says that it is finished."""
    make = _EVENTS[str(found["apiFormat"])]
    for piece in text_of(found).split(" "):
        yield _event(make(piece + " ", None))
    yield _event(make("", {**found, **({} if with_usage else {"usage": None})}))


def text_of(found: Mapping[str, Any]) -> str:
    """The text of a `chatResponse`."""
    if found["apiFormat"] == "COHERE":
        return str(found.get("text") or "")
    messages = (
        [found.get("message")]
        if found["apiFormat"] == "COHEREV2"
        else [choice.get("message") for choice in found.get("choices") or []]
    )
    return "".join(
        str(part.get("text") or "")
        for message in messages[:1]
        for part in (message or {}).get("content") or []
    )


def _says(prompt: str, as_object: bool) -> str:
    echo = prompt if len(prompt) <= _LONGEST_ECHO else f"{prompt[:_LONGEST_ECHO]}..."
    if as_object:
        return json.dumps({"notice": NOTICE, "message": echo}, ensure_ascii=False)
    return f"{NOTICE} You said: {echo}"


def _prompt(asked: Mapping[str, Any]) -> str:
    """The last message of the user."""
    if asked["apiFormat"] == "COHERE":
        if not isinstance(asked.get("message"), str):
            raise MissingParameter("chatRequest.message is required")
        return str(asked["message"])
    messages = asked.get("messages")
    if not isinstance(messages, list) or not messages:
        raise MissingParameter("chatRequest.messages is required")
    for message in reversed(messages):
        if not isinstance(message, Mapping) or not isinstance(message.get("role"), str):
            raise InvalidParameter("chatRequest.messages must hold objects with a role")
        if message["role"] == "USER":
            return _content(message.get("content"))
    return ""


def _content(content: Any) -> str:
    if isinstance(content, str):
        return content
    if not isinstance(content, list):
        raise InvalidParameter("chatRequest.messages.content must be a list")
    return " ".join(str(part.get("text") or "") for part in content if isinstance(part, Mapping))


def _usage(prompt: str, text: str) -> dict[str, int]:
    given, made = tokens(prompt), tokens(text)
    return {"promptTokens": given, "completionTokens": made, "totalTokens": given + made}


def _message(text: str) -> dict[str, Any]:
    return {"role": "ASSISTANT", "content": [{"type": "TEXT", "text": text}]}


def _generic(asked: Mapping[str, Any], prompt: str, text: str, now: str) -> dict[str, Any]:
    several = asked.get("numGenerations") or 1
    if type(several) is not int or not 1 <= several <= 5:
        raise InvalidParameter("chatRequest.numGenerations must be 1 to 5")
    choices = [
        {"index": index, "message": _message(text), "finishReason": "stop"} for index in range(several)
    ]
    return {"apiFormat": "GENERIC", "timeCreated": now, "choices": choices, "usage": _usage(prompt, text)}


def _cohere(asked: Mapping[str, Any], prompt: str, text: str, _: str) -> dict[str, Any]:
    history = asked.get("chatHistory")
    said: Sequence[Any] = history if isinstance(history, list) else []
    new = [{"role": "USER", "message": prompt}, {"role": "CHATBOT", "message": text}]
    return {
        "apiFormat": "COHERE",
        "text": text,
        "chatHistory": [*said, *new],
        "finishReason": "COMPLETE",
        "usage": _usage(prompt, text),
    }


def _cohere_v2(_: Mapping[str, Any], prompt: str, text: str, now: str) -> dict[str, Any]:
    return {
        "apiFormat": "COHEREV2",
        "id": f"stand-in-{now}",
        "message": _message(text),
        "finishReason": "COMPLETE",
        "usage": _usage(prompt, text),
    }


_SHAPES: Mapping[str, Callable[[Mapping[str, Any], str, str, str], dict[str, Any]]] = {
    "GENERIC": _generic,
    "COHERE": _cohere,
    "COHEREV2": _cohere_v2,
}


# Events: a piece of text each; `whole` is the answer at the end


def _generic_event(piece: str, whole: Mapping[str, Any] | None) -> dict[str, Any]:
    if whole is None:
        return {"index": 0, "message": _message(piece)}
    choices: list[dict[str, Any]] = whole.get("choices") or [{}]
    reason = choices[0].get("finishReason") or "stop"
    return _with_usage({"index": 0, "message": {"role": "ASSISTANT"}, "finishReason": reason}, whole)


def _cohere_event(piece: str, whole: Mapping[str, Any] | None) -> dict[str, Any]:
    if whole is None:
        return {"apiFormat": "COHERE", "text": piece}
    shown = ("apiFormat", "text", "chatHistory", "finishReason", "citations", "toolCalls")
    return _with_usage({name: whole[name] for name in shown if whole.get(name) is not None}, whole)


def _cohere_v2_event(piece: str, whole: Mapping[str, Any] | None) -> dict[str, Any]:
    if whole is None:
        return {"apiFormat": "COHEREV2", "message": _message(piece)}
    reason = whole.get("finishReason") or "COMPLETE"
    return _with_usage({"apiFormat": "COHEREV2", "finishReason": reason}, whole)


_EVENTS: Mapping[str, Callable[[str, Mapping[str, Any] | None], dict[str, Any]]] = {
    "GENERIC": _generic_event,
    "COHERE": _cohere_event,
    "COHEREV2": _cohere_v2_event,
}


def _with_usage(event: dict[str, Any], whole: Mapping[str, Any]) -> dict[str, Any]:
    return {**event, "usage": whole["usage"]} if whole.get("usage") else event


def _event(value: Mapping[str, Any]) -> bytes:
    return f"data: {json.dumps(value, ensure_ascii=False)}\n\n".encode()


def _mapping(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else {}
