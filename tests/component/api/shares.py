"""Jobs that are shared, and the pages that their links open."""

from html.parser import HTMLParser
from typing import Any

import httpx

from shared.jobs import Job
from tests.builders import LEASE, NOON, a_job, an_artifact, ended

BROWSER = {"Accept": "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"}
JSON = {"Accept": "application/json"}
HOSTILE = '<img src=x onerror=alert(1)> "quoted" & </title>'


def finished(**fields: Any) -> Job:
    job = a_job(resolved_model="nova-canvas", artifacts=(an_artifact(),), **fields)
    return ended(job.start(NOON, LEASE, (0,)))


async def share(client: httpx.AsyncClient, job: Job, **wanted: object) -> dict[str, Any]:
    reply = await client.post(f"/v1/jobs/{job.id}/share", json=wanted)
    assert reply.status_code == 201, reply.text
    made: dict[str, Any] = reply.json()
    return made


class Page(HTMLParser):
    """What is in a page, as a browser reads it."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.words = ""
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        if self.tags and self.tags[-1][0] != "style":
            self.words += f"{data.strip()}\n"

    def all(self, name: str) -> list[dict[str, str | None]]:
        return [attributes for tag, attributes in self.tags if tag == name]
