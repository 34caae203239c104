"""Where a garment goes: by its kind, in words, or painted on the person's picture."""

from typing import Any

import pytest
import pytest_asyncio
from playwright.async_api import Page, expect

from shared.adapters.aws import AwsClients
from shared.settings import Settings
from shared.tasks import parse_task
from tests.drawings import a_person
from tests.system.browser import box_of
from tests.system.local_system import LocalSystem
from tests.system.widgets.controls import REGION, one_picture
from tests.system.widgets.form import Form, a_file, drag, stored_picture

pytestmark = pytest.mark.asyncio(loop_scope="session")


@pytest_asyncio.fixture(loop_scope="session")
async def form(page: Page, system: LocalSystem) -> Form:
    await page.set_viewport_size({"width": 1000, "height": 900})
    form = Form(page, system, "try_on", (one_picture(), REGION))
    await form.show()
    await expect(form.block("region")).to_be_visible()
    return form


async def region(form: Form) -> dict[str, Any]:
    task = await form.task()
    # It is what the API takes.
    garment = {"artifact": "01jdzzzzzzzzzzzzzzzzzzzzzz/0"}
    parse_task({"kind": "try_on", "image": garment, "garment": garment, "region": task["region"]})
    said: dict[str, Any] = task["region"]
    return said


async def paint_a_rectangle(form: Form) -> None:
    canvas = form.page.locator("canvas.painter-canvas")
    await expect(canvas).to_be_visible()
    await form.page.wait_for_function("test.widgets[1].mask.painter.easel.mask")
    await canvas.focus()
    await form.page.keyboard.press("r")
    box = await box_of(canvas)
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    await drag(form.page, (x - 30, y - 60), (x + 30, y + 60))


async def test_a_kind_of_garment_is_chosen_with_what_can_be_said_of_it(form: Form) -> None:
    assert await region(form) == {"by": "garment", "garment_class": "upper_body"}
    await form.page.get_by_role("combobox", name="Garment").select_option("Long dress")
    await form.page.get_by_role("combobox", name="Tucked in").select_option("Untucked")
    assert await region(form) == {
        "by": "garment",
        "garment_class": "long_dress",
        "tucking_style": "untucked",
    }


async def test_the_part_is_named_in_words(form: Form) -> None:
    await form.page.get_by_label("In words").check(force=True)
    await form.page.get_by_label("The part").fill(" the blue shirt ")
    await form.page.get_by_role("combobox", name="Outline").select_option("Bounding box")
    expected = {"by": "words", "words": "the blue shirt", "mask_shape": "bounding_box"}
    assert await region(form) == expected
    await form.show()
    await expect(form.page.get_by_label("In words")).to_be_checked()
    assert await region(form) == expected


async def test_the_part_is_painted_on_the_persons_picture(
    form: Form, aws: tuple[AwsClients, Settings]
) -> None:
    await form.page.get_by_label("Paint it").check(force=True)
    await form.says("region", "Choose the person's picture first.")
    refused: Any = await form.page.evaluate("test.refusal()")
    assert refused["errors"][0]["pointer"] == "/task/region"
    await form.choose("image", a_file(a_person()))
    await paint_a_rectangle(form)
    said = await region(form)
    assert said["by"] == "mask"
    mask = await stored_picture(aws, said["mask"])
    assert mask.size == a_person().size
    grey = mask.convert("L")
    assert grey.getpixel((192, 320)) == 255
    assert grey.getpixel((10, 10)) == 0


async def test_a_painted_part_survives_a_reload_and_another_person_begins_anew(form: Form) -> None:
    await form.page.get_by_label("Paint it").check(force=True)
    await form.choose("image", a_file(a_person()))
    await paint_a_rectangle(form)
    await form.kept(key="try_on-region")
    await form.show()
    await form.page.wait_for_function("!test.widgets[1].mask.isEmpty")
    assert (await region(form))["by"] == "mask"
    await form.choose("image", a_file(a_person().transpose(0), name="other"))
    await form.page.wait_for_function("test.widgets[1].mask.isEmpty")
