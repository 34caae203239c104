"""Which files of Gradio's a page can load."""

import re
from pathlib import Path

import pytest

from frontend.studio.site.gradio_files import GradioFiles, UnknownFrontend, assets_folder


def numbered(*names: str) -> str:
    """The list that a script's loads give their needs by number in."""
    listed = ",".join(f'"./{name}"' for name in names)
    return f"const __vite__mapDeps=(i,m=__vite__mapDeps,d=(m.f||(m.f=[{listed}])))=>i.map(i=>d[i]);"


def load(name: str, *numbers: int) -> str:
    needs = f"__vite__mapDeps({list(numbers)})".replace(" ", "") if numbers else "[]"
    return f"v(()=>import(`./{name}`).then(e=>e.t),{needs},import.meta.url)"


def load_default(name: str, *numbers: int) -> str:
    """The same for a script with one export, as the bundler writes it."""
    needs = f"__vite__mapDeps({list(numbers)})".replace(" ", "")
    imported = f"async()=>{{let{{default:e}}=await import(`./{name}`);return{{default:e}}}}"
    return f"v({imported},{needs},import.meta.url)"


# A Gradio in small: the entry loads the app and its core, the app loads what draws, and the core
# has the table of components and loads languages.
TEXT = f"example:()=>{load('Example-1.js', 3)},component:()=>{load('Text-1.js', 0, 1)}"
TABLE = f"var V={{text:{{{TEXT}}},plot:{{component:()=>{load('Plot-1.js', 2)}}}}};"
SMALL = {
    "index-1.js": numbered("Index-1.js", "core-1.js", "index-1.css")
    + "v(()=>import(`virtual:nothing`),[],import.meta.url);"
    + load("__vite-browser-external-1.js")
    + load("Index-1.js", 0, 1, 2)
    + load("core-1.js", 1),
    "Index-1.js": numbered("Blocks-1.js", "Blocks-1.css", "Login-1.js")
    + 'import{a as b}from"./index-1.js";import"./shared-1.js";'
    + load_default("Blocks-1.js", 0, 1)
    + load_default("Login-1.js", 2),
    "core-1.js": numbered("Text-1.js", "Text-1.css", "Plot-1.js", "Example-1.js")
    + 'import{a}from"./shared-1.js";'
    + TABLE
    + load("de-1.js"),
    "Blocks-1.js": numbered("Settings-1.js", "Plot-1.js")
    + 'import{a}from"./core-1.js";'
    + load("Settings-1.js", 0)
    + load("Plot-1.js", 1),
    "Text-1.js": 'import{a}from"./core-1.js";import{b}from"./icons-1.js";',
    "Text-1.css": "a{background:url(./paper-1.svg)}b{background:url('data:image/svg+xml,x')}",
    "paper-1.svg": "<svg/>",
    **dict.fromkeys(("Example-1.js", "Plot-1.js", "shared-1.js", "icons-1.js", "de-1.js"), ""),
    **dict.fromkeys(("Blocks-1.css", "index-1.css"), ""),
}


@pytest.fixture
def small(tmp_path: Path) -> GradioFiles:
    for name, content in SMALL.items():
        (tmp_path / name).write_text(content)
    return GradioFiles("index-1.js", tmp_path)


def test_what_a_component_needs_is_found_with_its_styles_and_their_pictures(
    small: GradioFiles,
) -> None:
    found = set(small.reachable(["text"]))
    assert {"Text-1.js", "Text-1.css", "icons-1.js", "paper-1.svg", "Example-1.js"} <= found


def test_components_that_are_not_on_the_page_are_left_out(small: GradioFiles) -> None:
    assert "Plot-1.js" not in small.reachable(["text"])
    assert "Plot-1.js" in small.reachable(["text", "plot"])


def test_panels_that_are_never_opened_are_left_out_and_languages_are_not(
    small: GradioFiles,
) -> None:
    found = small.reachable(["text"])
    assert "de-1.js" in found
    assert not [name for name in found if name.startswith(("Login", "Settings", "__vite"))]


def test_the_first_view_needs_what_draws_and_what_is_drawn(small: GradioFiles) -> None:
    assert set(small.at_once(["text"])) == {
        *("index-1.js", "Index-1.js", "core-1.js", "Blocks-1.js"),
        *("Text-1.js", "shared-1.js", "icons-1.js"),
    }


def test_a_component_that_gradio_does_not_have_is_named(small: GradioFiles) -> None:
    with pytest.raises(UnknownFrontend, match="hologram"):
        small.reachable(["hologram"])


def test_files_of_another_layout_are_refused(tmp_path: Path) -> None:
    (tmp_path / "index-1.js").write_text("import('./app.js')")
    with pytest.raises(UnknownFrontend, match=r"index-1\.js"):
        GradioFiles("index-1.js", tmp_path)


# Gradio as it is installed


@pytest.fixture(scope="module")
def gradio() -> GradioFiles:
    page = (assets_folder().parent / "index.html").read_text()
    [entry] = re.findall(r'src="\./assets/(index-[\w-]+\.js)"', page)
    return GradioFiles(entry)


def test_every_import_in_a_file_that_we_take_leads_to_one_that_we_take(
    gradio: GradioFiles,
) -> None:
    """Every ``from "./x.js"``, by another way of looking for them than the code's own."""
    taken = set(gradio.reachable(["html", "textbox", "dropdown", "button", "form"]))
    for name in taken:
        if name.endswith(".js"):
            text = gradio.content(name).decode()
            needed = {part.split('"', 1)[0] for part in re.split(r'(?:from|import)"\./', text)[1:]}
            assert needed <= taken, name


def test_a_page_needs_a_small_part_of_gradio(gradio: GradioFiles) -> None:
    taken = gradio.reachable(["html", "textbox"])
    assert len(taken) < len(list(assets_folder().iterdir())) / 5
