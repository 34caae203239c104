"""The route of usage: what an owner has used of each limit, and what is left."""

from collections.abc import Iterable
from datetime import datetime
from typing import Literal

from fastapi import APIRouter, Request, Response

from frontend.api.answers import answer
from frontend.api.context import Asking, Wired
from frontend.api.documents import Document
from frontend.api.problems import ProblemDocument
from shared.limits import RATE_WINDOW, RATES, SPEND, Allowance, midnight_after

_problem = {"model": ProblemDocument}
router = APIRouter(prefix="/v1/usage", tags=["usage"])

_WINDOW = int(RATE_WINDOW.total_seconds())
_OF_OWNERS = frozenset(rate.policy for rate in RATES)


class LimitDocument(Document):
    """A limit: of the owner alone, or of everybody in the client's network (a /24, a /64)."""

    policy: str
    of: Literal["owner", "network"]
    limit: int
    used: int
    left: int
    window_seconds: int
    ends_at: datetime | None
    """When all of it is there again; null before anything was used."""


class DayDocument(Document):
    """What the whole service may spend in this UTC day."""

    budget_left: float | None
    """The share that is left, from 0 to 1; null if there is no cap."""
    ends_at: datetime


class UsageDocument(Document):
    limits: tuple[LimitDocument, ...]
    day: DayDocument


@router.get(
    "",
    response_model=UsageDocument,
    responses={304: {}, **dict.fromkeys((401, 500, 503), _problem)},
)
async def usage(request: Request, frontend: Wired, asker: Asking) -> Response:
    """What you have used of each limit and what is left: the numbers of the RateLimit headers."""
    now = frontend.clock()
    network = frontend.identity.network(request)
    *rates, spend = await frontend.limits.allowances(owner=asker.owner, network=network, now=now)
    document = UsageDocument(
        limits=tuple(map(_limit_document, rates)),
        day=DayDocument(
            budget_left=None if frontend.limits.spend_a_day is None else _share_left(spend),
            ends_at=midnight_after(now),
        ),
    )
    return answer(request, document, headers=rate_headers(rates, now))


def rate_headers(allowances: Iterable[Allowance], now: datetime) -> dict[str, str]:
    """RateLimit headers (IETF httpapi draft); what the whole service shares is not in them."""
    rates = [allowance for allowance in allowances if allowance.policy != SPEND]
    if not rates:
        return {}
    return {
        "RateLimit-Policy": ", ".join(f'"{r.policy}";q={r.limit};w={_WINDOW}' for r in rates),
        "RateLimit": ", ".join(_rate(rate, now) for rate in rates),
    }


def _rate(rate: Allowance, now: datetime) -> str:
    left = f'"{rate.policy}";r={rate.left}'
    if rate.until is None:
        return left
    return f"{left};t={max(0, int((rate.until - now).total_seconds()))}"


def _limit_document(rate: Allowance) -> LimitDocument:
    return LimitDocument(
        policy=rate.policy,
        of="owner" if rate.policy in _OF_OWNERS else "network",
        limit=rate.limit,
        used=rate.used,
        left=rate.left,
        window_seconds=_WINDOW,
        ends_at=rate.until,
    )


def _share_left(spend: Allowance) -> float:
    """In hundredths, rounded down: what others spend is nobody's business to the cent."""
    return spend.left * 100 // spend.limit / 100 if spend.limit else 0.0
