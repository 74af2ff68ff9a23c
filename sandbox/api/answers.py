"""Answers that the user gives, for operations of which the sandbox has no idea what to say: AI services.

    .sandbox/answers/<package>/<Operation>.json     such as ai_vision/AnalyzeImage.json

`<package>` is the SDK's (`oci.ai_vision`), the content what the service would answer. It is read anew at each
request, and held against the SDK's own models, so that a function under test never gets what OCI could not
send. `OCI_SANDBOX_ANSWERS` names another folder.
"""

from __future__ import annotations

import importlib
import json
import os
import re
from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

from sandbox.api.operation import Operation, Target
from sandbox.api.request import ApiRequest
from sandbox.api.response import ApiResponse, as_json, nothing
from sandbox.cloud.errors import CannotParse, NotEmulated, ServiceError, coded

FOLDER = "OCI_SANDBOX_ANSWERS"
"""Names a folder of answers other than the sandbox's own."""

_LIST, _DICT = re.compile(r"list\[(.+)\]"), re.compile(r"dict\(str, (.+)\)")
_PLAIN: Mapping[str, tuple[type, ...]] = {
    "str": (str,),
    "int": (int,),
    "float": (int, float),
    "bool": (bool,),
    "datetime": (str,),
}
_WORDS = {"str": "a string", "int": "a whole number", "float": "a number", "bool": "true or false"}


class _Wrong(Exception):
    """What is wrong, and where."""

    def __init__(self, place: str, text: str) -> None:
        super().__init__(f"{place.removeprefix('.') or 'the answer'}: {text}")


def given(request: ApiRequest, package: str, model: str) -> Any:
    """The answer that the user gives to this operation; None where there is none.

    `model` is the SDK's class of the answer. Raises a `ServiceError` that names the place of what is wrong.
    """
    path = _path(request, package, "json")
    try:
        text = path.read_text("utf-8")
    except FileNotFoundError:
        return None
    except (OSError, UnicodeDecodeError) as error:
        raise _unusable(path, f"cannot be read: {type(error).__name__}") from None
    try:
        value = json.loads(text)
        _check(value, model, _models(package, path), "")
    except _Wrong as error:
        raise _unusable(path, str(error)) from None
    except (ValueError, RecursionError) as error:
        raise _unusable(path, f"is not JSON: {error}") from None
    return value


def wanted(request: ApiRequest, package: str, why: str = "") -> NotEmulated:
    """What is answered where an answer must be given."""
    where = _shown(_path(request, package, "json"))
    reason = f"{why}; " if why else ""
    return NotEmulated(f"{request.operation}: {reason}no model is in the sandbox. Give its answer in {where}")


def by_file(
    package: str,
    name: str,
    method: str,
    path: str,
    model: str,
    *permissions: str,
) -> Operation:
    """An operation that is answered by a file and by nothing else.

    `model` is empty where the answer has no body, and `stream` where it is bytes, which come from a file
    that ends with `.bin`. No permissions: those of the catalogue.
    """

    def target(request: ApiRequest) -> Target:
        return Target(_compartment(request, package))

    return Operation(
        name,
        method,
        path,
        _handler(package, model),
        target=target,
        permissions=permissions or None,
    )


def _handler(package: str, model: str) -> Callable[[ApiRequest], ApiResponse]:
    def handler(request: ApiRequest) -> ApiResponse:
        if model == "stream":
            return ApiResponse(200, {"content-type": "application/octet-stream"}, _bytes(request, package))
        found = given(request, package, model or "object")
        if found is None:
            raise wanted(request, package)
        return as_json(found) if model else nothing()

    return handler


def _bytes(request: ApiRequest, package: str) -> bytes:
    path = _path(request, package, "bin")
    try:
        return path.read_bytes()
    except OSError:
        raise NotEmulated(
            f"{request.operation}: no model is in the sandbox. Give its answer in {_shown(path)}"
        ) from None


def _compartment(request: ApiRequest, package: str) -> str:
    """What the request names; else where the thing lies that its path names, by the store or by the answer;
    else the tenancy, as the services have it."""
    named = request.argument("compartmentId") or _in_body(request)
    if named:
        return named
    for id in request.path.values():
        record = request.cloud.store.get(id)
        if record is not None and record.outputs.get("compartmentId"):
            return str(record.outputs["compartmentId"])
    try:
        answer = json.loads(_path(request, package, "json").read_text("utf-8"))
        return str(answer["compartmentId"])
    except (OSError, ValueError, TypeError, KeyError, RecursionError):
        return request.cloud.tenancy


def _in_body(request: ApiRequest) -> str:
    if request.body.size == 0:
        return ""
    try:
        found = request.json().get("compartmentId")
    except CannotParse:
        return ""
    return found if isinstance(found, str) else ""


def _path(request: ApiRequest, package: str, ending: str) -> Path:
    own = request.cloud.store.path.parent / "answers"
    return Path(os.environ.get(FOLDER) or own) / package / f"{request.operation}.{ending}"


def _shown(path: Path) -> str:
    return "/".join(path.parts[-4:])


def _unusable(path: Path, text: str) -> ServiceError:
    return coded(501, "NotImplemented", f"{_shown(path)}: {text}")


# The SDK's models


def _models(package: str, path: Path) -> Any:
    try:
        return importlib.import_module(f"oci.{package}.models")
    except ImportError:
        raise _unusable(
            path, "is held against the models of the OCI SDK: install the package oci beside the sandbox"
        ) from None


def _check(value: Any, type_: str, models: Any, place: str) -> None:
    """Raises `_Wrong` at the first thing that the SDK's model does not have so."""
    if type_ == "object" or value is None:
        return
    if inner := _LIST.fullmatch(type_):
        _is(value, list, "a list", place)
        for number, item in enumerate(value):
            _check(item, inner[1], models, f"{place}[{number}]")
    elif inner := _DICT.fullmatch(type_):
        _is(value, dict, "an object", place)
        for key, item in value.items():
            _check(item, inner[1], models, f"{place}.{key}")
    elif type_ in _PLAIN:
        _check_plain(value, type_, place)
    else:
        _check_model(value, type_, models, place)


def _check_plain(value: Any, type_: str, place: str) -> None:
    fits = isinstance(value, _PLAIN[type_]) and isinstance(value, bool) == (type_ == "bool")
    if type_ == "datetime" and fits:
        try:
            datetime.fromisoformat(value)
        except ValueError:
            fits = False
    if not fits:
        expected = _WORDS.get(type_, "a time such as 2026-01-31T12:00:00Z")
        raise _Wrong(place, f"expected {expected}, found {_found(value)}")


def _check_model(value: Any, type_: str, models: Any, place: str) -> None:
    _is(value, dict, f"an object ({type_})", place)
    kind = getattr(models, type_)
    if hasattr(kind, "get_subtype"):
        try:
            kind = getattr(models, kind.get_subtype(value))
        except KeyError as error:
            raise _Wrong(place, f"{error.args[0]} is missing: it says which kind of {type_} it is") from None
    model = kind()
    names = {shown: name for name, shown in model.attribute_map.items()}
    for shown, item in value.items():
        if shown not in names:
            raise _Wrong(
                f"{place}.{shown}", f"{kind.__name__} has {', '.join(sorted(names))}, and nothing else"
            )
        _check(item, model.swagger_types[names[shown]], models, f"{place}.{shown}")
        _check_choice(model, names[shown], item, f"{place}.{shown}")
    for shown, name in names.items():
        if value.get(shown) is None and "**[Required]**" in (getattr(kind, name).fget.__doc__ or ""):
            raise _Wrong(place, f"{kind.__name__} needs {shown}")


def _check_choice(model: Any, name: str, value: Any, place: str) -> None:
    """An enumeration's value: the SDK's setter turns one that it does not know into another, or refuses."""
    if not isinstance(value, (str, list)):
        return
    try:
        setattr(model, name, value)
        kept = getattr(model, name)
    except ValueError:
        kept = None
    if kept != value:
        raise _Wrong(place, f"{json.dumps(value)} is none of {', '.join(_choices(model, name))}")


def _choices(model: Any, name: str) -> Iterator[str]:
    prefix = f"{name.upper()}_"
    for constant, value in sorted(vars(type(model)).items()):
        if constant.startswith(prefix) and isinstance(value, str):
            yield value


def _is(value: Any, kind: type, expected: str, place: str) -> None:
    if not isinstance(value, kind):
        raise _Wrong(place, f"expected {expected}, found {_found(value)}")


def _found(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    names = {str: "a string", int: "a number", float: "a number", list: "a list", dict: "an object"}
    return names[type(value)]
