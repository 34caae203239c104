"""The route of models: what the catalogue offers today."""

from datetime import date

from fastapi import APIRouter, Request, Response

from frontend.api.answers import answer
from frontend.api.context import Wired
from frontend.api.documents import Document
from shared.catalog import Route
from shared.models import Ability, InputRules, Model, Pool, State

router = APIRouter(prefix="/v1/models", tags=["models"])


class PriceDocument(Document):
    usd: float
    quality: str | None
    up_to_pixels: int | None


class LifecycleDocument(Document):
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


@router.get("", response_model=ModelList)
async def models(request: Request, frontend: Wired) -> Response:
    """All models, and the order in which `auto` tries them. Needs no key."""
    catalog, today = frontend.catalog(), frontend.clock().date()
    return answer(
        request,
        ModelList(
            data=tuple(_document(m, catalog.state(m, today)) for m in catalog.models),
            auto=catalog.auto,
        ),
    )


def _document(model: Model, state: State) -> ModelDocument:
    life = model.lifecycle
    return ModelDocument(
        name=model.name,
        title=model.title,
        family=model.family,
        model_id=model.model_id,
        available=state is not State.ENDED,
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
