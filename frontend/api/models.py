"""The route of models: what the catalogue offers today."""

from datetime import date

from fastapi import APIRouter, Request, Response

from frontend.api.answers import answer
from frontend.api.context import Wired
from frontend.api.documents import Document
from shared.catalog import Model, State

router = APIRouter(prefix="/v1/models", tags=["models"])


class PriceDocument(Document):
    usd: float
    quality: str | None
    up_to_pixels: int | None


class PoolDocument(Document):
    region: str
    requests_per_minute: int


class LifecycleDocument(Document):
    state: State
    launched: date | None
    legacy: date | None
    ended: date | None
    successor: str | None


class AbilityDocument(Document):
    unmapped: dict[str, str]
    approximate: dict[str, str]


class ModelDocument(Document):
    """A model: what it does, what it costs a picture, and how long it lives."""

    name: str
    title: str
    model_id: str
    available: bool
    tasks: dict[str, AbilityDocument]
    prices: tuple[PriceDocument, ...]
    pools: tuple[PoolDocument, ...]
    lifecycle: LifecycleDocument


class RouteDocument(Document):
    kind: str
    when: dict[str, str]
    models: tuple[str, ...]


class ModelList(Document):
    data: tuple[ModelDocument, ...]
    auto: tuple[RouteDocument, ...]


@router.get("", response_model=ModelList)
async def models(request: Request, frontend: Wired) -> Response:
    """All models, and the order in which `auto` tries them. Needs no key."""
    catalog, today = frontend.catalog, frontend.clock().date()
    return answer(
        request,
        ModelList(
            data=tuple(_document(m, catalog.state(m, today)) for m in catalog.models),
            auto=tuple(RouteDocument(**dict(route)) for route in catalog.auto),
        ),
    )


def _document(model: Model, state: State) -> ModelDocument:
    life = model.lifecycle
    return ModelDocument(
        name=model.name,
        title=model.title,
        model_id=model.model_id,
        available=state is not State.ENDED,
        tasks={kind: AbilityDocument(**dict(ability)) for kind, ability in model.tasks.items()},
        prices=tuple(
            PriceDocument(usd=float(p.usd), quality=p.quality, up_to_pixels=p.up_to_pixels)
            for p in model.prices
        ),
        pools=tuple(PoolDocument(**dict(pool)) for pool in model.pools),
        lifecycle=LifecycleDocument(
            state=state,
            launched=life.launched,
            legacy=life.legacy,
            ended=life.ended,
            successor=life.successor,
        ),
    )
