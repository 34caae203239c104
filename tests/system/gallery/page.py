"""A page with nothing but the gallery on it, beside the running frontend and of its origin."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from playwright.async_api import Locator, Page, expect

from tests.system.round_robin import round_robin

GALLERY = "/gallery.html"
NAMES_A_JOB = re.compile("[?&]job=")
LOADED = "img => img.complete && img.naturalWidth > 0"
_PAGE = """<!doctype html>
<html lang="en">
  <meta charset="utf-8">
  <meta name="viewport" content="width=device-width">
  <title>Gallery</title>
  <link rel="stylesheet" href="/ui/studio.css">
  <link rel="icon" href="data:,">
  <main><section id="gallery" aria-label="Your pictures"></section></main>
  <p id="trouble"></p>
  <script type="module">
    import { Api } from "/ui/core/api.js";
    import { Gallery } from "/ui/gallery/gallery.js";

    const api = new Api("/v1");
    const said = [];
    const gallery = new Gallery(document.getElementById("gallery"), {
      api,
      models: () => ({ "nova-canvas": "Nova Canvas", "stable-image-core": "Stable Image Core" }),
      now: () => api.now(),
      remix: (job) => said.push(`remix ${job.task.prompt}`),
      useAs: (kind, job, k) => said.push(`use ${job.task.prompt}, ${k} for ${kind}`),
      inputsOf: () => [{ kind: "upscale", title: "Upscale" }],
      accepted: (job) => said.push(`accepted ${job.task.prompt}`),
      announce: (sentence) => said.push(sentence),
      say: (sentence) => {
        document.getElementById("trouble").textContent = sentence;
      },
    });

    /** Ask for pictures and wait until they are made. */
    const make = async (...bodies) => {
      const made = await Promise.all(bodies.map((body) => api.post("/jobs", body)));
      return Promise.all(made.map(async ({ body: { id } }) => {
        for (;;) {
          const { body: job } = await api.get(`/jobs/${id}`, { headers: { Prefer: "wait=20" } });
          if (job.done) return job;
        }
      }));
    };
    Object.assign(window, { api, gallery, make, said });
    await gallery.start();
    await gallery.openFromAddress();
    window.ready = true;
  </script>
</html>
"""


@contextmanager
def gallery_page(frontend: str) -> Iterator[str]:
    """The page's address while it is there."""
    with round_robin([frontend], pages={GALLERY: _PAGE}) as origin:
        yield origin + GALLERY


async def visit(page: Page, address: str) -> None:
    await page.goto(address)
    await page.wait_for_function("window.ready")


def a_body(prompt: str, **task: Any) -> dict[str, Any]:
    small = {"kind": "text_to_image", "width": 320, "height": 320, "seed": 7}
    return {"task": {**small, "prompt": prompt, **task}}


async def made(page: Page, *bodies: dict[str, Any]) -> list[dict[str, Any]]:
    """Jobs of the page's own visitor, done and on the wall, newest first."""
    jobs: list[dict[str, Any]] = await page.evaluate("(bodies) => make(...bodies)", bodies)
    await page.evaluate("(jobs) => jobs.forEach((job) => gallery.finished(job))", jobs)
    return sorted(jobs, key=lambda job: str(job["id"]), reverse=True)


def tiles(page: Page) -> Locator:
    return page.locator(".tile-link")


async def names(page: Page) -> list[str | None]:
    return [await tile.get_attribute("aria-label") for tile in await tiles(page).all()]


async def all_loaded(page: Page, images: str) -> None:
    for image in await page.locator(images).all():
        await page.wait_for_function(LOADED, arg=await image.element_handle())


async def close_viewer(page: Page) -> None:
    await page.keyboard.press("Escape")
    await expect(page).not_to_have_url(NAMES_A_JOB)
