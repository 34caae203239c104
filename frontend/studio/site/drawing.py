"""Drawing: Gradio is asked for the page once, within one process; nobody else reaches it."""

import asyncio
import json
import re
from dataclasses import dataclass
from typing import Any

from frontend.studio.imports import slim_gradio

_SETTINGS = "window.gradio_config = "
_API = "window.gradio_api_info = "
_ENTRY = re.compile(r'<script type="module" crossorigin src="\./assets/([\w.-]+)">')


class UnknownPage(ValueError):
    """Gradio's page is not written as in the version that we know."""


@dataclass(frozen=True)
class Drawing:
    """What Gradio's browser files need to know to draw our page."""

    settings: dict[str, Any]
    """Components, layout and listeners."""
    api: dict[str, Any]
    """The listeners that can be called from outside: none, but Gradio looks for them."""
    entry: str
    """The script that draws."""
    theme: str
    """A stylesheet: the values that all others use."""
    head: str
    """Our own part of the page's head."""

    @property
    def types(self) -> list[str]:
        """The types of the components, in the order of the page."""
        return list(dict.fromkeys(part["type"] for part in self.settings["components"]))


def draw() -> Drawing:
    """Let Gradio draw the page: a second or two of work, and 70 MB that stay with the process.

    Raises ``UnknownPage``.
    """
    slim_gradio()
    from frontend.studio import page, theme

    html, css = asyncio.run(_asked(page.build(), theme.theme()))
    entry = _ENTRY.search(html)
    if entry is None:
        raise UnknownPage("Gradio's page names no entry script")
    return Drawing(
        # Wherever the page is served from, that is its root.
        settings=_value(html, _SETTINGS) | {"root": "/"},
        api=_value(html, _API),
        entry=entry[1],
        theme=css,
        head=page.head(),
    )


async def _asked(blocks: Any, theme: Any) -> tuple[str, str]:
    """The page and its theme as Gradio's server writes them."""
    import gradio as gr
    import httpx
    from fastapi import FastAPI

    app = gr.mount_gradio_app(
        FastAPI(openapi_url=None),
        blocks,
        path="/",
        theme=theme,
        footer_links=[],
        run_history=False,
        ssr_mode=False,
        enable_monitoring=False,
        pwa=False,
        mcp_server=False,
    )
    transport = httpx.ASGITransport(app)
    async with httpx.AsyncClient(transport=transport, base_url="http://studio.invalid") as client:
        page, css = await client.get("/"), await client.get("/theme.css")
    return page.raise_for_status().text, css.raise_for_status().text


def _value(html: str, name: str) -> dict[str, Any]:
    """What the page sets a name to."""
    at = html.find(name)
    if at < 0:
        raise UnknownPage(f"Gradio's page does not set “{name.strip()}”")
    value: dict[str, Any] = json.JSONDecoder().raw_decode(html, at + len(name))[0]
    return value
