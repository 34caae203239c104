"""Modules that are loaded later, as Node.js runs them."""

import re
import subprocess
from pathlib import Path

from frontend.studio.joined import joined, stub
from frontend.studio.specifiers import at
from frontend.studio.ui_files import ENTRY, first_modules, ui_contents
from frontend.studio.wanted import ahead, loads_of

FIRST = {
    "entry.js": 'import { count } from "./core/count.js";\n'
    "export async function run() {\n"
    '  const { late } = await import("./late/late.js");\n'
    "  return [count(), await late()].join();\n"
    "}\n",
    "core/count.js": "let kept = 0;\nexport function count() {\n  kept += 1;\n  return kept;\n}\n",
}
LATER = {
    "late/late.js": '/** Not import("./other.js"). */\n'
    'import { count } from "../core/count.js";\n'
    'import { near } from "./near.js";\n'
    "export const late = async () => [count(), near()].join();\n",
    "late/near.js": 'import { far } from "../far.js";\nexport const near = () => far();\n',
    "far.js": 'import { count } from "./core/count.js";\nexport const far = () => count();\n',
    "late/other.js": 'import { far } from "../far.js";\nfar();\n',
}
SERVED = ahead(LATER, FIRST, "entry.js")


def _named(path: str, code: str) -> set[str]:
    return {at(path, named) for named in re.findall(r'\b(?:from|import) "(\.[^"]+)"', code)}


def test_what_is_wanted_does_what_it_did_with_the_one_count_there_is(tmp_path: Path) -> None:
    stubs = {path: stub(path, code, "entry.js") for path, code in FIRST.items()}
    for path, code in {**stubs, **SERVED, "entry.js": joined(FIRST, "entry.js")}.items():
        (tmp_path / path).parent.mkdir(exist_ok=True)
        (tmp_path / path).write_text(code)
    program = 'import { run } from "./entry.js"; console.log(await run());'
    ended = subprocess.run(
        ["node", "--input-type=module", "-e", program],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=True,
    )
    assert ended.stdout.strip() == "1,2,3"


def test_it_names_all_that_it_needs_in_the_end() -> None:
    assert _named("late/late.js", SERVED["late/late.js"]) == {"entry.js", "late/near.js", "far.js"}


def test_what_nobody_asks_for_by_itself_stays_as_it_is() -> None:
    assert SERVED["late/near.js"] == LATER["late/near.js"]
    assert SERVED["late/other.js"] == LATER["late/other.js"]


def test_on_the_page_nothing_is_learnt_of_late_and_no_stub_is_asked_for() -> None:
    code = {name: c.decode() for name, c in ui_contents().items() if name.endswith(".js")}
    wanted = set().union(*(loads_of(*module) for module in code.items()))
    assert len(wanted) > 10
    for name in wanted:
        known = _named(name, code[name])
        assert not known & {*first_modules()} - {ENTRY}, name
        for needed in known - {ENTRY}:
            assert _named(needed, code[needed]) <= known | {name, ENTRY}, f"{name}, by {needed}"
