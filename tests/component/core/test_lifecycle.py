"""The lifecycle guard: what Bedrock tells of its models goes before what the catalogue knew."""

import asyncio
from datetime import date, timedelta
from random import Random

import pytest

from shared.catalog import AUTO, Catalog
from shared.errors import ModelEnded, StoreUnavailable
from shared.lifecycle import (
    ASK_AGAIN,
    ASK_EVERY,
    LifecycleWatch,
    ask,
    differences,
    overlaid,
    with_lifecycles,
)
from shared.models import Lifecycle, State
from tests.builders import a_task

TODAY = date(2026, 11, 2)
CORE, ULTRA, NOVA = "stable-image-core", "stable-image-ultra", "nova-canvas"
PAST, FUTURE = date(2026, 10, 1), date(2027, 3, 1)


class ScriptedLifecycles:
    """Tells of models, by their Bedrock id, what it was told to tell; of others: they live."""

    def __init__(self) -> None:
        self.asked: list[tuple[str, str]] = []
        self.known: dict[str, Lifecycle | Exception | None] = {}

    async def lifecycle(self, model_id: str, region: str) -> Lifecycle | None:
        self.asked.append((model_id, region))
        told = self.known.get(model_id, Lifecycle())
        if isinstance(told, Exception):
            raise told
        return told


@pytest.fixture(scope="module")
def catalog() -> Catalog:
    return Catalog.load()


@pytest.fixture
def lifecycles() -> ScriptedLifecycles:
    return ScriptedLifecycles()


@pytest.fixture
def watch(catalog: Catalog, lifecycles: ScriptedLifecycles) -> LifecycleWatch:
    return LifecycleWatch(catalog, lifecycles, Random(1))


@pytest.mark.parametrize(
    ("kept", "told", "state"),
    [
        (Lifecycle(), Lifecycle(), State.ACTIVE),
        (Lifecycle(), Lifecycle(at_least=State.LEGACY), State.LEGACY),
        (Lifecycle(), Lifecycle(at_least=State.ENDED), State.ENDED),
        (Lifecycle(), Lifecycle(legacy=PAST), State.LEGACY),
        (Lifecycle(), Lifecycle(legacy=PAST, ended=FUTURE), State.LEGACY),
        (Lifecycle(ended=PAST), Lifecycle(), State.ENDED),
        (Lifecycle(ended=PAST), Lifecycle(at_least=State.LEGACY), State.ENDED),
        (Lifecycle(ended=PAST), Lifecycle(ended=FUTURE, at_least=State.LEGACY), State.LEGACY),
        (Lifecycle(ended=FUTURE), Lifecycle(ended=PAST), State.ENDED),
    ],
)
def test_what_is_told_goes_before_what_was_known(
    kept: Lifecycle, told: Lifecycle, state: State
) -> None:
    assert overlaid(kept, told).state(TODAY) is state


def test_a_successor_is_ours_to_name(catalog: Catalog) -> None:
    kept = catalog.model(NOVA).lifecycle
    assert overlaid(kept, Lifecycle(ended=PAST)).successor == kept.successor


async def test_every_model_is_asked_about_in_its_pool_s_region(
    catalog: Catalog, lifecycles: ScriptedLifecycles
) -> None:
    told = await ask(catalog, lifecycles)
    assert list(told) == [model.name for model in catalog.models]
    assert set(lifecycles.asked) == {(m.model_id, m.pool.region) for m in catalog.models}


async def test_a_model_that_bedrock_ended_is_passed_over_and_refused(
    catalog: Catalog, lifecycles: ScriptedLifecycles, watch: LifecycleWatch
) -> None:
    assert watch().choose(a_task(), AUTO, TODAY).model.name == CORE
    lifecycles.known[catalog.model(CORE).model_id] = Lifecycle(ended=PAST)
    assert await watch.refresh()
    choice = watch().choose(a_task(), AUTO, TODAY)
    assert choice.model.name == "stable-diffusion-3-5-large"
    with pytest.raises(ModelEnded, match="2026-10-01; use stable-diffusion-3-5-large instead"):
        watch().choose(a_task(), CORE, TODAY)


async def test_a_model_that_became_legacy_warns(
    catalog: Catalog, lifecycles: ScriptedLifecycles, watch: LifecycleWatch
) -> None:
    before = watch().choose(a_task(), CORE, TODAY).warnings
    lifecycles.known[catalog.model(CORE).model_id] = Lifecycle(at_least=State.LEGACY, ended=FUTURE)
    await watch.refresh()
    (warning,) = set(watch().choose(a_task(), CORE, TODAY).warnings) - set(before)
    assert warning == "Stable Image Core is a legacy model and ends on 2027-03-01."


@pytest.mark.parametrize("answer", [None, StoreUnavailable("no credentials")])
async def test_failure_to_ask_changes_nothing(
    catalog: Catalog,
    lifecycles: ScriptedLifecycles,
    watch: LifecycleWatch,
    answer: StoreUnavailable | None,
) -> None:
    lifecycles.known = dict.fromkeys((m.model_id for m in catalog.models), answer)
    assert await watch.refresh() is (answer is None)
    assert watch() == catalog


async def test_what_was_told_once_stays_when_the_next_asking_fails(
    catalog: Catalog, lifecycles: ScriptedLifecycles, watch: LifecycleWatch
) -> None:
    core = catalog.model(CORE).model_id
    lifecycles.known[core] = Lifecycle(at_least=State.ENDED)
    await watch.refresh()
    lifecycles.known[core] = StoreUnavailable("down")
    await watch.refresh()
    assert watch().state(watch().model(CORE), TODAY) is State.ENDED
    lifecycles.known[core] = Lifecycle()
    await watch.refresh()
    assert watch().state(watch().model(CORE), TODAY) is State.ACTIVE


@pytest.mark.parametrize(
    ("trouble", "pause"),
    [
        (None, ASK_EVERY),
        (StoreUnavailable("down"), ASK_AGAIN),
        (KeyError("modelDetails"), ASK_AGAIN),
    ],
)
async def test_it_asks_every_day_and_sooner_after_a_failure(
    catalog: Catalog,
    lifecycles: ScriptedLifecycles,
    watch: LifecycleWatch,
    trouble: Exception | None,
    pause: timedelta,
) -> None:
    if trouble is not None:
        lifecycles.known[catalog.model(CORE).model_id] = trouble
    task = asyncio.create_task(watch.run())
    await asyncio.sleep(pause.total_seconds() - 1)
    once = len(catalog.models)
    assert len(lifecycles.asked) == once
    await asyncio.sleep(pause.total_seconds() / 4 + 2)
    assert len(lifecycles.asked) == 2 * once
    task.cancel()


@pytest.mark.parametrize(
    ("kept", "told", "lines"),
    [
        (Lifecycle(), Lifecycle(), ()),
        (Lifecycle(ended=PAST), Lifecycle(ended=PAST), ()),
        (Lifecycle(launched=PAST), Lifecycle(), ()),
        (
            Lifecycle(),
            Lifecycle(at_least=State.LEGACY, ended=FUTURE),
            (
                "the catalogue says active, Bedrock says legacy",
                "ended: no date in the catalogue, 2027-03-01 at Bedrock",
            ),
        ),
        (Lifecycle(ended=PAST), Lifecycle(), ("the catalogue says ended, Bedrock says active",)),
    ],
)
def test_differences_are_said_in_words(
    kept: Lifecycle, told: Lifecycle, lines: tuple[str, ...]
) -> None:
    assert differences(kept, told, TODAY) == lines


def test_models_that_nothing_was_told_of_stay_as_they_are(catalog: Catalog) -> None:
    changed = with_lifecycles(catalog, {CORE: Lifecycle(ended=PAST)})
    assert changed.model(ULTRA) == catalog.model(ULTRA)
    assert changed.model(CORE) != catalog.model(CORE)
