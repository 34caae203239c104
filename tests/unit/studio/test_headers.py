"""What a browser may do with the page, and how long it may keep each file."""

import pytest

from frontend.studio.site.headers import OPEN, HeaderRule, Origins, content_policy, header_rules

ORIGINS = Origins("https://cdn.example", "https://up.example")
FRAMED = Origins("https://cdn.example", "https://up.example", "https://a.example https://b.example")


def policy(*scripts: str) -> dict[str, str]:
    directives = content_policy(ORIGINS, scripts).split("; ")
    return dict(directive.split(" ", 1) for directive in directives)


def headers_of(path: str) -> dict[str, str]:
    rules = header_rules(ORIGINS, ["sha256-abc="])
    return dict(next(rule.headers for rule in rules if rule.covers(path)))


def test_scripts_are_our_files_and_the_one_in_the_page_that_we_know() -> None:
    assert policy("sha256-abc=")["script-src"] == "'self' 'unsafe-eval' 'sha256-abc='"


def test_strings_become_code_only_where_the_page_is_asked_first() -> None:
    assert policy()["require-trusted-types-for"] == "'script'"
    assert policy()["trusted-types"] == "default svelte-trusted-html"


def test_no_style_is_written_into_the_page() -> None:
    assert "unsafe-inline" not in content_policy(ORIGINS, ())


def test_pictures_come_from_the_cdn_and_go_to_storage_and_that_is_all() -> None:
    assert policy()["img-src"] == "'self' data: blob: https://cdn.example"
    assert policy()["connect-src"] == "'self' https://cdn.example https://up.example"


@pytest.mark.parametrize("what", ["default-src", "base-uri", "form-action", "frame-ancestors"])
def test_what_the_page_does_not_need_is_closed(what: str) -> None:
    assert policy()[what] == "'none'"


def test_files_whose_address_changes_with_them_are_kept_for_ever() -> None:
    for path in ("/assets/index-abc.js", "/ui/0123456789ab/core/api.js"):
        assert headers_of(path)["Cache-Control"] == "public, max-age=31536000, immutable"


@pytest.mark.parametrize("path", ["/index.html", "/manifest.json", "/theme.css"])
def test_the_page_is_asked_for_each_time_and_shut_in(path: str) -> None:
    headers = headers_of(path)
    assert headers["Cache-Control"] == "no-cache"
    assert headers["Content-Security-Policy"] == content_policy(ORIGINS, ["sha256-abc="])
    assert headers["Cross-Origin-Opener-Policy"] == "same-origin"
    assert headers["X-Frame-Options"] == "DENY"
    assert "camera=()" in headers["Permissions-Policy"]


@pytest.mark.parametrize(
    "path", ["/index.html", "/assets/a.js", "/ui/v/a.js", "/icons/a.svg", "/notices.js"]
)
def test_every_file_is_what_it_says_and_ours_alone(path: str) -> None:
    headers = headers_of(path)
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "same-origin"
    assert headers["Cross-Origin-Resource-Policy"] == "same-origin"


def test_the_service_worker_may_load_nothing_and_is_asked_for_each_time() -> None:
    headers = headers_of("/notices.js")
    assert headers["Content-Security-Policy"] == "default-src 'none'"
    assert headers["Cache-Control"] == "no-cache"
    assert policy()["worker-src"] == "'self'"


def test_a_pattern_s_star_stands_for_folders_too() -> None:
    rule = HeaderRule("/ui/*", {})
    assert rule.covers("/ui/v/core/api.js")
    assert not rule.covers("/uix")


@pytest.mark.parametrize("origins", [ORIGINS, FRAMED])
def test_origins_that_are_left_open_are_filled_in_later(origins: Origins) -> None:
    [*_, everything] = header_rules(OPEN)
    assert origins.fill(everything.headers) == header_rules(origins)[-1].headers


def test_nobody_may_frame_the_page_unless_it_is_said_who() -> None:
    [*_, alone] = header_rules(ORIGINS)
    assert "frame-ancestors 'none'" in alone.headers["Content-Security-Policy"]
    assert alone.headers["X-Frame-Options"] == "DENY"
    [*_, framed] = header_rules(FRAMED)
    assert f"frame-ancestors {FRAMED.frames};" in framed.headers["Content-Security-Policy"]
    assert "X-Frame-Options" not in framed.headers
