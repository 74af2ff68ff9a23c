"""When a delivery that failed is tried again, by what it comes from.

Notifications' schedule is Oracle's: at once, then after 1, 2, 4, 8, 16 and 32 minutes, until the retry
duration is over. Events is documented to retry where Functions is too busy, until it succeeds. For everything
else nothing is documented: the sandbox keeps to Notifications' schedule, for as long as `_LONGEST` says, so
that what one process lost with its death is not lost for good.
"""

from __future__ import annotations

from sandbox.cloud.deliveries import Delivery

_GAPS = tuple(60.0 * minutes for minutes in (0, 1, 2, 4, 8, 16, 32))
_HOURS = 3600.0
_LONGEST = {"rule": 2 * _HOURS, "connector": 7 * 24 * _HOURS}
_USUAL = 2 * _HOURS
_ONCE = frozenset({"detached", "schedule"})
_BUSY = frozenset({429, 503})


def retry_at(delivery: Delivery, now: float, status: int = 0) -> float | None:
    """When to try again after an attempt that ended at `now`; None for never.

    `delivery` is as it was claimed; `status` is what Functions answered, 0 where nobody did.
    """
    if delivery.source_kind in _ONCE and status:
        return None  # it ran, or was refused: the failure destination hears of it
    following = now + _GAPS[min(delivery.attempts, len(_GAPS)) - 1]
    if delivery.source_kind == "rule" and status in _BUSY:
        return following
    until = delivery.until
    if until is None:
        until = delivery.created + _LONGEST.get(delivery.source_kind, _USUAL)
    return following if following <= until else None
