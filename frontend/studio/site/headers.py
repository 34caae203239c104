"""The guard: what a browser may do with the page, and how long it may keep each file."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase

FOREVER = "public, max-age=31536000, immutable"
ASK_AGAIN = "no-cache"
A_WEEK = "public, max-age=604800"
EVERYWHERE = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}
OLD_FRAME_RULE = "X-Frame-Options"
"""What browsers heeded before ``frame-ancestors``. It cannot name who may."""
NOTHING = "sha256-47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU="
"""The hash of no text at all."""
PERMISSIONS = (
    "accelerometer",
    "autoplay",
    "browsing-topics",
    "camera",
    "display-capture",
    "encrypted-media",
    "geolocation",
    "gyroscope",
    "hid",
    "idle-detection",
    "local-fonts",
    "magnetometer",
    "microphone",
    "midi",
    "payment",
    "picture-in-picture",
    "publickey-credentials-get",
    "serial",
    "usb",
    "xr-spatial-tracking",
)
"""What the page asks of no browser. It does copy, share, notify, and show pictures in full."""


NOBODY = "'none'"


@dataclass(frozen=True)
class Origins:
    """Where the page may read pictures from and send them to, and whose pages may frame it."""

    pictures: str
    uploads: str
    frames: str = NOBODY

    def fill(self, headers: Mapping[str, str]) -> dict[str, str]:
        """Headers with these origins in the places that ``OPEN`` leaves open."""
        return {
            name: value.replace(OPEN.pictures, self.pictures)
            .replace(OPEN.uploads, self.uploads)
            .replace(OPEN.frames, self.frames)
            for name, value in headers.items()
            if not (self.framed and name == OLD_FRAME_RULE)
        }

    @property
    def framed(self) -> bool:
        """Whether it is known that somebody may frame it."""
        return self.frames not in (NOBODY, OPEN.frames)


OPEN = Origins("{pictures}", "{uploads}", "{frames}")
"""Origins that are not known yet."""


@dataclass(frozen=True)
class HeaderRule:
    """Headers of all paths of a pattern, in which ``*`` stands for anything, ``/`` too."""

    pattern: str
    headers: Mapping[str, str]

    def covers(self, path: str) -> bool:
        return fnmatchcase(path, self.pattern)


def header_rules(origins: Origins, scripts: Sequence[str] = ()) -> tuple[HeaderRule, ...]:
    """The headers of every file; the first rule that covers a path is its rule.

    ``scripts`` are the hashes of the scripts within the page.
    """
    page = {
        **EVERYWHERE,
        "Cache-Control": ASK_AGAIN,
        "Content-Security-Policy": content_policy(origins, scripts),
        "Cross-Origin-Opener-Policy": "same-origin",
        "Permissions-Policy": ", ".join(f"{name}=()" for name in PERMISSIONS),
        OLD_FRAME_RULE: "DENY",
    }
    if origins.framed:
        del page[OLD_FRAME_RULE]
    return (
        HeaderRule("/assets/*", {**EVERYWHERE, "Cache-Control": FOREVER}),
        HeaderRule("/ui/*", {**EVERYWHERE, "Cache-Control": FOREVER}),
        HeaderRule(
            "/notices.js",
            {
                **EVERYWHERE,
                "Cache-Control": ASK_AGAIN,
                # A service worker that hears clicks, and has no need to load or send anything.
                "Content-Security-Policy": "default-src 'none'",
            },
        ),
        HeaderRule("/icons/*", {**EVERYWHERE, "Cache-Control": A_WEEK}),
        HeaderRule("/*", page),
    )


def content_policy(origins: Origins, scripts: Sequence[str]) -> str:
    """The Content-Security-Policy of the page: as tight as Gradio allows.

    Gradio makes functions of strings, hence ``unsafe-eval``; browsers that know Trusted Types ask
    opening.js which strings these may be. Gradio's style elements are empty.
    """
    ours = "".join(f" '{digest}'" for digest in scripts)
    return "; ".join(
        (
            "default-src 'none'",
            f"script-src 'self' 'unsafe-eval'{ours}",
            f"style-src 'self' '{NOTHING}'",
            f"img-src 'self' data: blob: {origins.pictures}",
            f"connect-src 'self' {origins.pictures} {origins.uploads}",
            "font-src 'self'",
            "manifest-src 'self'",
            "worker-src 'self'",
            "base-uri 'none'",
            "form-action 'none'",
            f"frame-ancestors {origins.frames}",
            "require-trusted-types-for 'script'",
            "trusted-types default svelte-trusted-html",
        )
    )
