"""The bodies that models are sent, compared whole."""

import orjson
import pytest

from shared.tasks import TASKS
from tests.unit.models.golden import CASES, CATALOG, FILES, Case, body
from worker.models import FAMILIES


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case.path.parent.name}/{case.name}")
async def test_a_body_is_what_its_golden_file_says(case: Case) -> None:
    assert await body(case) == orjson.loads(case.path.read_bytes())


def test_every_golden_file_has_its_case_and_no_two_share_one() -> None:
    paths = [case.path for case in CASES]
    assert len(set(paths)) == len(paths)
    assert set(FILES.glob("*/*")) == set(paths)


def test_every_task_of_every_model_has_a_golden_file() -> None:
    offered = {(model.name, kind) for model in CATALOG.models for kind in model.tasks}
    assert {(case.model, case.task.kind) for case in CASES} == offered


def test_a_case_asks_only_for_what_the_catalogue_says_its_model_can_do() -> None:
    for case in CASES:
        assert CATALOG.model(case.model).violations(case.task) == ()


@pytest.mark.parametrize("family", FAMILIES)
def test_every_field_is_in_a_golden_file_or_said_to_be_dropped(family: str) -> None:
    for kind, task in TASKS.items():
        models = [m for m in CATALOG.models if m.family == family and kind in m.tasks]
        told = {"kind", "n"}
        for case in CASES:
            if case.task.kind == kind and CATALOG.model(case.model) in models:
                told |= case.task.model_fields_set
        for ability in (model.tasks[kind] for model in models):
            told |= ability.fields
            # A task has either, so who needs the one refuses the other.
            told |= {"mask_prompt"} if "mask" in ability.needs else set()
        assert not models or set(task.model_fields) <= told
