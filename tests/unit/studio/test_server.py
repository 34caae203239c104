"""How the files of a site go out."""

import gzip

import brotli
import httpx
import pytest

from frontend.studio.site.build import Site
from frontend.studio.site.files import File, pack
from frontend.studio.site.headers import Origins, header_rules
from frontend.studio.site.server import Server

NEW, OLD = "0123456789ab", "ba9876543210"
PAGE = b"<!doctype html>" + b"a page " * 100
SCRIPT = b"export const words = 1;\n" * 100
IMAGE = bytes(range(256))
SITE = Site(
    {
        "/index.html": pack("/index.html", PAGE),
        f"/ui/{NEW}/core/api.js": pack("/api.js", SCRIPT),
        "/assets/page-01234567.css": pack("/page.css", SCRIPT),
        "/assets/a.js": pack("/a.js", SCRIPT),
        "/favicon.ico": pack("/favicon.ico", IMAGE),
    },
    header_rules(Origins("https://cdn.example", "https://up.example")),
)


@pytest.fixture
def browser() -> httpx.AsyncClient:
    return httpx.AsyncClient(
        transport=httpx.ASGITransport(Server(SITE)),
        base_url="http://studio",
        headers={"Accept-Encoding": "identity"},
    )


async def test_the_page_is_at_the_root(browser: httpx.AsyncClient) -> None:
    page = await browser.get("/?job=1")
    assert page.content == PAGE
    assert page.headers["content-type"] == "text/html; charset=utf-8"
    assert "content-security-policy" in page.headers
    assert (await browser.get("/index.html")).status_code == 404


@pytest.mark.parametrize(
    ("accepted", "coding"),
    [
        ("gzip, deflate, br, zstd", "br"),
        ("gzip;q=1.0, br;q=0.5", "br"),
        ("gzip", "gzip"),
        ("br;q=0, *", "gzip"),
        ("BR", "br"),
        ("*;q=0.1", "br"),
        ("gzip;q=0.0", None),
        ("gzip;q=nonsense", None),
        ("deflate", None),
        ("", None),
    ],
)
async def test_a_file_goes_out_as_the_browser_takes_it(
    browser: httpx.AsyncClient, accepted: str, coding: str | None
) -> None:
    async with browser.stream("GET", "/assets/a.js", headers={"Accept-Encoding": accepted}) as sent:
        body = b"".join([part async for part in sent.aiter_raw()])
    unpack = {"br": brotli.decompress, "gzip": gzip.decompress, None: bytes}[coding]
    assert sent.headers.get("content-encoding") == coding
    assert sent.headers["vary"] == "Accept-Encoding"
    assert int(sent.headers["content-length"]) == len(body)
    assert unpack(body) == SCRIPT


async def test_what_cannot_be_made_smaller_is_sent_as_it_is(browser: httpx.AsyncClient) -> None:
    icon = await browser.get("/favicon.ico", headers={"Accept-Encoding": "br"})
    assert icon.content == IMAGE
    assert not {"vary", "content-encoding"} & set(icon.headers)


@pytest.mark.parametrize("accepted", ["br", "gzip", "identity"])
@pytest.mark.parametrize("weak", ["", "W/"])
async def test_what_the_browser_has_is_not_sent_again(
    browser: httpx.AsyncClient, accepted: str, weak: str
) -> None:
    asked = {"Accept-Encoding": accepted}
    tag = (await browser.get("/", headers=asked)).headers["etag"]
    again = await browser.get("/", headers={**asked, "If-None-Match": f'"x", {weak}{tag}'})
    assert again.status_code == 304
    assert again.content == b""
    assert again.headers["etag"] == tag
    assert again.headers["cache-control"] == "no-cache"


async def test_each_form_of_a_file_has_a_tag_of_its_own(browser: httpx.AsyncClient) -> None:
    forms = [{"Accept-Encoding": accepted} for accepted in ("br", "gzip", "identity")]
    tags = {(await browser.get("/", headers=form)).headers["etag"] for form in forms}
    assert len(tags) == 3


async def test_head_tells_what_get_would(browser: httpx.AsyncClient) -> None:
    get, head = await browser.get("/"), await browser.head("/")
    assert head.content == b""
    assert head.headers == get.headers


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE"])
async def test_nothing_can_be_sent(browser: httpx.AsyncClient, method: str) -> None:
    answer = await browser.request(method, "/")
    assert answer.status_code == 405
    assert answer.headers["allow"] == "GET, HEAD"


@pytest.mark.parametrize(
    "path",
    [
        "/nothing.js",
        "/config",
        "/gradio_api/info",
        "/gradio_api/file=/etc/passwd",
        "/assets/",
        "/assets/../index.html",
        "/assets/%2e%2e/index.html",
        "/assets//etc/passwd",
        "/ui/",
        f"/ui/{NEW}/",
        f"/ui/{NEW}/core/nothing.js",
        f"/ui/{NEW}/{NEW}/core/api.js",
    ],
)
async def test_what_is_no_file_of_the_site_is_not_there(
    browser: httpx.AsyncClient, path: str
) -> None:
    answer = await browser.get(path)
    assert answer.status_code == 404
    assert answer.headers["cache-control"] == "no-store"


@pytest.mark.parametrize(
    "path", [f"/ui/{OLD}/core/api.js", "/ui/core/api.js", "/assets/page-76543210.css"]
)
async def test_what_has_another_version_is_the_newest_there_is_and_not_kept(
    browser: httpx.AsyncClient, path: str
) -> None:
    answer = await browser.get(path)
    assert answer.content == SCRIPT
    assert answer.headers["cache-control"] == "no-cache"


@pytest.mark.parametrize(
    "path", [f"/ui/{NEW}/core/api.js", "/assets/page-01234567.css", "/assets/a.js"]
)
async def test_what_has_this_version_is_kept_for_ever(
    browser: httpx.AsyncClient, path: str
) -> None:
    answer = await browser.get(path)
    assert answer.headers["cache-control"] == "public, max-age=31536000, immutable"


async def test_a_websocket_is_refused() -> None:
    sent = []

    async def send(message: object) -> None:
        sent.append(message)

    async def receive() -> dict[str, str]:
        return {"type": "websocket.connect"}

    await Server(SITE)({"type": "websocket", "path": "/"}, receive, send)
    assert sent == [{"type": "websocket.close", "code": 1008}]


def test_compressing_gives_the_same_bytes_each_time() -> None:
    assert pack("/a.js", SCRIPT).copies == pack("/a.js", SCRIPT).copies


def test_a_copy_that_is_no_smaller_is_not_kept() -> None:
    assert pack("/a.txt", b"short") == File(b"short")


def test_a_kind_of_file_that_we_do_not_know_is_refused_by_its_name() -> None:
    with pytest.raises(ValueError, match=r"/a\.exe"):
        pack("/a.exe", b"MZ")
