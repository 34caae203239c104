"""Refusals: models that Bedrock would not call for this account are passed over by ``auto``.

What GetFoundationModel says of a model's life is the same for everybody; whether an account has
access, or has been idle for too long to call a legacy model, shows only when it is called. The
worker that is refused notes that on the pool's row, and every frontend looks there now and then.
"""

import asyncio
import logging
from collections.abc import Collection
from datetime import timedelta
from random import Random

from shared.catalog import Catalog, CurrentCatalog
from shared.clock import Clock
from shared.errors import StoreUnavailable
from shared.ports.pools import Pools
from shared.retries import jittered

logger = logging.getLogger(__name__)

LOOK_EVERY = timedelta(seconds=30)


class RefusalWatch:
    """The catalogue as it is now, with the models that are refused. Asked in vain, it stays."""

    def __init__(self, catalog: CurrentCatalog, pools: Pools, clock: Clock, random: Random) -> None:
        self._catalog = catalog
        self._pools = pools
        self._clock = clock
        self._random = random
        self._refused: frozenset[str] = frozenset()
        self._seen = catalog()
        self._current = self._seen

    def __call__(self) -> Catalog:
        kept = self._catalog()
        if kept is not self._seen or self._current.refused != self._refused:
            self._seen = kept
            self._current = kept.model_copy(update={"refused": self._refused})
        return self._current

    @property
    def refused(self) -> frozenset[str]:
        """The names of the models that are refused."""
        return self._refused

    async def refresh(self) -> None:
        """Look which models are refused."""
        models = {model.pool_name: model.name for model in self._catalog().models}
        states = await self._pools.look(models)
        now = self._clock()
        refused = frozenset(
            models[pool]
            for pool, state in states.items()
            if state.refused_until is not None and now < state.refused_until
        )
        self._tell(refused - self._refused)
        self._refused = refused

    def _tell(self, names: Collection[str]) -> None:
        for name in names:
            logger.warning("Bedrock refuses %s to this account; auto passes it over", name)

    async def run(self) -> None:
        """Look now and every half minute, for ever."""
        while True:
            try:
                await self.refresh()
            except StoreUnavailable as error:
                logger.warning("nobody knows which models are refused: %s", error)
            except Exception:
                logger.exception("it could not be read which models are refused")
            await asyncio.sleep(jittered(LOOK_EVERY, self._random).total_seconds())
