"""Joining modules into the one with which the page begins, as Node.js runs it."""

import subprocess
from pathlib import Path

import pytest

from frontend.studio.joined import Unjoinable, exports_of, joined, stub
from frontend.studio.ui_files import ENTRY, first_modules, ui_files

PAGE = {
    "entry.js": 'import { greet } from "./core/words.js";\n'
    'import { count } from "./core/count.js";\n'
    "export async function run() {\n"
    '  const { late } = await import("./later.js");\n'
    "  return [greet(), count(), await late()].join();\n"
    "}\n",
    "core/words.js": 'import {\n  count,\n} from "./count.js";\n'
    'const kept = "hello";\n'
    "export function greet() {\n  return `${kept} ${count()}`;\n}\n"
    'export const where = new URL("../words/de.json", import.meta.url).pathname;\n',
    "core/count.js": "let kept = 0;\nexport function count() {\n  kept += 1;\n  return kept;\n}\n",
}
LATER = 'import { count } from "./core/count.js";\nexport const late = async () => count();\n'


def _run(folder: Path, code: str) -> str:
    ended = subprocess.run(
        ["node", "--input-type=module", "-e", code],
        cwd=folder,
        capture_output=True,
        text=True,
        check=True,
    )
    return ended.stdout.strip()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The files as a browser gets them: the joined one, stubs for its parts, and the rest."""
    (tmp_path / "core").mkdir()
    (tmp_path / "entry.js").write_text(joined(PAGE, "entry.js"))
    for path in ("core/words.js", "core/count.js"):
        (tmp_path / path).write_text(stub(path, PAGE[path], "entry.js"))
    (tmp_path / "later.js").write_text(LATER)
    return tmp_path


def test_what_is_joined_does_what_the_modules_do_and_there_is_one_of_each(folder: Path) -> None:
    code = 'import { run } from "./entry.js"; console.log(await run());'
    assert _run(folder, code) == "hello 1,2,3"


def test_addresses_are_relative_to_where_they_were_written(folder: Path) -> None:
    code = 'import { where } from "./core/words.js"; console.log(where);'
    assert _run(folder, code) == f"{folder}/words/de.json"


@pytest.mark.parametrize(
    ("code", "why"),
    [
        ('import { a as b } from "./other.js";\n', "renames"),
        ('import other from "./other.js";\n', "import other"),
        ('import * as other from "./other.js";\n', "import \\*"),
        ("export default 1;\n", "export default"),
        ("export let changing = 1;\n", "export let"),
        ('export { a } from "./other.js";\n', "export { a }"),
        ('import { a } from "./missing.js";\n', "not there"),
        ('import { a } from "./entry.js";\nexport const a = 1;\n', "needs itself"),
        ('import { a } from "./other.js";\nexport const a = 1;\n', "two modules export"),
    ],
)
def test_what_joining_does_not_understand_is_refused(code: str, why: str) -> None:
    modules = {"entry.js": code, "other.js": "export const a = 1;\n"}
    with pytest.raises(Unjoinable, match=why):
        joined(modules, "entry.js")


def test_the_page_s_own_modules_can_be_joined(tmp_path: Path) -> None:
    modules = {name: (ui_files() / name).read_text() for name in first_modules()}
    whole = tmp_path / "studio.mjs"
    whole.write_text(joined(modules, ENTRY))
    subprocess.run(["node", "--check", whole], check=True)
    assert exports_of(modules[ENTRY])
