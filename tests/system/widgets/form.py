"""A control of a form in a browser: what people do with it, and what it makes of that."""

from dataclasses import dataclass, field
from io import BytesIO
from typing import Any

from PIL import Image
from playwright.async_api import Locator, Page, Request, expect

from shared.adapters.aws import AwsClients
from shared.settings import Settings
from tests.drawings import a_ball
from tests.system.browser import box_of
from tests.system.local_system import LocalSystem
from tests.system.widgets.page import show_widgets


def a_file(picture: Image.Image, kind: str = "PNG", name: str = "ball", **how: Any) -> Any:
    """A picture as somebody chooses it."""
    saved = BytesIO()
    picture.save(saved, kind, **how)
    suffix = kind.lower()
    return {
        "name": f"{name}.{suffix}",
        "mimeType": f"image/{suffix}",
        "buffer": saved.getvalue(),
    }


BALL = a_file(a_ball())


@dataclass
class Form:
    """Controls of one form on a page, and how often it asked to send something."""

    page: Page
    system: LocalSystem
    kind: str
    controls: tuple[dict[str, Any], ...]
    invited: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.page.on("request", self._note)

    def _note(self, request: Request) -> None:
        if request.method == "POST" and request.url.endswith("/v1/uploads"):
            self.invited.append(request.url)

    async def show(self, *models: dict[str, Any]) -> None:
        """Open the page, or reload it; ``models`` as the form knows them."""
        await show_widgets(self.page, self.system, self.kind, *self.controls, models=models)

    def block(self, name: str) -> Locator:
        """The place of one field."""
        return self.page.locator(f"#{self.kind}-{name}")

    async def choose(self, name: str, *files: Any) -> None:
        await self.block(name).locator("input[type=file]").set_input_files(list(files))

    async def task(self) -> dict[str, Any]:
        task: dict[str, Any] = await self.page.evaluate("test.task()")
        assert task.pop("kind") == self.kind
        return task

    async def draft(self) -> dict[str, Any]:
        draft: dict[str, Any] = await self.page.evaluate("test.draft()")
        return draft

    async def says(self, name: str, words: str) -> None:
        await expect(self.block(name)).to_contain_text(words)

    async def kept(self, **wanted: str) -> None:
        """Until the browser keeps the picture of this ``key``, or what was this ``upload``."""
        await self.page.evaluate(
            """async wanted => {
                const {uploadsOf} = await import("/ui/pictures/uploads.js");
                while (!(await uploadsOf(test.api).shelf.find(wanted))) {
                    await new Promise((again) => setTimeout(again, 50));
                }
            }""",
            wanted,
        )

    async def paint(self, prompt: str) -> dict[str, Any]:
        """A job of the visitor's own, once its picture is there."""
        job: dict[str, Any] = await self.page.evaluate(
            """async (prompt) => {
                const task = {kind: "text_to_image", prompt};
                const {body} = await test.api.post("/jobs", {task});
                const headers = {Prefer: "wait=50"};
                return (await test.api.get(`/jobs/${body.id}`, {headers})).body;
            }""",
            prompt,
        )
        return job

    async def storage(self, answer: Any) -> None:
        """What is done with requests to storage from now on; None lets them through."""
        await self.page.unroute_all()
        if answer is not None:
            await self.page.route(f"{self.system.aws_url}/**", answer)


async def stored(aws: tuple[AwsClients, Settings], upload: str) -> tuple[bytes, str]:
    """What storage has of an upload: its bytes and their type."""
    clients, settings = aws
    listed = await clients.s3.list_objects_v2(Bucket=settings.bucket, Prefix="uploads/")
    (key,) = (o["Key"] for o in listed["Contents"] if o["Key"].endswith(f"/{upload}"))
    got = await clients.s3.get_object(Bucket=settings.bucket, Key=key)
    return await got["Body"].read(), got["ContentType"]


async def stored_picture(
    aws: tuple[AwsClients, Settings], reference: dict[str, str]
) -> Image.Image:
    body, content_type = await stored(aws, reference["upload"])
    picture = Image.open(BytesIO(body))
    assert content_type == f"image/{(picture.format or '').lower()}"
    return picture


async def middle(place: Locator) -> tuple[float, float]:
    box = await box_of(place)
    return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2


async def drag(page: Page, *points: tuple[float, float]) -> None:
    """With the mouse, from the first point by way of the others to the last."""
    first, *others = points
    await page.mouse.move(*first)
    await page.mouse.down()
    for point in others:
        await page.mouse.move(*point, steps=4)
    await page.mouse.up()


async def touch(page: Page, *steps: tuple[str, list[tuple[float, float]]]) -> None:
    """Fingers as a touch screen tells of them."""
    session = await page.context.new_cdp_session(page)
    for kind, points in steps:
        touches: list[Any] = [{"x": x, "y": y, "id": i} for i, (x, y) in enumerate(points)]
        await session.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": touches})


async def swipe(page: Page, start: tuple[float, float], end: tuple[float, float]) -> None:
    """With one finger, in a straight line."""
    steps = 8
    between = [
        (start[0] + (end[0] - start[0]) * i / steps, start[1] + (end[1] - start[1]) * i / steps)
        for i in range(1, steps + 1)
    ]
    moves = [("touchMove", [point]) for point in between]
    await touch(page, ("touchStart", [start]), *moves, ("touchEnd", []))
