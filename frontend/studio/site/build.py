"""The site: every file of the page by its path, and the headers that go out with each."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from frontend.studio.site.document import document, first_styles
from frontend.studio.site.drawing import draw
from frontend.studio.site.files import File, pack
from frontend.studio.site.gradio_files import GradioFiles
from frontend.studio.site.headers import HeaderRule, Origins, header_rules
from frontend.studio.ui_files import ENTRY, ui_contents, ui_url

INDEX = "/index.html"
"""The page, which a browser asks for as ``/``."""
ASSETS = "/assets"
"""Where Gradio's files are; its scripts look for each other beside themselves."""


@dataclass(frozen=True)
class Site:
    """Files by their path, and rules for their headers, of which the first that covers a path is
    its.
    """

    files: Mapping[str, File]
    rules: Sequence[HeaderRule]

    def headers_of(self, path: str) -> Mapping[str, str]:
        return next(rule.headers for rule in self.rules if rule.covers(path))


def our_site(origins: Origins) -> Site:
    """What there is before Gradio has drawn the page."""
    return Site(_packed(_our_files()), header_rules(origins))


def drawn_site(origins: Origins, *, thoroughly: bool = False) -> Site:
    """All of it, drawn now. Compressed thoroughly, it takes a second more."""
    drawing = draw()
    gradio = GradioFiles(drawing.entry)
    reachable = gradio.reachable(drawing.types)
    assets = {name: gradio.content(name) for name in sorted(reachable)}
    # In the order in which they are met: what holds for the whole page comes before what one
    # component says otherwise.
    styles = [name for name in reachable if name.endswith(".css")]
    joined = b"\n".join(
        (first_styles(drawing).encode(), drawing.theme.encode(), *(assets[s] for s in styles))
    )
    stylesheet = f"{ASSETS}/page-{hashlib.sha256(joined).hexdigest()[:8]}.css"
    early = [f"{ASSETS}/{name}" for name in gradio.at_once(drawing.types)]
    early.append(ui_url(ENTRY))
    html, script = document(drawing, styles=stylesheet, joined=styles, early=early)
    files = {
        INDEX: html.encode(),
        "/theme.css": drawing.theme.encode(),
        stylesheet: joined,
        **{f"{ASSETS}/{name}": content for name, content in assets.items()},
        **_our_files(),
    }
    return Site(_packed(files, thoroughly=thoroughly), header_rules(origins, scripts=(script,)))


def _our_files() -> dict[str, bytes]:
    """What has the same address in every version, and our scripts and styles."""
    public = Path(__file__).with_name("public")
    lasting = (file for file in sorted(public.rglob("*")) if file.is_file())
    return {
        **{f"/{file.relative_to(public).as_posix()}": file.read_bytes() for file in lasting},
        **{ui_url(name): content for name, content in ui_contents().items()},
    }


def _packed(files: Mapping[str, bytes], *, thoroughly: bool = False) -> dict[str, File]:
    return {path: pack(path, content, thoroughly=thoroughly) for path, content in files.items()}
