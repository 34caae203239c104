"""The page behind a share, as HTML that needs nothing else."""

import base64
import hashlib
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from html import escape
from pathlib import Path
from string import Template
from typing import Any
from urllib.parse import urlsplit

from fastapi import Response

from frontend.studio.schema import readable
from frontend.studio.tabs import TABS
from frontend.viewer.shared import SharedDocument, SharedPicture, SharedSettings
from frontend.viewer.words import Speech
from shared.artifacts import THUMBNAIL_SIDE
from shared.search import TEXTS
from shared.tasks import TASKS

STYLES = {
    "3d_animated_family_film": "3D film",
    "design_sketch": "Sketch",
    "flat_vector_illustration": "Flat vector",
    "graphic_novel_illustration": "Graphic novel",
    "maximalism": "Maximalism",
    "midcentury_retro": "Midcentury",
    "photorealism": "Photograph",
    "soft_digital_painting": "Soft painting",
}
"""What the studio calls them, too (forms/style_choice.js)."""
ALT_MOST = 300
"""Characters of a prompt that stand for a picture where it cannot be seen."""
HEADERS = {
    "Cache-Control": "private, no-store",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
    "Referrer-Policy": "no-referrer",
    "Vary": "Accept, Accept-Language",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "X-Robots-Tag": "noindex, nofollow",
}


def share_page(shared: SharedDocument, speech: Speech) -> Response:
    """The pictures, and below them the words and settings, if they are shown."""
    pictures, ends = shared.pictures, shared.expires_at
    title = (
        speech.say("A shared picture")
        if len(pictures) == 1
        else speech.say("{n} shared pictures", n=len(pictures))
    )
    full_size = speech.say("Full size")
    figures = "\n".join(
        _figure(picture, words, full_size)
        for picture, words in zip(pictures, _alternatives(shared, speech), strict=True)
    )
    body = f'<h1>{escape(title)}</h1>\n<div class="pictures">\n{figures}\n</div>'
    if shared.settings is not None:
        body += _told(shared.settings, speech)
    ending = speech.say(
        "Made with AI. This link ends on {date} at {time} UTC.",
        date=speech.date(ends),
        time=f"{ends:%H:%M}",
    )
    return _response(
        speech,
        title=title,
        preview=_preview(title, pictures[0].thumbnail_url),
        body=body,
        foot=escape(ending),
        origins=sorted({_origin(url) for p in pictures for url in (p.url, p.thumbnail_url)}),
    )


def notice_page(
    title: str, detail: str, speech: Speech, *, status: int, headers: Mapping[str, str]
) -> Response:
    """Why there is nothing to be seen."""
    return _response(
        speech,
        title=title,
        body=f'<div class="notice">\n<h1>{escape(title)}</h1>\n<p>{escape(detail)}</p>\n</div>',
        status=status,
        headers=headers,
    )


def _response(
    speech: Speech,
    *,
    title: str,
    body: str,
    preview: str = "",
    foot: str = "",
    origins: Sequence[str] = (),
    status: int = 200,
    headers: Mapping[str, str] | None = None,
) -> Response:
    style = _file("page.css")
    text = Template(_file("page.html")).substitute(
        language=speech.language,
        title=escape(title),
        preview=preview,
        style=style,
        body=body,
        foot=foot,
    )
    policy = {"Content-Security-Policy": _content_policy(style, origins)}
    return Response(
        text,
        status_code=status,
        media_type="text/html",
        headers={
            **(headers or {}),
            **HEADERS,
            **policy,
            "Content-Language": speech.language,
        },
    )


def _content_policy(style: str, picture_origins: Sequence[str]) -> str:
    """Nothing but this one style, by its hash, and pictures from where they are kept."""
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    return "; ".join(
        (
            "default-src 'none'",
            f"style-src 'sha256-{digest}'",
            " ".join(("img-src data:", *picture_origins)),
            "base-uri 'none'",
            "form-action 'none'",
            "frame-ancestors 'none'",
        )
    )


def _alternatives(shared: SharedDocument, speech: Speech) -> Iterator[str]:
    """For each picture, what is said in its place to who cannot see it."""
    count = len(shared.pictures)
    words = shared.settings.task.get("prompt") if shared.settings else None
    if words and len(words) > ALT_MOST:
        words = f"{words[:ALT_MOST]}…"
    for number in range(1, count + 1):
        told = words or speech.say("A shared picture")
        if count > 1:
            told += f" ({speech.say('{number} of {count}', number=number, count=count)})"
        yield told


def _figure(picture: SharedPicture, alternative: str, full_size: str) -> str:
    url, thumbnail = escape(picture.url), escape(picture.thumbnail_url)
    width, height = picture.width, picture.height
    smaller = round(width * min(1, THUMBNAIL_SIDE / max(width, height)))
    return (
        "<figure>\n"
        f'<img src="{url}" srcset="{thumbnail} {smaller}w, {url} {width}w"'
        f' sizes="(max-width: {width}px) 100vw, {width}px"'
        f' width="{width}" height="{height}" alt="{escape(alternative)}" decoding="async">\n'
        f'<figcaption>{width} × {height} · <a href="{url}">{escape(full_size)}</a></figcaption>\n'
        "</figure>"
    )


def _told(settings: SharedSettings, speech: Speech) -> str:
    words = settings.task.get("prompt")
    prompt = f'\n<p class="prompt" dir="auto">{escape(words)}</p>' if words else ""
    rows = "\n".join(
        f'<dt>{escape(label)}</dt><dd dir="auto">{escape(value)}</dd>'
        for label, value in _rows(settings, speech)
    )
    return f"{prompt}\n<dl>\n{rows}\n</dl>"


def _rows(settings: SharedSettings, speech: Speech) -> Iterator[tuple[str, str]]:
    task = TASKS[settings.task["kind"]]
    [title] = (tab.title for tab in TABS if tab.task is task)
    yield speech.say("Task"), speech.say(title)
    yield speech.say("Model"), settings.model_title
    for name, value in settings.task.items():
        if name not in ("kind", "prompt"):
            label = task.model_fields[name].title or readable(name)
            yield speech.say(label), _value(name, value, speech)


def _value(name: str, value: Any, speech: Speech) -> str:
    match value:
        case dict():
            return ", ".join(_value(n, part, speech) for n, part in value.items() if n != "by")
        case list():
            return ", ".join(_value(name, part, speech) for part in value)
        case bool():
            return speech.say("Yes") if value else speech.say("No")
        case str() if name not in TEXTS:
            return speech.say(STYLES.get(value) or readable(value))
        case float():
            return speech.number(value)
    return str(value)


def _preview(title: str, url: str) -> str:
    """What a chat shows of the link."""
    return (
        f'<meta property="og:title" content="{escape(title)}">\n'
        f'<meta property="og:image" content="{escape(url)}">\n'
        '<meta name="twitter:card" content="summary_large_image">\n'
    )


def _origin(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}"


@cache
def _file(name: str) -> str:
    return Path(__file__).with_name(name).read_text(encoding="utf-8")
