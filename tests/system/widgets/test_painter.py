"""The part of a picture that changes: painted with a mouse, keys or fingers, or named in words."""

import pytest
import pytest_asyncio
from PIL import Image
from playwright.async_api import Browser, Locator, Page, expect

from shared.adapters.aws import AwsClients
from shared.settings import Settings
from tests.drawings import a_ball
from tests.system.browser import box_of
from tests.system.local_system import LocalSystem
from tests.system.widgets.controls import MASKED
from tests.system.widgets.form import Form, a_file, drag, stored_picture, touch

pytestmark = pytest.mark.asyncio(loop_scope="session")
Aws = tuple[AwsClients, Settings]

WIDTH, HEIGHT = 800, 600
PICTURE = a_file(a_ball((WIDTH, HEIGHT)))


@pytest_asyncio.fixture(loop_scope="session")
async def form(page: Page, system: LocalSystem) -> Form:
    """The control with a picture to paint on, in its place in a form."""
    await page.set_viewport_size({"width": 1000, "height": 900})
    form = Form(page, system, "inpaint", (MASKED,))
    await form.show()
    await begin(form)
    # Only what is still can be aimed at.
    await canvas(form).click(trial=True)
    return form


async def begin(form: Form) -> None:
    await form.choose("image", PICTURE)
    await form.page.wait_for_function("test.widgets[0].mask.painter.easel.mask")
    await expect(canvas(form)).to_be_visible()


def canvas(form: Form) -> Locator:
    return form.page.locator("canvas.painter-canvas")


async def on_screen(form: Form, x: float, y: float) -> tuple[float, float]:
    """Where a pixel of the picture is seen."""
    at: list[float] = await form.page.evaluate(
        """([x, y]) => {
            const {stage: {view, canvas}} = test.widgets[0].mask.painter;
            const {left, top} = canvas.getBoundingClientRect();
            return [left + view.x + x * view.scale, top + view.y + y * view.scale];
        }""",
        [x, y],
    )
    return at[0], at[1]


async def paint(form: Form, *points: tuple[float, float]) -> None:
    await drag(form.page, *[await on_screen(form, *point) for point in points])


async def brush(form: Form, size: int) -> None:
    """A brush of so many pixels of the picture."""
    await form.page.evaluate("size => { test.widgets[0].mask.painter.easel.size = size }", size)


async def mask(form: Form, aws: Aws) -> Image.Image:
    """The mask as it is stored."""
    picture = await stored_picture(aws, (await form.task())["mask"])
    assert picture.format == "PNG"
    assert picture.size == (WIDTH, HEIGHT)
    assert picture.getbands() == ("1",)
    return picture.convert("L")


def share(picture: Image.Image, box: tuple[int, int, int, int] | None = None) -> float:
    """How much of a mask, or of a part of it, is white."""
    part = picture.crop(box) if box else picture
    return part.histogram()[255] / (part.width * part.height)


async def press(form: Form, *keys: str) -> None:
    for key in keys:
        await form.page.keyboard.press(key)


async def test_white_is_where_one_has_painted_and_nowhere_else(form: Form, aws: Aws) -> None:
    await brush(form, 60)
    await paint(form, (200, 300), (600, 300))
    painted = await mask(form, aws)
    assert share(painted, (200, 275, 600, 325)) == 1
    # A line 60 wide with round ends, give or take what a pixel of the screen is.
    assert share(painted) == pytest.approx((400 * 60 + 3.1416 * 30**2) / (WIDTH * HEIGHT), rel=0.05)
    assert share(painted, (0, 0, WIDTH, 260)) == 0
    assert share(painted, (0, 340, WIDTH, HEIGHT)) == 0


async def test_a_mask_is_sent_when_it_has_changed(form: Form) -> None:
    await paint(form, (200, 300), (600, 300))
    first = await form.task()
    assert await form.task() == first
    assert len(form.invited) == 2
    await paint(form, (200, 100), (600, 100))
    second = await form.task()
    assert second["image"] == first["image"]
    assert second["mask"] != first["mask"]
    assert len(form.invited) == 3


async def test_a_rectangle_a_lasso_and_the_eraser(form: Form, aws: Aws) -> None:
    await form.page.get_by_label("Rectangle", exact=True).check(force=True)
    await paint(form, (100, 100), (300, 250))
    await form.page.get_by_label("Lasso", exact=True).check(force=True)
    await paint(form, (500, 300), (700, 300), (700, 500), (500, 500))
    await form.page.get_by_label("Eraser", exact=True).check(force=True)
    await brush(form, 40)
    await paint(form, (90, 175), (310, 175))
    painted = await mask(form, aws)
    assert share(painted, (105, 105, 295, 150)) == 1
    assert share(painted, (505, 305, 695, 495)) == 1
    assert share(painted, (100, 160, 300, 190)) == 0
    assert share(painted) == pytest.approx((200 * 110 + 200 * 200) / (WIDTH * HEIGHT), rel=0.05)


async def test_steps_are_taken_back_and_done_again_by_buttons_and_keys(form: Form) -> None:
    empty = form.page.locator(".painter-status")
    undo = form.page.get_by_role("button", name="Undo")
    redo = form.page.get_by_role("button", name="Redo")
    await expect(undo).to_be_disabled()
    await paint(form, (200, 300), (600, 300))
    await expect(empty).not_to_have_text("0 % of the picture is painted.")
    await undo.click()
    await expect(empty).to_have_text("0 % of the picture is painted.")
    await redo.click()
    await expect(empty).not_to_have_text("0 % of the picture is painted.")
    await canvas(form).focus()
    await press(form, "Control+z")
    await expect(empty).to_have_text("0 % of the picture is painted.")
    await press(form, "Control+Shift+z")
    await expect(undo).to_be_enabled()
    await press(form, "Delete")
    await expect(empty).to_have_text("0 % of the picture is painted.")
    await press(form, "i")
    await expect(empty).to_have_text("100 % of the picture is painted.")


async def test_all_of_it_can_be_done_with_keys(form: Form, aws: Aws) -> None:
    await canvas(form).focus()
    # The middle, to begin with; then a rectangle around it.
    await press(form, "r", *["Shift+ArrowLeft"] * 5, *["Shift+ArrowUp"] * 5, "Enter")
    await press(form, *["Shift+ArrowRight"] * 10, *["Shift+ArrowDown"] * 10, "Enter")
    step = 8 * max(
        1, round(2 / await form.page.evaluate("test.widgets[0].mask.painter.stage.view.scale"))
    )
    reach = 5 * step
    painted = await mask(form, aws)
    assert share(painted) == pytest.approx((2 * reach) ** 2 / (WIDTH * HEIGHT), rel=0.02)
    middle = (WIDTH // 2, HEIGHT // 2)
    assert painted.getpixel(middle) == 255

    # The eraser draws a line through it while Enter is held.
    await press(form, "e", *["Shift+ArrowUp"] * 5)
    await form.page.keyboard.down("Enter")
    await press(form, *["Shift+ArrowLeft"] * 12)
    await form.page.keyboard.up("Enter")
    assert (await mask(form, aws)).getpixel(middle) == 0

    await press(form, "Delete", "l")
    for keys in (["Enter"], ["ArrowRight"] * 20, ["Enter"], ["ArrowDown"] * 20, ["Enter", "Enter"]):
        await press(form, *keys)
    side = 20 * step / 8
    assert share(await mask(form, aws)) == pytest.approx(side**2 / 2 / (WIDTH * HEIGHT), rel=0.1)

    size = await form.page.evaluate("test.widgets[0].mask.painter.easel.size")
    await press(form, "]")
    assert await form.page.evaluate("test.widgets[0].mask.painter.easel.size") > size
    await press(form, "[", "[")
    assert await form.page.evaluate("test.widgets[0].mask.painter.easel.size") < size


async def test_an_outline_that_was_begun_is_given_up_with_escape(form: Form) -> None:
    await canvas(form).focus()
    await press(
        form, "r", "Enter", "Shift+ArrowRight", "Shift+ArrowDown", "Escape", "Enter", "Enter"
    )
    assert (await form.draft()).get("mask") is None


async def test_one_paints_where_one_sees_it_however_it_is_zoomed_and_moved(
    form: Form, aws: Aws
) -> None:
    await brush(form, 30)
    await canvas(form).focus()
    await form.page.mouse.move(*await on_screen(form, 600, 150))
    await form.page.mouse.wheel(0, -600)
    await press(form, "+")
    assert await form.page.evaluate("test.widgets[0].mask.painter.stage.view.scale") > 1
    await form.page.keyboard.down(" ")
    start = await on_screen(form, 600, 150)
    await drag(form.page, start, (start[0] + 40, start[1] + 30))
    await form.page.keyboard.up(" ")
    moved = await on_screen(form, 600, 150)
    assert moved == pytest.approx((start[0] + 40, start[1] + 30), abs=2)
    await paint(form, (600, 150))
    painted = await mask(form, aws)
    assert share(painted, (592, 142, 608, 158)) == 1
    assert share(painted) == pytest.approx(3.1416 * 15**2 / (WIDTH * HEIGHT), rel=0.05)
    await press(form, "0")
    left, top = await on_screen(form, 0, 0)
    box = await box_of(canvas(form))
    assert left >= box["x"]
    assert top >= box["y"]


async def test_the_wheel_is_the_pages_until_one_paints(form: Form) -> None:
    scale = "test.widgets[0].mask.painter.stage.view.scale"
    before = await form.page.evaluate(scale)
    await form.page.mouse.move(*await on_screen(form, 400, 300))
    await form.page.mouse.wheel(0, -300)
    assert await form.page.evaluate(scale) == before
    await canvas(form).focus()
    await form.page.mouse.wheel(0, -300)
    await form.page.wait_for_function(f"before => {scale} > before", arg=before)


async def test_a_mask_survives_a_reload_sent_or_not(form: Form, aws: Aws) -> None:
    await paint(form, (200, 300), (600, 300))
    await form.kept(key="inpaint-mask")
    await form.show()
    await form.page.wait_for_function("!test.widgets[0].mask.isEmpty")
    task = await form.task()
    painted = await mask(form, aws)
    assert share(painted, (210, 290, 590, 310)) == 1
    await form.kept(upload=task["mask"]["upload"])
    await form.kept(upload=task["image"]["upload"])
    await form.page.evaluate("localStorage.setItem('draft', JSON.stringify(test.draft()))")
    invited = len(form.invited)
    await form.show()
    await form.page.wait_for_function("!test.widgets[0].mask.isEmpty")
    assert await form.task() == task
    assert len(form.invited) == invited


async def test_the_mask_of_an_earlier_job_can_be_painted_on(
    form: Form, one_browser: Browser, system: LocalSystem, aws: Aws
) -> None:
    await brush(form, 100)
    await paint(form, (200, 300), (600, 300))
    body = {"task": {"kind": "inpaint", **await form.task(), "prompt": "a barn"}}
    job = await form.page.evaluate("body => test.api.post('/jobs', body).then((a) => a.body)", body)
    inputs = (await form.page.evaluate("id => test.api.get(`/jobs/${id}`)", job["id"]))["body"]
    urls = {each["place"]: each["url"] for each in inputs["inputs"]}
    # The same visitor, in a browser that has kept nothing.
    context = await one_browser.new_context(storage_state=await form.page.context.storage_state())
    other = Form(await context.new_page(), system, "inpaint", (MASKED,))
    await other.show()
    await other.page.evaluate("([task, urls]) => test.restore(task, urls)", [job["task"], urls])
    await other.page.wait_for_function("!test.widgets[0].mask.isEmpty")
    assert await other.task() == {name: job["task"][name] for name in ("image", "mask")}
    # Painted on, it is a mask of its own.
    await other.page.evaluate("test.widgets[0].mask.painter.easel.invert()")
    inverted = await mask(other, aws)
    assert share(inverted, (210, 260, 590, 340)) == 0
    assert share(inverted, (0, 0, WIDTH, 240)) == 1
    await context.close()


async def test_a_part_can_be_named_in_words_instead(form: Form) -> None:
    await paint(form, (200, 300), (600, 300))
    await form.page.get_by_label("Describe it").check(force=True)
    await form.page.get_by_role("textbox", name="What changes").fill("  the red ball ")
    task = await form.task()
    assert task.pop("image")
    assert task == {"mask_prompt": "the red ball"}
    await form.show()
    await expect(form.page.get_by_label("Describe it")).to_be_checked()
    await expect(form.page.get_by_role("textbox")).to_have_value("  the red ball ")
    await form.page.get_by_label("Paint it").check(force=True)
    refusal = await form.page.evaluate("test.refusal()")
    assert [error["pointer"] for error in refusal["errors"]] == ["/task/mask"]


async def test_what_the_model_cannot_do_cannot_be_chosen(form: Form) -> None:
    await form.page.evaluate("test.fit({mask: 'This model finds the part by words.'})")
    await expect(form.page.get_by_label("Paint it")).to_be_disabled()
    await expect(form.page.get_by_label("Describe it")).to_be_checked()
    await form.page.evaluate("test.fit({mask_prompt: 'This model needs a painted mask.'})")
    await expect(form.page.get_by_label("Paint it")).to_be_checked()
    await expect(form.page.get_by_label("Describe it")).to_be_disabled()


async def test_on_a_phone_one_paints_in_a_window_of_its_own_with_fingers(
    one_browser: Browser, system: LocalSystem, aws: Aws
) -> None:
    context = await one_browser.new_context(
        viewport={"width": 390, "height": 800}, has_touch=True, is_mobile=True
    )
    form = Form(await context.new_page(), system, "inpaint", (MASKED,))
    await form.show()
    await begin(form)
    await form.page.get_by_role("button", name="Paint", exact=True).click()
    window = form.page.get_by_role("dialog", name="Paint the mask")
    await expect(window).to_be_visible()
    await form.page.wait_for_function(
        "test.widgets[0].mask.painter.stage.canvas.clientHeight > 400"
    )

    # Two fingers zoom and paint nothing, not even where the first came down.
    scale = "test.widgets[0].mask.painter.stage.view.scale"
    before = await form.page.evaluate(scale)
    x, y = await on_screen(form, 400, 300)
    await touch(
        form.page,
        ("touchStart", [(x - 20, y)]),
        ("touchStart", [(x - 20, y), (x + 20, y)]),
        ("touchMove", [(x - 60, y), (x + 60, y)]),
        ("touchEnd", [(x - 60, y)]),
        ("touchMove", [(x - 30, y + 20)]),
        ("touchEnd", []),
    )
    assert await form.page.evaluate(scale) == pytest.approx(3 * before, rel=0.05)
    assert (await form.draft()).get("mask") is None

    await brush(form, 50)
    points = [await on_screen(form, *at) for at in ((350, 300), (400, 300), (450, 300))]
    await touch(
        form.page,
        ("touchStart", [points[0]]),
        ("touchMove", [points[1]]),
        ("touchMove", [points[2]]),
        ("touchEnd", []),
    )
    await form.page.get_by_role("button", name="Done").click()
    await expect(window).to_be_hidden()
    painted = await mask(form, aws)
    assert share(painted, (345, 285, 455, 315)) == 1
    assert share(painted, (0, 0, WIDTH, 265)) == 0
    await context.close()
