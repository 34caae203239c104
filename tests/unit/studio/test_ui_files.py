"""How the studio's own files are served."""

import re

from frontend.studio.specifiers import at
from frontend.studio.ui_files import (
    ENTRY,
    JOINED_STYLES,
    first_modules,
    imports_of,
    parts_of,
    ui_contents,
    ui_files,
    ui_names,
    ui_url,
    ui_version,
)

MODULES = [name for name in ui_names() if name.endswith(".js") and "/vendor/" not in f"/{name}"]


def test_an_address_holds_the_version_of_all_files() -> None:
    assert ui_url("core/api.js") == f"/ui/{ui_version()}/core/api.js"


def test_what_a_module_loads_when_it_is_wanted_is_not_fetched_early() -> None:
    early = set(first_modules())
    assert ENTRY in early
    for name in early:
        assert set(imports_of(name)) <= early


def test_modules_name_each_other_relatively_so_that_the_version_carries_over() -> None:
    for name in MODULES:
        module = ui_files() / name
        code = module.read_text()
        named = re.findall(r'^(?:import|export)\b[^;]*?from "(.*)";$', code, re.MULTILINE)
        named += re.findall(r'\bimport\("(.*?)"\)', code)
        for imported in named:
            assert imported.startswith("."), f"{name} imports {imported}"
            assert (module.parent / imported).is_file(), f"{name} imports {imported}"


def test_what_is_loaded_when_it_is_wanted_is_loaded_patiently() -> None:
    for name in MODULES:
        code = re.sub(r"/\*.*?\*/", "", (ui_files() / name).read_text(), flags=re.DOTALL)
        hasty = re.findall(r'(?<!patiently\(\(\) => )\bimport\(".*', code)
        # There all of a table is loaded through one call.
        assert not hasty or name == "widgets.js", f"{name}: {hasty}"


def test_every_part_of_a_look_is_in_one_style_sheet_and_none_is_served_by_itself() -> None:
    parts = [part for sheet in JOINED_STYLES for part in parts_of(sheet)]
    assert sorted(parts) == [name for name in ui_names() if "look/" in name]
    assert not ui_contents().keys() & set(parts)
    for sheet in JOINED_STYLES:
        assert all(
            (ui_files() / part).read_bytes() in ui_contents()[sheet] for part in parts_of(sheet)
        )


def test_every_style_sheet_that_a_module_loads_is_served() -> None:
    for name in MODULES:
        for sheet in re.findall(r'"(\.{1,2}/[^"]+\.css)"', (ui_files() / name).read_text()):
            assert at(name, sheet) in ui_contents(), f"{name} loads {sheet}"


def test_no_script_writes_html() -> None:
    for name in MODULES:
        code = (ui_files() / name).read_text()
        for way in ("innerHTML", "outerHTML", "insertAdjacentHTML", "document.write", "eval("):
            assert way not in code, f"{way} in {name}"
