"""A page with nothing but the gallery on it, beside the running frontend and of its origin."""

from collections.abc import Iterator
from contextlib import contextmanager

from tests.system.round_robin import round_robin

GALLERY = "/gallery.html"
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
