"""Requests per minute for each model: never more than so many in any sixty seconds."""

from collections import deque

_MINUTE = 60.0


class Quota:
    """Counts requests in a sliding minute. Refused requests do not count."""

    def __init__(self) -> None:
        self._taken: dict[str, deque[float]] = {}

    def take(self, model: str, limit: int, now: float) -> bool:
        """Whether one more request is allowed at ``now`` (seconds, never going back)."""
        taken = self._taken.setdefault(model, deque())
        while taken and taken[0] <= now - _MINUTE:
            taken.popleft()
        if len(taken) >= limit:
            return False
        taken.append(now)
        return True
