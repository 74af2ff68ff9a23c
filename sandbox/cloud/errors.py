"""What the stand-in cloud answers when it refuses, in OCI's own words.

    SandboxFault                    something the sandbox itself cannot do
    ├── Unusable                    an argument or a file that was given
    └── StoreError                  the store's file is damaged, read-only, full or locked
    ServiceError                    an answer of a service: status, code, one line of text
    ├── CannotParse                 400-CannotParseRequest
    ├── InvalidParameter            400-InvalidParameter
    ├── MissingParameter            400-MissingParameter
    ├── LimitExceeded               400-LimitExceeded
    ├── NotAllowed                  403-NotAllowed
    ├── NotFound                    404-NotAuthorizedOrNotFound
    ├── NoUpdate                    405-MethodNotAllowed
    ├── Conflict                    409-Conflict
    ├── NoEtagMatch                 412-NoEtagMatch
    ├── PayloadTooLarge             413-PayloadTooLarge
    ├── TooManyRequests             429-TooManyRequests
    ├── InternalError               500-InternalError
    └── NotEmulated                 501-NotImplemented: asked for something the sandbox does not imitate

Codes are those of Oracle's "API Errors" page. Not for mistakes in the sandbox's own code: those are
ordinary exceptions, and the provider reports them as 500-InternalError.
"""

from __future__ import annotations


class SandboxFault(Exception):
    """The sandbox cannot go on; the message is one line and names the place."""


class Unusable(SandboxFault):
    """An argument or a file that somebody gave and that cannot be used; nothing was done."""


class StoreError(SandboxFault):
    """The store's file cannot be used; the message names the file."""


class ServiceError(Exception):
    """One refusal of a service. `str()` is what a person reads: `404-NotAuthorizedOrNotFound, <text>`."""

    status = 500
    code = "InternalError"

    def __init__(self, text: str) -> None:
        super().__init__(f"{self.status}-{self.code}, {' '.join(text.split())}")
        self.text = text


class CannotParse(ServiceError):
    """A body that is not what the operation takes."""

    status = 400
    code = "CannotParseRequest"


class InvalidParameter(ServiceError):
    """A value OCI refuses."""

    status = 400
    code = "InvalidParameter"


class MissingParameter(ServiceError):
    """A value OCI needs and did not get."""

    status = 400
    code = "MissingParameter"


class LimitExceeded(ServiceError):
    """One more than the service limit allows."""

    status = 400
    code = "LimitExceeded"


class NotAllowed(ServiceError):
    """The call is not allowed here, such as a write to IAM outside the home region."""

    status = 403
    code = "NotAllowed"


class NotFound(ServiceError):
    """OCI never says which of the two it is."""

    status = 404
    code = "NotAuthorizedOrNotFound"


class NoUpdate(ServiceError):
    """Resources of the type are never changed."""

    status = 405
    code = "MethodNotAllowed"


class Conflict(ServiceError):
    """The name is taken, or something still depends on the resource."""

    status = 409
    code = "Conflict"


class NoEtagMatch(ServiceError):
    """The resource is not in the state that `if-match` names."""

    status = 412
    code = "NoEtagMatch"


class PayloadTooLarge(ServiceError):
    """More bytes than the operation takes."""

    status = 413
    code = "PayloadTooLarge"


class TooManyRequests(ServiceError):
    """Throttled."""

    status = 429
    code = "TooManyRequests"


class InternalError(ServiceError):
    """The service failed."""

    status = 500
    code = "InternalError"


class NotEmulated(ServiceError):
    """The sandbox does not imitate this, and says so instead of inventing an answer."""

    status = 501
    code = "NotImplemented"


_BY_STATUS = {
    kind.status: kind
    for kind in (InvalidParameter, NotAllowed, NotFound, Conflict, TooManyRequests, InternalError)
}

_LEAST, _MOST = 400, 599


def by_name(name: str, text: str) -> ServiceError:
    """The error called `<status>-<code>`, such as `429-TooManyRequests`, or by a status alone whose code is
    known; ValueError if it isn't one."""
    status, dash, code = name.partition("-")
    kind = _BY_STATUS.get(int(status)) if status.isdecimal() else None
    if kind is not None and not dash:
        return kind(text)
    if not status.isdecimal() or not _LEAST <= int(status) <= _MOST or not code.isalnum():
        raise ValueError(f"{name!r} is not an error's name such as 500-InternalError")
    return coded(int(status), code, text, kind or InternalError)


def coded(status: int, code: str, text: str, kind: type[ServiceError] = ServiceError) -> ServiceError:
    """A refusal by a status and a code of one service's own, such as 404 `BucketNotFound`."""
    error = kind(text)
    error.status, error.code = status, code
    error.args = (f"{status}-{code}, {' '.join(text.split())}",)
    return error
