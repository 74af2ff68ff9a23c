"""Who sent a request to a deployment, where a function decides that: an authorizer function.

The function is invoked as the gateway, with `{"type": "USER_DEFINED", "data": {…}}` where the deployment
names parameters, else with `{"type": "TOKEN", "token": …}`. Its answers are not kept: it is asked every time,
where OCI asks again after a minute to an hour.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from sandbox.api.platform import FunctionAnswer
from sandbox.rest.gateway.asked import Asked
from sandbox.rest.gateway.refusal import Refusal
from sandbox.rest.gateway.tokens import NotValid, refused
from sandbox.rest.gateway.variables import value_of


def question(authentication: Mapping[str, Any], asked: Asked) -> bytes:
    """What the function is asked. Raises `Refusal` where the one token it wants is not there."""
    parameters = authentication.get("parameters") or {}
    if parameters:
        data = {name: value_of(str(expression), asked) for name, expression in parameters.items()}
        return json.dumps({"type": "USER_DEFINED", "data": data}).encode()
    if authentication.get("tokenHeader"):
        token = value_of(f"request.headers[{authentication['tokenHeader']}]", asked)
    else:
        token = value_of(f"request.query[{authentication.get('tokenQueryParam')}]", asked)
    if not token:
        raise refused(authentication, "there is no token")
    return json.dumps({"type": "TOKEN", "token": token}).encode()


def decided(authentication: Mapping[str, Any], answer: FunctionAnswer, now: datetime) -> Mapping[str, Any]:
    """What the function says of the sender: its context, and `scope`. Raises `Refusal`: 401 where it says no,
    502 where it does not answer as an authorizer does."""
    if answer.code:
        raise Refusal(502, f"the authorizer function was answered for: {answer.status} {answer.code}")
    found = _read(answer.content)
    try:
        _expect_active(found, now)
    except NotValid as error:
        challenge = str(found.get("wwwAuthenticate") or "Bearer")
        raise refused(authentication, str(error), challenge) from None
    context = found.get("context")
    return {**(context if isinstance(context, dict) else {}), "scope": found.get("scope")}


def _read(content: bytes) -> Mapping[str, Any]:
    try:
        found = json.loads(content)
    except ValueError:
        found = None
    if not isinstance(found, dict) or not isinstance(found.get("active"), bool):
        raise Refusal(502, "the authorizer function's answer is no JSON object with active")
    return found


def _expect_active(found: Mapping[str, Any], now: datetime) -> None:
    if not found["active"]:
        raise NotValid("the authorizer function says no")
    if found.get("expiresAt") is None:
        return
    try:
        until = datetime.fromisoformat(str(found["expiresAt"]))
    except ValueError:
        raise NotValid("the authorizer function's expiresAt is no ISO 8601 time") from None
    if (until if until.tzinfo else until.replace(tzinfo=UTC)) <= now:
        raise NotValid("the authorizer function's expiresAt is over")
