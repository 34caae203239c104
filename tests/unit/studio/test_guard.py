"""What the guard lets through to Gradio, and what it says on the way back."""

import httpx
import pytest
from starlette.requests import Request
from starlette.responses import HTMLResponse, PlainTextResponse, Response
from starlette.types import Receive, Scope, Send

from frontend.studio.guard import Guard, caching_of, content_policy

SECRET = "the visitor's cookie"

ALLOWED = [
    "/",
    "/theme.css",
    "/favicon.ico",
    "/manifest.json",
    "/robots.txt",
    "/pwa_icon",
    "/pwa_icon/192",
    "/assets/index-DphvyggB.js",
    "/assets/Example-B2T8rxrA.js",
    "/static/js/iframeResizer.contentWindow.min.js",
    "/static/fonts/Lexend/Lexend-Regular.woff2",
]
REFUSED = [
    "/config",
    "/config/",
    "/info",
    "/login",
    "/logout",
    "/login/huggingface",
    "/monitoring",
    "/monitoring/x",
    "/docs",
    "/openapi.json",
    "/upload",
    "/file=/etc/passwd",
    "/file/etc/passwd",
    "/gradio_api",
    "/gradio_api/",
    "/gradio_api/info",
    "/gradio_api/startup-events",
    "/gradio_api/heartbeat/abc",
    "/gradio_api/queue/join",
    "/gradio_api/queue/data",
    "/gradio_api/run/predict",
    "/gradio_api/call/echo",
    "/gradio_api/upload",
    "/gradio_api/file=/etc/passwd",
    "/gradio_api/proxy=http://169.254.169.254/",
    "/gradio_api/mcp/",
    "/gradio_api/runs",
    "/gradio_api/deep_link",
    "/svelte/x.js",
    "/custom_component/x/client/component/y.js",
    "/assets",
    "/assets/",
    "/assets/../config",
    "/assets/..%2fconfig",
    "/assets/.hidden",
    "/assets//etc/passwd",
    "/assets/a\nb",
    "/static/",
    "/static/..",
    "/static/js/../../x",
    "/Assets/a.js",
    "/assets/á.js",
    "//",
    "",
    "/index.html",
    "/pwa_icon/../config",
    "/theme.css/",
]


@pytest.mark.parametrize("path", ALLOWED)
@pytest.mark.parametrize("method", ["GET", "HEAD"])
def test_what_the_page_is_made_of_is_let_through(method: str, path: str) -> None:
    assert caching_of(method, path) is not None


@pytest.mark.parametrize("path", REFUSED)
def test_nothing_else_of_gradio_is_there(path: str) -> None:
    assert caching_of("GET", path) is None


@pytest.mark.parametrize("path", ["/", "/assets/a.js"])
@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "get"])
def test_nothing_can_be_sent(method: str, path: str) -> None:
    assert caching_of(method, path) is None


async def _gradio(scope: Scope, receive: Receive, send: Send) -> None:
    """Stands for Gradio: a page that tells what it was asked."""
    request = Request(scope)
    response: Response
    if request.url.path == "/":
        heard = sorted(request.headers)
        response = HTMLResponse(f"{heard} {request.url.query} {request.headers.values()}")
    elif request.url.path == "/assets/missing.js":
        response = PlainTextResponse("no", status_code=404)
    else:
        response = PlainTextResponse("file")
    await response(scope, receive, send)


@pytest.fixture
def browser() -> httpx.AsyncClient:
    guard = Guard(
        _gradio, picture_origins=["https://cdn.example"], links="</ui/a.css>; rel=preload"
    )
    return httpx.AsyncClient(transport=httpx.ASGITransport(guard), base_url="http://studio.example")


async def test_gradio_hears_no_cookie_no_key_and_no_forwarded_host(
    browser: httpx.AsyncClient,
) -> None:
    page = await browser.get(
        "/?deep_link=abc",
        headers={
            "Cookie": SECRET,
            "Authorization": "Bearer cq_x",
            "X-Forwarded-Host": "evil.example",
            "X-Forwarded-Proto": "https",
            "Origin": "https://evil.example",
        },
    )
    assert page.text.startswith("['accept', 'accept-encoding', 'host'] ")
    for told in (SECRET, "evil.example", "cq_x", "deep_link"):
        assert told not in page.text


async def test_the_page_says_what_a_browser_may_do_with_it(browser: httpx.AsyncClient) -> None:
    headers = (await browser.get("/")).headers
    assert headers["content-security-policy"] == content_policy(["https://cdn.example"])
    assert headers["cache-control"] == "no-cache"
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["x-frame-options"] == "DENY"
    assert headers["referrer-policy"] == "same-origin"
    assert headers["link"] == "</ui/a.css>; rel=preload"


async def test_files_with_a_hash_in_their_name_are_kept_for_ever(
    browser: httpx.AsyncClient,
) -> None:
    headers = (await browser.get("/assets/index-abc.js")).headers
    assert headers["cache-control"] == "public, max-age=31536000, immutable"
    assert "content-security-policy" not in headers


@pytest.mark.parametrize("path", ["/assets/missing.js", "/config"])
async def test_what_is_not_there_is_not_kept(browser: httpx.AsyncClient, path: str) -> None:
    answer = await browser.get(path)
    assert answer.status_code == 404
    assert answer.headers["cache-control"] == "no-store"


def test_pictures_may_come_from_the_given_origins_and_nowhere_else() -> None:
    policy = dict(
        directive.split(" ", 1) for directive in content_policy(["https://cdn.example"]).split("; ")
    )
    assert policy["default-src"] == "'self'"
    assert policy["img-src"] == "'self' data: blob: https://cdn.example"
    assert policy["connect-src"] == "'self' https://cdn.example"
    assert policy["frame-ancestors"] == "'none'"
    assert policy["object-src"] == "'none'"
    assert policy["form-action"] == "'none'"


async def test_a_websocket_is_refused() -> None:
    sent = []

    async def send(message: object) -> None:
        sent.append(message)

    async def receive() -> dict[str, str]:
        return {"type": "websocket.connect"}

    await Guard(_gradio)({"type": "websocket", "path": "/"}, receive, send)
    assert sent == [{"type": "websocket.close", "code": 1008}]
