"""`canvas-queue models`: the catalogue as a table, and whether Bedrock agrees with it."""

import asyncio
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Any, Self

import httpx

from canvas_queue.columns import in_columns

if TYPE_CHECKING:
    from shared.catalog import Catalog
    from shared.errors import StoreUnavailable
    from shared.models import Lifecycle
    from shared.settings import Settings

HEAD = ("MODEL", "STATE", "USD", "A MINUTE", "REGION", "TASKS")


@dataclass(frozen=True)
class Row:
    """What the table tells of one model."""

    name: str
    state: str
    prices: Sequence[float]
    """Dollars for a picture."""
    requests_per_minute: int
    region: str
    tasks: Sequence[str]

    @classmethod
    def of(cls, document: Mapping[str, Any]) -> Self:
        """From what `GET /v1/models` says of a model."""
        pool = document["pools"][0]
        return cls(
            name=document["name"],
            state=document["lifecycle"]["state"],
            prices=[price["usd"] for price in document["prices"]],
            requests_per_minute=pool["requests_per_minute"],
            region=pool["region"],
            tasks=list(document["tasks"]),
        )

    @property
    def cells(self) -> tuple[str, ...]:
        least, most = min(self.prices), max(self.prices)
        usd = f"{least:.2f}" if least == most else f"{least:.2f}–{most:.2f}"
        quota = str(self.requests_per_minute)
        return (self.name, self.state, usd, quota, self.region, ", ".join(self.tasks))


def table(rows: Iterable[Row]) -> str:
    """Rows as lines of text, in columns."""
    return in_columns([HEAD, *(row.cells for row in rows)])


def served(url: str) -> list[Row]:
    """The catalogue of a running service. Raises ``httpx.HTTPError`` if it does not answer."""
    reply = httpx.get(f"{url.rstrip('/')}/v1/models").raise_for_status()
    return [Row.of(document) for document in reply.json()["data"]]


def kept(catalog: "Catalog", today: date) -> list[Row]:
    """The catalogue that this machine's settings name."""
    return [
        Row(
            name=model.name,
            state=catalog.state(model, today),
            prices=[float(price.usd) for price in model.prices],
            requests_per_minute=model.pool.requests_per_minute,
            region=model.pool.region,
            tasks=list(model.tasks),
        )
        for model in catalog.models
    ]


def checked(settings: "Settings", catalog: "Catalog") -> list[str]:
    """A line for each thing that Bedrock, in this account, tells otherwise than the catalogue."""
    return asyncio.run(_checked(settings, catalog))


async def _checked(settings: "Settings", catalog: "Catalog") -> list[str]:
    from canvas_queue.wiring import open_lifecycles
    from shared.lifecycle import ask

    async with open_lifecycles(settings) as lifecycles:
        told = await ask(catalog, lifecycles)
    today = datetime.now(UTC).date()
    return [
        f"{model.name} in {model.pool.region}: {line}"
        for model in catalog.models
        for line in _lines(model.lifecycle, told[model.name], today)
    ]


def _lines(
    kept: "Lifecycle", told: "Lifecycle | StoreUnavailable | None", today: date
) -> Iterator[str]:
    from shared.errors import StoreUnavailable
    from shared.lifecycle import differences

    if told is None:
        yield "Bedrock knows no such model."
    elif isinstance(told, StoreUnavailable):
        yield f"Bedrock could not be asked. {told}"
    else:
        yield from (f"{difference}." for difference in differences(kept, told, today))
