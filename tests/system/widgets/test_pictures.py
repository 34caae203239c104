"""Pictures that people give: chosen, dropped, pasted or their own, and sent to storage."""

import asyncio
from typing import Any

import pytest
import pytest_asyncio
from PIL import Image
from playwright.async_api import Page, Route, expect

from shared.adapters.aws import AwsClients
from shared.settings import Settings
from tests.drawings import a_person, a_shirt
from tests.system.local_system import LocalSystem
from tests.system.widgets.controls import SEVERAL, one_picture
from tests.system.widgets.form import (
    BALL,
    Form,
    a_file,
    drag,
    middle,
    stored,
    stored_picture,
    swipe,
)

pytestmark = pytest.mark.asyncio(loop_scope="session")
Aws = tuple[AwsClients, Settings]


@pytest_asyncio.fixture(loop_scope="session")
async def form(page: Page, system: LocalSystem) -> Form:
    form = Form(page, system, "remove_background", (one_picture(),))
    await form.show()
    return form


@pytest_asyncio.fixture(loop_scope="session")
async def list_form(page: Page, system: LocalSystem) -> Form:
    form = Form(page, system, "variation", (SEVERAL,))
    await form.show()
    return form


def refusing(code: str, message: str = "No.", *, times: int = 1000) -> Any:
    """Storage that refuses so many pictures."""
    left = iter(range(times))

    async def refuse(route: Route) -> None:
        if route.request.method == "OPTIONS" or next(left, None) is None:
            await route.fallback()
            return
        xml = f"<Error><Code>{code}</Code><Message>{message}</Message></Error>"
        headers = {"Access-Control-Allow-Origin": "*"}
        await route.fulfill(status=403, body=xml, headers=headers)

    return refuse


async def test_a_file_goes_to_storage_as_it_is_and_a_task_can_name_it(form: Form, aws: Aws) -> None:
    await form.choose("image", BALL)
    await form.says("image", "384 × 320")
    task = await form.task()
    assert await stored(aws, task["image"]["upload"]) == (BALL["buffer"], "image/png")
    body = {"task": {"kind": form.kind, **task}}
    answer = await form.page.evaluate("body => test.api.post('/jobs', body)", body)
    assert answer["status"] == 202


async def test_a_large_photo_arrives_upright_and_small_enough(form: Form, aws: Aws) -> None:
    photo = Image.new("RGB", (3000, 2000), "green")
    photo.paste("red", (0, 0, 3000, 100))
    exif = Image.Exif()
    exif[0x0112] = 6  # The camera was held upright: what is stored as the top is on the right.
    await form.choose("image", a_file(photo, "JPEG", exif=exif))
    await form.says("image", "1672 × 2508")
    await form.says("image", "It was made smaller, from 2000 × 3000")
    picture = await stored_picture(aws, (await form.task())["image"])
    assert (picture.format, picture.size) == ("JPEG", (1672, 2508))
    assert picture.getexif().get(0x0112, 1) == 1
    red, _, _ = picture.convert("RGB").getpixel((1660, 1200))  # type: ignore[misc]
    assert red > 200


async def test_only_the_first_picture_of_an_animation_is_sent(form: Form, aws: Aws) -> None:
    frames = [Image.new("RGB", (400, 400), color) for color in ("red", "blue")]
    await form.choose(
        "image", a_file(frames[0], "GIF", save_all=True, append_images=frames[1:], loop=0)
    )
    await form.says("image", "Only the first picture of the animation is used.")
    picture = await stored_picture(aws, (await form.task())["image"])
    assert (picture.format, picture.size) == ("PNG", (400, 400))
    assert picture.convert("RGB").getpixel((9, 9)) == (255, 0, 0)


@pytest.mark.parametrize(
    ("name", "body", "words"),
    [
        ("photo.heic", b"\0\0\0\x18ftypheic" + bytes(99), "cannot open HEIC pictures"),
        ("torn.png", BALL["buffer"][:900], "broken"),
        ("letter.png", b"Dear Sir or Madam", "not a picture"),
        (
            "vast.png",
            BALL["buffer"][:16] + b"\0\0\xff\xff\0\0\xff\xff" + BALL["buffer"][24:],
            "too large",
        ),
    ],
)
async def test_a_file_that_is_no_good_is_refused_in_words_and_the_picture_before_it_stays(
    form: Form, name: str, body: bytes, words: str
) -> None:
    await form.choose("image", BALL)
    await form.says("image", "ball.png")
    await form.choose("image", {"name": name, "mimeType": "image/png", "buffer": body})
    await expect(form.block("image").get_by_role("alert")).to_contain_text(words)
    await form.says("image", "ball.png")
    assert "image" in await form.task()


async def test_a_picture_too_small_for_the_chosen_model_is_refused_before_it_costs_a_job(
    form: Form,
) -> None:
    rules = {"side_min": 320, "ratio_max": 4}
    await form.show({"available": True, "tasks": {"remove_background": {}}, "inputs": rules})
    await form.choose("image", a_file(Image.new("RGB", (200, 900))))
    await form.says(
        "image", "Each side should have at least 320 pixels; this picture is 200 × 900."
    )


async def test_the_same_picture_is_sent_once(list_form: Form) -> None:
    await list_form.choose("images", BALL, BALL)
    await expect(list_form.block("images").locator("li")).to_have_count(2)
    first, second = (await list_form.task())["images"]
    assert first == second
    await list_form.kept(upload=first["upload"])
    await list_form.show()
    await list_form.choose("images", BALL)
    assert (await list_form.task())["images"] == [first] * 3
    assert len(list_form.invited) == 1


async def test_a_picture_survives_a_reload(form: Form) -> None:
    await form.choose("image", BALL)
    task = await form.task()
    await form.kept(upload=task["image"]["upload"])
    for _ in range(2):
        await form.show()
        await form.says("image", "ball.png")
        assert await form.task() == task
    assert len(form.invited) == 1


async def test_storage_that_cannot_be_reached_is_tried_again_by_itself_even_after_a_reload(
    form: Form,
) -> None:
    await form.storage(lambda route: route.abort())
    await form.choose("image", BALL)
    await form.says("image", "could not be reached. It is tried again by itself.")
    await form.show()
    await form.says("image", "ball.png")
    await form.storage(None)
    assert "upload" in (await form.task())["image"]


async def test_storage_that_refuses_is_asked_again_on_a_click(form: Form) -> None:
    await form.storage(refusing("AccessDenied"))
    await form.choose("image", BALL)
    await form.says("image", "refused it (AccessDenied)")
    refusal = await form.page.evaluate("test.refusal()")
    assert refusal["errors"] == [
        {"pointer": "/task/image", "detail": "The picture has not been sent yet."}
    ]
    await form.storage(None)
    await form.block("image").get_by_role("button", name="Try again").click()
    assert "upload" in (await form.task())["image"]


async def test_a_form_that_ran_out_is_replaced_by_another(form: Form) -> None:
    expired = "Invalid according to Policy: Policy expired."
    await form.storage(refusing("AccessDenied", expired, times=2))
    await form.choose("image", BALL)
    assert "upload" in (await form.task())["image"]
    assert len(form.invited) == 3


async def test_a_busy_service_is_waited_for_and_a_limit_is_told(form: Form) -> None:
    answers = [
        {"status": 503, "headers": {"Retry-After": "1"}, "json": {"detail": "Not now."}},
        {"status": 429, "headers": {"Retry-After": "600"}, "json": {"detail": "Too many uploads."}},
    ]

    async def answer(route: Route) -> None:
        if answers:
            await route.fulfill(**answers.pop(0))
        else:
            await route.fallback()

    await form.page.route("**/v1/uploads", answer)
    await form.choose("image", BALL)
    await form.says("image", "Not now. It is tried again by itself.")
    await form.says("image", "Too many uploads. It can be tried again in 10 min.")
    await form.block("image").get_by_role("button", name="Try again").click()
    assert "upload" in (await form.task())["image"]


async def test_a_picture_that_is_taken_away_is_sent_no_further(form: Form) -> None:
    reached = asyncio.Event()

    async def hang(route: Route) -> None:
        if route.request.method == "OPTIONS":
            await route.fallback()
        else:
            reached.set()

    await form.storage(hang)
    await form.choose("image", BALL)
    await reached.wait()
    async with form.page.expect_event("requestfailed") as failed:
        await form.block("image").get_by_role("button", name="Remove ball.png").click()
    assert (await failed.value).failure == "net::ERR_ABORTED"
    assert await form.task() == {}
    await expect(form.block("image").locator("input[type=file]")).to_be_focused()


async def test_a_picture_can_be_pasted_anywhere_but_where_words_are_meant(form: Form) -> None:
    paste = """async ([bytes, words]) => {
        const carried = new DataTransfer();
        carried.items.add(new File([new Uint8Array(bytes)], "pasted.png", {type: "image/png"}));
        if (words) carried.setData("text/plain", words);
        const event = new ClipboardEvent("paste", {clipboardData: carried, bubbles: true});
        (words ? document.querySelector("textarea") : document.body).dispatchEvent(event);
    }"""
    await form.page.evaluate(
        "document.querySelector('main').append(document.createElement('textarea'))"
    )
    await form.page.evaluate(paste, [list(BALL["buffer"]), "a ball"])
    assert await form.task() == {}
    await form.page.evaluate(paste, [list(BALL["buffer"]), ""])
    await form.says("image", "pasted.png")


async def test_a_picture_can_be_dropped(form: Form) -> None:
    await form.block("image").evaluate(
        """(block, bytes) => {
            const dataTransfer = new DataTransfer();
            dataTransfer.items.add(new File([new Uint8Array(bytes)], "a.png", {type: "image/png"}));
            for (const type of ["dragenter", "dragover", "drop"]) {
                block.dispatchEvent(
                    new DragEvent(type, {dataTransfer, bubbles: true, cancelable: true}),
                );
            }
        }""",
        list(BALL["buffer"]),
    )
    await form.says("image", "a.png")
    assert "upload" in (await form.task())["image"]


async def test_one_of_your_own_pictures_is_named_without_being_sent(form: Form) -> None:
    job = await form.paint("a red kite")
    await form.block("image").get_by_role("button", name="From your pictures").click()
    await form.block("image").get_by_role("button", name="a red kite").click()
    await form.says("image", "1024 × 1024")
    named = {"image": {"artifact": f"{job['id']}/0"}}
    assert await form.task() == named
    await form.show()
    await form.says("image", "1024 × 1024")
    assert await form.task() == named
    assert form.invited == []


async def test_what_the_server_has_lost_is_sent_again(form: Form) -> None:
    await form.choose("image", BALL)
    lost = (await form.task())["image"]["upload"]
    problem = {"pointer": "/task/image/upload", "detail": "There is no such upload."}
    recovers = await form.page.evaluate("e => test.widgets[0].recover({errors: [e]})", problem)
    assert recovers is True
    assert (await form.task())["image"]["upload"] != lost
    other = {"pointer": "/task/prompt", "detail": "This is required."}
    assert not await form.page.evaluate("e => test.widgets[0].recover({errors: [e]})", other)


async def test_a_draft_whose_picture_is_gone_says_so(form: Form) -> None:
    await form.page.evaluate("test.restore({image: {upload: '01m89yydhgz4bbtvke4xfp5evn'}})")
    await form.says("image", "no longer here. Choose it again.")
    assert await form.task() == {}


async def names(form: Form) -> list[str]:
    """The pictures of a list, in their order."""
    grips = form.block("images").locator(".picture-grip")
    labels = await grips.evaluate_all("all => all.map((grip) => grip.getAttribute('aria-label'))")
    return [label.split(", ")[1].split(".")[0] for label in labels]


async def test_several_pictures_are_put_in_order_with_a_finger(list_form: Form) -> None:
    await list_form.choose("images", BALL, a_file(a_shirt(), name="shirt"))
    await list_form.page.wait_for_function("test.draft().images?.every(({upload}) => upload)")
    grips = list_form.block("images").locator(".picture-grip")
    await swipe(list_form.page, await middle(grips.nth(0)), await middle(grips.nth(1)))
    assert await names(list_form) == ["shirt", "ball"]


async def test_several_pictures_are_put_in_order_by_keyboard_and_by_dragging(
    list_form: Form,
) -> None:
    await list_form.choose(
        "images", BALL, a_file(a_shirt(), name="shirt"), a_file(a_person(), name="person"), BALL
    )
    await list_form.says("images", "3 pictures are taken, no more.")
    await list_form.page.wait_for_function("test.draft().images?.every(({upload}) => upload)")
    sent = (await list_form.task())["images"]
    for one in sent:
        await list_form.kept(upload=one["upload"])
    grips = list_form.block("images").locator(".picture-grip")
    await grips.nth(0).focus()
    await list_form.page.keyboard.press("ArrowRight")
    assert await names(list_form) == ["shirt", "ball", "person"]
    await expect(grips.nth(1)).to_be_focused()
    assert (await list_form.task())["images"] == [sent[1], sent[0], sent[2]]

    await drag(list_form.page, await middle(grips.nth(2)), await middle(grips.nth(0)))
    assert await names(list_form) == ["person", "shirt", "ball"]

    await list_form.block("images").get_by_role("button", name="Remove shirt.png").click()
    assert await names(list_form) == ["person", "ball"]
    await list_form.show()
    await expect(grips).to_have_count(2)
    await list_form.says("images", "384 × 320")
    assert (await list_form.task())["images"] == [sent[2], sent[0]]
