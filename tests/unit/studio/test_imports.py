"""What the import diet leaves out, and that nothing imports Gradio before it is needed."""

import subprocess
import sys


def _run(program: str) -> str:
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True, timeout=60
    )
    return done.stdout.strip()


def test_the_live_studio_can_be_imported_without_gradio() -> None:
    loaded = _run(
        "import sys, frontend.studio.site.live;"
        "print([m for m in sys.modules if m.split('.')[0] in ('gradio', 'pandas', 'numpy')])"
    )
    assert loaded == "[]"


def test_gradio_is_imported_without_pandas_and_without_rewriting_its_stubs() -> None:
    told = _run(
        "import sys; from frontend.studio.imports import slim_gradio; slim_gradio();"
        "import gradio; from gradio import component_meta, events;"
        "print('pandas' in sys.modules, component_meta.create_or_modify_pyi.__name__,"
        " events.EventListener.set_doc.__name__, gradio.Textbox(label='Prompt').label)"
    )
    assert told == "False _nothing _nothing Prompt"


def test_the_diet_leaves_no_finder_behind_and_pandas_can_be_imported_later() -> None:
    told = _run(
        "import sys; before = list(sys.meta_path);"
        "from frontend.studio.imports import slim_gradio; slim_gradio(); slim_gradio();"
        "print(sys.meta_path == before, 'pandas' in sys.modules)"
    )
    assert told == "True False"


def test_gradio_asks_the_network_for_nothing_when_it_is_built() -> None:
    told = _run(
        "import os; from frontend.studio.imports import slim_gradio; slim_gradio();"
        "import gradio.analytics; print(gradio.analytics.analytics_enabled())"
    )
    assert told == "False"
