"""A page with nothing but the gallery on it, of the frontend's origin and under its policy."""

import asyncio
import base64
import hashlib
import re
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import httpx
from playwright.async_api import Locator, Page, expect
from starlette.responses import HTMLResponse

from tests.system.round_robin import round_robin

GALLERY = "/gallery.html"
NAMES_A_JOB = re.compile("[?&]job=")
PATIENCE = 20
"""Seconds that something may take on a busy machine."""
_PAGE = """<!doctype html>
<html lang="en">
  <meta charset="utf-8">
  <meta name="viewport" content="width=device-width">
  <title>Gallery</title>
  <link rel="stylesheet" href="/theme.css">
  <link rel="stylesheet" href="/ui/studio.css">
  <link rel="icon" href="data:,">
  <main><section id="gallery" aria-label="Your pictures"></section></main>
  <p id="trouble"></p>
  <script type="module">
    import { Api } from "/ui/core/api.js";
    import { Gallery } from "/ui/gallery/gallery.js";

    document.body.style.background = "var(--body-background-fill)";
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
    page = HTMLResponse(_PAGE, headers={"Content-Security-Policy": _policy(frontend)})
    with round_robin([frontend], pages={GALLERY: page}) as origin:
        yield origin + GALLERY


def _policy(frontend: str) -> str:
    """The policy of the studio's own page, which also allows the script of this one."""
    policy = httpx.get(frontend, timeout=60).headers["Content-Security-Policy"]
    [script] = re.findall(r'<script type="module">(.*?)</script>', _PAGE, re.DOTALL)
    digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
    return policy.replace("script-src 'self'", f"script-src 'self' 'sha256-{digest}'")


async def visit(page: Page, address: str) -> None:
    await page.goto(address)
    await until(page, "window.ready")


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


async def until(page: Page, holds: str, arg: Any = None) -> None:
    """Wait for an expression; the page's policy lets it evaluate none that waits by itself."""
    deadline = time.monotonic() + PATIENCE
    while not await page.evaluate(holds, arg):
        assert time.monotonic() < deadline, holds
        await asyncio.sleep(0.05)


async def all_loaded(page: Page, images: str) -> None:
    """All pictures of a selector are there to be seen."""
    await until(
        page,
        """(images) => {
          const all = [...document.querySelectorAll(images)];
          return all.length > 0 && all.every((img) => img.complete && img.naturalWidth > 0);
        }""",
        images,
    )


async def close_viewer(page: Page) -> None:
    await page.keyboard.press("Escape")
    await expect(page).not_to_have_url(NAMES_A_JOB)
