"""The lifecycle guard: the catalogue, kept true by asking Bedrock how long its models live."""

import asyncio
import logging
from collections.abc import Mapping
from datetime import date, timedelta
from random import Random

from shared.catalog import Catalog
from shared.errors import StoreUnavailable
from shared.models import Lifecycle, Model
from shared.ports.models import ModelLifecycles
from shared.retries import jittered

logger = logging.getLogger(__name__)

ASK_EVERY = timedelta(hours=24)
ASK_AGAIN = timedelta(hours=1)
"""After a model that could not be asked about."""

Told = Lifecycle | StoreUnavailable | None
"""What is said of a model, or why nobody could be asked; None if nobody knows it."""


async def ask(catalog: Catalog, lifecycles: ModelLifecycles) -> dict[str, Told]:
    """What is said of each model, by its name."""
    told = await asyncio.gather(*(_ask_about(model, lifecycles) for model in catalog.models))
    return {model.name: answer for model, answer in zip(catalog.models, told, strict=True)}


async def _ask_about(model: Model, lifecycles: ModelLifecycles) -> Told:
    try:
        return await lifecycles.lifecycle(model.model_id, model.pool.region)
    except StoreUnavailable as reason:
        return reason


def overlaid(kept: Lifecycle, told: Lifecycle) -> Lifecycle:
    """A lifecycle with what was told put over it. A date that nobody told another for stays."""
    dates = {name: getattr(told, name) for name in ("launched", "legacy", "ended")}
    known = {name: day for name, day in dates.items() if day is not None}
    return kept.model_copy(update={**known, "at_least": told.at_least})


def differences(kept: Lifecycle, told: Lifecycle, today: date) -> tuple[str, ...]:
    """In what the catalogue and the provider disagree about a model, in words."""
    here, there = kept.state(today), told.state(today)
    said = [] if here is there else [f"the catalogue says {here}, Bedrock says {there}"]
    for what in ("launched", "legacy", "ended"):
        mine, theirs = getattr(kept, what), getattr(told, what)
        if theirs is not None and mine != theirs:
            said.append(f"{what}: {mine or 'no date'} in the catalogue, {theirs} at Bedrock")
    return tuple(said)


class LifecycleWatch:
    """The catalogue as it is now. Asked in vain, it stays as it was."""

    def __init__(self, catalog: Catalog, lifecycles: ModelLifecycles, random: Random) -> None:
        self._catalog = catalog
        self._current = catalog
        self._lifecycles = lifecycles
        self._random = random

    def __call__(self) -> Catalog:
        return self._current

    async def refresh(self) -> bool:
        """Ask about every model; False if that failed for some."""
        told = await ask(self._catalog, self._lifecycles)
        for name, reason in told.items():
            if isinstance(reason, StoreUnavailable):
                logger.warning("the lifecycle of %s could not be asked: %s", name, reason)
        self._current = with_lifecycles(
            self._current, {n: life for n, life in told.items() if isinstance(life, Lifecycle)}
        )
        return not any(isinstance(answer, StoreUnavailable) for answer in told.values())

    async def run(self) -> None:
        """Refresh now and once a day, for ever."""
        while True:
            pause = ASK_AGAIN
            try:
                if await self.refresh():
                    pause = ASK_EVERY
            except Exception:
                logger.exception("the lifecycles of models could not be read")
            await asyncio.sleep(jittered(pause, self._random).total_seconds())


def with_lifecycles(catalog: Catalog, told: Mapping[str, Lifecycle]) -> Catalog:
    """The catalogue with what was told of some models put over it."""
    models = tuple(
        model.model_copy(update={"lifecycle": overlaid(model.lifecycle, told[model.name])})
        if model.name in told
        else model
        for model in catalog.models
    )
    return catalog.model_copy(update={"models": models})
