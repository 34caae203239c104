"""The route of models: what the catalogue offers today."""

from datetime import date

from fastapi import APIRouter, Request, Response

from frontend.api.answers import answer
from frontend.api.context import Wired
from frontend.api.documents import Document
from shared.catalog import Catalog, Route
from shared.models import Ability, InputRules, Model, Pool, State

router = APIRouter(prefix="/v1/models", tags=["models"])

CACHING = "public, max-age=300, stale-while-revalidate=86400"
"""A page asks on each visit, and what it is told changes about once a day."""


class PriceDocument(Document):
    """Dollars for one picture: a task costs the first price of its model whose conditions it meets.

    Where the size follows a picture that is given, it meets no condition on pixels.
    """

    usd: float
    quality: str | None
    up_to_pixels: int | None


class LifecycleDocument(Document):
    """Where a model stands today, and the dates on which that changes."""

    state: State
    launched: date | None
    legacy: date | None
    ended: date | None
    successor: str | None


class ModelDocument(Document):
    """A model: what it does, what it costs a picture, and how long it lives."""

    name: str
    title: str
    family: str
    model_id: str
    available: bool
    """Whether it can be asked for today."""
    by_arrangement: bool
    """Whether this service may call it though it has ended; then its state is ``legacy``."""
    images_per_call: int
    words_most: int | None
    inputs: InputRules | None
    tasks: dict[str, Ability]
    prices: tuple[PriceDocument, ...]
    pools: tuple[Pool, ...]
    lifecycle: LifecycleDocument


class ModelList(Document):
    data: tuple[ModelDocument, ...]
    auto: tuple[Route, ...]


@router.get("", response_model=ModelList, responses={304: {}})
async def models(request: Request, frontend: Wired) -> Response:
    """All models, and the order in which `auto` tries them. Needs no key."""
    catalog, today = frontend.catalog(), frontend.clock().date()
    return answer(
        request,
        ModelList(
            data=tuple(_document(model, catalog, today) for model in catalog.models),
            auto=catalog.auto,
        ),
        headers={"Cache-Control": CACHING},
    )


def _document(model: Model, catalog: Catalog, today: date) -> ModelDocument:
    state, ended = catalog.state(model, today), model.lifecycle.state(today) is State.ENDED
    life = model.lifecycle
    return ModelDocument(
        name=model.name,
        title=model.title,
        family=model.family,
        model_id=model.model_id,
        available=state is not State.ENDED,
        by_arrangement=ended and state is not State.ENDED,
        images_per_call=model.images_per_call,
        words_most=model.words_most,
        inputs=model.inputs,
        tasks=model.tasks,
        prices=tuple(
            PriceDocument(usd=float(p.usd), quality=p.quality, up_to_pixels=p.up_to_pixels)
            for p in model.prices
        ),
        pools=model.pools,
        lifecycle=LifecycleDocument(
            state=state,
            launched=life.launched,
            legacy=life.legacy,
            ended=life.ended,
            successor=life.successor,
        ),
    )
